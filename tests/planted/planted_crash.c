/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = in, but ends the process where the parameter says: shows that a crash costs one case and not the run. OpenMP
 * aborts while computing, as a failed assert does; OpenCL dies of a segmentation fault while planning, as drivers do.
 */
#include "ops/compile.h"
#include "ops/kernels.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { WHERE };
enum { NEVER, OPENMP, OPENCL };

static enum status planted_crash_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            memcpy(out_row(call, y, z), in_row(call, 0, y, z), (size_t)s.width * sizeof(pixel));
    return STATUS_OK;
}

static enum status planted_crash_omp(const struct op_call *call)
{
    if (call->args->value[WHERE] == OPENMP)
        abort();
    return planted_crash_ref(call);
}

static enum status planted_crash_ocl(struct plan *plan, const struct op_device_call *call)
{
    if (call->args->value[WHERE] == OPENCL) {
        signal(SIGSEGV, SIG_DFL); /* drivers have handlers of their own, which return */
        raise(SIGSEGV);
    }
    const struct device_shape shape = device_image_shape(call->out);
    const struct launch launch = {
        .kernel = "planted_crash",
        .global = {(size_t)shape.width, (size_t)shape.height, (size_t)shape.depth},
        .arguments = {ARG(call->in[0]->memory), ARG(call->out->memory), ARG(shape)},
    };
    return plan_launch(plan, &launch);
}

const struct op OP(planted_crash) = {
    OP_COMMON(planted_crash),
    .summary = "copies the image or ends the process",
    .params = {{.name = "where",
                .help = "which implementation ends the process",
                .kind = OP_CHOICE,
                .choices = "never,openmp,opencl"}},
    .inputs = 1,
    .result = RESULT_AS_INPUT,
    .margin_rule = "0",
    .ref = planted_crash_ref,
    .omp = planted_crash_omp,
    .ocl = planted_crash_ocl,
};
