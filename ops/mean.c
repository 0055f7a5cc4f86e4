/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = the sum of the neighbourhood / the number of its pixels, clamp to edge. Integer sums are exact and the quotient
 * is rounded once. A clamped neighbourhood has the same number of pixels everywhere.
 *
 * float32 is summed in more precision than it has: float64 on the CPU, two floats on a device. No sum has a value
 * subtracted that was added before: what is left of a large pixel, or of a NaN, does not follow the window.
 *
 * Boxes are separable. On the CPU all axes are summed in one pass over tiles (mean_box.h), on a device z by itself,
 * then y and x in one pass (kernels/mean.cl). Spheres are sets of rows (mean_sphere.h).
 */
#include "ops/kernels.h"
#include "ops/mean_box.h"
#include "ops/mean_sphere.h"

#include <omp.h>
#include <stdio.h>

enum { RADIUS, SHAPE };

/* Sums in the reference: exact for integers. */
#ifdef PIXEL_IS_F32
typedef double ref_sum;
#else
typedef uint64_t ref_sum;
#endif

/* Integers: half to even, in full. */
static pixel ref_quotient(ref_sum total, int64_t count)
{
#ifdef PIXEL_IS_F32
    return (pixel)(total / (double)count);
#else
    const uint64_t n = (uint64_t)count, q = total / n, twice_rest = 2 * (total - q * n);
    return (pixel)(q + (twice_rest > n || (twice_rest == n && q % 2 == 1)));
#endif
}

/* Windows along one axis of a dense volume whose pixels are `step` apart on it. */
static void ref_pass(struct shape s, int64_t size, int64_t step, int64_t radius, const ref_sum *in, ref_sum *out)
{
    for (int64_t p = 0; p < shape_pixels(s); p++) {
        const int64_t i = p / step % size;
        out[p] = 0;
        for (int64_t k = i - radius; k <= i + radius; k++)
            out[p] += in[p + (clamp_index(k, size) - i) * step];
    }
}

static enum status ref_box(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    const int64_t r = (int64_t)call->args->value[RADIUS], count = neighbourhood_px(NEIGHBOURHOOD_BOX, (int)r, s);
    const size_t bytes = (size_t)shape_pixels(s) * sizeof(ref_sum);
    ref_sum *a = malloc(bytes), *b = malloc(bytes);
    enum status status = STATUS_OK;
    if (!a || !b) {
        status = status_fail(STATUS_MEMORY, "mean: no host memory for two volumes of %zu bytes", bytes);
        goto done;
    }
    for (int64_t row = 0; row < s.height * s.depth; row++)
        for (int64_t x = 0; x < s.width; x++)
            a[row * s.width + x] = (ref_sum)in_row(call, 0, row % s.height, row / s.height)[x];
    ref_pass(s, s.width, 1, s.width > 1 ? r : 0, a, b);
    ref_pass(s, s.height, s.width, s.height > 1 ? r : 0, b, a);
    ref_pass(s, s.depth, s.width * s.height, s.depth > 1 ? r : 0, a, b);
    for (int64_t row = 0; row < s.height * s.depth; row++)
        for (int64_t x = 0; x < s.width; x++)
            out_row(call, row % s.height, row / s.height)[x] = ref_quotient(b[row * s.width + x], count);
done:
    free(a);
    free(b);
    return status;
}

static pixel ref_sphere_pixel(const struct op_call *call, int64_t x, int64_t y, int64_t z)
{
    const struct shape s = call->in[0]->shape;
    const int64_t r = (int64_t)call->args->value[RADIUS];
    const int64_t rx = s.width > 1 ? r : 0, ry = s.height > 1 ? r : 0, rz = s.depth > 1 ? r : 0;
    ref_sum total = 0;
    int64_t count = 0;
    for (int64_t dz = -rz; dz <= rz; dz++)
        for (int64_t dy = -ry; dy <= ry; dy++)
            for (int64_t dx = -rx; dx <= rx; dx++)
                if (dx * dx + dy * dy + dz * dz <= r * r) {
                    const pixel *row = in_row(call, 0, clamp_index(y + dy, s.height), clamp_index(z + dz, s.depth));
                    total += (ref_sum)row[clamp_index(x + dx, s.width)];
                    count++;
                }
    return ref_quotient(total, count);
}

static enum status mean_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    if ((int)call->args->value[SHAPE] == NEIGHBOURHOOD_BOX)
        return ref_box(call);
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++)
                out_row(call, y, z)[x] = ref_sphere_pixel(call, x, y, z);
    return STATUS_OK;
}

static size_t mean_scratch_bytes(const struct op_args *args, struct shape in, int threads)
{
    const int radius = (int)args->value[RADIUS];
    if ((int)args->value[SHAPE] == NEIGHBOURHOOD_BOX)
        return (size_t)box_of(in, radius, threads).sums * sizeof(sum) * (size_t)threads;
    const struct sphere sphere = sphere_of(in, radius);
    return (size_t)(threads * sphere.memory) + (size_t)sphere.span_count * sizeof(struct span);
}

static void mean_box(const struct op_call *call)
{
    const struct box box = box_of(call->out->shape, (int64_t)call->args->value[RADIUS], call->threads);
#pragma omp parallel for num_threads(call->threads) schedule(dynamic)
    for (int64_t i = 0; i < box.strips * box.bands * box.sheets; i++)
        mean_box_tile(call, &box, i, (sum *)call->scratch + omp_get_thread_num() * box.sums);
}

