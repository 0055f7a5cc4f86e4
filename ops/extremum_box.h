/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Extrema of boxes on the CPU, at a cost that hardly depends on the radius.
 *
 * Along x windows grow threefold: three next to each other, or overlapping, make the next. Along y and z lines are
 * taken in blocks of 2r+1 (van Herk 1992, Gil and Werman 1993): a window is the end of one block and the start of the
 * next. Of the one there are the minima from each line to its end; the other's lines take their places one by one,
 * while their running minimum completes the windows.
 *
 * x and y are one march down a strip of columns, whose block stays in the cache, so memory is read and written once. z
 * is another, in place.
 */
#ifndef OPS_EXTREMUM_BOX_H
#define OPS_EXTREMUM_BOX_H

#include "ops/extremum_lines.h"
#include "ops/extremum_nine.h"

#include <omp.h>

enum {
    BLOCK_BYTES = 384 << 10, /* in a core's second cache */
    STRIP_BYTES_MAX = 16 << 10,
    STRIP_MIN = 256, /* pixels: neighbouring strips filter what lies between them twice along x */
};

enum axis { AXIS_Y = 1, AXIS_Z = 2 };

/* A march along one axis. */
struct march {
    struct extremum filter;
    enum axis axis;
    int64_t length, reach, reach_x; /* on the axis; along x before that */
    int64_t block;                  /* lines in it */
    int64_t strip, strips;          /* pixels of a strip of columns, a multiple of LINE_STEP */
    int64_t pitch, margin;          /* ordered numbers from line to line in a block; in a line with surroundings */
};

static inline struct march march_along(enum axis axis, const struct extremum *filter)
{
    const struct shape s = filter->from->shape;
    struct march m = {.filter = *filter, .axis = axis, .length = axis == AXIS_Y ? s.height : s.depth};
    m.reach = reach_on(filter->radius, m.length);
    m.reach_x = axis == AXIS_Y ? reach_on(filter->radius, s.width) : 0;
    m.block = 2 * m.reach + 1;
    const int64_t line_max = BLOCK_BYTES / (m.block * (int64_t)sizeof(ordered));
    int64_t most = smaller(line_max, STRIP_BYTES_MAX / (int64_t)sizeof(ordered));
    most = most < STRIP_MIN ? STRIP_MIN : most;
    m.strips = (s.width + most - 1) / most;
    m.strip = whole_vectors((s.width + m.strips - 1) / m.strips);
    m.strips = (s.width + m.strip - 1) / m.strip;
    m.pitch = m.strip + LINE_STEP; /* no power of two, else the lines of a block share cache sets */
    m.margin = m.strip + whole_vectors(2 * m.reach_x) + LINE_STEP;
    return m;
}

/* Two lines with surroundings, a block, the running minimum. */
static inline int64_t march_bytes(const struct march *m)
{
    return (2 * m->margin + (m->block + 1) * m->pitch) * (int64_t)sizeof(ordered);
}

/* A strip of columns in one plane, or in all planes at one y, and a thread's memory. */
struct strip {
    const struct march *march;
    int64_t x, width, across;
    ordered *lines[2], *block, *running;
};

/* Line i of the strip, filtered along x. */
static inline void fetch_line(const struct strip *s, int64_t i, ordered *to)
{
    const struct march *m = s->march;
    const int64_t y = m->axis == AXIS_Y ? i : s->across, z = m->axis == AXIS_Y ? s->across : i;
    ordered *now = s->lines[0], *next = s->lines[1];
    int64_t reach = 0;
    if (m->reach_x == 0 || i < 0 || i >= m->length) {
        load_line(&m->filter, y, z, s->x, s->width, to);
        return;
    }
    load_line(&m->filter, y, z, s->x - m->reach_x, s->width + 2 * m->reach_x, now);
    while (reach < m->reach_x) {
        const int64_t step = widening_step(reach, m->reach_x);
        const bool nine = NINE_AT_ONCE && reach == 0 && m->reach_x >= NINE_REACH;
        reach += nine ? NINE_REACH : step;
        ordered *wider = reach == m->reach_x ? to : next;
        const int64_t count = s->width + 2 * (m->reach_x - reach);
        if (nine)
            widen_to_nine(now, wider, count);
        else
            widen_line(now, wider, count, step);
        ordered *swapped = now;
        now = next;
        next = swapped;
    }
}

