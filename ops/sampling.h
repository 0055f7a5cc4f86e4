/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The input between its pixels, for operations that move pixels. An output row is a ray through the input; the points
 * of a ray are start + step * (x - origin), one fma per axis.
 *
 *     linear   0 unless 0 <= point <= size - 1 on every axis; i = floor(point), t = point - i; along x, y, z in this
 * order a + t * (b - a) as fma(t, b - a, a), and a as it is where t is 0, so that whole steps copy pixels nearest  the
 * pixel at the point rounded half to even on every axis; 0 if that is outside
 *
 * Along a ray each coordinate grows or falls, rounding included. The points inside are therefore one span of the row,
 * found once per row, and the loops over it test nothing.
 *
 * A tile has the bits of the whole result because nothing is computed from its own indices: placed_call() makes images
 * of it that are indexed as the whole ones, of which only the tile is in memory.
 */
#ifndef OPS_SAMPLING_H
#define OPS_SAMPLING_H

#include <string.h>

#include "ops/compile.h"
#include "ops/fused.h"
#include "ops/rotation.h"

/* The values of the parameter `interpolation`. */
enum interpolation { INTERPOLATION_LINEAR, INTERPOLATION_NEAREST };
#define INTERPOLATION_CHOICES "linear,nearest"

struct ray {
    float start[AXES], step[AXES];
    float origin;
};

/* A call in the indices of the whole images. */
struct placed {
    struct op_call call; /* points into this struct */
    struct image in, out;
    struct region from, to; /* what of `in` and `out` is in memory, and to be computed */
};

/* The inverse of image_view(): an image of that shape of which `image` is the region. The rest must not be touched. */
static inline struct image placed_image(const struct image *image, const struct region *region, struct shape whole)
{
    struct image placed = *image;
    const int64_t before = region->z * image->slice + region->y * image->stride + region->x;
    placed.shape = whole;
    placed.pixels = (char *)image->pixels - (size_t)before * pixel_bytes(image->type);
    placed.block = NULL;
    placed.block_bytes = 0;
    return placed;
}

static inline void placed_call(struct placed *placed, const struct op_call *call)
{
    const struct op_part whole = {call->in[0]->shape, call->out->shape, region_whole(call->in[0]->shape),
                                  region_whole(call->out->shape)};
    const struct op_part *part = call->part ? call->part : &whole;
    placed->from = part->in;
    placed->to = part->out;
    placed->in = placed_image(call->in[0], &part->in, part->whole_in);
    placed->out = placed_image(call->out, &part->out, part->whole_out);
    placed->call = *call;
    placed->call.in[0] = &placed->in;
    placed->call.out = &placed->out;
}

struct source {
    const struct image *image;
    struct region held; /* what of it is in memory: every pixel that takes part */
    float last[AXES];
    enum interpolation interpolation;
};

static inline struct source source_of(const struct placed *placed, enum interpolation interpolation)
{
    const struct shape s = placed->in.shape;
    return (struct source){
        &placed->in, placed->from, {last_pixel(s.width), last_pixel(s.height), last_pixel(s.depth)}, interpolation};
}

static inline float ray_point(const struct ray *ray, int axis, int64_t x)
{
    return fused(ray->step[axis], (float)x - ray->origin, ray->start[axis]);
}

static inline float interpolate(float a, float b, float t)
{
    return t > 0 ? fused(t, b - a, a) : a;
}

/* The plain definition. */
static inline pixel sample_point(const struct source *source, const float point[AXES])
{
    int64_t low[AXES], high[AXES];
    float t[AXES], plane[2];
    for (int axis = 0; axis < AXES; axis++) {
        const float at = source->interpolation == INTERPOLATION_NEAREST ? rintf(point[axis]) : point[axis];
        if (!(at >= 0 && at <= source->last[axis]))
            return 0;
        low[axis] = (int64_t)at;
        t[axis] = at - (float)low[axis];
        high[axis] = t[axis] > 0 ? low[axis] + 1 : low[axis];
    }
    for (int z = 0; z < 2; z++) {
        float row[2];
        for (int y = 0; y < 2; y++) {
            const pixel *pixels =
                image_row(source->image, y ? high[AXIS_Y] : low[AXIS_Y], z ? high[AXIS_Z] : low[AXIS_Z]);
            row[y] = interpolate((float)pixels[low[AXIS_X]], (float)pixels[high[AXIS_X]], t[AXIS_X]);
        }
        plane[z] = interpolate(row[0], row[1], t[AXIS_Y]);
    }
    return pixel_store(interpolate(plane[0], plane[1], t[AXIS_Z]));
}

