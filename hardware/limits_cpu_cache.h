/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Rows of the stage "bandwidth" that come from its other rows: what the caches hold and how fast they are.
 */
#ifndef HARDWARE_LIMITS_CPU_CACHE_H
#define HARDWARE_LIMITS_CPU_CACHE_H

#include "hardware/limits.h"

/* Reads the rows "read" of that number of threads, with their working sets rising, and appends "cache_l1", "cache_l2",
 * "cache_l3" and "memory" in B/s (`bytes`: the largest working set of the plateau; -1 for memory) and for one thread
 * also "cache_l1_bytes", ... in bytes: the largest working set up to which the rate holds. What shows no clear step is
 * NAN. The reason says what size hwloc knows: of one cache, or with several threads of all together. STATUS_MEMORY. */
enum status limits_cpu_cache(struct limits *limits, int threads);

/* Bytes of the last level of cache that this many threads can use, by hwloc; 0 if unknown. */
int64_t limits_cpu_last_cache_bytes(int threads);

#endif
