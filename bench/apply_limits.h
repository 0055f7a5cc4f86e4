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

/* What is left for tiles. `device`: NULL for the CPU. `in_chunk_bytes`: of one chunk of the input, decoded;
 * `out_chunk`: of the output. */
struct tile_limits apply_limits(int64_t memory_bytes, const struct device *device, int threads, size_t in_chunk_bytes,
                                struct shape out_chunk);

#endif
