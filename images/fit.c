/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Mirroring repeats the edge pixel ("half-sample symmetric"), so that an axis of one pixel needs no rule of its own,
 * the period is twice the size, and no seam has a step that a filter would see. Not in any timed section, so plain.
 */
#include "images/fit.h"

#include <math.h>
#include <omp.h>
#include <string.h>

enum { PIECE_PX = 512 };

/* Where pixel i of an axis of `wanted` pixels comes from in one of `size`. */
static int64_t source_index(int64_t i, int64_t wanted, int64_t size)
{
    if (wanted <= size)
        return i + (size - wanted) / 2;
    int64_t at = i % (2 * size);
    return at < size ? at : 2 * size - 1 - at;
}

static void mirror(void *to, const void *from, int64_t count, size_t bytes)
{
    for (int64_t i = 0; i < count; i++)
        memcpy((char *)to + (size_t)i * bytes, (const char *)from + (size_t)(count - 1 - i) * bytes, bytes);
}

/* One row of `wanted` pixels: cropped, or once forwards, once backwards, and that pair again and again. */
static void fit_row(char *to, int64_t wanted, const char *from, int64_t size, size_t bytes)
{
    if (wanted <= size) {
        memcpy(to, from + (size_t)source_index(0, wanted, size) * bytes, (size_t)wanted * bytes);
        return;
    }
    int64_t back = wanted - size < size ? wanted - size : size;
    memcpy(to, from, (size_t)size * bytes);
    mirror(to + (size_t)size * bytes, from + (size_t)(size - back) * bytes, back, bytes);
    for (int64_t done = 2 * size; done < wanted; done += 2 * size) {
        int64_t count = wanted - done < 2 * size ? wanted - done : 2 * size;
        memcpy(to + (size_t)done * bytes, to, (size_t)count * bytes);
    }
}

enum status image_fit(const struct image *from, struct shape shape, struct image *to)
{
    enum status status = image_alloc(to, shape, from->type, 0, omp_get_max_threads());
    if (status != STATUS_OK)
        return status;
#pragma omp parallel for schedule(static) if (image_bytes(to) >= IMAGE_PARALLEL_BYTES)
    for (int64_t row = 0; row < shape.height * shape.depth; row++) {
        int64_t y = row % shape.height, z = row / shape.height;
        const void *source = image_row(from, source_index(y, shape.height, from->shape.height),
                                       source_index(z, shape.depth, from->shape.depth));
        fit_row(image_row(to, y, z), shape.width, source, from->shape.width, pixel_bytes(from->type));
    }
    return STATUS_OK;
}

/* The largest value of an integer type. */
static double largest_of(enum pixel_type type)
{
    return type == PIXEL_U8 ? UINT8_MAX : type == PIXEL_U16 ? UINT16_MAX : UINT32_MAX;
}

static void load(double *values, const struct image *image, int64_t x, int64_t y, int64_t z, int count)
{
    const void *row = image_row(image, y, z);
    for (int i = 0; i < count; i++)
        if (image->type == PIXEL_U8)
            values[i] = ((const uint8_t *)row)[x + i];
        else if (image->type == PIXEL_U16)
            values[i] = ((const uint16_t *)row)[x + i];
        else if (image->type == PIXEL_U32)
            values[i] = ((const uint32_t *)row)[x + i];
        else
            values[i] = (double)((const float *)row)[x + i];
}

static void store(struct image *image, int64_t x, int64_t y, int64_t z, int count, const double *values)
{
    void *row = image_row(image, y, z);
    for (int i = 0; i < count; i++)
        if (image->type == PIXEL_U8)
            ((uint8_t *)row)[x + i] = (uint8_t)values[i];
        else if (image->type == PIXEL_U16)
            ((uint16_t *)row)[x + i] = (uint16_t)values[i];
        else if (image->type == PIXEL_U32)
            ((uint32_t *)row)[x + i] = (uint32_t)values[i];
        else
            ((float *)row)[x + i] = (float)values[i];
}

static int piece_px(const struct image *image, int64_t x)
{
    return image->shape.width - x < PIECE_PX ? (int)(image->shape.width - x) : PIECE_PX;
}

/* What the finite pixels hold. */
struct range {
    double low, high;
    bool whole; /* no fractions */
};

static struct range find_range(const struct image *image)
{
    double low = INFINITY, high = -INFINITY;
    bool whole = true;
#pragma omp parallel for schedule(static) reduction(min : low) reduction(max : high) reduction(&& : whole) \
    if (image_bytes(image) >= IMAGE_PARALLEL_BYTES)
    for (int64_t row = 0; row < image->shape.height * image->shape.depth; row++)
        for (int64_t x = 0; x < image->shape.width; x += PIECE_PX) {
            double values[PIECE_PX];
            int count = piece_px(image, x);
            load(values, image, x, row % image->shape.height, row / image->shape.height, count);
            for (int i = 0; i < count; i++) {
                if (!isfinite(values[i]))
                    continue;
                low = values[i] < low ? values[i] : low;
                high = values[i] > high ? values[i] : high;
                whole = whole && values[i] == rint(values[i]);
            }
        }
    return (struct range){low, high, whole};
}

/* Into [0, largest]; NaN fails every comparison and becomes 0. */
static void scale_and_round(double *values, int count, double offset, double scale, double largest)
{
    for (int i = 0; i < count; i++) {
        double value = (values[i] - offset) * scale;
        value = value > 0.0 ? value : 0.0;
        values[i] = rint(value < largest ? value : largest);
    }
}

enum status image_convert(const struct image *from, enum pixel_type type, struct image *to, bool *scaled)
{
    enum status status = image_alloc(to, from->shape, type, 0, omp_get_max_threads());
    if (status != STATUS_OK)
        return status;
    const bool to_integer = type != PIXEL_F32;
    const double largest = to_integer ? largest_of(type) : 0.0;
    double offset = 0.0, scale = 1.0;
    bool stretch = false;
    if (to_integer) {
        struct range range = find_range(from);
        bool held = range.low >= 0.0 && range.high <= largest && (range.whole || range.high > 1.0);
        stretch = !held && range.low < range.high;
        offset = stretch ? range.low : 0.0;
        scale = stretch ? largest / (range.high - range.low) : 1.0;
    }
#pragma omp parallel for schedule(static) if (image_bytes(to) >= IMAGE_PARALLEL_BYTES)
    for (int64_t row = 0; row < from->shape.height * from->shape.depth; row++)
        for (int64_t x = 0; x < from->shape.width; x += PIECE_PX) {
            double values[PIECE_PX];
            int64_t y = row % from->shape.height, z = row / from->shape.height;
            int count = piece_px(from, x);
            load(values, from, x, y, z, count);
            if (to_integer)
                scale_and_round(values, count, offset, scale, largest);
            store(to, x, y, z, count, values);
        }
    if (scaled)
        *scaled = stretch;
    return STATUS_OK;
}
