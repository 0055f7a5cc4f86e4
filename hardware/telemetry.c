/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Which source serves a device: NVML for a GPU that it knows, else the kernel's files. A counter of energy stands in
 * for a missing figure of power.
 */
#include "hardware/telemetry.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "hardware/clock.h"
#include "hardware/telemetry_cpu.h"
#include "hardware/telemetry_nvml.h"
#include "hardware/telemetry_sysfs.h"

/* Less than this between two readings gives no power: counters advance in steps. */
enum { POWER_LEAST_STEPS = 5 };

struct telemetry {
    struct nvml *nvml; /* at most one of the three */
    struct sysfs_gpu *gpu;
    struct cpu_telemetry *cpu;
    double last_energy_j;
    int64_t last_ns;
};

const char *telemetry_root(void)
{
    const char *root = getenv("BREAKEVEN_SYSROOT");
    return root ? root : "";
}

static enum status make(struct telemetry **telemetry)
{
    *telemetry = calloc(1, sizeof **telemetry);
    if (!*telemetry)
        return status_fail(STATUS_MEMORY, "no host memory for telemetry");
    (*telemetry)->last_energy_j = NAN;
    return STATUS_OK;
}

/* Without sysfs, as in some containers, NVML alone knows whether the GPU is one of NVIDIA's. */
static bool may_be_nvidia(const struct pci_address *address, const char *root)
{
    enum { VENDOR_NVIDIA = 0x10de };
    char text[PCI_ADDRESS_TEXT], path[SYSFS_PATH];
    unsigned vendor = VENDOR_NVIDIA;
    pci_address_text(address, text);
    snprintf(path, sizeof path, "%s/sys/bus/pci/devices/%s/vendor", root, text);
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%x", &vendor) != 1)
        vendor = VENDOR_NVIDIA;
    if (file)
        fclose(file);
    return vendor == VENDOR_NVIDIA;
}

enum status telemetry_open_gpu(const struct pci_address *address, const char *root, struct telemetry **telemetry)
{
    enum status status = make(telemetry);
    if (status != STATUS_OK)
        return status;
    if (may_be_nvidia(address, root))
        (*telemetry)->nvml = nvml_open(address);
    if (!(*telemetry)->nvml)
        (*telemetry)->gpu = sysfs_gpu_open(address, root);
    return STATUS_OK;
}

enum status telemetry_open(const struct device *device, const char *root, struct telemetry **telemetry)
{
    struct pci_address address;
    if (device && device->type != DEVICE_CPU && pci_address_of(device, &address))
        return telemetry_open_gpu(&address, root, telemetry);
    enum status status = make(telemetry);
    if (status == STATUS_OK && (!device || device->type == DEVICE_CPU))
        (*telemetry)->cpu = cpu_telemetry_open(root);
    return status;
}

double telemetry_energy_j(struct telemetry *t)
{
    return t->nvml  ? nvml_energy_j(t->nvml)
           : t->gpu ? sysfs_gpu_energy_j(t->gpu)
           : t->cpu ? cpu_telemetry_energy_j(t->cpu)
                    : NAN;
}

double telemetry_energy_step_ns(const struct telemetry *t)
{
    if (t->nvml)
        return isfinite(nvml_energy_j(t->nvml)) ? NVML_ENERGY_STEP_NS : 0;
    if (t->gpu)
        return sysfs_gpu_has_energy(t->gpu) ? SYSFS_GPU_ENERGY_STEP_NS : 0;
    return t->cpu && cpu_telemetry_has_energy(t->cpu) ? CPU_ENERGY_STEP_NS : 0;
}

/* The mean power since the reading before. */
static double power_from_energy(struct telemetry *t, double energy_j)
{
    int64_t now = clock_ns();
    double span_ns = (double)(now - t->last_ns), power = NAN;
    if (isfinite(t->last_energy_j) && span_ns < POWER_LEAST_STEPS * telemetry_energy_step_ns(t))
        return NAN;
    if (isfinite(t->last_energy_j) && span_ns > 0)
        power = (energy_j - t->last_energy_j) / (span_ns * 1e-9);
    t->last_energy_j = energy_j;
    t->last_ns = now;
    return power > 0 ? power : NAN;
}

struct telemetry_reading telemetry_read(struct telemetry *t)
{
    struct telemetry_reading reading = {NAN, NAN, NAN, NAN, NAN};
    if (t->nvml)
        reading = nvml_read(t->nvml);
    else if (t->gpu)
        reading = sysfs_gpu_read(t->gpu);
    else if (t->cpu)
        reading = cpu_telemetry_read(t->cpu);
    if (isnan(reading.power_w) && isfinite(reading.energy_j))
        reading.power_w = power_from_energy(t, reading.energy_j);
    return reading;
}

const char *telemetry_source(const struct telemetry *t)
{
    return t->nvml ? "NVML" : t->gpu ? sysfs_gpu_source(t->gpu) : t->cpu ? cpu_telemetry_source(t->cpu) : "";
}

void telemetry_close(struct telemetry *t)
{
    if (!t)
        return;
    nvml_close(t->nvml);
    cpu_telemetry_close(t->cpu);
    free(t->gpu);
    free(t);
}
