/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A chain on a whole image, once, with the times of its parts: what tiles are compared with. Programs, memory and
 * launches are prepared while no clock runs, and each step's memory is released after the next, as chain_run() does, so
 * that what fits there fits here.
 */
#ifndef BENCH_TILE_UNTILED_H
#define BENCH_TILE_UNTILED_H

#include "ops/chain.h"

struct tile_times {
    double push_ns, compute_ns, pull_ns; /* wall time; push and pull are 0 on the CPU */
};

/* `opencl` NULL: the CPU by OpenMP with that many threads. with[i] as for chain_run(). `out` is allocated here and
 * freed by the caller, also on failure. */
enum status tile_untiled_run(const struct chain *chain, struct opencl *opencl, int threads, const struct image *in,
                             const struct image *const *with, struct image *out, struct tile_times *times);

#endif
