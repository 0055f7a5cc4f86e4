/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = 1 where every pixel of the neighbourhood is non-zero, else 0.
 *
 * The border rule, clamp to edge, needs no work: boxes and spheres are convex and symmetric, so the edge pixel that
 * stands in for one outside is in the neighbourhood anyway. Outside counts as true; the same holds for axes of size 1.
 *
 * Truth is one bit, so the image is packed to an eighth, eroded there and unpacked. That costs little beside reading
 * and writing the image once, and makes the radius almost free: the box is separable, x by doubling windows (1, 2, 4,
 * ... pixels, then two that overlap), y and z by running ANDs from both ends of blocks of 2r+1 rows (van Herk 1992, Gil
 * and Werman 1993). The sphere is a set of rows; each input row is narrowed step by step and ANDed into the rows that
 * it limits.
 *
 * How bits lie in memory: on the CPU see packed_rows.h, on a device kernels/erode.cl.
 */
#include "ops/compile.h"
#include "ops/kernels.h"
#include "ops/neighbourhood.h"
#include "ops/packed_rows.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RADIUS, SHAPE };

enum {
    SPHERE_ROWS = 32, /* output rows and planes of one task; their surroundings are narrowed by their neighbours too */
    SPHERE_PLANES = 8,
    PIXELS_PER_WORD = 16, /* on a device */
};

/* The plain definition. */
static uint8_t all_true(const struct op_call *call, int64_t x, int64_t y, int64_t z)
{
    const struct shape s = call->in[0]->shape;
    const int64_t r = (int64_t)call->args->value[RADIUS];
    const bool sphere = (int)call->args->value[SHAPE] == NEIGHBOURHOOD_SPHERE;
    for (int64_t dz = -r; dz <= r; dz++)
        for (int64_t dy = -r; dy <= r; dy++) {
            const pixel *row = in_row(call, 0, clamp_index(y + dy, s.height), clamp_index(z + dz, s.depth));
            for (int64_t dx = -r; dx <= r; dx++)
                if ((!sphere || dx * dx + dy * dy + dz * dz <= r * r) && row[clamp_index(x + dx, s.width)] == 0)
                    return 0;
        }
    return 1;
}

static enum status erode_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++)
                out_row_u8(call, y, z)[x] = all_true(call, x, y, z);
    return STATUS_OK;
}

/* The sizes of a call's scratch memory: two packed images, for each thread a row and a block of rows, then spans. */
struct erosion {
    struct shape shape;
    int64_t radius;
    int64_t segment; /* bytes of a packed row */
    int64_t wide;    /* bytes of a packed row and its surroundings */
    int64_t image_bytes, row_bytes, block_bytes;
    int64_t span_count;       /* of a sphere; 0 for a box */
    const struct span *spans; /* narrow ones first */
};

static struct erosion erosion_of(const struct op_args *args, struct shape shape)
{
    struct erosion e = {.shape = shape, .radius = (int64_t)args->value[RADIUS]};
    e.segment = segment_bytes(shape.width);
    e.wide = wide_bytes(e.segment, e.radius);
    e.image_bytes = e.segment * shape.height * shape.depth;
    e.row_bytes = 8 * e.segment > 2 * e.wide ? 8 * e.segment : 2 * e.wide;
    e.block_bytes = (2 * e.radius + 2) * CHUNK_BYTES;
    if ((int)args->value[SHAPE] == NEIGHBOURHOOD_SPHERE)
        e.span_count = neighbourhood_spans(NEIGHBOURHOOD_SPHERE, (int)e.radius, shape, NULL);
    return e;
}

static size_t erode_scratch_bytes(const struct op_args *args, struct shape in, int threads)
{
    const struct erosion e = erosion_of(args, in);
    return (size_t)(2 * e.image_bytes + threads * (e.row_bytes + e.block_bytes)) +
           (size_t)e.span_count * sizeof *e.spans;
}

static int by_reach(const void *a, const void *b)
{
    return ((const struct span *)a)->reach - ((const struct span *)b)->reach;
}

static struct span *sorted_spans(const struct erosion *e, struct span *spans)
{
    neighbourhood_spans(NEIGHBOURHOOD_SPHERE, (int)e->radius, e->shape, spans);
    qsort(spans, (size_t)e->span_count, sizeof *spans, by_reach);
    return spans;
}

/* Erodes `stacks` stacks of `count` rows or planes of `step` bytes each; called by all threads. */
static void erode_axis(const uint8_t *from, uint8_t *to, int64_t stacks, int64_t count, int64_t step, int64_t radius,
                       uint8_t *block)
{
    const int64_t window = 2 * radius + 1, blocks = (count + window - 1) / window;
    const int64_t chunks = (step + CHUNK_BYTES - 1) / CHUNK_BYTES;
#pragma omp for schedule(static)
    for (int64_t task = 0; task < stacks * blocks * chunks; task++) {
        const int64_t chunk = task % chunks * CHUNK_BYTES, rest = step - chunk;
        const int64_t start = task / chunks / blocks * count * step + chunk;
        const struct column c = {from + start, to + start, count, step, rest < CHUNK_BYTES ? rest : CHUNK_BYTES};
        erode_block(&c, task / chunks % blocks * window, radius, block);
    }
}

