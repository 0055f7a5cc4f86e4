/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Counter-based random numbers: a pixel's value depends on seed and position alone.
 */
#include "images/synthetic.h"

#include <string.h>

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

/* SplitMix64's finaliser (Steele, Lea, Flood 2014) over a Weyl sequence. */
static uint64_t mix(uint64_t seed, uint64_t counter)
{
    uint64_t z = seed * 0xd1342543de82ef95u + (counter + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void set_pixel(void *row, int64_t x, enum pixel_type type, enum content content, uint64_t random)
{
    static const float extremes[4] = {0.0f, -0.0f, 1e30f, -1e30f};
    switch (type) {
    case PIXEL_U8:
        ((uint8_t *)row)[x] = content == CONTENT_FLAT ? 128 : content == CONTENT_EXTREMES ? (random & 1) * 255 : random & 255;
        break;
    case PIXEL_U16:
        ((uint16_t *)row)[x] =
            content == CONTENT_FLAT ? 32768 : content == CONTENT_EXTREMES ? (random & 1) * 65535 : random & 65535;
        break;
    default:
        ((float *)row)[x] = content == CONTENT_FLAT       ? 32768.0f
                            : content == CONTENT_EXTREMES ? extremes[random & 3]
                                                          : (float)(random >> 40) * (65535.0f / 16777216.0f);
    }
}

enum status synthetic_fill(struct image *image, enum content content, uint64_t seed)
{
    for (int64_t z = 0; z < image->shape.depth; z++)
        for (int64_t y = 0; y < image->shape.height; y++) {
            uint64_t row = (uint64_t)(z * image->shape.height + y) * (uint64_t)image->shape.width;
            for (int64_t x = 0; x < image->shape.width; x++)
                set_pixel(image_row(image, y, z), x, image->type, content, mix(seed, row + (uint64_t)x));
        }
    return STATUS_OK;
}
