/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What erode and dilate share: erosion of packed bits, on the CPU. A dilation is the erosion of the complement; the two
 * differ in the bits that pixels are packed to and nowhere else.
 *
 * The border rule, clamp to edge, needs no work: boxes and spheres are convex and symmetric, so the edge pixel that
 * stands in for one outside is in the neighbourhood anyway. Bits outside count as set; the same holds for axes of
 * size 1.
 *
 * An image at one bit a pixel is an eighth, and working on it costs little beside reading and writing the image once,
 * which makes the radius almost free: the box is separable, x by doubling windows (1, 2, 4, ... pixels, then two that
 * overlap), y and z by running ANDs from both ends of blocks of 2r+1 rows (van Herk 1992, Gil and Werman 1993). The
 * sphere is a set of rows; each input row is narrowed step by step and ANDed into the rows that it limits.
 */
#ifndef OPS_PACKED_MORPHOLOGY_H
#define OPS_PACKED_MORPHOLOGY_H

#include "ops/compile.h"
#include "ops/neighbourhood.h"
#include "ops/packed_rows.h"

#include <omp.h>
#include <stdlib.h>

enum { RADIUS, SHAPE };

enum morphology { ERODE, DILATE };

enum {
    WIDE_BYTES = 4096, /* of rows with margins that go through x at once: with a copy they stay in the L1 cache */
    SPHERE_ROWS = 32,  /* output rows and planes of one task; their surroundings are narrowed by their neighbours too */
    SPHERE_PLANES = 8,
};

/* The plain definition: whether a pixel of the neighbourhood is true, or is not. */
static inline bool neighbourhood_has(const struct op_call *call, bool wanted, int64_t x, int64_t y, int64_t z)
{
    const struct shape s = call->in[0]->shape;
    const int64_t r = (int64_t)call->args->value[RADIUS], rz = s.depth > 1 ? r : 0, ry = s.height > 1 ? r : 0;
    const bool sphere = (int)call->args->value[SHAPE] == NEIGHBOURHOOD_SPHERE;
    for (int64_t dz = -rz; dz <= rz; dz++)
        for (int64_t dy = -ry; dy <= ry; dy++) {
            const pixel *row = in_row(call, 0, clamp_index(y + dy, s.height), clamp_index(z + dz, s.depth));
            for (int64_t dx = -r; dx <= r; dx++)
                if ((!sphere || dx * dx + dy * dy + dz * dz <= r * r) &&
                    (row[clamp_index(x + dx, s.width)] != 0) == wanted)
                    return true;
        }
    return false;
}

/* The sizes of a call's scratch memory: two packed images, for each thread the buffers below, then spans. */
struct erosion {
    struct shape shape;
    int64_t radius;
    int64_t segment; /* bytes of a packed row */
    int64_t batch;   /* rows that go through x at once */
    int64_t image_bytes;
    int64_t truth_bytes, wide_bytes, block_bytes; /* of a thread: pixels of a row, twice rows with margins, a block */
    int64_t span_count;                           /* of a sphere; 0 for a box */
    const struct span *spans;                     /* narrow ones first */
};

static inline struct erosion erosion_of(const struct op_args *args, struct shape shape)
{
    struct erosion e = {.shape = shape, .radius = (int64_t)args->value[RADIUS]};
    e.segment = segment_bytes(shape.width);
    e.batch = WIDE_BYTES / wide_row_bytes(e.segment, e.radius) + 1;
    e.image_bytes = e.segment * shape.height * shape.depth;
    e.truth_bytes = 8 * e.segment;
    e.wide_bytes = wide_rows_bytes(e.segment, e.radius, e.batch);
    e.block_bytes = (2 * e.radius + 2) * CHUNK_BYTES;
    if ((int)args->value[SHAPE] == NEIGHBOURHOOD_SPHERE)
        e.span_count = neighbourhood_spans(NEIGHBOURHOOD_SPHERE, (int)e.radius, shape, NULL);
    return e;
}

static inline int64_t thread_bytes(const struct erosion *e)
{
    return e->truth_bytes + 2 * e->wide_bytes + e->block_bytes;
}

static inline size_t erosion_scratch_bytes(const struct op_args *args, struct shape in, int threads)
{
    const struct erosion e = erosion_of(args, in);
    return (size_t)(2 * e.image_bytes + threads * thread_bytes(&e)) + (size_t)e.span_count * sizeof *e.spans;
}

static inline int by_reach(const void *a, const void *b)
{
    return ((const struct span *)a)->reach - ((const struct span *)b)->reach;
}

static inline struct span *sorted_spans(const struct erosion *e, struct span *spans)
{
    neighbourhood_spans(NEIGHBOURHOOD_SPHERE, (int)e->radius, e->shape, spans);
    qsort(spans, (size_t)e->span_count, sizeof *spans, by_reach);
    return spans;
}

static inline int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* A thread's buffers. */
struct erosion_buffers {
    uint8_t *truth, *block;
    struct wide_rows wide;
};

