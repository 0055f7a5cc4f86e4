/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out(x, y) = the largest in(x, y, z) over all z. Of equal pixels the first in z stays: a later one replaces it only
 * when strictly greater. So -0 and 0 keep the bits of the one that came first, and a NaN stays only in the first plane.
 *
 * Memory bound: every plane is read once. A thread takes pieces of the plane whose maxima stay in its cache while it
 * walks z: several rows, so that each plane is read in long runs, or, in an image of few rows, parts of rows, so that
 * no thread is idle. (Row by row and plane by plane took two to five times as long.)
 *
 * On a device a work-item holds one vector of columns. An image with fewer of those than the device can have under way
 * is cut in z as well: every segment starts from the first plane, and the segments' maxima meet in z order in local
 * memory, which gives the same bits as one walk.
 */
#include "ops/compile.h"
#include "ops/kernels.h"
#include "ops/part.h"

#include <string.h>

enum { PIECE_BYTES = 32768, PIECE_STEP_PX = 64 };

static struct region columns_of(const struct op_args *args, struct shape in, const struct region *out)
{
    (void)args;
    return (struct region){out->x, out->y, 0, {out->shape.width, out->shape.height, in.depth}};
}

static enum status maximum_z_projection_ref(const struct op_call *call)
{
    const struct image in = part_view(call, columns_of);
    const struct op_call columns = {.in = {&in}};
    const struct shape s = in.shape;
    for (int64_t y = 0; y < s.height; y++)
        for (int64_t x = 0; x < s.width; x++) {
            pixel best = in_row(&columns, 0, y, 0)[x];
            for (int64_t z = 1; z < s.depth; z++)
                if (in_row(&columns, 0, y, z)[x] > best)
                    best = in_row(&columns, 0, y, z)[x];
            out_row(call, y, 0)[x] = best;
        }
    return STATUS_OK;
}

/* The columns x0..x1-1 of the rows y0..y1-1. */
struct piece {
    int64_t x0, x1, y0, y1;
};

/* Equal turns for all threads, in whole rows if a turn is about a row or more, else in parts of rows. */
static struct piece largest_piece(struct shape s, int threads)
{
    int64_t share = (s.width * s.height + threads - 1) / threads, cached = PIECE_BYTES / (int64_t)sizeof(pixel);
    int64_t turns = (share + cached - 1) / cached, px = (share + turns - 1) / turns;
    if (2 * px > s.width)
        return (struct piece){0, s.width, 0, (px + s.width - 1) / s.width};
    return (struct piece){0, (px + PIECE_STEP_PX - 1) / PIECE_STEP_PX * PIECE_STEP_PX, 0, 1};
}

/* Four planes at a time: as many streams from memory, and a quarter of the traffic of the maxima. */
static void raise_row(pixel *restrict best, const pixel *restrict a, const pixel *restrict b, const pixel *restrict c,
                      const pixel *restrict d, int64_t count)
{
#pragma omp simd
    for (int64_t x = 0; x < count; x++) {
        pixel first = a[x] > best[x] ? a[x] : best[x];
        pixel second = b[x] > first ? b[x] : first;
        pixel third = c[x] > second ? c[x] : second;
        best[x] = d[x] > third ? d[x] : third;
    }
}

static void project_piece(const struct op_call *call, struct piece p)
{
    const int64_t last = call->in[0]->shape.depth - 1;
    for (int64_t y = p.y0; y < p.y1; y++)
        memcpy(out_row(call, y, 0) + p.x0, in_row(call, 0, y, 0) + p.x0, (size_t)(p.x1 - p.x0) * sizeof(pixel));
    /* Beyond the last plane it is taken again, which changes nothing. */
    for (int64_t z = 1; z <= last; z += 4)
        for (int64_t y = p.y0; y < p.y1; y++)
            raise_row(out_row(call, y, 0) + p.x0, in_row(call, 0, y, z) + p.x0,
                      in_row(call, 0, y, z + 1 < last ? z + 1 : last) + p.x0,
                      in_row(call, 0, y, z + 2 < last ? z + 2 : last) + p.x0,
                      in_row(call, 0, y, z + 3 < last ? z + 3 : last) + p.x0, p.x1 - p.x0);
}

