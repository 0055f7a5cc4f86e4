/* SPDX-License-Identifier: BSD-3-Clause
 *
 * How much of a process's memory its tiles may take: said once for apply, which keeps to it, and for memory, which
 * tells beforehand.
 */
#ifndef BENCH_APPLY_LIMITS_H
#define BENCH_APPLY_LIMITS_H

#include "hardware/opencl.h"
#include "tiles/tile_choice.h"

/* What the process may use where nothing was asked for: half of what is available (-1: unknown), in bytes. */
int64_t apply_memory(int64_t available_bytes);

/* What takes memory beside tiles. */
struct apply_need {
    int threads;
    size_t in_chunk_bytes;  /* of one chunk of the input, decoded */
    struct shape out_chunk; /* of the output */
    size_t cacheable_bytes; /* of all inputs that are read through caches, decoded */
};

/* What is left for tiles, and what the caches of all inputs may take. `device`: NULL for the CPU. */
struct tile_limits apply_limits(int64_t memory_bytes, const struct device *device, const struct apply_need *beside,
                                size_t *cache_bytes);

#endif
