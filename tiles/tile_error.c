/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Rows of equal bits, which are most of them, are passed over. The percentile is exact and takes no list of
 * differences: bits of doubles that are not negative are in the order of their values, so that the wanted one is found
 * 16 bits at a time, by counting.
 */
#include "tiles/tile_error.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIGIT_BITS = 16, DIGITS = 1 << DIGIT_BITS };

struct comparison {
    const struct image *found, *expected;
    const struct grid *grid;
    bool labels;
};

static bool same_bits(const struct comparison *c, const void *f, const void *e, int64_t x, int64_t pixels)
{
    const size_t bytes = pixel_bytes(c->found->type), at = (size_t)x * bytes;
    return memcmp((const char *)f + at, (const char *)e + at, (size_t)pixels * bytes) == 0;
}

/* Of pixels whose bits differ. */
static double difference(const struct comparison *c, const void *f, const void *e, int64_t x)
{
    if (c->labels)
        return 1;
    const double a = image_pixel_value(f, x, c->found->type), b = image_pixel_value(e, x, c->found->type);
    if (isnan(a) && isnan(b))
        return 0;
    const double d = fabs(a - b);
    return isnan(d) ? INFINITY : d;
}

/* True if the pixel at `at` touches a border between two tiles of an axis. */
static bool at_border(int64_t at, int64_t tile, int64_t whole)
{
    const int64_t in_tile = at % tile;
    return (in_tile == 0 && at > 0) || (in_tile == tile - 1 && at < whole - 1);
}

static void compare_row(const struct comparison *c, int64_t row, struct tile_error *sum)
{
    const struct shape s = c->grid->image, t = c->grid->tile;
    const int64_t y = row % s.height, z = row / s.height;
    const void *f = image_row(c->found, y, z), *e = image_row(c->expected, y, z);
    const bool seam = at_border(y, t.height, s.height) || at_border(z, t.depth, s.depth);
    if (same_bits(c, f, e, 0, s.width))
        return;
    for (int64_t x = 0; x < s.width; x++) {
        if (same_bits(c, f, e, x, 1))
            continue;
        const double d = difference(c, f, e, x);
        sum->wrong_px++;
        sum->max = fmax(sum->max, d);
        if (seam || at_border(x, t.width, s.width))
            sum->seam_max = fmax(sum->seam_max, d);
    }
}

/* Counts, of the wrong pixels whose difference begins with `prefix`, those of each next digit. */
static void count_row(const struct comparison *c, int64_t row, uint64_t prefix, int shift, int64_t *counts)
{
    const struct shape s = c->grid->image;
    const void *f = image_row(c->found, row % s.height, row / s.height);
    const void *e = image_row(c->expected, row % s.height, row / s.height);
    if (same_bits(c, f, e, 0, s.width))
        return;
    for (int64_t x = 0; x < s.width; x++) {
        if (same_bits(c, f, e, x, 1))
            continue;
        const double d = difference(c, f, e, x);
        uint64_t bits;
        memcpy(&bits, &d, sizeof bits);
        if (shift + DIGIT_BITS == 64 || bits >> (shift + DIGIT_BITS) == prefix)
            counts[bits >> shift & (DIGITS - 1)]++;
    }
}

/* The difference of that rank, from 1, among all pixels in ascending order. */
static enum status difference_of_rank(const struct comparison *c, int64_t rank, int64_t right_px, double *value)
{
    const int64_t rows = c->grid->image.height * c->grid->image.depth;
    uint64_t prefix = 0;
    int64_t *counts = malloc(DIGITS * sizeof *counts);
    if (!counts)
        return status_fail(STATUS_MEMORY, "no host memory to sort differences");
    for (int shift = 64 - DIGIT_BITS; shift >= 0; shift -= DIGIT_BITS) {
        uint64_t digit = 0;
        memset(counts, 0, DIGITS * sizeof *counts);
        for (int64_t row = 0; row < rows; row++)
            count_row(c, row, prefix, shift, counts);
        if (prefix == 0)
            counts[0] += right_px; /* they differ by 0 */
        for (; rank > counts[digit]; digit++)
            rank -= counts[digit];
        prefix = prefix << DIGIT_BITS | digit;
    }
    free(counts);
    memcpy(value, &prefix, sizeof *value);
    return STATUS_OK;
}

enum status tile_error_measure(const struct image *found, const struct image *expected, const struct grid *grid,
                               bool labels, int threads, struct tile_error *error)
{
    const struct comparison c = {found, expected, grid, labels};
    const int64_t rows = grid->image.height * grid->image.depth;
    double max = 0, seam_max = 0;
    int64_t wrong_px = 0;
    assert(shape_equal(found->shape, grid->image) && shape_equal(expected->shape, grid->image));
    assert(found->type == expected->type);
#pragma omp parallel for num_threads(threads) schedule(static) reduction(max : max, seam_max) reduction(+ : wrong_px)
    for (int64_t row = 0; row < rows; row++) {
        struct tile_error sum = {.max = max, .seam_max = seam_max};
        compare_row(&c, row, &sum);
        max = sum.max;
        seam_max = sum.seam_max;
        wrong_px += sum.wrong_px;
    }
    const int64_t pixels = shape_pixels(grid->image), rank = pixels - pixels / 100;
    *error = (struct tile_error){
        .max = max, .seam_max = grid_tiles(grid) > 1 ? seam_max : NAN, .wrong_px = wrong_px, .pixels = pixels};
    return wrong_px > pixels - rank ? difference_of_rank(&c, rank, pixels - wrong_px, &error->p99) : STATUS_OK;
}
