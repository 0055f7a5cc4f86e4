/* SPDX-License-Identifier: BSD-3-Clause
 *
 * NVML is never linked and its header is not needed: the few functions and constants used are declared here after its
 * public reference, docs.nvidia.com/deploy/nvml-api. All of them return 0 for success; any other code (not supported,
 * GPU is lost, ...) makes one figure unknown. Names with _v2 are what the header's plain names stand for.
 *
 * On a slice of a GPU (MIG) the figures are those of the whole GPU.
 */
#include "hardware/telemetry_nvml.h"

#include <dlfcn.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NVML_SUCCESS = 0, NVML_CLOCK_SM = 1, NVML_CLOCK_MEM = 2, NVML_TEMPERATURE_GPU = 0 };

struct nvml {
    void *library;
    void *device;
    int (*shutdown)(void);
    /* NULL where the library has none. */
    int (*clock)(void *device, int type, unsigned *mhz);
    int (*temperature)(void *device, int sensor, unsigned *degrees_c);
    int (*power)(void *device, unsigned *mw);
    int (*energy)(void *device, unsigned long long *mj); /* since the driver was loaded */
};

/* Fills *function, a pointer to any function. C has no conversion from dlsym()'s void pointer, but the bytes are the
 * same. */
static bool symbol(void *library, const char *name, void *function)
{
    void *found = dlsym(library, name);
    memcpy(function, &found, sizeof found);
    return found != NULL;
}

static bool start(struct nvml *nvml, const struct pci_address *address)
{
    int (*init)(void);
    int (*by_address)(const char *address, void **device);
    char text[PCI_ADDRESS_TEXT];
    if (!symbol(nvml->library, "nvmlInit_v2", &init) ||
        !symbol(nvml->library, "nvmlDeviceGetHandleByPciBusId_v2", &by_address) || init() != NVML_SUCCESS)
        return false;
    symbol(nvml->library, "nvmlShutdown", &nvml->shutdown);
    symbol(nvml->library, "nvmlDeviceGetClockInfo", &nvml->clock);
    symbol(nvml->library, "nvmlDeviceGetTemperature", &nvml->temperature);
    symbol(nvml->library, "nvmlDeviceGetPowerUsage", &nvml->power);
    symbol(nvml->library, "nvmlDeviceGetTotalEnergyConsumption", &nvml->energy);
    pci_address_text(address, text);
    return by_address(text, &nvml->device) == NVML_SUCCESS;
}

struct nvml *nvml_open(const struct pci_address *address)
{
    const char *path = getenv("BREAKEVEN_NVML");
    void *library = dlopen(path && *path ? path : "libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
    struct nvml *nvml = library ? calloc(1, sizeof *nvml) : NULL;
    if (!nvml) {
        if (library)
            dlclose(library);
        return NULL;
    }
    nvml->library = library;
    if (!start(nvml, address)) {
        nvml_close(nvml);
        return NULL;
    }
    return nvml;
}

static double clock_mhz(const struct nvml *nvml, int type)
{
    unsigned mhz = 0;
    return nvml->clock && nvml->clock(nvml->device, type, &mhz) == NVML_SUCCESS && mhz > 0 ? mhz : NAN;
}

double nvml_energy_j(const struct nvml *nvml)
{
    unsigned long long mj = 0;
    return nvml->energy && nvml->energy(nvml->device, &mj) == NVML_SUCCESS ? (double)mj * 1e-3 : NAN;
}

struct telemetry_reading nvml_read(const struct nvml *nvml)
{
    unsigned degrees_c = 0, mw = 0;
    bool has_temperature =
        nvml->temperature && nvml->temperature(nvml->device, NVML_TEMPERATURE_GPU, &degrees_c) == NVML_SUCCESS;
    bool has_power = nvml->power && nvml->power(nvml->device, &mw) == NVML_SUCCESS && mw > 0;
    return (struct telemetry_reading){
        .clock_mhz = clock_mhz(nvml, NVML_CLOCK_SM),
        .memory_clock_mhz = clock_mhz(nvml, NVML_CLOCK_MEM),
        .temperature_c = has_temperature ? degrees_c : NAN,
        .power_w = has_power ? mw * 1e-3 : NAN,
        .energy_j = nvml_energy_j(nvml),
    };
}

void nvml_close(struct nvml *nvml)
{
    if (!nvml)
        return;
    if (nvml->shutdown)
        nvml->shutdown();
    dlclose(nvml->library);
    free(nvml);
}
