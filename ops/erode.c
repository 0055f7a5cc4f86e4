/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = 1 where every pixel of the neighbourhood is non-zero, else 0.
 *
 * The image is packed to one bit a pixel, eroded there and unpacked: see packed_morphology.h.
 */
#include "ops/compile.h"
#include "ops/kernels.h"
#include "ops/packed_morphology_plan.h"

static enum status erode_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++)
                out_row_u8(call, y, z)[x] = !neighbourhood_has(call, false, x, y, z);
    return STATUS_OK;
}

static enum status erode_omp(const struct op_call *call)
{
    return packed_morphology_omp(call, ERODE);
}

const struct op OP(erode) = {
    OP_COMMON(erode),
    PACKED_MORPHOLOGY,
    .summary = "1 where the whole neighbourhood is non-zero, else 0",
    .ref = erode_ref,
    .omp = erode_omp,
};
