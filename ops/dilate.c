/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = 1 where any pixel of the neighbourhood is non-zero, else 0.
 *
 * That is what an erosion of the complement leaves out. The complement is packed to one bit a pixel, eroded there, and
 * unpacked as its complement: see packed_morphology.h.
 */
#include "ops/compile.h"
#include "ops/kernels.h"
#include "ops/packed_morphology_plan.h"

static enum status dilate_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++)
                out_row_u8(call, y, z)[x] = neighbourhood_has(call, true, x, y, z);
    return STATUS_OK;
}

static enum status dilate_omp(const struct op_call *call)
{
    return packed_morphology_omp(call, DILATE);
}

const struct op OP(dilate) = {
    OP_COMMON(dilate),
    PACKED_MORPHOLOGY,
    .summary = "1 where any pixel of the neighbourhood is non-zero, else 0",
    .full_only = true,
    .ref = dilate_ref,
    .omp = dilate_omp,
};
