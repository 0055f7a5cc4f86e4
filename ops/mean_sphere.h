/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Means over spheres on the CPU. A sphere is a set of rows. Each input row is summed over windows that widen step by
 * step, two additions each, and added to the output rows of a tile that have it as a span.
 */
#ifndef OPS_MEAN_SPHERE_H
#define OPS_MEAN_SPHERE_H

#include <stdlib.h>
#include <string.h>

#include "ops/mean_sums.h"
#include "ops/neighbourhood.h"

enum { SPHERE_STRIP = 512, SPHERE_ROWS = 32, SPHERE_PLANES = 8 };

struct sphere {
    struct shape shape;
    int64_t rx, ry, rz; /* 0 along axes of size 1 */
    int64_t strip, strips, bands, slabs;
    int64_t span_count;
    int64_t wide, memory; /* bytes: of a row and its surroundings; of all that a thread needs */
    bool wide_sums;
    struct divisor divisor;
    const struct span *spans; /* narrow ones first */
};

struct sphere_tile {
    const struct sphere *sphere;
    const struct op_call *call;
    int64_t x, y, z, width, y_end, z_end;
    sum *row, *window; /* an input row and its surroundings; its windows */
    void *sums;        /* of the output rows: sum, or double if they are wide */
};

static inline struct sphere sphere_of(struct shape s, int radius)
{
    struct sphere p = {.shape = s,
                       .rx = s.width > 1 ? radius : 0,
                       .ry = s.height > 1 ? radius : 0,
                       .rz = s.depth > 1 ? radius : 0,
                       .strip = s.width < SPHERE_STRIP ? s.width : SPHERE_STRIP};
    const int64_t planes = s.depth > 1 ? SPHERE_PLANES : 1, count = neighbourhood_px(NEIGHBOURHOOD_SPHERE, radius, s);
    p.strips = (s.width + p.strip - 1) / p.strip;
    p.bands = (s.height + SPHERE_ROWS - 1) / SPHERE_ROWS;
    p.slabs = (s.depth + planes - 1) / planes;
    p.span_count = neighbourhood_spans(NEIGHBOURHOOD_SPHERE, radius, s, NULL);
    p.wide = ((int64_t)sizeof(sum) * (p.strip + 2 * p.rx) + 63) / 64 * 64;
    p.memory = (2 * p.wide + planes * SPHERE_ROWS * p.strip * (int64_t)sizeof(double) + 63) / 64 * 64;
    p.wide_sums = sums_are_wide(count);
    p.divisor = divisor_of(count);
    return p;
}

static inline int narrow_first(const void *a, const void *b)
{
    return ((const struct span *)a)->reach - ((const struct span *)b)->reach;
}

/* Adds the row's windows to one row of sums. */
static inline void add_windows(const struct sphere_tile *t, int64_t row)
{
    const sum *restrict window = t->window;
    if (t->sphere->wide_sums) {
        double *restrict to = (double *)t->sums + row * t->sphere->strip;
#pragma omp simd
        for (int64_t x = 0; x < t->width; x++)
            to[x] += window[x];
    } else {
        sum *restrict to = (sum *)t->sums + row * t->sphere->strip;
#pragma omp simd
        for (int64_t x = 0; x < t->width; x++)
            to[x] += window[x];
    }
}

static inline void load_sphere_row(const struct sphere_tile *t, int64_t y, int64_t z)
{
    const struct sphere *p = t->sphere;
    const int64_t w = p->shape.width, end = t->width + p->rx;
    const int64_t left = t->x < p->rx ? -t->x : -p->rx, right = w - t->x < end ? w - t->x : end;
    const pixel *in = in_row(t->call, 0, clamp_index(y, p->shape.height), clamp_index(z, p->shape.depth)) + t->x;
    sum *row = t->row + p->rx;
    for (int64_t x = -p->rx; x < left; x++)
        row[x] = (sum)in[left];
    for (int64_t x = left; x < right; x++)
        row[x] = (sum)in[x];
    for (int64_t x = right; x < end; x++)
        row[x] = (sum)in[right - 1];
    memcpy(t->window, row, (size_t)t->width * sizeof(sum));
}

/* Rows outside the image are their nearest ones inside, each counted for itself. */
static inline void spread_row(const struct sphere_tile *t, int64_t y, int64_t z)
{
    const struct sphere *p = t->sphere;
    int64_t reach = 0;
    load_sphere_row(t, y, z);
    for (int64_t i = 0; i < p->span_count; i++) {
        const struct span span = p->spans[i];
        const int64_t to_y = y - span.dy, to_z = z - span.dz;
        while (reach < span.reach) {
            reach++;
            const sum *restrict before = t->row + p->rx - reach, *restrict after = t->row + p->rx + reach;
            sum *restrict window = t->window;
#pragma omp simd
            for (int64_t x = 0; x < t->width; x++)
                window[x] += before[x] + after[x];
        }
        if (to_y >= t->y && to_y < t->y_end && to_z >= t->z && to_z < t->z_end)
            add_windows(t, (to_z - t->z) * SPHERE_ROWS + to_y - t->y);
    }
}

static inline void store_sphere_row(const struct sphere_tile *t, int64_t y, int64_t z)
{
    const struct sphere *p = t->sphere;
    const int64_t row = (z - t->z) * SPHERE_ROWS + y - t->y;
    const sum *restrict sums = (const sum *)t->sums + row * p->strip;
    const double *restrict wide = (const double *)t->sums + row * p->strip;
    pixel *restrict out = out_row(t->call, y, z) + t->x;
    if (p->wide_sums)
        for (int64_t x = 0; x < t->width; x++)
            out[x] = wide_quotient(p->divisor, wide[x]);
    else
        for (int64_t x = 0; x < t->width; x++)
            out[x] = quotient(p->divisor, sums[x]);
}

static inline void mean_sphere_tile(const struct op_call *call, const struct sphere *p, int64_t i, char *memory)
{
    const int64_t planes = p->shape.depth > 1 ? SPHERE_PLANES : 1;
    struct sphere_tile t = {.sphere = p, .call = call, .row = (sum *)memory, .window = (sum *)(memory + p->wide)};
    t.sums = memory + 2 * p->wide;
    t.x = i % p->strips * p->strip;
    t.y = i / p->strips % p->bands * SPHERE_ROWS;
    t.z = i / p->strips / p->bands * planes;
    t.width = p->shape.width - t.x < p->strip ? p->shape.width - t.x : p->strip;
    t.y_end = p->shape.height - t.y < SPHERE_ROWS ? p->shape.height : t.y + SPHERE_ROWS;
    t.z_end = p->shape.depth - t.z < planes ? p->shape.depth : t.z + planes;
    memset(t.sums, 0, (size_t)(planes * SPHERE_ROWS * p->strip) * sizeof(double));
    for (int64_t z = t.z - p->rz; z < t.z_end + p->rz; z++)
        for (int64_t y = t.y - p->ry; y < t.y_end + p->ry; y++)
            spread_row(&t, y, z);
    for (int64_t z = t.z; z < t.z_end; z++)
        for (int64_t y = t.y; y < t.y_end; y++)
            store_sphere_row(&t, y, z);
}

#endif
