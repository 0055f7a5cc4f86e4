/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Figures of GPUs in sysfs, and what is needed to read any of its files: numbers, and counters that start again at 0.
 */
#ifndef HARDWARE_TELEMETRY_SYSFS_H
#define HARDWARE_TELEMETRY_SYSFS_H

#include "hardware/telemetry.h"

enum { SYSFS_PATH = 512 };

/* How often these counters advance is not documented; they are taken to be as slow as NVML's. */
enum { SYSFS_GPU_ENERGY_STEP_NS = 100000000 };

/* The file's one whole number times `scale`, if that lies within low..high; else NAN: no file, no permission, text
 * behind the number, out of range. */
double sysfs_number(const char *path, double scale, double low, double high);

/* The first match of a pattern (glob) below a root, into path; false and "" without one. */
__attribute__((format(printf, 2, 3))) bool sysfs_find(char path[SYSFS_PATH], const char *pattern, ...);

/* An energy counter in microjoules, summed up over its starts from 0. */
struct sysfs_counter {
    char path[SYSFS_PATH];
    int64_t range_uj; /* the highest value before it starts again; 0: it never does */
    int64_t last_uj, total_uj;
    bool started, lost; /* lost: it went back and nobody knows from where */
};

/* J since the first call; NAN if it cannot be read now. */
double sysfs_counter_j(struct sysfs_counter *counter);

struct sysfs_gpu;

/* The GPU at that address; NULL if sysfs does not show it or there is no memory. */
struct sysfs_gpu *sysfs_gpu_open(const struct pci_address *address, const char *root);

struct telemetry_reading sysfs_gpu_read(struct sysfs_gpu *gpu);
double sysfs_gpu_energy_j(struct sysfs_gpu *gpu);
bool sysfs_gpu_has_energy(const struct sysfs_gpu *gpu);

/* "hwmon", "sysfs" or "". */
const char *sysfs_gpu_source(const struct sysfs_gpu *gpu);

#endif
