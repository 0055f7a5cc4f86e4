/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Lines: pieces of image rows as ordered integers, in scratch memory. What is done to them is written as loops over
 * pixels that compilers turn into vectors.
 */
#ifndef OPS_EXTREMUM_LINES_H
#define OPS_EXTREMUM_LINES_H

#include "ops/extremum.h"

enum { LINE_STEP = 64 }; /* pixels: lines are whole vectors of any type */

static inline int64_t whole_vectors(int64_t pixels)
{
    return (pixels + LINE_STEP - 1) / LINE_STEP * LINE_STEP;
}

static inline void fill_line(ordered *to, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        to[i] = NOTHING;
}

/* `count` pixels of row y, z from x = `first` on, which may begin and end outside. */
static inline void load_line(const struct extremum *e, int64_t y, int64_t z, int64_t first, int64_t count,
                             ordered *restrict to)
{
    const struct shape s = e->from->shape;
    if (y < 0 || y >= s.height || z < 0 || z >= s.depth) {
        fill_line(to, count);
        return;
    }
    const pixel *restrict row = (const pixel *)image_row(e->from, y, z) + first;
    const int64_t start = first < 0 ? -first : 0, end = smaller(count, s.width - first);
    const ordered complement = e->complement;
    fill_line(to, start);
#pragma omp simd
    for (int64_t i = start; i < end; i++)
        to[i] = (ordered)(to_ordered(row[i]) ^ complement);
    fill_line(to + end, count - end);
}

/* Whole vectors, up to LINE_STEP - 1 pixels beyond the end. from[i] stands for the pixels i .. i + w; then to[i] for
 * i .. i + w + 2 * step, as long as step <= w + 1. */
static inline void widen_line(const ordered *restrict from, ordered *restrict to, int64_t count, int64_t step)
{
    const ordered *restrict second = from + step, *restrict third = second + step;
#pragma omp simd
    for (int64_t i = 0; i < whole_vectors(count); i++)
        to[i] = smaller_of(smaller_of(from[i], third[i]), second[i]);
}

/* The step that takes windows of reach `now` towards `wanted`: three windows side by side at most. */
static inline int64_t widening_step(int64_t now, int64_t wanted)
{
    return smaller(wanted - now, 2 * now + 1);
}

/* to = smaller of both, in whole vectors. */
static inline void lower_line(ordered *restrict to, const ordered *restrict by, int64_t count)
{
#pragma omp simd
    for (int64_t i = 0; i < whole_vectors(count); i++)
        to[i] = smaller_of(to[i], by[i]);
}

/* Where results go: `count` pixels of row y, z from x on. */
struct piece {
    int64_t x, y, z, count;
};

/* Stores the smaller of one line and of `before` lowered by `next`, which it keeps in `lowered`. */
static inline void store_smaller(const struct extremum *e, struct piece p, const ordered *line, const ordered *before,
                                 const ordered *next, ordered *lowered)
{
    pixel *restrict out = (pixel *)image_row(e->to, p.y, p.z) + p.x;
    const pixel *minuend = e->minuend ? (const pixel *)image_row(e->minuend, p.y, p.z) + p.x : NULL;
    const ordered complement = e->complement;
    if (minuend)
#pragma omp simd
        for (int64_t i = 0; i < p.count; i++) {
            lowered[i] = smaller_of(before[i], next[i]);
            out[i] = (pixel)(minuend[i] - from_ordered((ordered)(smaller_of(lowered[i], line[i]) ^ complement)));
        }
    else
#pragma omp simd
        for (int64_t i = 0; i < p.count; i++) {
            lowered[i] = smaller_of(before[i], next[i]);
            out[i] = from_ordered((ordered)(smaller_of(lowered[i], line[i]) ^ complement));
        }
}

static inline void store_line(const struct extremum *e, struct piece p, ordered *line)
{
    store_smaller(e, p, line, line, line, line);
}

#endif
