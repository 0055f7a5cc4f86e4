/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Means over boxes on the CPU, at the same cost for every radius.
 *
 * Sums over windows of w values come from blocks of w (van Herk 1992, Gil and Werman 1993, for minima): a window is the
 * end of one block and the start of the next, and both are running sums. Unlike a running sum that subtracts what
 * leaves, nothing outside the window leaves a trace in float sums: no drift, and a NaN stays where it is.
 *
 * The image is cut into tiles. In a plane of a tile, y is summed in lines of columns; LANES finished lines are
 * transposed, so that x is summed with the lines in the lanes of a vector. Where z is summed too, a tile spans all
 * planes and the last 2 * radius + 1 of them stay in the cache; elements of planes keep their order of [line /
 * LANES][x] [line % LANES] until they are stored.
 */
#ifndef OPS_MEAN_BOX_H
#define OPS_MEAN_BOX_H

#include <string.h>

#include "ops/mean_lanes.h"

enum {
    COLUMN_BYTES = 256 << 10, /* of the block of lines, which is to stay in a core's second cache */
    TILE_BYTES = 4 << 20,     /* of planes, in its share of the third */
    STRIP_MIN = 256,
    STRIP_MAX = 1024,
    STRIP_MAX_3D = 256,
};

/* How an image is cut, and the sums that a thread keeps. */
struct box {
    struct shape shape;
    int64_t rx, ry, rz; /* 0 along axes of size 1 */
    int64_t strip, band, strips, bands, sheets;
    int64_t line;  /* sums from a line of columns to the next */
    int64_t parts; /* 2: a sum is part 0 + 2^16 * part 1 */
    int64_t plane; /* sums of a plane of a tile; 0 in 2D */
    int64_t sums;  /* all of it */
    struct divisor divisor;
};

/* The memory of a thread, and its tile. */
struct box_tile {
    const struct box *box;
    const struct op_call *call;
    int64_t x, y, width, rows;
    int64_t left, right;       /* columns of a line from `left` up to `right` lie in the image */
    sum *blocks, *start;       /* of lines: block sums to the end, and the next block's from its start */
    sum *lines, *group;        /* LANES finished lines, and these transposed */
    mean_lane *means;          /* pixels of such a group */
    sum *planes, *plane_start; /* the same of planes */
    sum *last;                 /* the image's last plane */
};

