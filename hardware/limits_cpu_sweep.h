/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One point of a bandwidth curve: threads pass over memory that each of them touched first.
 */
#ifndef HARDWARE_LIMITS_CPU_SWEEP_H
#define HARDWARE_LIMITS_CPU_SWEEP_H

#include "hardware/limits.h"
#include "hardware/limits_cpu_loops.h"

/* Memory for working sets of up to some size. Each thread has a contiguous part of its own and keeps it for all smaller
 * sets. */
struct sweep_memory {
    char *base;
    int threads;
    int64_t part_bytes; /* of one thread */
};

/* Touched by the threads that will use it. STATUS_MEMORY; STATUS_UNSUPPORTED where OpenMP gives fewer threads. */
enum status sweep_memory_open(struct sweep_memory *memory, int threads, int64_t bytes);

/* Fine on a zeroed one. */
void sweep_memory_close(struct sweep_memory *memory);

/* A loop over one thread's arrays, see struct cpu_streams. */
typedef uint32_t stream_loop(const struct stream_arrays *arrays, int64_t elements);

/* Fills value, low, high and samples of a row with the rate of `loop` in B/s at a working set of `bytes`, all arrays
 * and threads together, of which at least sweep_least_bytes() and at most what the memory was opened for. Each array is
 * cut to whole blocks; the rate is of the bytes really moved. STATUS_WRONG: the loop did not do the work of that
 * stream. */
enum status sweep_measure(const struct sweep_memory *memory, enum stream stream, stream_loop *loop, int64_t bytes,
                          double budget_ns, struct limit *row);

/* The smallest working set that `threads` can divide: below it calls would be measured, not memory. A power of two. */
int64_t sweep_least_bytes(int threads);

/* "read", "write", "copy", "triad" */
const char *sweep_name(enum stream stream);

/* All rows of the stage "bandwidth" in about that time, or a little more if that is too short for them. */
enum status limits_cpu_bandwidth_within(double budget_ns, struct limits *limits);

#endif