/* The output rows of one task, and both images. */
struct rows {
    const uint8_t *from;
    uint8_t *to;
    int64_t y, y_end, z, z_end;
};

/* Narrows the input row y, z by 0, 1, ... pixels and ANDs it into the task's output rows that have it as a span. */
static void limit_rows(const struct erosion *e, const struct rows *task, int64_t y, int64_t z, uint8_t *wide)
{
    const uint8_t *row = task->from + (z * e->shape.height + y) * e->segment;
    uint8_t *narrow = wide + e->wide;
    int64_t reach = 0;
    widen_row(row, wide, e->segment, e->radius);
    memcpy(narrow, row, (size_t)e->segment);
    for (int64_t i = 0; i < e->span_count; i++) {
        const struct span span = e->spans[i];
        const int64_t to_y = y - span.dy, to_z = z - span.dz;
        while (reach < span.reach) {
            reach++;
            and_rows(narrow, narrow, wide + e->radius - reach, e->segment);
            and_rows(narrow, narrow, wide + e->radius + reach, e->segment);
        }
        if (to_y >= task->y && to_y < task->y_end && to_z >= task->z && to_z < task->z_end) {
            uint8_t *to = task->to + (to_z * e->shape.height + to_y) * e->segment;
            and_rows(to, to, narrow, e->segment);
        }
    }
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Erodes a packed image by a sphere; called by all threads. */
static void erode_sphere(const struct erosion *e, const uint8_t *from, uint8_t *to, uint8_t *wide)
{
    const int64_t h = e->shape.height, d = e->shape.depth, r = e->radius;
    const int64_t blocks = (h + SPHERE_ROWS - 1) / SPHERE_ROWS, slabs = (d + SPHERE_PLANES - 1) / SPHERE_PLANES;
#pragma omp for schedule(dynamic)
    for (int64_t i = 0; i < blocks * slabs; i++) {
        struct rows task = {.from = from, .to = to, .y = i % blocks * SPHERE_ROWS, .z = i / blocks * SPHERE_PLANES};
        task.y_end = smaller(task.y + SPHERE_ROWS, h);
        task.z_end = smaller(task.z + SPHERE_PLANES, d);
        for (int64_t z = task.z; z < task.z_end; z++)
            memset(to + (z * h + task.y) * e->segment, 0xff, (size_t)((task.y_end - task.y) * e->segment));
        for (int64_t z = clamp_index(task.z - r, d); z < smaller(task.z_end + r, d); z++)
            for (int64_t y = clamp_index(task.y - r, h); y < smaller(task.y_end + r, h); y++)
                limit_rows(e, &task, y, z, wide);
    }
}

static enum status erode_omp(const struct op_call *call)
{
    struct erosion e = erosion_of(call->args, call->in[0]->shape);
    const struct shape s = e.shape;
    uint8_t *packed = call->scratch, *other = packed + e.image_bytes, *threads = other + e.image_bytes;
    const int64_t thread_bytes = e.row_bytes + e.block_bytes;
    if (e.span_count)
        e.spans = sorted_spans(&e, (struct span *)(threads + call->threads * thread_bytes));
#pragma omp parallel num_threads(call->threads)
    {
        uint8_t *row = threads + omp_get_thread_num() * thread_bytes, *block = row + e.row_bytes;
        const uint8_t *result = other;
#pragma omp for schedule(static)
        for (int64_t i = 0; i < s.height * s.depth; i++) {
            uint8_t *to = packed + i * e.segment;
            pack_row(in_row(call, 0, i % s.height, i / s.height), row, to, s.width, e.segment);
            if (!e.span_count)
                erode_x(to, row, row + e.wide, e.segment, e.radius);
        }
        if (e.span_count)
            erode_sphere(&e, packed, other, row);
        else
            erode_axis(packed, other, s.depth, s.height, e.segment, e.radius, block);
        if (!e.span_count && s.depth > 1) {
            erode_axis(other, packed, 1, s.depth, s.height * e.segment, e.radius, block);
            result = packed;
        }
#pragma omp for schedule(static)
        for (int64_t i = 0; i < s.height * s.depth; i++)
            unpack_row(result + i * e.segment, out_row_u8(call, i % s.height, i / s.height), s.width, e.segment);
    }
    return STATUS_OK;
}

/* Rows per work-item, at most the window, so that its outputs share the middle of their windows. */
static int rows_per_item(int64_t radius)
{
    return radius < 1 ? 1 : radius < 4 ? 2 : 8;
}

/* Work-groups of `items` as wide as a row of words needs. Few shapes, since some drivers compile for each. */
static void group_words(struct launch *launch, int64_t words, size_t items)
{
    size_t x = 1;
    while (x < items && (int64_t)x < words)
        x *= 4;
    launch->local[0] = x;
    launch->local[1] = items / x;
    launch->local[2] = 1;
}

/* The launch of one work-item per word and output row, `rows` rows each along `axis`. */
static struct launch launch_words(const struct device_image *out, int axis, int64_t rows, size_t items)
{
    const struct shape s = out->shape;
    const int64_t count = axis == 1 ? s.height : s.depth, lines = axis == 1 ? s.depth : s.height;
    const int64_t words = out->stride / PIXELS_PER_WORD;
    struct launch launch = {.global = {(size_t)words, (size_t)((count + rows - 1) / rows), (size_t)lines}};
    group_words(&launch, words, items);
    return launch;
}

static enum status plan_pack(struct plan *plan, const struct op_device_call *call, cl_mem bits, cl_int radius)
{
    struct launch launch = launch_words(call->out, 1, 1, 256);
    const size_t halo = (size_t)(radius + PIXELS_PER_WORD - 1) / PIXELS_PER_WORD;
    const size_t local_bytes = (launch.local[0] + 2 * halo) * launch.local[1] * sizeof(cl_ushort);
    const struct device_shape shape = device_image_shape(call->out);
    const struct launch_argument arguments[] = {ARG(call->in[0]->memory), ARG(bits), ARG(shape), ARG(radius),
                                                ARG_LOCAL(local_bytes)};
    launch.kernel = "erode_pack";
    memcpy(launch.arguments, arguments, sizeof arguments);
    return plan_launch(plan, &launch);
}

static enum status plan_axis(struct plan *plan, const struct op_device_call *call, cl_int axis, cl_mem from, cl_mem to,
                             cl_int unpack)
{
    const cl_int radius = (cl_int)call->args->value[RADIUS];
    const struct device_shape shape = device_image_shape(call->out);
    const int rows = rows_per_item(radius);
    struct launch launch = launch_words(call->out, axis, rows, 64);
    const struct launch_argument arguments[] = {ARG(from), ARG(to),    ARG(call->out->memory), ARG(shape), ARG(radius),
                                                ARG(axis), ARG(unpack)};
    char options[32];
    snprintf(options, sizeof options, "-D ROWS=%d", rows);
    launch.kernel = "erode_axis";
    launch.options = options;
    memcpy(launch.arguments, arguments, sizeof arguments);
    return plan_launch(plan, &launch);
}

static enum status plan_sphere(struct plan *plan, const struct op_device_call *call, cl_mem bits)
{
    enum status status;
    const struct erosion e = erosion_of(call->args, call->out->shape);
    const struct device_shape shape = device_image_shape(call->out);
    const cl_int count = (cl_int)e.span_count;
    const size_t bytes = (size_t)count * sizeof(struct span);
    struct launch launch = launch_words(call->out, 1, 1, 64);
    struct span *list = malloc(bytes);
    cl_mem spans;
    if (!list)
        return status_fail(STATUS_MEMORY, "erode: no host memory for %d rows of the neighbourhood", (int)count);
    TRY(plan_constant(plan, sorted_spans(&e, list), bytes, &spans));
    const struct launch_argument arguments[] = {ARG(bits), ARG(call->out->memory), ARG(shape), ARG(spans), ARG(count)};
    launch.kernel = "erode_sphere";
    memcpy(launch.arguments, arguments, sizeof arguments);
    TRY(plan_launch(plan, &launch));
done:
    free(list);
    return status;
}

static enum status erode_ocl(struct plan *plan, const struct op_device_call *call)
{
    enum status status;
    const struct shape s = call->out->shape;
    const bool sphere = (int)call->args->value[SHAPE] == NEIGHBOURHOOD_SPHERE;
    const size_t bytes = (size_t)(call->out->stride / PIXELS_PER_WORD * s.height * s.depth) * sizeof(cl_ushort);
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

static int64_t erode_margin(const struct op_args *args, int axis)
{
    (void)axis;
    return (int64_t)args->value[RADIUS];
}

/* Comparisons and ANDs of single pixels: three per axis of a box whatever its radius; two per step of narrowing and one
 * per row of a sphere. */
static double erode_flops(const struct op_args *args, struct shape in)
{
    const double radius = args->value[RADIUS];
    if ((int)args->value[SHAPE] == NEIGHBOURHOOD_SPHERE)
        return 2 * radius + (double)neighbourhood_spans(NEIGHBOURHOOD_SPHERE, (int)radius, in, NULL);
    return 3 * ((in.width > 1) + (in.height > 1) + (in.depth > 1));
}

const struct op OP(erode) = {
    OP_COMMON(erode),
    .summary = "1 where the whole neighbourhood is non-zero, else 0",
    .params = {{.name = "radius",
                .help = "half-width of the neighbourhood",
                .unit = "px",
                .kind = OP_INTEGER,
                .low = 0,
                .high = 100,
                .preset = 1,
                .tested = "0,3,6"},
               {.name = "shape",
                .help = "box: all pixels within the radius on each axis; sphere: within the radius of the middle",
                .kind = OP_CHOICE,
                .choices = NEIGHBOURHOOD_CHOICES}},
    .inputs = 1,
    .result = RESULT_BINARY,
    .margin_rule = "r",
    .margin_px = erode_margin,
    .flops_per_px = erode_flops,
    .ref = erode_ref,
    .omp = erode_omp,
    .scratch_bytes = erode_scratch_bytes,
    .ocl = erode_ocl,
};
