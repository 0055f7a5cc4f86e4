/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A chain on a whole image, with the times of its parts: what tiles are compared with. Each step is prepared once,
 * called a number of times, and released after the next, so that what fits in chain_run() fits here and no clock sees
 * memory that is new. A sample is the sum over the steps.
 */
#ifndef BENCH_TILE_UNTILED_H
#define BENCH_TILE_UNTILED_H

#include "ops/chain.h"

struct tile_times {
    double push_ns, compute_ns, pull_ns; /* wall time; push and pull are 0 on the CPU */
};

struct tile_untiled {
    const struct chain *chain;
    struct opencl *opencl; /* NULL: the CPU by OpenMP with that many threads */
    int threads;
    const struct image *in, *const *with; /* as for chain_run() */
    int samples;                          /* calls after the first one; may be 0 */
};

/* times[0 .. samples - 1] are those of the calls after the first; *first_call_ns is the first call with everything that
 * was prepared for it. `out` is allocated here and freed by the caller, also on failure. Fails as chain_run(). */
enum status tile_untiled_run(const struct tile_untiled *request, struct image *out, struct tile_times *times,
                             double *first_call_ns);

#endif
