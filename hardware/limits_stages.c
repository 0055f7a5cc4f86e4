/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The stages in their order: what later rows are read against comes first.
 */
#include "hardware/limits_stages.h"

const struct limit_stage limit_stages[LIMIT_STAGES] = {
    {"bandwidth", "memory bandwidth by working set", 14, 7, limits_cpu_bandwidth, limits_bandwidth},
    {"peak", "arithmetic peaks", 4, 4, limits_cpu_peak, limits_peak},
    {"transfer", "transfers between host and device", 0, 8, NULL, limits_transfer},
    {"launch", "cost of launches, builds and first calls", 1, 2, limits_cpu_launch, limits_launch},
    {"atomics", "local and global histograms", 0, 1, NULL, limits_atomics},
    {"sampling", "sampling of images", 0, 2, NULL, limits_sampling},
    {"allocation", "cost and largest size of allocations", 1, 2, limits_cpu_allocation, limits_allocation},
};
