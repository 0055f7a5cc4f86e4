/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = in * scalar, in float32, rounded half to even and saturated for integer types.
 *
 * Memory bound: one multiplication per pixel read and written. Rows are split evenly among threads and each row is one
 * vectorised loop. The device walks the padded buffer as one flat array of vectors.
 */
#include "ops/compile.h"
#include "ops/kernels.h"

enum { SCALAR };

static enum status multiply_scalar_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    const float scalar = (float)call->args->value[SCALAR];
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++)
                out_row(call, y, z)[x] = pixel_store((float)in_row(call, 0, y, z)[x] * scalar);
    return STATUS_OK;
}

static enum status multiply_scalar_omp(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    const float scalar = (float)call->args->value[SCALAR];
#pragma omp parallel for num_threads(call->threads) schedule(static)
    for (int64_t row = 0; row < s.height * s.depth; row++) {
        const pixel *restrict in = in_row(call, 0, row % s.height, row / s.height);
        pixel *restrict out = out_row(call, row % s.height, row / s.height);
#pragma omp simd
        for (int64_t x = 0; x < s.width; x++)
            out[x] = pixel_store((float)in[x] * scalar);
    }
    return STATUS_OK;
}

static double one_flop(const struct op_args *args, struct shape in)
{
    (void)args, (void)in;
    return 1;
}

const struct op OP(multiply_scalar) = {
    OP_COMMON(multiply_scalar),
    .summary = "multiplies every pixel by a number",
    .params = {{.name = "scalar",
                .help = "the factor",
                .unit = "",
                .low = -1e9,
                .high = 1e9,
                .preset = 2,
                .tested = "-0.3,0.5,300"}},
    .inputs = 1,
    .result = RESULT_AS_INPUT,
    .margin_rule = "0",
    .flops_per_px = one_flop,
    .ref = multiply_scalar_ref,
    .omp = multiply_scalar_omp,
    .launch = LAUNCH_FLAT,
};
