/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Means on a device: the launches of kernels/mean.cl. Boxes: z by itself, then y and x in one launch, or y by itself
 * too where the radius is large; a device that is a CPU has kernels of its own for that (mean_lines_plan.h). Spheres:
 * one launch.
 */
#ifndef OPS_MEAN_PLAN_H
#define OPS_MEAN_PLAN_H

#include <stdio.h>
#include <stdlib.h>

#include "ops/mean_lines_plan.h"
#include "ops/neighbourhood.h"

enum {
    UNROLLED_RADII = 4,
    GROUP = 128,
};

/* How many windows a work-item sums at once: at most 2 * radius + 1. */
static inline int segment_of(int radius)
{
    return radius < 1 ? 1 : radius < 2 ? 2 : radius < 4 ? 4 : 8;
}

static inline enum status plan_axis(struct plan *plan, const struct op_device_call *call, int axis, cl_int radius,
                                    const struct device_use *use, bool sums_in, cl_mem from, cl_mem to)
{
    if (use->is_cpu)
        return plan_columns(plan, call, axis, radius, use, sums_in, from, to);
    const struct shape s = call->out->shape;
    const int columns = use->columns, segment = segment_of(radius);
    const struct device_lines lines = device_lines_of(call, axis, s.width);
    const size_t group_x = s.width > 64 ? 32 : 4, group_y = GROUP / group_x;
    const int64_t blocks = (lines.length + segment - 1) / segment * lines.sheets;
    const int64_t groups_x = (s.width + (int64_t)group_x * columns - 1) / ((int64_t)group_x * columns);
    const int64_t groups = groups_x * ((blocks + (int64_t)group_y - 1) / (int64_t)group_y);
    char options[128];
    snprintf(options, sizeof options, "%s -D AXIS -D SEGMENT=%d%s", use->options, segment,
             sums_in ? " -D SUMS_IN" : "");
    const struct launch launch = {.kernel = "mean_axis",
                                  .options = options,
                                  .global = {(size_t)groups * group_x, group_y, 1},
                                  .local = {group_x, group_y, 1},
                                  .arguments = {ARG(from), ARG(to), ARG(lines), ARG(radius), ARG(use->divisor)}};
    return plan_launch(plan, &launch);
}

static inline enum status plan_tile(struct plan *plan, const struct op_device_call *call, int rx, int ry,
                                    const struct device_use *use, bool sums_in, cl_mem from)
{
    const struct shape s = call->out->shape;
    const struct device_shape shape = device_image_shape(call->out);
    /* Sums of a tile fit in 20 KiB of local memory. A large radius needs a wide one. */
    const bool wide_tile = rx > FUSED_RADIUS_MAX;
    const int columns = use->columns, group = GROUP;
    const int loads = (wide_tile ? 1024 : GROUP * columns) / (group * columns);
    const int rows = wide_tile ? (call->out->type == PIXEL_F32 ? 2 : 4) : 8;
    const int64_t width = group * columns * loads - 2 * ((rx + 7) / 8 * 8);
    const int64_t groups = ((s.width + width - 1) / width) * ((s.height + rows - 1) / rows) * s.depth;
    const cl_int radius_x = rx, radius_y = ry;
    char options[224], radii[48] = "-D RX=rx -D RY=ry";
    if (rx < UNROLLED_RADII && ry < UNROLLED_RADII)
        snprintf(radii, sizeof radii, "-D RX=%d -D RY=%d", rx, ry);
    snprintf(options, sizeof options, "%s -D GROUP=%d -D LOADS=%d -D ROWS=%d -D SEGMENT=%d -D SEGMENT_X=%d %s%s",
             use->options, group, loads, rows, segment_of(ry), segment_of(rx), radii, sums_in ? " -D SUMS_IN" : "");
    const struct launch launch = {
        .kernel = "mean_tile",
        .options = options,
        .global = {(size_t)(groups * group), 1, 1},
        .local = {(size_t)group, 1, 1},
        .arguments = {ARG(from), ARG(call->out->memory), ARG(shape), ARG(radius_x), ARG(radius_y), ARG(use->divisor)}};
    return plan_launch(plan, &launch);
}

static inline enum status plan_box(struct plan *plan, const struct op_device_call *call, int radius,
                                   const struct device_use *use)
{
    enum status status;
    const struct shape s = call->out->shape;
    const int rx = s.width > 1 ? radius : 0, ry = s.height > 1 ? radius : 0, rz = s.depth > 1 ? radius : 0;
    const size_t bytes = (size_t)(call->out->stride * s.height * s.depth) *
                         (call->out->type == PIXEL_F32 ? sizeof(cl_float2) : sizeof(cl_uint));
    const bool y_apart = radius > FUSED_RADIUS_MAX && ry > 0;
    cl_mem from = call->in[0]->memory, sums;
    if (rz > 0) {
        TRY(plan_scratch(plan, bytes, &sums));
        TRY(plan_axis(plan, call, 2, rz, use, false, from, sums));
        from = sums;
    }
    if (y_apart) {
        TRY(plan_scratch(plan, bytes, &sums));
        TRY(plan_axis(plan, call, 1, ry, use, rz > 0, from, sums));
        from = sums;
    }
    if (use->is_cpu)
        TRY(plan_strips(plan, call, rx, y_apart ? 0 : ry, use, rz > 0 || y_apart, from));
    else
        TRY(plan_tile(plan, call, rx, y_apart ? 0 : ry, use, rz > 0 || y_apart, from));
done:
    return status;
}

static inline enum status plan_sphere(struct plan *plan, const struct op_device_call *call, int radius,
                                      const struct device_use *use)
{
    enum status status;
    const struct shape s = call->out->shape;
    const struct device_shape shape = device_image_shape(call->out);
    const cl_int count = (cl_int)neighbourhood_spans(NEIGHBOURHOOD_SPHERE, radius, s, NULL);
    const size_t bytes = (size_t)count * sizeof(struct span);
    struct span *list = malloc(bytes);
    cl_mem spans;
    char options[96];
    snprintf(options, sizeof options, "%s -D SPHERE", use->options);
    if (!list)
        return status_fail(STATUS_MEMORY, "mean: no host memory for %d rows of the neighbourhood", (int)count);
    neighbourhood_spans(NEIGHBOURHOOD_SPHERE, radius, s, list);
    TRY(plan_constant(plan, list, bytes, &spans));
    const struct launch launch = {.kernel = "mean_sphere",
                                  .options = options,
                                  .global = {(size_t)s.width, (size_t)s.height, (size_t)s.depth},
                                  .local = {32, 4, 1},
                                  .arguments = {ARG(call->in[0]->memory), ARG(call->out->memory), ARG(shape),
                                                ARG(use->divisor), ARG(spans), ARG(count)}};
    TRY(plan_launch(plan, &launch));
done:
    free(list);
    return status;
}

#endif
