/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The rows of sampling.h in vectors. A pixel and its right neighbour are one load. The last pixel of the input has no
 * room for such a word behind it: words start at `last_word` at the latest, and what is wanted is shifted down.
 *
 * Offsets are 32 bit, counted from the first plane that a piece of a row touches. A piece that reaches too far for
 * that, out of the planes of a very large image, is sampled point by point. Of a tile nothing outside it is read.
 */
#ifndef OPS_SAMPLING_ROWS_H
#define OPS_SAMPLING_ROWS_H

#include "ops/gather.h"
#include "ops/sampling.h"

enum { WORD_PX = sizeof(pixel) < 4 ? 4 / sizeof(pixel) : 2, PIXEL_BITS = 8 * (int)sizeof(pixel) };

/* What the loop over a piece of a row needs. */
struct grid {
    const pixel *pixels;    /* of the first plane touched */
    int32_t stride, slice;  /* pixels */
    int32_t last_word;      /* offset of the last word, if the piece can come near it */
    int32_t last_y, last_z; /* row; plane from the first one touched */
    int32_t first_z;
    bool flat; /* every point lies in one plane */
};

static inline void load_two(const struct grid *g, lanes_int offset, lanes *left, lanes *right)
{
    const lanes_int start = smaller_lanes(offset, (lanes_int){0} + g->last_word);
#ifdef PIXEL_IS_F32
    lanes first;
    gather_pairs(g->pixels, start, &first, right);
    *left = chosen_lanes(start < offset, *right, first);
#else
    typedef uint32_t words __attribute__((vector_size(LANES * sizeof(uint32_t))));
    const words word = (words)gather_words(g->pixels, start, sizeof(pixel)) >> (words)((offset - start) * PIXEL_BITS);
    const words mask = (words){0} + (uint32_t)PIXEL_LARGEST;
    *left = to_lanes((lanes_int)(word & mask));
    *right = to_lanes((lanes_int)(word >> PIXEL_BITS & mask));
#endif
}

static inline lanes interpolate_lanes(lanes a, lanes b, lanes t)
{
    return chosen_lanes(t > 0, fused_lanes(t, b - a, a), a);
}

static inline lanes interpolate_plane(const struct grid *g, lanes_int upper, lanes_int lower, lanes tx, lanes ty)
{
    lanes left, right, a, b;
    load_two(g, upper, &left, &right);
    a = interpolate_lanes(left, right, tx);
    load_two(g, lower, &left, &right);
    b = interpolate_lanes(left, right, tx);
    return interpolate_lanes(a, b, ty);
}

static inline lanes points_of(const struct ray *ray, int axis, lanes position)
{
    return fused_lanes((lanes){0} + ray->step[axis], position, (lanes){0} + ray->start[axis]);
}

static inline lanes linear_lanes(const struct grid *g, const struct ray *ray, lanes position)
{
    const lanes x = points_of(ray, AXIS_X, position), y = points_of(ray, AXIS_Y, position);
    const lanes_int ix = cut_lanes(x), iy = cut_lanes(y);
    const lanes tx = x - to_lanes(ix), ty = y - to_lanes(iy);
    const lanes_int upper = iy * g->stride + ix, down = (iy < g->last_y) & g->stride;
    if (g->flat)
        return interpolate_plane(g, upper, upper + down, tx, ty);
    const lanes z = points_of(ray, AXIS_Z, position);
    const lanes_int z_cut = cut_lanes(z), iz = z_cut - g->first_z;
    const lanes_int front = upper + iz * g->slice, back = front + ((iz < g->last_z) & g->slice);
    return interpolate_lanes(interpolate_plane(g, front, front + down, tx, ty),
                             interpolate_plane(g, back, back + down, tx, ty), z - to_lanes(z_cut));
}