static inline int64_t divide_up(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

static inline int64_t clamped(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

static inline struct box box_of(struct shape s, int64_t radius, int threads)
{
    struct box b = {.shape = s,
                    .rx = s.width > 1 ? radius : 0,
                    .ry = s.height > 1 ? radius : 0,
                    .rz = s.depth > 1 ? radius : 0,
                    .parts = 1};
    const int64_t wy = 2 * b.ry + 1, wz = 2 * b.rz + 1, sum_bytes = sizeof(sum), count = (2 * b.rx + 1) * wy * wz;
    const bool planes = b.rz > 0;
    b.divisor = divisor_of(count);
    if (sums_are_wide(count))
        b.parts = 2;
    b.sheets = planes ? 1 : s.depth;
    b.strip = clamped(COLUMN_BYTES / (wy * sum_bytes), STRIP_MIN, planes ? STRIP_MAX_3D : STRIP_MAX);
    b.strip = divide_up(s.width, divide_up(s.width, b.strip));
    b.strips = divide_up(s.width, b.strip);
    /* A band costs as much as its rows and a window more. Several for each thread, to even out. */
    const int64_t wanted = divide_up(s.height, divide_up(4 * threads, b.strips * b.sheets));
    b.band = clamped(wanted, 4 * wy < s.height ? 4 * wy : s.height, s.height);
    if (planes)
        b.band = clamped(TILE_BYTES / ((wz + 3) * b.parts * sum_bytes * b.strip), LANES, b.band);
    b.band = divide_up(b.band, LANES) * LANES;
    b.bands = divide_up(s.height, b.band);
    b.line = divide_up(b.strip + 2 * b.rx, 16) * 16 + 16;
    b.plane = planes ? b.band * b.strip * b.parts : 0;
    b.sums = (wy + 1 + LANES) * b.line + 2 * LANES * (b.line + 16) + (wz + 3) * b.plane;
    b.sums = divide_up(b.sums, 16) * 16;
    return b;
}

/* The part of an input row that a line of columns takes, from column `left` on. */
static inline const pixel *line_row(const struct box_tile *t, int64_t y, int64_t z)
{
    return in_row(t->call, 0, clamp_index(y, t->box->shape.height), clamp_index(z, t->box->shape.depth)) + t->x -
           t->box->rx + t->left;
}

/* A block of lines from row y on: line i holds the sum of i and those after it. */
static inline void sum_block(const struct box_tile *t, int64_t y, int64_t z)
{
    const int64_t step = t->box->line, count = t->right - t->left;
    const sum *after = t->start;
    memset(t->start, 0, (size_t)count * sizeof(sum));
    for (int64_t i = 2 * t->box->ry; i >= 0; i--) {
        const pixel *restrict row = line_row(t, y + i, z);
        sum *restrict line = t->blocks + i * step;
#pragma omp simd
        for (int64_t k = 0; k < count; k++)
            line[k] = after[k] + (sum)row[k];
        after = line;
    }
    memset(t->start, 0, (size_t)count * sizeof(sum));
}

/* The rows of a strip lie apart, which hardware does not foresee. */
static inline void prefetch_line(const struct box_tile *t, int64_t y, int64_t z)
{
    const char *row = (const char *)line_row(t, y, z), *end = row + (t->right - t->left) * (int64_t)sizeof(pixel);
    for (; row < end; row += 64)
        __builtin_prefetch(row);
}

/* One line of window sums; `row` joins the next block. */
static inline void sum_line(const struct box_tile *t, int64_t i, const pixel *restrict row, sum *restrict line)
{
    const int64_t left = t->left, right = t->right, end = t->width + 2 * t->box->rx;
    const sum *restrict block = t->blocks + i * t->box->line;
    sum *restrict start = t->start, *restrict to = line + left;
#pragma omp simd
    for (int64_t k = 0; k < right - left; k++) {
        to[k] = block[k] + start[k];
        start[k] += (sum)row[k];
    }
    for (int64_t k = 0; k < left; k++)
        line[k] = line[left];
    for (int64_t k = right; k < end; k++)
        line[k] = line[right - 1];
}

/* Sums of LANES rows to pixels. */
static inline void store_group(const struct box_tile *t, const sum *restrict group, const sum *restrict upper,
                               int64_t y, int64_t z)
{
    const int64_t rows = t->y + t->rows - y < LANES ? t->y + t->rows - y : LANES;
    const struct divisor d = t->box->divisor;
    mean_lane *restrict means = t->means;
    pixel *out[LANES];
    if (upper)
        for (int64_t k = 0; k < t->width * LANES; k++)
            means[k] = (mean_lane)wide_quotient(d, (double)group[k] + 65536.0 * (double)upper[k]);
    else
#pragma omp simd
        for (int64_t k = 0; k < t->width * LANES; k++)
            means[k] = (mean_lane)quotient(d, group[k]);
    for (int64_t k = 0; k < rows; k++)
        out[k] = out_row(t->call, y + k, z) + t->x;
    store_lanes(means, t->width, out, rows);
}

/* x and y of a plane: to the output, or to `flat` where it is not NULL. */
static inline void sum_plane(const struct box_tile *t, int64_t z, sum *flat)
{
    const struct box *b = t->box;
    const int64_t window = 2 * b->ry + 1, columns = t->width + 2 * b->rx;
    for (int64_t y = 0; y < t->rows; y++) {
        const int64_t i = y % window;
        if (i == 0)
            sum_block(t, t->y + y - b->ry, z);
        prefetch_line(t, t->y + y + b->ry + 3, z);
        sum_line(t, i, line_row(t, t->y + y + b->ry + 1, z), t->lines + y % LANES * b->line);
        if (y % LANES != LANES - 1 && y != t->rows - 1)
            continue;
        transpose_lines(t->lines, b->line, t->group, columns);
        sum_along((lanes(*)[VECTORS])t->group, t->width, 2 * b->rx + 1);
        if (flat)
            memcpy(flat + y / LANES * LANES * t->width, t->group, (size_t)(t->width * LANES) * sizeof(sum));
        else
            store_group(t, t->group, NULL, t->y + y / LANES * LANES, z);
    }
}

/* Cuts sums into their lower 16 bits and the rest, which lies `count` further. */
static inline void split_sums(sum *flat, int64_t count)
{
#ifndef PIXEL_IS_F32
    for (int64_t k = 0; k < count; k++) {
        flat[count + k] = flat[k] >> 16;
        flat[k] &= 0xffff;
    }
#else
    (void)flat;
    (void)count;
#endif
}

static inline void add_sums(sum *restrict to, const sum *restrict a, int64_t count)
{
#pragma omp simd
    for (int64_t k = 0; k < count; k++)
        to[k] += a[k];
}

/* x and y of plane z, clamped to the image, where the last plane is kept: it stands for all that follow. */
static inline void load_plane(const struct box_tile *t, int64_t z, int64_t used, sum *to)
{
    const int64_t last = t->box->shape.depth - 1, count = used / t->box->parts;
    if (z <= last) {
        sum_plane(t, z < 0 ? 0 : z, to);
        if (t->box->parts == 2)
            split_sums(to, count);
    }
    if (z == last)
        memcpy(t->last, to, (size_t)used * sizeof(sum));
    if (z > last)
        memcpy(to, t->last, (size_t)used * sizeof(sum));
}

/* As sum_block() and sum_line(), but a plane that joins the next block takes the place of a sum that has been used. */
static inline void sum_planes(const struct box_tile *t)
{
    const struct box *b = t->box;
    const int64_t window = 2 * b->rz + 1, half = divide_up(t->rows, LANES) * LANES * t->width, used = half * b->parts;
    for (int64_t j = 0; j < window; j++)
        if (j > 0 && j <= b->rz)
            memcpy(t->planes + j * b->plane, t->planes, (size_t)used * sizeof(sum));
        else
            load_plane(t, j - b->rz, used, t->planes + j * b->plane);
    for (int64_t z = 0; z < b->shape.depth; z++) {
        sum *plane = t->planes + z % window * b->plane;
        if (z % window == 0) {
            memset(t->plane_start, 0, (size_t)used * sizeof(sum));
            for (int64_t i = window - 2; i >= 0; i--)
                add_sums(t->planes + i * b->plane, t->planes + (i + 1) * b->plane, used);
        }
        add_sums(plane, t->plane_start, used);
        for (int64_t y = 0; y < t->rows; y += LANES)
            store_group(t, plane + y * t->width, b->parts == 2 ? plane + half + y * t->width : NULL, t->y + y, z);
        load_plane(t, z + b->rz + 1, used, plane);
        add_sums(t->plane_start, plane, used);
    }
}

static inline void mean_box_tile(const struct op_call *call, const struct box *b, int64_t i, sum *memory)
{
    struct box_tile t = {.box = b, .call = call};
    const int64_t wy = 2 * b->ry + 1, wz = 2 * b->rz + 1;
    t.x = i % b->strips * b->strip;
    t.y = i / b->strips % b->bands * b->band;
    t.width = clamped(b->shape.width - t.x, 1, b->strip);
    t.rows = clamped(b->shape.height - t.y, 1, b->band);
    t.left = b->rx > t.x ? b->rx - t.x : 0;
    t.right = clamped(b->shape.width - t.x + b->rx, 1, t.width + 2 * b->rx);
    t.blocks = memory;
    t.start = t.blocks + wy * b->line;
    t.lines = t.start + b->line;
    t.group = t.lines + LANES * b->line;
    t.means = (mean_lane *)(t.group + LANES * (b->line + 16));
    t.planes = t.group + 2 * LANES * (b->line + 16);
    t.plane_start = t.planes + wz * b->plane;
    t.last = t.plane_start + b->plane;
    if (b->rz > 0)
        sum_planes(&t);
    else
        sum_plane(&t, i / b->strips / b->bands, NULL);
}

#endif
