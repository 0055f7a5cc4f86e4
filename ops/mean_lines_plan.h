/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Means on a device: what the launches of kernels/mean.cl have in common, and those of boxes on a device that is a CPU
 * (kernels/mean_lines.clh).
 */
#ifndef OPS_MEAN_LINES_PLAN_H
#define OPS_MEAN_LINES_PLAN_H

#include <stdio.h>

#include "ops/mean_sums.h"

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
    int columns;      /* side by side in a work-item of a GPU */
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
    use.columns = type == PIXEL_F32 ? 2 : 4;
    use.divisor = device_divisor_of(count, use.doubles);
    snprintf(use.options, sizeof use.options, "-D COLUMNS=%d%s%s", use.columns, use.doubles ? " -D DOUBLE" : "",
             sums_are_wide(count) ? " -D WIDE" : "");
    return use;
}

enum {
    MEAN_RADIUS_MAX = 100,
    FUSED_RADIUS_MAX = 16, /* with y in the same launch as x; what surrounds a tile grows with the radius */
};

/* What a pass along one axis sums: `struct lines` of kernels/mean.cl. */
struct device_lines {
    cl_long width, length, step, sheets, sheet_step;
};

/* `width` columns of all lines along y (axis 1) or z (2). */
static inline struct device_lines device_lines_of(const struct op_device_call *call, int axis, int64_t width)
{
    const struct shape s = call->out->shape;
    const int64_t stride = call->out->stride, plane = stride * s.height;
    return axis == 1 ? (struct device_lines){width, s.height, stride, s.depth, plane}
                     : (struct device_lines){width, s.depth, plane, s.height, stride};
}

static inline int64_t strips_of(int64_t size, int64_t each)
{
    return (size + each - 1) / each;
}

/* Sums along y or z; `from` are sums or pixels. */
static inline enum status plan_columns(struct plan *plan, const struct op_device_call *call, int axis, cl_int radius,
                                       const struct device_use *use, bool sums_in, cl_mem from, cl_mem to)
{
    /* The block of a work-item is kept in its core's first cache. */
    enum { WIDTH = 512 };
    const bool near = radius <= FUSED_RADIUS_MAX;
    const int radius_max = near ? FUSED_RADIUS_MAX : MEAN_RADIUS_MAX;
    const struct device_lines lines = device_lines_of(call, axis, call->out->stride);
    const int chunk = near ? 64 : call->out->type == PIXEL_F32 ? 16 : 32;
    const int64_t groups = strips_of(lines.width, WIDTH) * strips_of(lines.length, 2 * radius + 1) * lines.sheets;
    char options[160];
    snprintf(options, sizeof options, "%s -D LINES -D AXIS -D RADIUS_MAX=%d -D WIDTH=%d -D CHUNK=%d%s", use->options,
             radius_max, WIDTH, chunk, sums_in ? " -D SUMS_IN" : "");
    const struct launch launch = {.kernel = "mean_columns",
                                  .options = options,
                                  .global = {(size_t)groups},
                                  .local = {1},
                                  .arguments = {ARG(from), ARG(to), ARG(lines), ARG(radius), ARG(use->divisor)}};
    return plan_launch(plan, &launch);
}

/* Sums along y, where ry > 0, and x, and the means. */
static inline enum status plan_strips(struct plan *plan, const struct op_device_call *call, cl_int rx, cl_int ry,
                                      const struct device_use *use, bool sums_in, cl_mem from)
{
    enum { ROWS = 32 };
    const struct shape s = call->out->shape;
    const struct device_shape shape = device_image_shape(call->out);
    const bool fused = rx <= FUSED_RADIUS_MAX;
    const int width = fused && call->out->type == PIXEL_F32 ? 256 : 512;
    const cl_int band = (cl_int)strips_of(ROWS, 2 * ry + 1) * (2 * ry + 1);
    const int64_t groups = strips_of(s.width, width) * strips_of(s.height, band) * s.depth;
    char options[160];
    snprintf(options, sizeof options, "%s -D LINES -D RADIUS_MAX=%d -D REACH_MAX=%d -D WIDTH=%d%s", use->options,
             fused ? FUSED_RADIUS_MAX : 0, fused ? FUSED_RADIUS_MAX : MEAN_RADIUS_MAX, width,
             sums_in ? " -D SUMS_IN" : "");
    const struct launch launch = {
        .kernel = "mean_strip",
        .options = options,
        .global = {(size_t)groups},
        .local = {1},
        .arguments = {ARG(from), ARG(call->out->memory), ARG(shape), ARG(rx), ARG(ry), ARG(band), ARG(use->divisor)}};
    return plan_launch(plan, &launch);
}

#endif