/* From lines to the minima from each line to the end of the block. */
static inline void turn_block(const struct strip *s)
{
    const int64_t pitch = s->march->pitch;
    for (int64_t k = s->march->block - 2; k >= 0; k--)
        lower_line(s->block + k * pitch, s->block + (k + 1) * pitch, s->width);
}

/* Stores the block of outputs from line `first` on, up to line `end`. The minima from their windows' first lines are in
 * the block, whose places the lines ahead take one by one. */
static inline void pass_block(const struct strip *s, int64_t first, int64_t end)
{
    const struct march *m = s->march;
    const ordered *before = s->block, *next = s->block;
    for (int64_t k = 0; k < m->block; k++) {
        ordered *line = s->block + k * m->pitch;
        struct piece p = {s->x, first + k, s->across, s->width};
        if (m->axis == AXIS_Z) {
            p.y = s->across;
            p.z = first + k;
        }
        store_smaller(&m->filter, p, line, before, next, s->running);
        if (first + k + 1 == end)
            return;
        fetch_line(s, first + m->reach + 1 + k, line);
        before = k == 0 ? line : s->running;
        next = line;
    }
    turn_block(s);
}

/* Output lines `from` to `to` of one strip. */
static inline void march_strip(const struct march *m, int64_t column, int64_t from, int64_t to, ordered *memory)
{
    struct strip s = {.march = m, .x = column % m->strips * m->strip, .across = column / m->strips};
    s.width = smaller(m->strip, m->filter.from->shape.width - s.x);
    s.lines[0] = memory;
    s.lines[1] = s.lines[0] + m->margin;
    s.block = s.lines[1] + m->margin;
    s.running = s.block + m->block * m->pitch;
    for (int64_t k = 0; k < m->block; k++)
        fetch_line(&s, from - m->reach + k, s.block + k * m->pitch);
    turn_block(&s);
    for (int64_t first = from; first < to; first += m->block)
        pass_block(&s, first, to);
}

/* Each thread gets a run of lines, counted through all strips, so that few of them have to start within a strip; its
 * blocks begin where it begins. In place nobody may: what one thread reads there another one overwrites. */
static inline void march_all(const struct march *m, int threads, void *scratch)
{
    const struct shape s = m->filter.from->shape;
    const bool in_place = m->filter.from == m->filter.to;
    const int64_t pieces = in_place ? 1 : m->length, lines = m->axis == AXIS_Y ? s.depth : s.height;
    const int64_t total = m->strips * lines * pieces;
#pragma omp parallel num_threads(threads)
    {
        const int64_t count = omp_get_num_threads(), thread = omp_get_thread_num();
        const int64_t end = total * (thread + 1) / count;
        ordered *memory = (ordered *)((char *)scratch + thread * march_bytes(m));
        for (int64_t i = total * thread / count; i < end;) {
            const int64_t first = i % pieces, run = smaller(pieces - first, end - i);
            march_strip(m, i / pieces, first, in_place ? m->length : first + run, memory);
            i += run;
        }
    }
}

static inline int64_t box_bytes(const struct extremum *e, int threads)
{
    const struct march along_y = march_along(AXIS_Y, e), along_z = march_along(AXIS_Z, e);
    const int64_t y = march_bytes(&along_y), z = march_bytes(&along_z);
    return threads * (y > z ? y : z);
}

static inline void filter_box(const struct extremum *e, int threads, void *scratch)
{
    const bool planes = e->from->shape.depth > 1;
    struct extremum filter = *e;
    filter.minuend = planes ? NULL : e->minuend;
    const struct march along_y = march_along(AXIS_Y, &filter);
    march_all(&along_y, threads, scratch);
    if (!planes)
        return;
    filter.from = e->to;
    filter.minuend = e->minuend;
    const struct march along_z = march_along(AXIS_Z, &filter);
    march_all(&along_z, threads, scratch);
}

#endif
