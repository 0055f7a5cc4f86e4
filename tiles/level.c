/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Counting: the same steps as ops/auto_threshold.c takes, which are spelled out there.
 */
#include "tiles/level.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BINS = HISTOGRAM_BINS, VALUES = 1 << 16 };

enum status level_begin(struct level *l, enum pixel_type type)
{
    *l = (struct level){.type = type, .passes = type == PIXEL_F32 ? 2 : 1, .low = INFINITY, .high = -INFINITY};
    if (type == PIXEL_F32)
        return STATUS_OK;
    l->values = calloc(VALUES, sizeof *l->values);
    return l->values ? STATUS_OK : status_fail(STATUS_MEMORY, "no host memory for a histogram");
}

static void count_row(uint64_t *counts, const struct image *tile, const void *row)
{
    for (int64_t x = 0; x < tile->shape.width; x++)
        counts[tile->type == PIXEL_U8 ? ((const uint8_t *)row)[x] : ((const uint16_t *)row)[x]]++;
}

static void count_values(struct level *l, const struct image *tile, int threads)
{
    const struct shape s = tile->shape;
    const size_t values = tile->type == PIXEL_U8 ? 1 << 8 : VALUES;
    uint64_t *all = l->values;
#pragma omp parallel for num_threads(threads) schedule(static) reduction(+ : all[:values])
    for (int64_t row = 0; row < s.height * s.depth; row++)
        count_row(all, tile, image_row(tile, row % s.height, row / s.height));
}

static void find_range(struct level *l, const struct image *tile, int threads)
{
    const struct shape s = tile->shape;
    float low = INFINITY, high = -INFINITY;
#pragma omp parallel for num_threads(threads) schedule(static) reduction(min : low) reduction(max : high)
    for (int64_t row = 0; row < s.height * s.depth; row++) {
        const float *in = image_row(tile, row % s.height, row / s.height);
        float least = INFINITY, most = -INFINITY;
#pragma omp simd reduction(min : least) reduction(max : most)
        for (int64_t x = 0; x < s.width; x++) {
            least = in[x] < least ? in[x] : least;
            most = in[x] > most ? in[x] : most;
        }
        low = least < low ? least : low;
        high = most > high ? most : high;
    }
    l->low = low < l->low ? low : l->low;
    l->high = high > l->high ? high : l->high;
}

static void count_bins(struct level *l, const struct image *tile, int threads)
{
    const struct shape s = tile->shape;
    const float low = (float)l->low, scale = (float)(255.0 / (l->high - l->low));
    uint64_t *bins = l->bins;
#pragma omp parallel for num_threads(threads) schedule(static) reduction(+ : bins[:BINS])
    for (int64_t row = 0; row < s.height * s.depth; row++) {
        const float *in = image_row(tile, row % s.height, row / s.height);
        for (int64_t x = 0; x < s.width; x++) {
            const float q = (in[x] - low) * scale;
            bins[(int)rintf(q < 255.0f ? q : 255.0f)]++;
        }
    }
}

void level_add(struct level *l, const struct image *tile, int threads)
{
    if (l->type != PIXEL_F32)
        count_values(l, tile, threads);
    else if (l->pass == 0)
        find_range(l, tile, threads);
    else if (l->high > l->low)
        count_bins(l, tile, threads);
}

bool level_next(struct level *l)
{
    return ++l->pass == l->passes;
}

/* Exact: a quotient of integers that is not half-way between two bins is far from there in double. */
static void bins_of_values(const uint64_t *values, double *low, double *high, uint64_t bins[BINS])
{
    for (int value = 0; value < VALUES; value++) {
        *low = values[value] && value < *low ? value : *low;
        *high = values[value] ? value : *high;
    }
    for (int value = 0; *high > *low && value < VALUES; value++)
        if (values[value])
            bins[(int)rint((value - *low) * 255.0 / (*high - *low))] += values[value];
}

double level_choose(const struct level *l, int method)
{
    uint64_t bins[BINS] = {0};
    double low = l->low, high = l->high;
    if (l->type == PIXEL_F32)
        memcpy(bins, l->bins, sizeof bins);
    else
        bins_of_values(l->values, &low, &high, bins);
    return histogram_threshold(bins, low, high, method);
}

void level_free(struct level *l)
{
    free(l->values);
    *l = (struct level){0};
}
