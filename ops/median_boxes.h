/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Medians of small boxes on the CPU: networks of minima and maxima over vectors of pixels, without branches.
 *
 * Outputs share work. Each row of the neighbourhood is sorted once per pixel, as a line (2D radius 1: 3 values; 2D
 * radius 2: 5; 3D radius 1: 9, those of three planes), and serves all outputs above and below. Two output rows that
 * touch have all lines but one in common: of the common lines only those ranks are kept that can be the median of
 * either, and each output then picks its median with the one line that it has alone. Minima and maxima per pixel: 16,
 * 59 and 79; networks that start anew for each pixel take 30, 174 and over 200.
 */
#ifndef OPS_MEDIAN_BOXES_H
#define OPS_MEDIAN_BOXES_H

#include "kernels/median_networks.clh"
#include "ops/median_tile.h"

enum {
    STRIP = 512 / sizeof(ordered), /* widest tile: the lines around two output rows stay in the L1 cache */
    LINE_MAX = 9,
};

/* Sorted values of one row for every x: line[rank][x]. */
typedef ordered line_values[STRIP];

/* The median of sorted middle[0 .. n] and sorted line[0 .. n - 1]: the (n+1)-th of both together is the least value
 * that is not below the i-th of one and the (n+1-i)-th of the other for some i. */
static inline ordered median_of_sorted(const ordered *middle, const ordered *line, int n)
{
    ordered median = middle[n];
#pragma GCC unroll 25
    for (int i = 0; i < n; i++)
        median = smaller_of(median, larger_of(middle[i], line[n - 1 - i]));
    return median;
}

struct box_memory {
    line_values lines[8][LINE_MAX]; /* of the rows around two output rows; row y is in lines[y mod 8] */
    line_values merged[2][2 * 5];   /* radius 2: rows y - 1 with y, and y + 1 with y + 2 */
    ordered triples[3][STRIP + 64];
    ordered results[2][STRIP];
};

static inline void sort_line_3(const ordered *restrict row, line_values *restrict line, int64_t width)
{
    for (int64_t x = 0; x < width; x++) {
        ordered v[3] = {row[x], row[x + 1], row[x + 2]};
        SORT_3(ORDER)
        line[0][x] = v[0], line[1][x] = v[1], line[2][x] = v[2];
    }
}

static inline void sort_line_5(const ordered *restrict row, line_values *restrict line, int64_t width)
{
    for (int64_t x = 0; x < width; x++) {
        ordered v[5] = {row[x], row[x + 1], row[x + 2], row[x + 3], row[x + 4]};
        SORT_5(ORDER)
        for (int i = 0; i < 5; i++)
            line[i][x] = v[i];
    }
}

/* Rows of three planes: first the three pixels above each other, then three such triples side by side. */
static inline void sort_line_9(const ordered *restrict row, int64_t plane, ordered (*restrict triples)[STRIP + 64],
                               line_values *restrict line, int64_t width)
{
    for (int64_t x = 0; x < width + LANES; x++) {
        ordered v[3] = {row[x], row[x + plane], row[x + 2 * plane]};
        SORT_3(ORDER)
        triples[0][x] = v[0], triples[1][x] = v[1], triples[2][x] = v[2];
    }
    for (int64_t x = 0; x < width; x++) {
        ordered v[9];
        for (int i = 0; i < 9; i++)
            v[i] = triples[i % 3][x + i / 3];
        SORT_9_OF_TRIPLES(ORDER)
        for (int i = 0; i < 9; i++)
            line[i][x] = v[i];
    }
}

static inline ordered median_of_3(ordered a, ordered b, ordered c)
{
    return larger_of(smaller_of(a, b), smaller_of(larger_of(a, b), c));
}

/* The median of nine sorted in lines of three is that of the largest low, the median middle and the smallest high. */
static inline void pick_3(const line_values *restrict above, const line_values *restrict first,
                          const line_values *restrict second, const line_values *restrict below,
                          ordered (*restrict results)[STRIP], int64_t width)
{
    for (int64_t x = 0; x < width; x++) {
        const ordered low = larger_of(first[0][x], second[0][x]), high = smaller_of(first[2][x], second[2][x]);
        const ordered less = smaller_of(first[1][x], second[1][x]), more = larger_of(first[1][x], second[1][x]);
        results[0][x] = median_of_3(larger_of(low, above[0][x]), larger_of(less, smaller_of(more, above[1][x])),
                                    smaller_of(high, above[2][x]));
        results[1][x] = median_of_3(larger_of(low, below[0][x]), larger_of(less, smaller_of(more, below[1][x])),
                                    smaller_of(high, below[2][x]));
    }
}

