/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Clocks, temperature, power and energy of a device while it works, from NVML (opened at run time), Linux hwmon, amdgpu
 * and i915 / xe in sysfs, and RAPL for the CPU. What cannot be read is NAN, never 0 and never an error.
 *
 * Power and energy are those of the whole device (of a GPU the board, of the CPU all packages) with whatever else runs
 * on it, and include what it takes when idle.
 *
 * Environment: BREAKEVEN_NVML is the library opened in place of libnvidia-ml.so.1; BREAKEVEN_SYSROOT is a folder that
 * stands for / when sysfs and /proc are read. Both serve tests, and the second one a /sys mounted elsewhere.
 */
#ifndef HARDWARE_TELEMETRY_H
#define HARDWARE_TELEMETRY_H

#include "hardware/opencl.h"
#include "hardware/pci_address.h"

struct telemetry_reading {
    double clock_mhz; /* of the cores; of the CPU the mean of all */
    double memory_clock_mhz;
    double temperature_c;
    double power_w;  /* where the device tells its energy only: the mean since the reading before; NAN in the first */
    double energy_j; /* a counter: only differences mean something */
};

struct telemetry;

/* The sources for a device, or with NULL, and for OpenCL devices that run on the CPU, those of the CPU. Always gives an
 * object, perhaps one that knows nothing. `root` is the folder that sysfs paths are looked up below, "" for this
 * machine, telemetry_root() for what the user says. STATUS_MEMORY. */
enum status telemetry_open(const struct device *device, const char *root, struct telemetry **telemetry);

/* The same for a GPU at an address. */
enum status telemetry_open_gpu(const struct pci_address *address, const char *root, struct telemetry **telemetry);

/* BREAKEVEN_SYSROOT, or "". */
const char *telemetry_root(void);

/* Takes 0.1 to 10 ms: not for the inside of a measurement. */
struct telemetry_reading telemetry_read(struct telemetry *telemetry);

/* The energy counter alone, in J; NAN without one. At high power RAPL's counters start again after some minutes: a
 * difference is right if no more than a minute lies between two calls (or calls of telemetry_read()). */
double telemetry_energy_j(struct telemetry *telemetry);

/* How often the energy counter advances, at worst, in ns; 0 without one. */
double telemetry_energy_step_ns(const struct telemetry *telemetry);

/* Where its readings come from: "NVML", "hwmon", "RAPL and hwmon", ""; valid as long as the object. */
const char *telemetry_source(const struct telemetry *telemetry);

/* NULL is fine. */
void telemetry_close(struct telemetry *telemetry);

#endif