static inline struct erosion_buffers buffers_at(const struct erosion *e, uint8_t *bytes)
{
    uint8_t *wide = bytes + e->truth_bytes, *next = wide + e->wide_bytes;
    return (struct erosion_buffers){.truth = bytes,
                                    .block = next + e->wide_bytes,
                                    .wide = {wide, next, e->segment, e->radius, whole_steps(e->radius)}};
}

/* Packs the input, and erodes in x for a box; called by all threads. */
static inline void pack_image(const struct op_call *call, const struct erosion *e, enum morphology what,
                              uint8_t *packed, const struct erosion_buffers *own)
{
    const struct shape s = e->shape;
    const int64_t rows = s.height * s.depth;
    const uint8_t flip = what == DILATE ? 0xff : 0;
#pragma omp for schedule(static)
    for (int64_t first = 0; first < rows; first += e->batch) {
        const int64_t count = smaller(e->batch, rows - first);
        for (int64_t k = 0; k < count; k++) {
            const int64_t row = first + k;
            uint8_t *to = e->span_count ? packed + row * e->segment : wide_row(&own->wide, k);
            pack_row(in_row(call, 0, row % s.height, row / s.height), own->truth, to, s.width, e->segment, flip);
        }
        if (!e->span_count)
            erode_x(&own->wide, count, packed + first * e->segment);
    }
}

/* Erodes `stacks` stacks of `count` rows or planes of `step` bytes each; called by all threads. */
static inline void erode_axis(const uint8_t *from, uint8_t *to, int64_t stacks, int64_t count, int64_t step,
                              int64_t radius, uint8_t *block)
{
    const int64_t window = 2 * radius + 1, blocks = (count + window - 1) / window;
    const int64_t chunks = (step + CHUNK_BYTES - 1) / CHUNK_BYTES;
#pragma omp for schedule(static)
    for (int64_t task = 0; task < stacks * blocks * chunks; task++) {
        const int64_t chunk = task % chunks * CHUNK_BYTES, rest = step - chunk;
        const int64_t start = task / chunks / blocks * count * step + chunk;
        const struct column c = {from + start, to + start, count, step, smaller(rest, CHUNK_BYTES)};
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
static inline void limit_rows(const struct erosion *e, const struct rows *task, int64_t y, int64_t z,
                              const struct wide_rows *w)
{
    const uint8_t *row = task->from + (z * e->shape.height + y) * e->segment;
    uint8_t *wide = wide_row(w, 0), *narrow = w->next;
    int64_t reach = 0;
    memcpy(wide, row, (size_t)e->segment);
    memcpy(narrow, row, (size_t)e->segment);
    widen_row(wide, e->segment, w->margin);
    for (int64_t i = 0; i < e->span_count; i++) {
        const struct span span = e->spans[i];
        const int64_t to_y = y - span.dy, to_z = z - span.dz;
        while (reach < span.reach) {
            reach++;
            and_rows(narrow, narrow, wide - reach, e->segment);
            and_rows(narrow, narrow, wide + reach, e->segment);
        }
        if (to_y >= task->y && to_y < task->y_end && to_z >= task->z && to_z < task->z_end) {
            uint8_t *to = task->to + (to_z * e->shape.height + to_y) * e->segment;
            and_rows(to, to, narrow, e->segment);
        }
    }
}

/* Erodes a packed image by a sphere; called by all threads. */
static inline void erode_sphere(const struct erosion *e, const uint8_t *from, uint8_t *to, const struct wide_rows *w)
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
                limit_rows(e, &task, y, z, w);
    }
}

/* Erodes what `packed` holds in y and z, or by the sphere, and gives the image that has the result; called by all
 * threads. */
static inline const uint8_t *erode_image(const struct erosion *e, uint8_t *packed, uint8_t *other,
                                         const struct erosion_buffers *own)
{
    const struct shape s = e->shape;
    if (e->span_count) {
        erode_sphere(e, packed, other, &own->wide);
        return other;
    }
    erode_axis(packed, other, s.depth, s.height, e->segment, e->radius, own->block);
    if (s.depth == 1)
        return other;
    erode_axis(other, packed, 1, s.depth, s.height * e->segment, e->radius, own->block);
    return packed;
}

static inline enum status packed_morphology_omp(const struct op_call *call, enum morphology what)
{
    struct erosion e = erosion_of(call->args, call->in[0]->shape);
    const struct shape s = e.shape;
    uint8_t *packed = call->scratch, *other = packed + e.image_bytes, *threads = other + e.image_bytes;
    if (e.span_count)
        e.spans = sorted_spans(&e, (struct span *)(threads + call->threads * thread_bytes(&e)));
#pragma omp parallel num_threads(call->threads)
    {
        const struct erosion_buffers own = buffers_at(&e, threads + omp_get_thread_num() * thread_bytes(&e));
        pack_image(call, &e, what, packed, &own);
        const uint8_t *result = erode_image(&e, packed, other, &own);
#pragma omp for schedule(static)
        for (int64_t i = 0; i < s.height * s.depth; i++)
            unpack_row(result + i * e.segment, out_row_u8(call, i % s.height, i / s.height), s.width, e.segment,
                       what == DILATE ? 0xff : 0);
    }
    return STATUS_OK;
}

#endif
