/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = 1 where both images are non-zero, else 0.
 *
 * Memory bound: three operations per two pixels read and one written. Rows are split evenly among threads and each row
 * is one vectorised loop. The device walks the padded buffers as flat arrays of vectors.
 */
#include "ops/compile.h"
#include "ops/kernels.h"

static enum status binary_and_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++)
                out_row_u8(call, y, z)[x] = in_row(call, 0, y, z)[x] != 0 && in_row(call, 1, y, z)[x] != 0;
    return STATUS_OK;
}

static enum status binary_and_omp(const struct op_call *call)
{
    const struct shape s = call->out->shape;
#pragma omp parallel for num_threads(call->threads) schedule(static)
    for (int64_t row = 0; row < s.height * s.depth; row++) {
        const pixel *restrict a = in_row(call, 0, row % s.height, row / s.height);
        const pixel *restrict b = in_row(call, 1, row % s.height, row / s.height);
        uint8_t *restrict out = out_row_u8(call, row % s.height, row / s.height);
#pragma omp simd
        for (int64_t x = 0; x < s.width; x++)
            out[x] = (a[x] != 0) & (b[x] != 0);
    }
    return STATUS_OK;
}

static double three_flops(const struct op_args *args, struct shape in)
{
    (void)args, (void)in;
    return 3;
}

const struct op OP(binary_and) = {
    OP_COMMON(binary_and), .summary = "1 where both images are non-zero, else 0",
    .inputs = 2,           .result = RESULT_BINARY,
    .margin_rule = "0",    .flops_per_px = three_flops,
    .ref = binary_and_ref, .omp = binary_and_omp,
    .launch = LAUNCH_FLAT,
};
