/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What erode and dilate share beside ops/packed_morphology.h: the launches of kernels/packed_morphology.clh, and what
 * their descriptors say.
 */
#ifndef OPS_PACKED_MORPHOLOGY_PLAN_H
#define OPS_PACKED_MORPHOLOGY_PLAN_H

#include "ops/packed_morphology.h"

#include <stdio.h>

enum { PIXELS_PER_WORD = 16, VECTOR_WORDS = 16 };

/* The words that a work-item takes at once: on a CPU a vector, unless a row has none. */
static inline int vector_words(const struct plan *plan, const struct device_image *out)
{
    const bool cpu = plan_opencl(plan)->device.type == DEVICE_CPU;
    return cpu && out->stride >= VECTOR_WORDS * PIXELS_PER_WORD ? VECTOR_WORDS : 1;
}

/* Rows per work-item, at most the window, so that its outputs share the middle of their windows. */
static inline int rows_per_item(int64_t radius)
{
    return radius < 1 ? 1 : radius < 4 ? 2 : 8;
}

/* Work-groups of `size` as wide as a row of `items` needs. Few shapes, since some drivers compile for each. */
static inline void group_items(struct launch *launch, int64_t items, size_t size)
{
    size_t x = 1;
    while (x < size && (int64_t)x < items)
        x *= 4;
    launch->local[0] = x;
    launch->local[1] = size / x;
    launch->local[2] = 1;
}

/* The launch of one work-item per `words` words of `rows` output rows along `axis`, in groups of `size`. */
static inline struct launch launch_words(const struct device_image *out, int words, int axis, int64_t rows, size_t size)
{
    const struct shape s = out->shape;
    const int64_t count = axis == 1 ? s.height : s.depth, lines = axis == 1 ? s.depth : s.height;
    const int64_t items = (out->stride / PIXELS_PER_WORD + words - 1) / words;
    struct launch launch = {.global = {(size_t)items, (size_t)((count + rows - 1) / rows), (size_t)lines}};
    group_items(&launch, items, size);
    return launch;
}

static inline enum status add_launch(struct plan *plan, const struct op_device_call *call, struct launch *launch,
                                     const char *kernel, int words, int rows, const struct launch_argument *arguments,
                                     size_t bytes)
{
    char options[64];
    int used = snprintf(options, sizeof options, "-D PITCH=%d -D WORDS=%d", vector_words(plan, call->out), words);
    if (rows)
        snprintf(options + used, sizeof options - (size_t)used, " -D ROWS=%d", rows);
    launch->kernel = kernel;
    launch->options = options;
    memcpy(launch->arguments, arguments, bytes);
    return plan_launch(plan, launch);
}

static inline enum status plan_pack(struct plan *plan, const struct op_device_call *call, cl_mem bits, cl_int radius)
{
    const int words = vector_words(plan, call->out), item_px = words * PIXELS_PER_WORD;
    struct launch launch = launch_words(call->out, words, 1, 1, 256);
    const size_t reached = (size_t)(radius + item_px - 1) / (size_t)item_px;
    const size_t row_bytes = (launch.local[0] + 2 * reached) * (size_t)words * sizeof(cl_ushort);
    const struct device_shape shape = device_image_shape(call->out);
    const struct launch_argument arguments[] = {ARG(call->in[0]->memory), ARG(bits), ARG(shape), ARG(radius),
                                                ARG_LOCAL(row_bytes * launch.local[1])};
    return add_launch(plan, call, &launch, "erode_pack", words, 0, arguments, sizeof arguments);
}

static inline enum status plan_axis(struct plan *plan, const struct op_device_call *call, cl_int axis, cl_mem from,
                                    cl_mem to, cl_int unpack)
{
    const cl_int radius = (cl_int)call->args->value[RADIUS];
    const struct device_shape shape = device_image_shape(call->out);
    const int words = vector_words(plan, call->out), rows = rows_per_item(radius);
    struct launch launch = launch_words(call->out, words, axis, rows, 64);
    const struct launch_argument arguments[] = {ARG(from), ARG(to),    ARG(call->out->memory), ARG(shape), ARG(radius),
                                                ARG(axis), ARG(unpack)};
    return add_launch(plan, call, &launch, "erode_axis", words, rows, arguments, sizeof arguments);
}

