/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Medians of 5 x 5 x 5 pixels on the CPU: the method of median_boxes.h one size up. The 25 pixels of a line, five
 * planes of a row, are sorted in steps that neighbours in x share: columns of 5, two columns merged, four, and the
 * fifth added. About 500 minima and maxima per pixel, where a search takes 1000 (uint8) to 4000 (float32) comparisons.
 */
#ifndef OPS_MEDIAN_CUBE_H
#define OPS_MEDIAN_CUBE_H

#include "ops/median_boxes.h"

enum {
    CUBE_ROW = STRIP + 2 * LANES, /* columns and twos go up to four pixels beyond a line; in whole vectors */
};

typedef ordered cube_values[CUBE_ROW];

struct cube_memory {
    cube_values columns[5], twos[10], fours[20];
    cube_values lines[8][25]; /* row y is in lines[y mod 8] */
    cube_values pairs[2][50]; /* rows y - 1 with y, and y + 1 with y + 2 */
    cube_values results[2];
};

static inline void sort_columns(const ordered *restrict row, int64_t plane, cube_values *restrict columns,
                                int64_t width)
{
    for (int64_t x = 0; x < width; x++) {
        ordered v[5];
        for (int i = 0; i < 5; i++)
            v[i] = row[x + i * plane];
        SORT_5(ORDER)
        for (int i = 0; i < 5; i++)
            columns[i][x] = v[i];
    }
}

/* Merges each column with its neighbour: twos[x] are columns x and x + 1. */
static inline void merge_columns(const cube_values *restrict columns, cube_values *restrict twos, int64_t width)
{
    for (int64_t x = 0; x < width; x++) {
        ordered v[10];
        for (int i = 0; i < 5; i++)
            v[i] = columns[i][x], v[5 + i] = columns[i][x + 1];
        MERGE_5(ORDER)
        for (int i = 0; i < 10; i++)
            twos[i][x] = v[i];
    }
}

/* fours[x] are columns x to x + 3. */
static inline void merge_twos(const cube_values *restrict twos, cube_values *restrict fours, int64_t width)
{
    for (int64_t x = 0; x < width; x++) {
        ordered v[20];
        for (int i = 0; i < 10; i++)
            v[i] = twos[i][x], v[10 + i] = twos[i][x + 2];
        MERGE_10(ORDER)
#pragma GCC unroll 20
        for (int i = 0; i < 20; i++)
            fours[i][x] = v[i];
    }
}

static inline void merge_fifth(const cube_values *restrict fours, const cube_values *restrict columns,
                               cube_values *restrict line, int64_t width)
{
    for (int64_t x = 0; x < width; x++) {
        ordered v[25];
#pragma GCC unroll 20
        for (int i = 0; i < 20; i++)
            v[i] = fours[i][x];
        for (int i = 0; i < 5; i++)
            v[20 + i] = columns[i][x + 4];
        MERGE_20_5(ORDER)
#pragma GCC unroll 25
        for (int i = 0; i < 25; i++)
            line[i][x] = v[i];
    }
}

static inline cube_values *cube_line(const struct op_call *call, const struct tile *tile, int64_t y, int64_t z,
                                     struct cube_memory *m)
{
    const int64_t width = tile->shape.width;
    load_tile_rows(call, tile, y, z);
    sort_columns(tile_at(tile, -2, y, z - 2), tile->plane, m->columns, width + LANES);
    merge_columns(m->columns, m->twos, width + LANES);
    merge_twos(m->twos, m->fours, width);
    merge_fifth(m->fours, m->columns, m->lines[y & 7], width);
    return m->lines[y & 7];
}

static inline void merge_25(const cube_values *restrict first, const cube_values *restrict second,
                            cube_values *restrict pair, int64_t width)
{
    for (int64_t x = 0; x < width; x++) {
        ordered v[50];
#pragma GCC unroll 25
        for (int i = 0; i < 25; i++)
            v[i] = first[i][x], v[25 + i] = second[i][x];
        MERGE_25(ORDER)
#pragma GCC unroll 50
        for (int i = 0; i < 50; i++)
            pair[i][x] = v[i];
    }
}

static inline void pick_25(const cube_values *restrict above, const cube_values *restrict upper,
                           const cube_values *restrict lower, const cube_values *restrict below,
                           cube_values *restrict results, int64_t width)
{
    for (int64_t x = 0; x < width; x++) {
        ordered v[100], a[25], b[25];
#pragma GCC unroll 50
        for (int i = 0; i < 50; i++)
            v[i] = upper[i][x], v[50 + i] = lower[i][x];
#pragma GCC unroll 25
        for (int i = 0; i < 25; i++)
            a[i] = above[i][x], b[i] = below[i][x];
        MIDDLE_50(ORDER)
        results[0][x] = median_of_sorted(v + 37, a, 25);
        results[1][x] = median_of_sorted(v + 37, b, 25);
    }
}

/* Medians of a tile, whose height is even, by pairs of rows. */
static inline void cube_medians(const struct op_call *call, const struct tile *tile, struct cube_memory *m)
{
    const int64_t width = tile->shape.width;
    for (int64_t z = 0; z < tile->shape.depth; z++) {
        for (int64_t y = -2; y < 2; y++)
            cube_line(call, tile, y, z, m);
        merge_25(m->lines[-1 & 7], m->lines[0], m->pairs[0], width);
        for (int64_t y = 0; y < tile->shape.height; y += 2) {
            const cube_values *second = cube_line(call, tile, y + 2, z, m), *below = cube_line(call, tile, y + 3, z, m);
            cube_values *upper = m->pairs[y / 2 & 1], *lower = m->pairs[(y / 2 + 1) & 1];
            merge_25(m->lines[(y + 1) & 7], second, lower, width);
            pick_25(m->lines[(y - 2) & 7], upper, lower, below, m->results, width);
            store_row(call, tile, y, z, m->results[0]);
            store_row(call, tile, y + 1, z, m->results[1]);
        }
    }
}

#endif
