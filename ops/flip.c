/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out(x, y, z) = in with the index mirrored along the chosen axes; any subset of x, y, z.
 *
 * Memory bound, no arithmetic. Each output row is one input row, copied forwards or backwards.
 */
#include "ops/compile.h"
#include "ops/kernels.h"

#include <string.h>

enum { AXES };

struct mirror {
    bool x, y, z;
};

/* The choices are the non-empty subsets in binary order, so that the position plus one holds a bit per axis. */
static struct mirror mirror_axes(const struct op_args *args)
{
    int bits = (int)args->value[AXES] + 1;
    return (struct mirror){.x = bits & 1, .y = bits & 2, .z = bits & 4};
}

static enum status flip_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    const struct mirror m = mirror_axes(call->args);
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++)
                out_row(call, y, z)[x] =
                    in_row(call, 0, m.y ? s.height - 1 - y : y, m.z ? s.depth - 1 - z : z)[m.x ? s.width - 1 - x : x];
    return STATUS_OK;
}

static enum status flip_omp(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    const struct mirror m = mirror_axes(call->args);
#pragma omp parallel for num_threads(call->threads) schedule(static)
    for (int64_t row = 0; row < s.height * s.depth; row++) {
        int64_t y = row % s.height, z = row / s.height;
        const pixel *restrict in = in_row(call, 0, m.y ? s.height - 1 - y : y, m.z ? s.depth - 1 - z : z);
        pixel *restrict out = out_row(call, y, z);
        if (!m.x) {
            memcpy(out, in, (size_t)s.width * sizeof *out);
            continue;
        }
#pragma omp simd
        for (int64_t x = 0; x < s.width; x++)
            out[x] = in[s.width - 1 - x];
    }
    return STATUS_OK;
}

const struct op OP(flip) = {
    OP_COMMON(flip),
    .summary = "mirrors the image along any of its axes",
    .params = {{.name = "axes", .help = "which axes are mirrored", .kind = OP_CHOICE, .choices = "x,y,xy,z,xz,yz,xyz"}},
    .inputs = 1,
    .result = RESULT_AS_INPUT,
    .margin = MARGIN_GEOMETRIC,
    .margin_rule = "geometric",
    .ref = flip_ref,
    .omp = flip_omp,
    .launch = LAUNCH_PIXELS,
};
