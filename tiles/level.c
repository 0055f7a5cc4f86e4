/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Counting: the same steps as ops/auto_threshold.c takes, which are spelled out there.
 */
#include "tiles/level.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum { BINS = HISTOGRAM_BINS, VALUES = 1 << 16 };

static size_t value_count(enum pixel_type type)
{
    return type == PIXEL_U8 ? 1 << 8 : VALUES;
}

int level_passes(enum pixel_type type)
{
    return type == PIXEL_F32 ? 2 : 1;
}

const char *level_pass_name(enum pixel_type type, int pass)
{
    return pass + 1 < level_passes(type) ? "minimum and maximum" : "histogram";
}

size_t level_bytes(enum pixel_type type, int threads)
{
    return type == PIXEL_F32 ? 0 : (size_t)threads * value_count(type) * sizeof(uint64_t);
}

enum status level_begin(struct level *l, enum pixel_type type, int threads)
{
    *l = (struct level){
        .type = type, .passes = level_passes(type), .low = INFINITY, .high = -INFINITY, .threads = threads};
    if (type == PIXEL_F32)
        return STATUS_OK;
    l->values = calloc(1, level_bytes(type, threads));
    return l->values ? STATUS_OK : status_fail(STATUS_MEMORY, "no host memory for a histogram");
}

static void count_row(uint64_t *counts, const struct image *tile, const void *row)
{
    for (int64_t x = 0; x < tile->shape.width; x++)
        counts[tile->type == PIXEL_U8 ? ((const uint8_t *)row)[x] : ((const uint16_t *)row)[x]]++;
}

/* Tables stay with their threads from tile to tile: adding them up costs as much as a small tile. */
static void count_values(struct level *l, const struct image *tile)
{
    const struct shape s = tile->shape;
#pragma omp parallel num_threads(l->threads)
    {
        uint64_t *counts = l->values + (size_t)omp_get_thread_num() * value_count(l->type);
#pragma omp for schedule(static)
        for (int64_t row = 0; row < s.height * s.depth; row++)
            count_row(counts, tile, image_row(tile, row % s.height, row / s.height));
    }
}

static void find_range(struct level *l, const struct image *tile)
{
    const struct shape s = tile->shape;
    float low = INFINITY, high = -INFINITY;
#pragma omp parallel for num_threads(l->threads) schedule(static) reduction(min : low) reduction(max : high)
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

static void count_bins(struct level *l, const struct image *tile)
{
    const struct shape s = tile->shape;
    const float low = (float)l->low, scale = (float)(255.0 / (l->high - l->low));
    uint64_t *bins = l->bins;
#pragma omp parallel for num_threads(l->threads) schedule(static) reduction(+ : bins[:BINS])
    for (int64_t row = 0; row < s.height * s.depth; row++) {
        const float *in = image_row(tile, row % s.height, row / s.height);
        for (int64_t x = 0; x < s.width; x++) {
            const float q = (in[x] - low) * scale;
            bins[(int)rintf(q < 255.0f ? q : 255.0f)]++;
        }
    }
}

void level_add(struct level *l, const struct image *tile)
{
    if (l->type != PIXEL_F32)
        count_values(l, tile);
    else if (l->pass == 0)
        find_range(l, tile);
    else if (l->high > l->low)
        count_bins(l, tile);
}

bool level_next(struct level *l)
{
    return ++l->pass == l->passes;
}

static uint64_t counted(const struct level *l, size_t value)
{
    uint64_t sum = 0;
    for (int thread = 0; thread < l->threads; thread++)
        sum += l->values[(size_t)thread * value_count(l->type) + value];
    return sum;
}

/* Exact: a quotient of integers that is not half-way between two bins is far from there in double. */
static void bins_of_values(const struct level *l, double *low, double *high, uint64_t bins[BINS])
{
    const int values = (int)value_count(l->type);
    for (int value = 0; value < values; value++) {
        const bool some = counted(l, (size_t)value) > 0;
        *low = some && value < *low ? value : *low;
        *high = some ? value : *high;
    }
    for (int value = 0; *high > *low && value < values; value++) {
        const uint64_t count = counted(l, (size_t)value);
        if (count)
            bins[(int)rint((value - *low) * 255.0 / (*high - *low))] += count;
    }
}

double level_choose(const struct level *l, int method)
{
    uint64_t bins[BINS] = {0};
    double low = l->low, high = l->high;
    if (l->type == PIXEL_F32)
        memcpy(bins, l->bins, sizeof bins);
    else
        bins_of_values(l, &low, &high, bins);
    return histogram_threshold(bins, low, high, method);
}

void level_free(struct level *l)
{
    free(l->values);
    *l = (struct level){0};
}