static enum status maximum_z_projection_omp(const struct op_call *call)
{
    const struct image in = part_view(call, columns_of);
    const struct op_call columns = {.in = {&in}, .out = call->out};
    const struct shape s = in.shape;
    const struct piece largest = largest_piece(s, call->threads);
    const int64_t across = (s.width + largest.x1 - 1) / largest.x1, down = (s.height + largest.y1 - 1) / largest.y1;
#pragma omp parallel for num_threads(call->threads) schedule(static)
    for (int64_t i = 0; i < across * down; i++) {
        int64_t x = i % across * largest.x1, y = i / across * largest.y1;
        project_piece(&columns, (struct piece){x, x + largest.x1 < s.width ? x + largest.x1 : s.width, y,
                                               y + largest.y1 < s.height ? y + largest.y1 : s.height});
    }
    return STATUS_OK;
}

/* A column at a time, out of an input that holds more than these. */
static enum status project_inner(struct plan *plan, const struct op_device_call *call, const struct part_corner *corner)
{
    const struct device_shape in = device_image_shape(call->in[0]), s = device_image_shape(call->out);
    const cl_long depth = call->part->whole_in.depth;
    const struct launch launch = {
        .kernel = "maximum_z_projection_inner",
        .global = {(size_t)s.width, (size_t)s.height, 1},
        .local = {32, 4, 1},
        .arguments = {ARG(call->in[0]->memory), ARG(call->out->memory), ARG(in), ARG(s), ARG(*corner), ARG(depth)},
    };
    return plan_launch(plan, &launch);
}

static enum status maximum_z_projection_ocl(struct plan *plan, const struct op_device_call *call)
{
    enum { GROUP = 128, SEGMENTS_MAX = 8, PLANES_MIN = 8, ITEMS_PER_UNIT = 1024 };
    struct part_corner corner;
    if (part_is_inner(call, columns_of, &corner))
        return project_inner(plan, call, &corner);
    const struct device *device = &plan_opencl(plan)->device;
    const struct device_shape s = device_image_shape(call->in[0]);
    cl_long vectors = s.stride * s.height / call->vector_px;
    cl_int depth = (cl_int)s.depth, segments = 1;
    while (device->type != DEVICE_CPU && segments < SEGMENTS_MAX && depth >= 2 * segments * PLANES_MIN &&
           vectors * segments < (cl_long)device->compute_units * ITEMS_PER_UNIT)
        segments *= 2;
    struct launch launch = {
        .kernel = "maximum_z_projection",
        .global = {(size_t)vectors, (size_t)segments},
        .local = {(size_t)(GROUP / segments), (size_t)segments},
        .arguments = {ARG(call->in[0]->memory), ARG(call->out->memory), ARG(vectors), ARG(depth),
                      ARG_LOCAL(GROUP * (size_t)call->vector_px * sizeof(pixel))},
    };
    return plan_launch(plan, &launch);
}

static struct shape one_plane(const struct op_args *args, struct shape in)
{
    (void)args;
    return (struct shape){in.width, in.height, 1};
}

static double one_flop(const struct op_args *args, struct shape in)
{
    (void)args, (void)in;
    return 1;
}

const struct op OP(maximum_z_projection) = {
    OP_COMMON(maximum_z_projection), .summary = "largest pixel along z", .inputs = 1,
    .result = RESULT_AS_INPUT,       .dimensions = OP_3D_ONLY,           .margin = MARGIN_COLUMN,
    .margin_rule = "column",         .source_region = columns_of,        .result_shape = one_plane,
    .flops_per_px = one_flop,        .ref = maximum_z_projection_ref,    .omp = maximum_z_projection_omp,
    .ocl = maximum_z_projection_ocl,
};
