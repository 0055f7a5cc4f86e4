/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Means on a device: the launches of kernels/mean.cl. Boxes: z by itself, then y and x in one launch, or y by itself
 * too where the radius is large. Spheres: one launch.
 */
#ifndef OPS_MEAN_PLAN_H
#define OPS_MEAN_PLAN_H

#include <stdio.h>
#include <stdlib.h>

#include "ops/mean_sums.h"
#include "ops/neighbourhood.h"

/* What kernels divide by: `struct divisor` of kernels/mean_sums.clh. */
struct device_divisor {
    cl_uint count, rounding, magic;
    cl_float scale, factor;
    cl_uint unused;
    union {
        cl_ulong wide_magic;
        cl_double inverse; /* where sums are float64 */
    } wide;
};

/* How a device is used. */
struct device_use {
    struct device_divisor divisor;
    bool is_cpu, doubles;
    int columns;      /* side by side in a work-item */
    char options[64]; /* of all kernels */
};

/* float64 is worth it where it has half the rate of float32: on a CPU, and on NVIDIA's devices of a compute capability
 * x.0 from 6.0 on. Others take two floats. */
static inline bool doubles_are_fast(const struct device *device)
{
    enum { COMPUTE_CAPABILITY_MAJOR_NV = 0x4000, COMPUTE_CAPABILITY_MINOR_NV = 0x4001 };
    cl_uint major = 0, minor = 0;
    if (!device->double_precision || device->type == DEVICE_CPU)
        return device->double_precision;
    return clGetDeviceInfo(device->id, COMPUTE_CAPABILITY_MAJOR_NV, sizeof major, &major, NULL) == CL_SUCCESS &&
           clGetDeviceInfo(device->id, COMPUTE_CAPABILITY_MINOR_NV, sizeof minor, &minor, NULL) == CL_SUCCESS &&
           major >= 6 && minor == 0;
}

static inline struct device_divisor device_divisor_of(int64_t count, bool doubles)
{
    struct device_divisor d = {.count = (cl_uint)count, .rounding = (cl_uint)(count / 2), .scale = 1};
    d.magic = UINT32_MAX / d.count;
    if (doubles)
        d.wide.inverse = 1 / (double)count;
    else
        d.wide.wide_magic = UINT64_MAX / d.count;
    while (d.scale * (float)count > 1)
        d.scale /= 2;
    d.factor = (float)(1 / ((double)d.scale * (double)count));
    return d;
}

static inline struct device_use device_use_of(const struct device *device, enum pixel_type type, int64_t count)
{
    struct device_use use = {.is_cpu = device->type == DEVICE_CPU};
    use.doubles = type == PIXEL_F32 && doubles_are_fast(device);
    use.columns = use.is_cpu ? 8 : type == PIXEL_F32 ? 2 : 4;
    use.divisor = device_divisor_of(count, use.doubles);
    snprintf(use.options, sizeof use.options, "-D COLUMNS=%d%s%s%s", use.columns, use.is_cpu ? " -D ON_CPU" : "",
             use.doubles ? " -D DOUBLE" : "", sums_are_wide(count) ? " -D WIDE" : "");
    return use;
}

/* The axis pass of kernels/mean.cl: `struct lines` there. */
struct device_lines {
    cl_long width, length, step, sheets, sheet_step;
};

enum {
    FUSED_RADIUS_MAX = 16, /* with y in the same launch as x; a tile's surroundings grow with the radius */
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
    const struct shape s = call->out->shape;
    const int64_t stride = call->out->stride, plane = stride * s.height;
    const int columns = use->columns, segment = segment_of(radius);
    const struct device_lines lines = axis == 1 ? (struct device_lines){s.width, s.height, stride, s.depth, plane}
                                                : (struct device_lines){s.width, s.depth, plane, s.height, stride};
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
    const int columns = use->columns, group = use->is_cpu ? 32 : GROUP;
    const int loads = (wide_tile ? 1024 : use->is_cpu ? 256 : GROUP * columns) / (group * columns);
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
