/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Bounds pixel by pixel.
 */
#include "bench/contrast.h"

#include <math.h>
#include <string.h>

/* A sampler's sum of up to eight products of float32. */
static const double FLOAT_ROUNDING = 0x1p-20;

static double pixel_value(const struct image *image, int64_t x, int64_t y, int64_t z)
{
    const void *row = image_row(image, y, z);
    return image->type == PIXEL_U8    ? ((const uint8_t *)row)[x]
           : image->type == PIXEL_U16 ? ((const uint16_t *)row)[x]
                                      : (double)((const float *)row)[x];
}

static int axes_of(struct shape s)
{
    return (s.width > 1) + (s.height > 1) + (s.depth > 1);
}

/* Two numbers that lie on both sides of a half are rounded to different integers, however close they are. */
static double allowed(const struct op *op, const struct image *in, struct op_range range)
{
    const enum pixel_type type = in->type;
    const double contrast = range.high - range.low, largest = fmax(fabs(range.low), fabs(range.high));
    const double rounding = type == PIXEL_F32 ? FLOAT_ROUNDING * largest : contrast > 0;
    return axes_of(in->shape) * op->contrast_tolerance * contrast + rounding;
}

static bool bits_equal(const struct image *a, const struct image *b, int64_t x, int64_t y, int64_t z)
{
    const size_t bytes = pixel_bytes(a->type), at = (size_t)x * bytes;
    return memcmp((const char *)image_row(a, y, z) + at, (const char *)image_row(b, y, z) + at, bytes) == 0;
}

static void compare_pixel(struct image_difference *difference, const struct op *op, const struct op_call *call,
                          const struct image *expected, int64_t x, int64_t y, int64_t z)
{
    const double found = pixel_value(call->out, x, y, z), wanted = pixel_value(expected, x, y, z);
    const double distance = fabs(found - wanted);
    if (distance <= allowed(op, call->in[0], op->local_range(call, x, y, z)))
        return;
    difference->largest = isnan(distance) ? INFINITY : fmax(difference->largest, distance);
    if (difference->pixels++ > 0)
        return;
    difference->x = x;
    difference->y = y;
    difference->z = z;
    difference->found = found;
    difference->expected = wanted;
}

struct image_difference contrast_compare(const struct op *op, const struct op_call *call, const struct image *expected)
{
    struct image_difference difference = {0};
    const struct shape s = expected->shape;
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++)
                if (!bits_equal(call->out, expected, x, y, z))
                    compare_pixel(&difference, op, call, expected, x, y, z);
    return difference;
}