static inline lanes nearest_lanes(const struct grid *g, const struct ray *ray, lanes position)
{
    lanes_int index[AXES];
    lanes value, right;
    for (int axis = 0; axis < AXES; axis++) {
        lanes point = points_of(ray, axis, position);
        for (int i = 0; i < LANES; i++)
            point[i] = rintf(point[i]);
        index[axis] = cut_lanes(point);
    }
    load_two(g, index[AXIS_X] + index[AXIS_Y] * g->stride + (index[AXIS_Z] - g->first_z) * g->slice, &value, &right);
    return value;
}

/* False if offsets of 32 bit do not reach all points from .. to - 1. */
static inline bool grid_of(const struct source *source, const struct ray *ray, struct stretch s, struct grid *g)
{
    const struct image *image = source->image;
    const struct region *held = &source->held;
    const int64_t last_y = held->y + held->shape.height - 1, planes_end = held->z + held->shape.depth;
    const int64_t before = held->y * image->stride + held->x;
    const float one = ray_point(ray, AXIS_Z, s.from), other = ray_point(ray, AXIS_Z, s.to - 1);
    const bool flat = ray->step[AXIS_Z] == 0 && one == rintf(one);
    /* Cut or rounded, a point needs no plane before the first of these two and none behind the next whole one. */
    const int64_t first = held->z + clamp_index((int64_t)fminf(one, other) - held->z, held->shape.depth);
    const int64_t last =
        flat ? first : held->z + clamp_index((int64_t)fmaxf(one, other) + 1 - held->z, held->shape.depth);
    const int64_t end = (planes_end - 1 - first) * image->slice + last_y * image->stride + held->x + held->shape.width;
    const int64_t reach = (last - first) * image->slice + (last_y + 1) * image->stride + held->x;
    if (reach > INT32_MAX - WORD_PX || image->slice > INT32_MAX || image->shape.width > INT32_MAX || last > INT32_MAX ||
        end - before < WORD_PX)
        return false;
    *g = (struct grid){
        .pixels = (const pixel *)image_row(image, 0, first),
        .stride = (int32_t)image->stride,
        .slice = image->shape.depth > 1 ? (int32_t)image->slice : 0,
        .last_word = end - WORD_PX < INT32_MAX ? (int32_t)(end - WORD_PX) : INT32_MAX,
        .last_y = (int32_t)last_y,
        .last_z = (int32_t)(last - first),
        .first_z = (int32_t)first,
        .flat = flat,
    };
    return true;
}

/* As pixel_store(), but for saturating: between pixels there is nothing outside the range of their type. */
static inline void store_lanes(pixel *out, lanes value, int64_t count)
{
    typedef pixel pixels __attribute__((vector_size(LANES * sizeof(pixel))));
#ifdef PIXEL_IS_F32
    const pixels stored = value;
#else
    const pixels stored = __builtin_convertvector((lanes_int)(value + 12582912.0f), pixels);
#endif
    if (count >= LANES)
        memcpy(out, &stored, sizeof stored);
    else
        memcpy(out, &stored, (size_t)count * sizeof *out);
}

/* Samples the pixels of a row that `s` names, all of which lie inside the input. */
static inline void sample_stretch(const struct source *source, const struct ray *ray, struct stretch s, pixel *out)
{
    struct grid g;
    lanes_int ascending;
    if (s.from >= s.to)
        return;
    if (!grid_of(source, ray, s, &g)) {
        for (int64_t x = s.from; x < s.to; x++)
            out[x] = sample_point(
                source, (float[]){ray_point(ray, AXIS_X, x), ray_point(ray, AXIS_Y, x), ray_point(ray, AXIS_Z, x)});
        return;
    }
    for (int i = 0; i < LANES; i++)
        ascending[i] = i;
    for (int64_t x = s.from; x < s.to; x += LANES) {
        const lanes_int columns = smaller_lanes(ascending + (int32_t)x, (lanes_int){0} + (int32_t)(s.to - 1));
        const lanes position = to_lanes(columns) - ray->origin;
        store_lanes(out + x,
                    source->interpolation == INTERPOLATION_NEAREST ? nearest_lanes(&g, ray, position)
                                                                   : linear_lanes(&g, ray, position),
                    s.to - x);
    }
}

#endif
