/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Figures of the CPU: energy by RAPL or the amd_energy driver, temperature by hwmon, clock by cpufreq or /proc/cpuinfo.
 */
#ifndef HARDWARE_TELEMETRY_CPU_H
#define HARDWARE_TELEMETRY_CPU_H

#include "hardware/telemetry.h"

/* RAPL's counters advance about every millisecond: Intel's manual, volume 3B, "RAPL interfaces". */
enum { CPU_ENERGY_STEP_NS = 1000000 };

struct cpu_telemetry;

/* NULL without memory; one that knows nothing where nothing is readable. */
struct cpu_telemetry *cpu_telemetry_open(const char *root);

/* power_w is NAN. */
struct telemetry_reading cpu_telemetry_read(struct cpu_telemetry *cpu);

/* Of all packages; NAN if one of them cannot be read, as RAPL by users other than root. */
double cpu_telemetry_energy_j(struct cpu_telemetry *cpu);
bool cpu_telemetry_has_energy(const struct cpu_telemetry *cpu);

/* "RAPL and hwmon", "RAPL", "amd_energy and hwmon", "hwmon", ""; a clock alone is not named. */
const char *cpu_telemetry_source(const struct cpu_telemetry *cpu);

/* NULL is fine. */
void cpu_telemetry_close(struct cpu_telemetry *cpu);

#endif
