/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Rows side by side: LANES lines of sums transposed, so that x is summed with the lines in the lanes of a vector, and
 * pixels transposed back. Squares of 16-byte vectors are transposed by interleaving the upper half of the rows with the
 * lower half once for every doubling, which all instruction sets do in one step a vector.
 */
#ifndef OPS_MEAN_LANES_H
#define OPS_MEAN_LANES_H

#include "ops/mean_sums.h"

enum { LANES = 8, SQUARE_BYTES = 16 };

#if defined __AVX512F__
enum { VECTOR_BYTES_MAX = 64 };
#elif defined __AVX__
enum { VECTOR_BYTES_MAX = 32 };
#else
enum { VECTOR_BYTES_MAX = 16 };
#endif
enum {
    LANES_BYTES = LANES * sizeof(sum),
    VECTOR_BYTES = LANES_BYTES < VECTOR_BYTES_MAX ? LANES_BYTES : VECTOR_BYTES_MAX,
    VECTORS = LANES_BYTES / VECTOR_BYTES, /* that hold all lanes */
};

typedef sum lanes __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(sum)), may_alias));

/* What is transposed back: a float32 pixel, or 16 bits that hold an integer one. */
#ifdef PIXEL_IS_F32
typedef float mean_lane;
typedef double sum_square __attribute__((vector_size(SQUARE_BYTES), aligned(8), may_alias));
typedef float mean_square __attribute__((vector_size(SQUARE_BYTES), aligned(4), may_alias));
typedef int64_t sum_order __attribute__((vector_size(SQUARE_BYTES)));
typedef int32_t mean_order __attribute__((vector_size(SQUARE_BYTES)));
#define SUM_ORDERS                                                                                                     \
    {0, 2},                                                                                                            \
    {                                                                                                                  \
        1, 3                                                                                                           \
    }
#define MEAN_ORDERS                                                                                                    \
    {0, 4, 1, 5},                                                                                                      \
    {                                                                                                                  \
        2, 6, 3, 7                                                                                                     \
    }
#else
typedef uint16_t mean_lane;
typedef uint32_t sum_square __attribute__((vector_size(SQUARE_BYTES), aligned(4), may_alias));
typedef uint16_t mean_square __attribute__((vector_size(SQUARE_BYTES), aligned(2), may_alias));
typedef int32_t sum_order __attribute__((vector_size(SQUARE_BYTES)));
typedef int16_t mean_order __attribute__((vector_size(SQUARE_BYTES)));
#define SUM_ORDERS                                                                                                     \
    {0, 4, 1, 5},                                                                                                      \
    {                                                                                                                  \
        2, 6, 3, 7                                                                                                     \
    }
#define MEAN_ORDERS                                                                                                    \
    {0, 8, 1, 9, 2, 10, 3, 11},                                                                                        \
    {                                                                                                                  \
        4, 12, 5, 13, 6, 14, 7, 15                                                                                     \
    }
#endif

enum { SUM_SQUARE = SQUARE_BYTES / sizeof(sum), MEAN_SQUARE = SQUARE_BYTES / sizeof(mean_lane) };

typedef pixel pixel_square __attribute__((vector_size(MEAN_SQUARE * sizeof(pixel)), aligned(sizeof(pixel)), may_alias));

static const sum_order sum_orders[2] = {SUM_ORDERS};
static const mean_order mean_orders[2] = {MEAN_ORDERS};

/* LANES lines `step` apart to group[x][line], for `count` values of x and up to SUM_SQUARE - 1 more. */
static inline void transpose_lines(const sum *restrict lines, int64_t step, sum *restrict group, int64_t count)
{
    for (int64_t x = 0; x < count; x += SUM_SQUARE)
#pragma GCC unroll 4
        for (int first = 0; first < LANES; first += SUM_SQUARE) {
            sum_square rows[SUM_SQUARE], mixed[SUM_SQUARE];
#pragma GCC unroll 4
            for (int i = 0; i < SUM_SQUARE; i++)
                rows[i] = *(const sum_square *)(lines + (first + i) * step + x);
#pragma GCC unroll 2
            for (int doubling = 1; doubling < SUM_SQUARE; doubling *= 2) {
#pragma GCC unroll 4
                for (int i = 0; i < SUM_SQUARE; i++)
                    mixed[i] = __builtin_shuffle(rows[i / 2], rows[i / 2 + SUM_SQUARE / 2], sum_orders[i % 2]);
#pragma GCC unroll 4
                for (int i = 0; i < SUM_SQUARE; i++)
                    rows[i] = mixed[i];
            }
#pragma GCC unroll 4
            for (int i = 0; i < SUM_SQUARE; i++)
                *(sum_square *)(group + (x + i) * LANES + first) = rows[i];
        }
}

/* means[x][line] from x on, MEAN_SQUARE of them, to rows of pixels. */
static inline void store_square(const mean_lane *restrict means, int64_t x, pixel *const *out, int64_t row_count)
{
#pragma GCC unroll 2
    for (int first = 0; first < LANES; first += MEAN_SQUARE) {
        mean_square rows[MEAN_SQUARE], mixed[MEAN_SQUARE];
#pragma GCC unroll 8
        for (int i = 0; i < MEAN_SQUARE; i++)
            rows[i] = *(const mean_square *)(means + (x + i) * LANES + first);
#pragma GCC unroll 3
        for (int doubling = 1; doubling < MEAN_SQUARE; doubling *= 2) {
#pragma GCC unroll 8
            for (int i = 0; i < MEAN_SQUARE; i++)
                mixed[i] = __builtin_shuffle(rows[i / 2], rows[i / 2 + MEAN_SQUARE / 2], mean_orders[i % 2]);
#pragma GCC unroll 8
            for (int i = 0; i < MEAN_SQUARE; i++)
                rows[i] = mixed[i];
        }
#pragma GCC unroll 8
        for (int i = 0; i < MEAN_SQUARE; i++)
            if (first + i < row_count)
                *(pixel_square *)(out[first + i] + x) = __builtin_convertvector(rows[i], pixel_square);
    }
}

/* The same for `width` of them. */
static inline void store_lanes(const mean_lane *restrict means, int64_t width, pixel *const *out, int64_t row_count)
{
    const int64_t squares = width / MEAN_SQUARE * MEAN_SQUARE;
    for (int64_t x = 0; x < squares; x += MEAN_SQUARE)
        store_square(means, x, out, row_count);
    for (int64_t x = squares; x < width; x++)
        for (int64_t k = 0; k < row_count; k++)
            out[k][x] = (pixel)means[x * LANES + k];
}

/* Window sums along the first index of v, in place: `count` of them from count + window - 1 values; one more is read.
 */
static inline void sum_along(lanes (*v)[VECTORS], int64_t count, int64_t window)
{
    for (int64_t b = 0; b < count; b += window) {
        const int64_t outputs = count - b < window ? count - b : window;
        lanes after[VECTORS], start[VECTORS];
        for (int k = 0; k < VECTORS; k++) {
            after[k] = v[b + window - 1][k];
            start[k] = (lanes){0};
        }
        for (int64_t i = window - 2; i >= 0; i--)
#pragma GCC unroll 4
            for (int k = 0; k < VECTORS; k++) {
                after[k] += v[b + i][k];
                v[b + i][k] = after[k];
            }
        for (int64_t i = 0; i < outputs; i++)
#pragma GCC unroll 4
            for (int k = 0; k < VECTORS; k++) {
                v[b + i][k] += start[k];
                start[k] += v[b + window + i][k];
            }
    }
}

#endif