static void mean_sphere(const struct op_call *call)
{
    struct sphere sphere = sphere_of(call->out->shape, (int)call->args->value[RADIUS]);
    struct span *spans = (struct span *)((char *)call->scratch + call->threads * sphere.memory);
    neighbourhood_spans(NEIGHBOURHOOD_SPHERE, (int)call->args->value[RADIUS], sphere.shape, spans);
    qsort(spans, (size_t)sphere.span_count, sizeof *spans, narrow_first);
    sphere.spans = spans;
#pragma omp parallel for num_threads(call->threads) schedule(dynamic)
    for (int64_t i = 0; i < sphere.strips * sphere.bands * sphere.slabs; i++)
        mean_sphere_tile(call, &sphere, i, (char *)call->scratch + omp_get_thread_num() * sphere.memory);
}

static enum status mean_omp(const struct op_call *call)
{
    if ((int)call->args->value[SHAPE] == NEIGHBOURHOOD_BOX)
        mean_box(call);
    else
        mean_sphere(call);
    return STATUS_OK;
}

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
static bool doubles_are_fast(const struct device *device)
{
    enum { COMPUTE_CAPABILITY_MAJOR_NV = 0x4000, COMPUTE_CAPABILITY_MINOR_NV = 0x4001 };
    cl_uint major = 0, minor = 0;
    if (!device->double_precision || device->type == DEVICE_CPU)
        return device->double_precision;
    return clGetDeviceInfo(device->id, COMPUTE_CAPABILITY_MAJOR_NV, sizeof major, &major, NULL) == CL_SUCCESS &&
           clGetDeviceInfo(device->id, COMPUTE_CAPABILITY_MINOR_NV, sizeof minor, &minor, NULL) == CL_SUCCESS &&
           major >= 6 && minor == 0;
}

static struct device_divisor device_divisor_of(int64_t count, bool doubles)
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

static struct device_use device_use_of(const struct device *device, enum pixel_type type, int64_t count)
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
static int segment_of(int radius)
{
    return radius < 1 ? 1 : radius < 2 ? 2 : radius < 4 ? 4 : 8;
}

static enum status plan_axis(struct plan *plan, const struct op_device_call *call, int axis, cl_int radius,
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

static enum status plan_tile(struct plan *plan, const struct op_device_call *call, int rx, int ry,
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

static enum status plan_box(struct plan *plan, const struct op_device_call *call, const struct device_use *use)
{
    enum status status;
    const struct shape s = call->out->shape;
    const int radius = (int)call->args->value[RADIUS];
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

static enum status plan_sphere(struct plan *plan, const struct op_device_call *call, const struct device_use *use)
{
    enum status status;
    const struct shape s = call->out->shape;
    const struct device_shape shape = device_image_shape(call->out);
    const int radius = (int)call->args->value[RADIUS];
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

static enum status mean_ocl(struct plan *plan, const struct op_device_call *call)
{
    const enum neighbourhood kind = (enum neighbourhood)call->args->value[SHAPE];
    const int64_t count = neighbourhood_px(kind, (int)call->args->value[RADIUS], call->out->shape);
    const struct device_use use = device_use_of(&plan_opencl(plan)->device, call->out->type, count);
    return kind == NEIGHBOURHOOD_BOX ? plan_box(plan, call, &use) : plan_sphere(plan, call, &use);
}

static int64_t mean_margin(const struct op_args *args, int axis)
{
    (void)axis;
    return (int64_t)args->value[RADIUS];
}

/* Additions and the division: three per axis of a box whatever its radius; two per step of widening and one per row of
 * a sphere. */
static double mean_flops(const struct op_args *args, struct shape in)
{
    const double radius = args->value[RADIUS];
    if ((int)args->value[SHAPE] == NEIGHBOURHOOD_SPHERE)
        return 2 * radius + 1 + (double)neighbourhood_spans(NEIGHBOURHOOD_SPHERE, (int)radius, in, NULL);
    return 3 * ((in.width > 1) + (in.height > 1) + (in.depth > 1)) + 1;
}

const struct op OP(mean) = {
    OP_COMMON(mean),
    .summary = "the mean of the neighbourhood",
    .params = {{.name = "radius",
                .help = "half-width of the neighbourhood",
                .unit = "px",
                .kind = OP_INTEGER,
                .low = 0,
                .high = 100,
                .preset = 2,
                .tested = "0,1,10,19"},
               {.name = "shape",
                .help = "box: all pixels within the radius on each axis; sphere: within the radius of the middle",
                .kind = OP_CHOICE,
                .choices = NEIGHBOURHOOD_CHOICES}},
    .inputs = 1,
    .result = RESULT_AS_INPUT,
    .margin_rule = "r",
    .margin_px = mean_margin,
    .flops_per_px = mean_flops,
#ifdef PIXEL_IS_F32
    .tolerance = 2e-6,
    .tolerance_reason = "sums are formed in any order",
#endif
    .ref = mean_ref,
    .omp = mean_omp,
    .scratch_bytes = mean_scratch_bytes,
    .ocl = mean_ocl,
};
