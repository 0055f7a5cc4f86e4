/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A library that plays NVML for one GPU at 0000:65:00.0. The environment variable FAKE_NVML plants a failure: "init",
 * "gpu" (another address), "lost" (each figure fails), "zeros". With "ticks" the
 * energy counter gains 10 J every 100 ms. Built with FAKE_NVML_OLD the library lacks that counter, with FAKE_NVML_EMPTY
 * all functions.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SUCCESS = 0, UNINITIALIZED = 1, NOT_FOUND = 6, GPU_IS_LOST = 15 };

int nvmlInit_v2(void);
int nvmlShutdown(void);
int nvmlDeviceGetHandleByPciBusId_v2(const char *address, void **device);
int nvmlDeviceGetClockInfo(void *device, int type, unsigned *mhz);
int nvmlDeviceGetTemperature(void *device, int sensor, unsigned *degrees_c);
int nvmlDeviceGetPowerUsage(void *device, unsigned *mw);
int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *mj);

#ifndef FAKE_NVML_EMPTY
static int running;
static char gpu;

static int planted(const char *what)
{
    const char *failure = getenv("FAKE_NVML");
    return failure && strcmp(failure, what) == 0;
}

int nvmlInit_v2(void)
{
    if (planted("init"))
        return UNINITIALIZED;
    running++;
    return SUCCESS;
}

int nvmlShutdown(void)
{
    running--;
    return SUCCESS;
}

int nvmlDeviceGetHandleByPciBusId_v2(const char *address, void **device)
{
    *device = &gpu;
    return strcmp(address, planted("gpu") ? "0000:01:00.0" : "0000:65:00.0") == 0 ? SUCCESS : NOT_FOUND;
}

static int answer(void *device, unsigned value, unsigned *to)
{
    if (device != &gpu || !running || planted("lost"))
        return GPU_IS_LOST;
    *to = planted("zeros") ? 0 : value;
    return SUCCESS;
}

int nvmlDeviceGetClockInfo(void *device, int type, unsigned *mhz)
{
    return answer(device, type == 1 ? 1980 : type == 2 ? 2619 : 1, mhz);
}

int nvmlDeviceGetTemperature(void *device, int sensor, unsigned *degrees_c)
{
    return answer(device, sensor == 0 ? 41 : 0, degrees_c);
}

int nvmlDeviceGetPowerUsage(void *device, unsigned *mw)
{
    return answer(device, 123456, mw);
}

#ifndef FAKE_NVML_OLD
/* Beyond 32 bits. */
int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *mj)
{
    unsigned ignored;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    unsigned long long tenths = (unsigned long long)now.tv_sec * 10 + (unsigned long long)now.tv_nsec / 100000000;
    *mj = planted("ticks") ? 10000 * tenths : 5000000000123ull;
    return answer(device, 0, &ignored);
}
#endif
#endif