static inline enum status plan_sphere(struct plan *plan, const struct op_device_call *call, cl_mem bits)
{
    enum status status;
    const struct erosion e = erosion_of(call->args, call->out->shape);
    const struct device_shape shape = device_image_shape(call->out);
    const cl_int count = (cl_int)e.span_count;
    const size_t bytes = (size_t)count * sizeof(struct span);
    struct launch launch = launch_words(call->out, 1, 1, 1, 64);
    struct span *list = malloc(bytes);
    cl_mem spans;
    if (!list)
        return status_fail(STATUS_MEMORY, "no host memory for %d rows of the neighbourhood", (int)count);
    TRY(plan_constant(plan, sorted_spans(&e, list), bytes, &spans));
    const struct launch_argument arguments[] = {ARG(bits), ARG(call->out->memory), ARG(shape), ARG(spans), ARG(count)};
    TRY(add_launch(plan, call, &launch, "erode_sphere", 1, 0, arguments, sizeof arguments));
done:
    free(list);
    return status;
}

static inline enum status packed_morphology_ocl(struct plan *plan, const struct op_device_call *call)
{
    enum status status;
    const struct shape s = call->out->shape;
    const bool sphere = (int)call->args->value[SHAPE] == NEIGHBOURHOOD_SPHERE;
    const int64_t words = vector_words(plan, call->out),
                  items = (call->out->stride / PIXELS_PER_WORD + words - 1) / words;
    const size_t bytes = (size_t)(items * words * s.height * s.depth) * sizeof(cl_ushort);
    cl_mem bits, other;
    TRY(plan_scratch(plan, bytes, &bits));
    TRY(plan_pack(plan, call, bits, sphere ? 0 : (cl_int)call->args->value[RADIUS]));
    if (sphere)
        return plan_sphere(plan, call, bits);
    if (s.depth == 1)
        return plan_axis(plan, call, 1, bits, bits, true);
    TRY(plan_scratch(plan, bytes, &other));
    TRY(plan_axis(plan, call, 1, bits, other, false));
    TRY(plan_axis(plan, call, 2, other, bits, true));
done:
    return status;
}

static inline int64_t morphology_margin(const struct op_args *args, int axis)
{
    (void)axis;
    return (int64_t)args->value[RADIUS];
}

/* Comparisons and ANDs of single pixels: three per axis of a box whatever its radius; two per step of narrowing and one
 * per row of a sphere. */
static inline double morphology_flops(const struct op_args *args, struct shape in)
{
    const double radius = args->value[RADIUS];
    if ((int)args->value[SHAPE] == NEIGHBOURHOOD_SPHERE)
        return 2 * radius + (double)neighbourhood_spans(NEIGHBOURHOOD_SPHERE, (int)radius, in, NULL);
    return 3 * ((in.width > 1) + (in.height > 1) + (in.depth > 1));
}

/* What both descriptors hold beside OP_COMMON, a summary and the functions. */
#define PACKED_MORPHOLOGY                                                                                              \
    .params = {{.name = "radius",                                                                                      \
                .help = "half-width of the neighbourhood",                                                             \
                .unit = "px",                                                                                          \
                .kind = OP_INTEGER,                                                                                    \
                .low = 0,                                                                                              \
                .high = 100,                                                                                           \
                .preset = 1,                                                                                           \
                .tested = "0,3,6"},                                                                                    \
               {.name = "shape",                                                                                       \
                .help = "box: all pixels within the radius on each axis; sphere: within the radius of the middle",     \
                .kind = OP_CHOICE,                                                                                     \
                .choices = NEIGHBOURHOOD_CHOICES}},                                                                    \
    .inputs = 1, .result = RESULT_BINARY, .margin_rule = "r", .margin_px = morphology_margin,                          \
    .flops_per_px = morphology_flops, .scratch_bytes = erosion_scratch_bytes, .ocl = packed_morphology_ocl

#endif
