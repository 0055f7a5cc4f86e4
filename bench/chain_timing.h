/* SPDX-License-Identifier: BSD-3-Clause
 *
 * How long the steps of a chain take, one after the other: on the CPU by OpenMP, and on a device with what it costs to
 * bring the image there and the result back. Each figure is the median of a few runs, in ns of wall time, after a
 * warm-up.
 */
#ifndef BENCH_CHAIN_TIMING_H
#define BENCH_CHAIN_TIMING_H

#include "images/tiff.h"
#include "ops/chain.h"

struct chain_cpu_times {
    double step_ns[CHAIN_STEPS_MAX];
    int threads[CHAIN_STEPS_MAX]; /* the fastest of 1, half the cores, all cores, all hardware threads; all cores if
                                     slow */
    double total_ns;
};

struct chain_device_times {
    double step_ns[CHAIN_STEPS_MAX]; /* enqueue to finished */
    double total_ns;                 /* of the steps */
    double push_ns;                  /* the image and all second images */
    double pull_ns;                  /* the result */
};

/* with[i] as for chain_run(). `out` is allocated here and freed by the caller. */
enum status chain_time_cpu(const struct chain *chain, const struct image *in, const struct image *const *with,
                           struct chain_cpu_times *times, struct image *out);

/* STATUS_WRONG if the result differs from `expected`: then there are no times. A chain with an operation that is
 * allowed to differ is compared only if that is its last. */
enum status chain_time_device(const struct chain *chain, struct opencl *opencl, const struct image *in,
                              const struct image *const *with, const struct image *expected,
                              struct chain_device_times *times);

/* Reading the image's file. */
enum status chain_time_load(const char *path, const struct tiff_selection *selection, double *load_ns);

#endif
