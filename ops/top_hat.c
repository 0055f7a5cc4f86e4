/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = in - maximum(minimum(in)): what of the image is brighter than its opening, which is never brighter than the
 * image itself, so that integers need no saturation. Both filters are those of ops/extremum.h and what it is included
 * by; the second one's last pass subtracts.
 */
#include "ops/extremum_filter.h"
#include "ops/extremum_plan.h"
#include "ops/kernels.h"

#include <stdlib.h>

static struct image dense_image(struct shape shape, void *pixels)
{
    return (struct image){.shape = shape,
                          .stride = shape.width,
                          .slice = shape.width * shape.height,
                          .type = PIXEL_TYPE,
                          .pixels = pixels};
}

static enum status top_hat_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    const size_t bytes = (size_t)shape_pixels(s) * sizeof(pixel);
    const struct image darkest = dense_image(s, malloc(bytes));
    const struct extremum first = extremum_of(call->args, MINIMUM, call->in[0], &darkest);
    struct extremum second = extremum_of(call->args, MAXIMUM, &darkest, call->out);
    if (!darkest.pixels)
        return status_fail(STATUS_MEMORY, "top_hat: no host memory for an image of %zu bytes", bytes);
    second.minuend = call->in[0];
    filter_by_reference(&first);
    filter_by_reference(&second);
    free(darkest.pixels);
    return STATUS_OK;
}

/* Bytes of the image between the filters, whose rows are whole vectors and no power of two apart. */
static int64_t between_stride(struct shape s)
{
    return whole_vectors(s.width) + LINE_STEP;
}

static size_t between_bytes(struct shape s)
{
    return (size_t)(between_stride(s) * s.height * s.depth) * sizeof(pixel);
}

static size_t top_hat_scratch_bytes(const struct op_args *args, struct shape in, int threads)
{
    return between_bytes(in) + filter_bytes(args, in, threads);
}

static enum status top_hat_omp(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    struct image darkest = dense_image(s, call->scratch);
    void *scratch = (char *)call->scratch + between_bytes(s);
    darkest.stride = between_stride(s);
    darkest.slice = darkest.stride * s.height;
    const struct extremum first = extremum_of(call->args, MINIMUM, call->in[0], &darkest);
    struct extremum second = extremum_of(call->args, MAXIMUM, &darkest, call->out);
    second.minuend = call->in[0];
    filter_extremum(&first, call->threads, scratch);
    filter_extremum(&second, call->threads, scratch);
    return STATUS_OK;
}

static enum status top_hat_ocl(struct plan *plan, const struct op_device_call *call)
{
    const struct extremum_filter opening[] = {{.maximum = false}, {.maximum = true, .subtract = true}};
    return extremum_plan(plan, call, opening, 2);
}

static int64_t top_hat_margin(const struct op_args *args, int axis)
{
    (void)axis;
    return 2 * (int64_t)args->value[RADIUS];
}

static double top_hat_flops(const struct op_args *args, struct shape in)
{
    return 2 * filter_flops(args, in) + 1;
}

const struct op OP(top_hat) = {
    OP_COMMON(top_hat),
    .summary = "what is brighter than the opening (the maximum of the minimum)",
    .full_only = true,
    .params = {{.name = "radius",
                .help = "half-width of the neighbourhood",
                .unit = "px",
                .kind = OP_INTEGER,
                .low = 0,
                .high = 100,
                .preset = 10,
                .tested = "0,1,3"},
               {.name = "shape",
                .help = "box: all pixels within the radius on each axis; sphere: within the radius of the middle",
                .kind = OP_CHOICE,
                .choices = NEIGHBOURHOOD_CHOICES}},
    .inputs = 1,
    .result = RESULT_AS_INPUT,
    .margin_rule = "2r",
    .margin_px = top_hat_margin,
    .flops_per_px = top_hat_flops,
    .ref = top_hat_ref,
    .omp = top_hat_omp,
    .scratch_bytes = top_hat_scratch_bytes,
    .ocl = top_hat_ocl,
};