static inline void merge_5(const line_values *restrict first, const line_values *restrict second,
                           line_values *restrict merged, int64_t width)
{
    for (int64_t x = 0; x < width; x++) {
        ordered v[10];
        for (int i = 0; i < 5; i++)
            v[i] = first[i][x], v[5 + i] = second[i][x];
        MERGE_5(ORDER)
        for (int i = 0; i < 10; i++)
            merged[i][x] = v[i];
    }
}

static inline void pick_5(const line_values *restrict above, const line_values *restrict upper,
                          const line_values *restrict lower, const line_values *restrict below,
                          ordered (*restrict results)[STRIP], int64_t width)
{
    for (int64_t x = 0; x < width; x++) {
        ordered v[20], a[5], b[5];
        for (int i = 0; i < 10; i++)
            v[i] = upper[i][x], v[10 + i] = lower[i][x];
        for (int i = 0; i < 5; i++)
            a[i] = above[i][x], b[i] = below[i][x];
        MIDDLE_10(ORDER)
        results[0][x] = median_of_sorted(v + 7, a, 5);
        results[1][x] = median_of_sorted(v + 7, b, 5);
    }
}

static inline void pick_9(const line_values *restrict above, const line_values *restrict first,
                          const line_values *restrict second, const line_values *restrict below,
                          ordered (*restrict results)[STRIP], int64_t width)
{
    for (int64_t x = 0; x < width; x++) {
        ordered v[18], a[9], b[9];
        for (int i = 0; i < 9; i++)
            v[i] = first[i][x], v[9 + i] = second[i][x], a[i] = above[i][x], b[i] = below[i][x];
        MIDDLE_9(ORDER)
        results[0][x] = median_of_sorted(v + 4, a, 9);
        results[1][x] = median_of_sorted(v + 4, b, 9);
    }
}

/* The boxes that networks serve; the last is that of median_cube.h. */
enum median_box { BOX_2D_1, BOX_2D_2, BOX_3D_1, BOX_3D_2 };

static inline line_values *sorted_line(const struct op_call *call, const struct tile *tile, enum median_box box,
                                       int64_t y, int64_t z, struct box_memory *m)
{
    line_values *line = m->lines[y & 7];
    const int64_t width = tile->shape.width;
    load_tile_rows(call, tile, y, z);
    switch (box) {
    case BOX_2D_1:
        sort_line_3(tile_at(tile, -1, y, z), line, width);
        break;
    case BOX_2D_2:
        sort_line_5(tile_at(tile, -2, y, z), line, width);
        break;
    default:
        sort_line_9(tile_at(tile, -1, y, z - 1), tile->plane, m->triples, line, width);
    }
    return line;
}

/* Medians of a tile, whose height is even, by pairs of rows: of the lines above, first, second, below, the middle two
 * are what both outputs have in common; with radius 2 these are merged pairs of lines. */
static inline void box_medians(const struct op_call *call, const struct tile *tile, enum median_box box,
                               struct box_memory *m)
{
    const int64_t width = tile->shape.width, radius = box == BOX_2D_2 ? 2 : 1;
    for (int64_t z = 0; z < tile->shape.depth; z++) {
        for (int64_t y = -radius; y < radius; y++)
            sorted_line(call, tile, box, y, z, m);
        if (box == BOX_2D_2)
            merge_5(m->lines[-1 & 7], m->lines[0], m->merged[0], width);
        for (int64_t y = 0; y < tile->shape.height; y += 2) {
            const line_values *above = m->lines[(y - radius) & 7], *first = m->lines[y & 7];
            const line_values *second = sorted_line(call, tile, box, y + radius, z, m);
            const line_values *below = sorted_line(call, tile, box, y + radius + 1, z, m);
            line_values *upper = m->merged[y / 2 & 1], *lower = m->merged[(y / 2 + 1) & 1];
            switch (box) {
            case BOX_2D_1:
                pick_3(above, first, second, below, m->results, width);
                break;
            case BOX_2D_2:
                merge_5(m->lines[(y + 1) & 7], second, lower, width);
                pick_5(above, upper, lower, below, m->results, width);
                break;
            default:
                pick_9(above, first, second, below, m->results, width);
            }
            store_row(call, tile, y, z, m->results[0]);
            store_row(call, tile, y + 1, z, m->results[1]);
        }
    }
}

#endif
