/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = factor1 * a + factor2 * b: t = factor1 * a, then fma(factor2, b, t), both in float32; rounded half to even and
 * saturated for integer types. The fused step is written out, so that every compiler takes the same two roundings.
 *
 * Memory bound: three operations per two pixels read and one written. Rows are split evenly among threads and each row
 * is one vectorised loop; at a CPU level without FMA instructions the loop calls the library's exact fmaf. The device
 * walks the padded buffers as flat arrays of vectors.
 */
#include "ops/compile.h"
#include "ops/kernels.h"

enum { FACTOR1, FACTOR2 };

static enum status add_images_weighted_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    const float factor1 = (float)call->args->value[FACTOR1], factor2 = (float)call->args->value[FACTOR2];
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++) {
                float a = (float)in_row(call, 0, y, z)[x], b = (float)in_row(call, 1, y, z)[x];
                out_row(call, y, z)[x] = pixel_store(fmaf(factor2, b, factor1 * a));
            }
    return STATUS_OK;
}

static enum status add_images_weighted_omp(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    const float factor1 = (float)call->args->value[FACTOR1], factor2 = (float)call->args->value[FACTOR2];
#pragma omp parallel for num_threads(call->threads) schedule(static)
    for (int64_t row = 0; row < s.height * s.depth; row++) {
        const pixel *restrict a = in_row(call, 0, row % s.height, row / s.height);
        const pixel *restrict b = in_row(call, 1, row % s.height, row / s.height);
        pixel *restrict out = out_row(call, row % s.height, row / s.height);
#pragma omp simd
        for (int64_t x = 0; x < s.width; x++)
            out[x] = pixel_store(fmaf(factor2, (float)b[x], factor1 * (float)a[x]));
    }
    return STATUS_OK;
}

static double three_flops(const struct op_args *args, struct shape in)
{
    (void)args, (void)in;
    return 3;
}

const struct op OP(add_images_weighted) = {
    OP_COMMON(add_images_weighted),
    .summary = "adds two images, each multiplied by a factor",
    .params = {{.name = "factor1",
                .help = "of the first image",
                .unit = "",
                .low = -1e9,
                .high = 1e9,
                .preset = 1,
                .tested = "-0.3,0.5"},
               {.name = "factor2",
                .help = "of the second image",
                .unit = "",
                .low = -1e9,
                .high = 1e9,
                .preset = 1,
                .tested = "-1.7,0.7"}},
    .inputs = 2,
    .result = RESULT_AS_INPUT,
    .margin_rule = "0",
    .flops_per_px = three_flops,
    .ref = add_images_weighted_ref,
    .omp = add_images_weighted_omp,
    .launch = LAUNCH_FLAT,
};
