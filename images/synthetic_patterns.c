/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The smooth noise is value noise: random numbers on a lattice, interpolated linearly. An integer sum of lattice values
 * with integer weights, so that the same seed gives the same image on every machine.
 */
#include "images/synthetic_patterns.h"

#include "images/random.h"

enum { PITCH = 6 }; /* pixels between lattice points: a run is about twice as long */

static void put(void *row, enum pixel_type type, int64_t x, bool set)
{
    if (type == PIXEL_U8)
        ((uint8_t *)row)[x] = set;
    else if (type == PIXEL_U16)
        ((uint16_t *)row)[x] = set;
    else
        ((float *)row)[x] = set;
}

/* The lattice interpolated along y and z, PITCH squared as large; planes of a 2D image are all alike. */
static int64_t lattice_column(uint64_t seed, int64_t column, int64_t y, int64_t z, bool flat)
{
    const int64_t weight_y = y % PITCH, weight_z = flat ? 0 : z % PITCH;
    int64_t sum = 0;
    for (int corner = 0; corner < 4; corner++) {
        const int64_t dy = corner & 1, dz = corner >> 1;
        const int64_t weight = (dy ? weight_y : PITCH - weight_y) * (dz ? weight_z : PITCH - weight_z);
        const uint64_t key = random_bits(random_bits(seed, (uint64_t)(z / PITCH + dz)), (uint64_t)(y / PITCH + dy));
        if (weight)
            sum += weight * (int64_t)(random_bits(key, (uint64_t)column) >> 48);
    }
    return sum;
}

void patches_fill_row(struct image *image, int64_t y, int64_t z, uint64_t seed)
{
    static const int64_t middle = (int64_t)PITCH * PITCH * PITCH * 32768;
    const bool flat = image->shape.depth == 1;
    int64_t left = 0, right = lattice_column(seed, 0, y, z, flat);
    for (int64_t x = 0; x < image->shape.width; x++) {
        const int64_t weight = x % PITCH;
        if (weight == 0) {
            left = right;
            right = lattice_column(seed, x / PITCH + 1, y, z, flat);
        }
        put(image_row(image, y, z), image->type, x, left * (PITCH - weight) + right * weight >= middle);
    }
}

void checkerboard_fill_row(struct image *image, int64_t y, int64_t z)
{
    for (int64_t x = 0; x < image->shape.width; x++)
        put(image_row(image, y, z), image->type, x, (x + y + z) % 2 == 0);
}

/* Frames lie within each other, every other one is drawn. A drawn frame is open below its upper left corner; from the
 * end below that gap a pixel leads inwards to the next one. A frame of a single column stays whole. */
static bool on_spiral(struct shape s, int64_t x, int64_t y)
{
    const int64_t from_x = x < s.width - 1 - x ? x : s.width - 1 - x;
    const int64_t from_y = y < s.height - 1 - y ? y : s.height - 1 - y, frame = from_x < from_y ? from_x : from_y;
    const bool gate = x == frame && y == frame + 1 && s.width - 2 * frame > 1;
    return (frame % 2 == 0) != gate;
}

void spiral_fill_row(struct image *image, int64_t y, int64_t z)
{
    for (int64_t x = 0; x < image->shape.width; x++)
        put(image_row(image, y, z), image->type, x, z % 2 == 0 ? on_spiral(image->shape, x, y) : x == 0 && y == 0);
}
