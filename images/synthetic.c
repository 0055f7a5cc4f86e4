/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Which rows hold what. A pixel's value depends on seed and position alone, so rows are made in parallel.
 */
#include "images/synthetic.h"

#include <assert.h>
#include <string.h>

#include "images/random.h"
#include "images/synthetic_cells.h"
#include "images/synthetic_patterns.h"

static const char *const names[] = {
#define X(code, name) [code] = name,
    CONTENT_LIST(X)
#undef X
};

const char *content_name(enum content content)
{
    return names[content];
}

enum content content_find(const char *name)
{
    int i = 0;
    while (i < CONTENT_COUNT && strcmp(names[i], name) != 0)
        i++;
    return (enum content)i;
}

static void fill_noise(void *row, int64_t width, enum pixel_type type, uint64_t seed, uint64_t first)
{
    if (type == PIXEL_U8)
        for (int64_t x = 0; x < width; x++)
            ((uint8_t *)row)[x] = (uint8_t)random_bits(seed, first + (uint64_t)x);
    else if (type == PIXEL_U16)
        for (int64_t x = 0; x < width; x++)
            ((uint16_t *)row)[x] = (uint16_t)random_bits(seed, first + (uint64_t)x);
    else
        for (int64_t x = 0; x < width; x++)
            ((float *)row)[x] = (float)(random_bits(seed, first + (uint64_t)x) >> 40) * (65535.0f / 16777216.0f);
}

static void fill_flat(void *row, int64_t width, enum pixel_type type)
{
    for (int64_t x = 0; x < width; x++)
        if (type == PIXEL_U8)
            ((uint8_t *)row)[x] = 128;
        else if (type == PIXEL_U16)
            ((uint16_t *)row)[x] = 32768;
        else
            ((float *)row)[x] = 32768.0f;
}

static void fill_extremes(void *row, int64_t width, enum pixel_type type, uint64_t seed, uint64_t first)
{
    static const float extremes[4] = {0.0f, -0.0f, 1e30f, -1e30f};
    for (int64_t x = 0; x < width; x++) {
        uint64_t random = random_bits(seed, first + (uint64_t)x);
        if (type == PIXEL_U8)
            ((uint8_t *)row)[x] = random & 1 ? 255 : 0;
        else if (type == PIXEL_U16)
            ((uint16_t *)row)[x] = random & 1 ? 65535 : 0;
        else
            ((float *)row)[x] = extremes[random & 3];
    }
}

static void fill_row(struct image *image, int64_t y, int64_t z, enum content content, uint64_t seed)
{
    const int64_t width = image->shape.width;
    const uint64_t first = (uint64_t)(z * image->shape.height + y) * (uint64_t)width;
    void *row = image_row(image, y, z);
    switch (content) {
    case CONTENT_FLAT:
        fill_flat(row, width, image->type);
        break;
    case CONTENT_EXTREMES:
        fill_extremes(row, width, image->type, seed, first);
        break;
    case CONTENT_CELLS:
        cells_fill_row(image, y, z, seed);
        break;
    case CONTENT_BINARY:
        blobs_fill_row(image, y, z, seed);
        break;
    case CONTENT_PATCHES:
        patches_fill_row(image, y, z, seed);
        break;
    case CONTENT_SPIRAL:
        spiral_fill_row(image, y, z);
        break;
    case CONTENT_CHECKERBOARD:
        checkerboard_fill_row(image, y, z);
        break;
    default:
        fill_noise(row, width, image->type, seed, first);
    }
}

enum status synthetic_fill(struct image *image, enum content content, uint64_t seed)
{
    const int64_t height = image->shape.height, rows = height * image->shape.depth;
    assert(image->type < PIXEL_INTENSITY_COUNT && content < CONTENT_COUNT);
#pragma omp parallel for schedule(static) if (image_bytes(image) >= IMAGE_PARALLEL_BYTES)
    for (int64_t row = 0; row < rows; row++)
        fill_row(image, row % height, row / height, content, seed);
    return STATUS_OK;
}
