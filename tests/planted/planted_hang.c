/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = in, but never returns where the parameter says: shows that a hang costs one case and its time limit, not the
 * run. OpenMP sleeps for ever instead of spinning, so that an unnoticed one does not heat the machine; the kernel has
 * to spin.
 */
#include "ops/compile.h"
#include "ops/kernels.h"

#include <string.h>
#include <unistd.h>

enum { WHERE };
enum { NEVER, OPENMP, OPENCL };

static enum status planted_hang_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            memcpy(out_row(call, y, z), in_row(call, 0, y, z), (size_t)s.width * sizeof(pixel));
    return STATUS_OK;
}

static enum status planted_hang_omp(const struct op_call *call)
{
    while (call->args->value[WHERE] == OPENMP)
        pause();
    return planted_hang_ref(call);
}

const struct op OP(planted_hang) = {
    OP_COMMON(planted_hang),
    .summary = "copies the image or never ends",
    .params = {{.name = "where",
                .help = "which implementation never ends",
                .kind = OP_CHOICE,
                .choices = "never,openmp,opencl"}},
    .inputs = 1,
    .result = RESULT_AS_INPUT,
    .margin_rule = "0",
    .ref = planted_hang_ref,
    .omp = planted_hang_omp,
    .launch = LAUNCH_PIXELS,
};
