/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = the smallest pixel of the neighbourhood, clamp to edge; -0 comes before +0. The work is that of ops/extremum.h
 * and what it is included by; on a device that of ops/extremum_plan.c.
 */
#include "ops/extremum_filter.h"
#include "ops/extremum_plan.h"
#include "ops/kernels.h"

static enum status minimum_ref(const struct op_call *call)
{
    const struct extremum e = extremum_of(call->args, MINIMUM, call->in[0], call->out);
    filter_by_reference(&e);
    return STATUS_OK;
}

static enum status minimum_omp(const struct op_call *call)
{
    const struct extremum e = extremum_of(call->args, MINIMUM, call->in[0], call->out);
    filter_extremum(&e, call->threads, call->scratch);
    return STATUS_OK;
}

static enum status minimum_ocl(struct plan *plan, const struct op_device_call *call)
{
    const struct extremum_filter filter = {.maximum = false};
    return extremum_plan(plan, call, &filter, 1);
}

static int64_t minimum_margin(const struct op_args *args, int axis)
{
    (void)axis;
    return (int64_t)args->value[RADIUS];
}

const struct op OP(minimum) = {
    OP_COMMON(minimum),
    .summary = "the smallest pixel of the neighbourhood",
    .params = {{.name = "radius",
                .help = "half-width of the neighbourhood",
                .unit = "px",
                .kind = OP_INTEGER,
                .low = 0,
                .high = 100,
                .preset = 2,
                .tested = "0,1,7"},
               {.name = "shape",
                .help = "box: all pixels within the radius on each axis; sphere: within the radius of the middle",
                .kind = OP_CHOICE,
                .choices = NEIGHBOURHOOD_CHOICES}},
    .inputs = 1,
    .result = RESULT_AS_INPUT,
    .margin_rule = "r",
    .margin_px = minimum_margin,
    .flops_per_px = filter_flops,
    .ref = minimum_ref,
    .omp = minimum_omp,
    .scratch_bytes = filter_bytes,
    .ocl = minimum_ocl,
};
