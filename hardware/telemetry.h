/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Clocks, temperature, power and energy of a device while it works, from NVML (opened at run time), Linux hwmon, amdgpu and
 * i915 in sysfs, and RAPL for the CPU. What cannot be read is NAN, never 0 and never an error.
 */
#ifndef HARDWARE_TELEMETRY_H
#define HARDWARE_TELEMETRY_H

#include "hardware/opencl.h"

struct telemetry_reading {
    double clock_mhz;        /* of the cores */
    double memory_clock_mhz;
    double temperature_c;
    double power_w;
    double energy_j; /* a counter: only differences mean something */
};

struct telemetry;

/* The sources for a device, or with NULL for the CPU. Always gives an object, perhaps one that knows nothing. `root` is the
 * folder that sysfs paths are looked up below, "" for this machine. STATUS_MEMORY. */
enum status telemetry_open(const struct device *device, const char *root, struct telemetry **telemetry);

struct telemetry_reading telemetry_read(struct telemetry *telemetry);

/* Where its readings come from: "NVML", "RAPL and hwmon", ""; valid as long as the object. */
const char *telemetry_source(const struct telemetry *telemetry);

/* NULL is fine. */
void telemetry_close(struct telemetry *telemetry);

#endif
