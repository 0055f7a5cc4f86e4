/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out(x, y, z) = in with the index mirrored along the chosen axes; any subset of x, y, z.
 *
 * Memory bound, no arithmetic. Each output row is one input row, copied forwards or backwards. On a device a work-item
 * writes 16 bytes of a row; read backwards they come from two neighbouring vectors, see the kernel.
 *
 * A tile is the mirrored tile of the input, mirrored (part.h).
 */
#include "ops/compile.h"
#include "ops/kernels.h"
#include "ops/part.h"

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

static struct region mirrored(const struct op_args *args, struct shape in, const struct region *out)
{
    const struct mirror m = mirror_axes(args);
    struct region region = *out;
    if (m.x)
        region.x = in.width - out->x - out->shape.width;
    if (m.y)
        region.y = in.height - out->y - out->shape.height;
    if (m.z)
        region.z = in.depth - out->z - out->shape.depth;
    return region;
}

static const pixel *mirrored_row(const struct image *in, struct mirror m, int64_t y, int64_t z)
{
    return image_row(in, m.y ? in->shape.height - 1 - y : y, m.z ? in->shape.depth - 1 - z : z);
}

static enum status flip_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    const struct mirror m = mirror_axes(call->args);
    const struct image in = part_view(call, mirrored);
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++)
                out_row(call, y, z)[x] = mirrored_row(&in, m, y, z)[m.x ? s.width - 1 - x : x];
    return STATUS_OK;
}

/* The width is an argument because a store through a uint8 pointer could change one in memory: the loop over bytes is a
 * vector loop only if it cannot. */
static void reverse_row(pixel *restrict out, const pixel *restrict in, int64_t width)
{
#pragma omp simd
    for (int64_t x = 0; x < width; x++)
        out[x] = in[width - 1 - x];
}

static enum status flip_omp(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    const struct mirror m = mirror_axes(call->args);
    const struct image source = part_view(call, mirrored);
#pragma omp parallel for num_threads(call->threads) schedule(static)
    for (int64_t row = 0; row < s.height * s.depth; row++) {
        int64_t y = row % s.height, z = row / s.height;
        const pixel *in = mirrored_row(&source, m, y, z);
        if (m.x)
            reverse_row(out_row(call, y, z), in, s.width);
        else
            memcpy(out_row(call, y, z), in, (size_t)s.width * sizeof *in);
    }
    return STATUS_OK;
}

/* A pixel at a time, out of an input that holds more than these. */
static enum status flip_inner(struct plan *plan, const struct op_device_call *call, const struct part_corner *corner)
{
    const struct device_shape in = device_image_shape(call->in[0]), s = device_image_shape(call->out);
    const cl_int axes = (cl_int)call->args->value[AXES] + 1;
    const struct launch launch = {
        .kernel = "flip_inner",
        .global = {(size_t)s.width, (size_t)s.height, (size_t)s.depth},
        .local = {32, 4, 1},
        .arguments = {ARG(call->in[0]->memory), ARG(call->out->memory), ARG(in), ARG(s), ARG(*corner), ARG(axes)},
    };
    return plan_launch(plan, &launch);
}

/* Work-groups are filled along x first, then y, then z, so that narrow images and thin stacks leave few of them idle.
 */
static enum status flip_ocl(struct plan *plan, const struct op_device_call *call)
{
    enum { GROUP = 128, VECTOR_PX = 16 / sizeof(pixel) };
    struct part_corner corner;
    if (part_is_inner(call, mirrored, &corner))
        return flip_inner(plan, call, &corner);
    struct device_shape s = device_image_shape(call->out);
    cl_int axes = (cl_int)call->args->value[AXES] + 1;
    struct launch launch = {
        .kernel = "flip",
        .global = {(size_t)(s.width + VECTOR_PX - 1) / VECTOR_PX, (size_t)s.height, (size_t)s.depth},
        .local = {1, 1, 1},
        .arguments = {ARG(call->in[0]->memory), ARG(call->out->memory), ARG(s), ARG(axes)},
    };
    size_t items = 1;
    for (int d = 0; d < LAUNCH_DIMENSIONS; d++)
        for (; items < GROUP && launch.local[d] < launch.global[d]; items *= 2)
            launch.local[d] *= 2;
    return plan_launch(plan, &launch);
}

const struct op OP(flip) = {
    OP_COMMON(flip),
    .summary = "mirrors the image along any of its axes",
    .params = {{.name = "axes", .help = "which axes are mirrored", .kind = OP_CHOICE, .choices = "x,y,xy,z,xz,yz,xyz"}},
    .inputs = 1,
    .result = RESULT_AS_INPUT,
    .margin = MARGIN_GEOMETRIC,
    .margin_rule = "geometric",
    .source_region = mirrored,
    .ref = flip_ref,
    .omp = flip_omp,
    .ocl = flip_ocl,
};
