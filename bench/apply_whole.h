/* SPDX-License-Identifier: BSD-3-Clause
 *
 * apply for images that fit in memory: a TIFF file in, a TIFF file out.
 */
#ifndef BENCH_APPLY_WHOLE_H
#define BENCH_APPLY_WHOLE_H

#include "ops/execution.h"

struct apply_whole {
    const char *chain, *in, *out;
    int64_t channel, frame;
    enum backend backend;
    enum op_variant variant;
    struct opencl *opencl; /* BACKEND_OPENCL only */
    int threads;
};

/* STATUS_USAGE, STATUS_INPUT, STATUS_IO, STATUS_MEMORY, STATUS_DEVICE_MEMORY. */
enum status apply_whole(const struct apply_whole *request);

#endif