/* The pixels that a point lies between; none outside, and one for the nearest pixel. */
static inline struct op_range sample_range(const struct source *source, const float point[AXES])
{
    struct op_range range = {INFINITY, -INFINITY};
    int64_t low[AXES], high[AXES];
    if (source->interpolation == INTERPOLATION_NEAREST)
        return (struct op_range){0, 0};
    for (int axis = 0; axis < AXES; axis++) {
        if (!(point[axis] >= 0 && point[axis] <= source->last[axis]))
            return (struct op_range){0, 0};
        low[axis] = (int64_t)point[axis];
        high[axis] = point[axis] > (float)low[axis] ? low[axis] + 1 : low[axis];
    }
    for (int64_t z = low[AXIS_Z]; z <= high[AXIS_Z]; z++)
        for (int64_t y = low[AXIS_Y]; y <= high[AXIS_Y]; y++)
            for (int64_t x = low[AXIS_X]; x <= high[AXIS_X]; x++) {
                const double value = (double)((const pixel *)image_row(source->image, y, z))[x];
                range.low = fmin(range.low, value);
                range.high = fmax(range.high, value);
            }
    return range;
}

/* Grown by every point that a result is taken from. */
struct span {
    float low[AXES], high[AXES];
};

static inline struct span span_empty(void)
{
    return (struct span){{INFINITY, INFINITY, INFINITY}, {-INFINITY, -INFINITY, -INFINITY}};
}

static inline void span_add(struct span *span, const struct ray *ray, int64_t x)
{
    for (int axis = 0; axis < AXES; axis++) {
        const float point = ray_point(ray, axis, x);
        span->low[axis] = fminf(span->low[axis], point);
        span->high[axis] = fmaxf(span->high[axis], point);
    }
}

/* The pixels on an axis that points low .. high are between, and one more on either side, since a device's sampler has
 * coordinates of few bits; false if there are none. */
static inline bool span_on_axis(double low, double high, int64_t size, int64_t *first, int64_t *pixels)
{
    const double from = fmax(floor(low) - 1, 0), last = fmin(floor(high) + 2, (double)(size - 1));
    if (!(from <= last))
        return false;
    *first = (int64_t)from;
    *pixels = (int64_t)last + 1 - *first;
    return true;
}

/* The pixels of the input between which the points are; the first pixel of the image if all points are outside. */
static inline struct region span_region(const struct span *s, struct shape in)
{
    struct region region;
    if (span_on_axis(s->low[AXIS_X], s->high[AXIS_X], in.width, &region.x, &region.shape.width) &&
        span_on_axis(s->low[AXIS_Y], s->high[AXIS_Y], in.height, &region.y, &region.shape.height) &&
        span_on_axis(s->low[AXIS_Z], s->high[AXIS_Z], in.depth, &region.z, &region.shape.depth))
        return region;
    return (struct region){.shape = {1, 1, 1}};
}

/* The pixels from .. to - 1 of a row. */
struct stretch {
    int64_t from, to;
};

static inline bool ray_inside(const struct source *source, const struct ray *ray, int axis, int64_t x)
{
    float at = ray_point(ray, axis, x);
    at = source->interpolation == INTERPOLATION_NEAREST ? rintf(at) : at;
    return at >= 0 && at <= source->last[axis];
}

/* A whole number of 0 to `most`. */
static inline int64_t whole_between(double value, int64_t most)
{
    return value > 0 ? value < (double)most ? (int64_t)value : most : 0;
}

/* The part of `s` that is inside on one axis: where an exact ray would enter and leave, then to where this one does. */
static inline struct stretch stretch_on_axis(const struct source *source, const struct ray *ray, int axis,
                                             struct stretch s)
{
    if (ray->step[axis] == 0)
        return s.from < s.to && ray_inside(source, ray, axis, s.from) ? s : (struct stretch){s.from, s.from};
    const double beyond = source->interpolation == INTERPOLATION_NEAREST ? 0.5 : 0;
    const double low = (-beyond - ray->start[axis]) / ray->step[axis] + ray->origin;
    const double high = (source->last[axis] + beyond - ray->start[axis]) / ray->step[axis] + ray->origin;
    struct stretch inside = {whole_between(ceil(fmin(low, high)), s.to), whole_between(fmax(low, high) + 1, s.to)};
    inside.from = inside.from < s.from ? s.from : inside.from;
    while (inside.from > s.from && ray_inside(source, ray, axis, inside.from - 1))
        inside.from--;
    while (inside.from < s.to && !ray_inside(source, ray, axis, inside.from) && inside.from <= inside.to)
        inside.from++;
    inside.to = inside.to < inside.from ? inside.from : inside.to;
    while (inside.to < s.to && ray_inside(source, ray, axis, inside.to))
        inside.to++;
    while (inside.to > inside.from && !ray_inside(source, ray, axis, inside.to - 1))
        inside.to--;
    return inside;
}

/* Of the pixels of `s` those whose points are inside. */
static inline struct stretch stretch_inside(const struct source *source, const struct ray *ray, struct stretch s)
{
    for (int axis = 0; axis < AXES; axis++)
        s = stretch_on_axis(source, ray, axis, s);
    return s;
}

#endif
