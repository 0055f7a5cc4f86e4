/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = 1 where in >= threshold, else 0; a NaN is not.
 *
 * The comparison is that of real numbers, although the pixels are compared in their own type: an integer or float32 is
 * at least the threshold exactly if it is at least the lowest pixel value that is, and there may be none.
 *
 * Memory bound: one comparison per pixel read and written. Rows are split evenly among threads and each row is one
 * vectorised loop. The device walks the padded buffers as flat arrays of vectors.
 */
#include "ops/compile.h"
#include "ops/kernels.h"

enum { THRESHOLD };

static enum status fixed_threshold_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    const double threshold = call->args->value[THRESHOLD];
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++)
                out_row_u8(call, y, z)[x] = (double)in_row(call, 0, y, z)[x] >= threshold;
    return STATUS_OK;
}

struct comparison {
    pixel lowest;       /* value that is at least the threshold */
    uint8_t if_reached; /* 1; 0 if no value of the type is */
};

static struct comparison comparison_with(double threshold)
{
#ifdef PIXEL_IS_F32
    const float nearest = (float)threshold;
    return (struct comparison){(double)nearest < threshold ? nextafterf(nearest, INFINITY) : nearest, 1};
#else
    if (threshold > (double)PIXEL_LARGEST)
        return (struct comparison){0, 0};
    return (struct comparison){threshold <= 0 ? 0 : (pixel)ceil(threshold), 1};
#endif
}

static enum status fixed_threshold_omp(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    const struct comparison c = comparison_with(call->args->value[THRESHOLD]);
#pragma omp parallel for num_threads(call->threads) schedule(static)
    for (int64_t row = 0; row < s.height * s.depth; row++) {
        const pixel *restrict in = in_row(call, 0, row % s.height, row / s.height);
        uint8_t *restrict out = out_row_u8(call, row % s.height, row / s.height);
#pragma omp simd
        for (int64_t x = 0; x < s.width; x++)
            out[x] = in[x] >= c.lowest ? c.if_reached : 0;
    }
    return STATUS_OK;
}

static enum status fixed_threshold_ocl(struct plan *plan, const struct op_device_call *call)
{
    const struct comparison c = comparison_with(call->args->value[THRESHOLD]);
    const struct shape s = call->out->shape;
    const cl_long vectors = call->out->stride * s.height * s.depth / call->vector_px;
    const struct launch launch = {.kernel = "fixed_threshold",
                                  .global = {(size_t)vectors},
                                  .local = {128, 1, 1},
                                  .arguments = {ARG(call->in[0]->memory), ARG(call->out->memory), ARG(vectors),
                                                ARG(c.lowest), ARG(c.if_reached)}};
    return plan_launch(plan, &launch);
}

static double one_flop(const struct op_args *args, struct shape in)
{
    (void)args, (void)in;
    return 1;
}

const struct op OP(fixed_threshold) = {
    OP_COMMON(fixed_threshold),
    .summary = "1 where a pixel is at least the threshold, else 0",
    .params = {{.name = "threshold",
                .help = "the lowest value that gives 1",
                .unit = "intensity",
                .low = -1e9,
                .high = 1e9,
                .preset = 128,
                .tested = "-0.5,0,99.5,65535,65535.5"}},
    .inputs = 1,
    .result = RESULT_BINARY,
    .margin_rule = "0",
    .flops_per_px = one_flop,
    .ref = fixed_threshold_ref,
    .omp = fixed_threshold_omp,
    .ocl = fixed_threshold_ocl,
};
