/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = in, wrong on purpose: shows that the checker can fail. OpenMP is off by one step in the last column alone, the
 * kernel in the last pixel alone, which is where a forgotten border or remainder loop is wrong.
 */
#include "ops/compile.h"
#include "ops/kernels.h"

#include <string.h>

static enum status planted_wrong_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            memcpy(out_row(call, y, z), in_row(call, 0, y, z), (size_t)s.width * sizeof(pixel));
    return STATUS_OK;
}

static enum status planted_wrong_omp(const struct op_call *call)
{
    const struct shape s = call->out->shape;
#pragma omp parallel for num_threads(call->threads) schedule(static)
    for (int64_t row = 0; row < s.height * s.depth; row++) {
        const pixel *in = in_row(call, 0, row % s.height, row / s.height);
        pixel *out = out_row(call, row % s.height, row / s.height);
        memcpy(out, in, (size_t)s.width * sizeof(pixel));
        out[s.width - 1] = in[s.width - 1] == 0 ? 1 : 0;
    }
    return STATUS_OK;
}

const struct op OP(planted_wrong) = {
    OP_COMMON(planted_wrong),
    .summary = "copies the image, wrongly",
    .inputs = 1,
    .result = RESULT_AS_INPUT,
    .margin_rule = "0",
    .ref = planted_wrong_ref,
    .omp = planted_wrong_omp,
    .launch = LAUNCH_PIXELS,
};
