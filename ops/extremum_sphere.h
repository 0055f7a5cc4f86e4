/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Extrema of spheres on the CPU. A sphere is a set of rows. Each input row is widened from reach to reach, which three
 * windows side by side do for all its pixels, and at each reach lowers the output rows that have it so far away.
 */
#ifndef OPS_EXTREMUM_SPHERE_H
#define OPS_EXTREMUM_SPHERE_H

#include "ops/extremum_lines.h"

#include <omp.h>
#include <stdlib.h>

enum {
    SPHERE_ROWS = 32, /* output rows and planes of one task; the rows around them are widened by others too */
    SPHERE_PLANES = 8,
    SPHERE_BYTES = 1 << 10, /* of a row of results, which all stay in the cache */
};

/* How the image is cut, and a thread's memory: two lines with surroundings, and results. */
struct ball {
    struct extremum filter;
    const struct span *spans; /* narrow ones first */
    int64_t span_count;
    int64_t strip, strips, rows, planes, bands, slabs;
    int64_t reach, line; /* the widest; pixels of a line with surroundings */
};

static inline struct ball ball_of(const struct extremum *filter)
{
    const struct shape s = filter->from->shape;
    struct ball b = {.filter = *filter, .reach = reach_on(filter->radius, s.width)};
    b.span_count = neighbourhood_spans(NEIGHBOURHOOD_SPHERE, filter->radius, s, NULL);
    b.strip = smaller(whole_vectors(s.width), SPHERE_BYTES / (int64_t)sizeof(ordered));
    b.rows = smaller(s.height, SPHERE_ROWS);
    b.planes = smaller(s.depth, SPHERE_PLANES);
    b.strips = (s.width + b.strip - 1) / b.strip;
    b.bands = (s.height + b.rows - 1) / b.rows;
    b.slabs = (s.depth + b.planes - 1) / b.planes;
    b.line = b.strip + whole_vectors(2 * b.reach) + LINE_STEP;
    return b;
}

static inline int64_t ball_bytes(const struct ball *b)
{
    return (2 * b->line + b->rows * b->planes * b->strip) * (int64_t)sizeof(ordered);
}

static inline int by_reach(const void *a, const void *b)
{
    return ((const struct span *)a)->reach - ((const struct span *)b)->reach;
}

static inline void list_spans(const struct ball *b, struct span *spans)
{
    neighbourhood_spans(NEIGHBOURHOOD_SPHERE, b->filter.radius, b->filter.from->shape, spans);
    qsort(spans, (size_t)b->span_count, sizeof *spans, by_reach);
}

/* The output pixels of a task, and its memory. */
struct portion {
    const struct ball *ball;
    int64_t x, width, y, rows, z, planes;
    ordered *lines[2], *results;
};

/* Lowers all results that have row y, z in their neighbourhood. */
static inline void lower_results(const struct portion *p, int64_t y, int64_t z)
{
    const struct ball *b = p->ball;
    ordered *now = p->lines[0], *next = p->lines[1];
    int64_t reach = 0;
    load_line(&b->filter, y, z, p->x - b->reach, p->width + 2 * b->reach, now);
    for (int64_t i = 0; i < b->span_count; i++) {
        const struct span span = b->spans[i];
        const int64_t to_y = y - span.dy - p->y, to_z = z - span.dz - p->z, wanted = smaller(span.reach, b->reach);
        if (to_y < 0 || to_y >= p->rows || to_z < 0 || to_z >= p->planes)
            continue;
        while (reach < wanted) {
            const int64_t step = widening_step(reach, wanted);
            reach += step;
            widen_line(now, next, p->width + 2 * (b->reach - reach), step);
            ordered *swapped = now;
            now = next;
            next = swapped;
        }
        lower_line(p->results + (to_z * b->rows + to_y) * b->strip, now + b->reach - reach, p->width);
    }
}

static inline void filter_portion(const struct portion *p)
{
    const struct ball *b = p->ball;
    const struct shape s = b->filter.from->shape;
    const int64_t r = b->filter.radius;
    fill_line(p->results, b->rows * b->planes * b->strip);
    for (int64_t z = clamp_index(p->z - r, s.depth); z < smaller(p->z + p->planes + r, s.depth); z++)
        for (int64_t y = clamp_index(p->y - r, s.height); y < smaller(p->y + p->rows + r, s.height); y++)
            lower_results(p, y, z);
    for (int64_t z = 0; z < p->planes; z++)
        for (int64_t y = 0; y < p->rows; y++)
            store_line(&b->filter, (struct piece){p->x, p->y + y, p->z + z, p->width},
                       p->results + (z * b->rows + y) * b->strip);
}

static inline int64_t sphere_bytes(const struct extremum *e, int threads)
{
    const struct ball b = ball_of(e);
    return threads * ball_bytes(&b) + b.span_count * (int64_t)sizeof *b.spans;
}

static inline void filter_sphere(const struct extremum *e, int threads, void *scratch)
{
    struct ball b = ball_of(e);
    const struct shape s = e->from->shape;
    struct span *spans = (struct span *)(void *)((char *)scratch + threads * ball_bytes(&b));
    list_spans(&b, spans);
    b.spans = spans;
#pragma omp parallel for num_threads(threads) schedule(dynamic)
    for (int64_t i = 0; i < b.strips * b.bands * b.slabs; i++) {
        struct portion p = {.ball = &b, .x = i % b.strips * b.strip};
        p.y = i / b.strips % b.bands * b.rows;
        p.z = i / b.strips / b.bands * b.planes;
        p.width = smaller(b.strip, s.width - p.x);
        p.rows = smaller(b.rows, s.height - p.y);
        p.planes = smaller(b.planes, s.depth - p.z);
        p.lines[0] = (ordered *)(void *)((char *)scratch + omp_get_thread_num() * ball_bytes(&b));
        p.lines[1] = p.lines[0] + b.line;
        p.results = p.lines[1] + b.line;
        filter_portion(&p);
    }
}

#endif
