/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Medians of 5, 7, 13 or 33 pixels on the CPU, which are the spheres of radius 1 and 2: networks over vectors of
 * outputs. Two sorted halves give the middle two ranks of both; between them the last pixel decides. 12, 24, 72 and 304
 * minima and maxima.
 */
#ifndef OPS_MEDIAN_SELECTION_H
#define OPS_MEDIAN_SELECTION_H

#include "kernels/median_networks.clh"
#include "ops/median_tile.h"

enum { SELECTION_MAX = 33 };

/* Sorts v[0 .. n-1]; n is a constant at every call. */
static inline __attribute__((always_inline)) void sort_half(ordered *v, int n)
{
    switch (n) {
    case 2:
        ORDER(0, 1)
        break;
    case 3:
        SORT_3(ORDER)
        break;
    case 6:
        SORT_6(ORDER)
        break;
    default:
        SORT_16(ORDER)
    }
}

/* Medians of 2n+1 pixels at `offsets` from each of a row. */
static inline __attribute__((always_inline)) void select_row(const ordered *restrict at, const int64_t *offsets,
                                                             ordered *restrict results, int64_t width, int n)
{
    int64_t offset[SELECTION_MAX];
    memcpy(offset, offsets, (size_t)(2 * n + 1) * sizeof *offset);
    for (int64_t x = 0; x < width; x++) {
        ordered a[16], b[16];
#pragma GCC unroll 16
        for (int i = 0; i < n; i++)
            a[i] = at[x + offset[i]], b[i] = at[x + offset[n + i]];
        sort_half(a, n);
        sort_half(b, n);
        ordered low = smaller_of(a[0], b[n - 1]), high = larger_of(a[0], b[n - 1]);
#pragma GCC unroll 16
        for (int i = 1; i < n; i++) {
            low = larger_of(low, smaller_of(a[i], b[n - 1 - i]));
            high = smaller_of(high, larger_of(a[i], b[n - 1 - i]));
        }
        results[x] = larger_of(low, smaller_of(high, at[x + offset[2 * n]]));
    }
}

static inline bool has_selection(int64_t pixels)
{
    return pixels == 5 || pixels == 7 || pixels == 13 || pixels == 33;
}

static inline void selected_medians(const struct op_call *call, const struct tile *tile, const int64_t *offsets,
                                    int64_t pixels, ordered *results)
{
    for (int64_t z = 0; z < tile->shape.depth; z++)
        for (int64_t y = 0; y < tile->shape.height; y++) {
            const ordered *at = tile_at(tile, 0, y, z);
            switch (pixels) {
            case 5:
                select_row(at, offsets, results, tile->shape.width, 2);
                break;
            case 7:
                select_row(at, offsets, results, tile->shape.width, 3);
                break;
            case 13:
                select_row(at, offsets, results, tile->shape.width, 6);
                break;
            default:
                select_row(at, offsets, results, tile->shape.width, 16);
            }
            store_row(call, tile, y, z, results);
        }
}

#endif
