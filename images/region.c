/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Boxes of pixels.
 */
#include "images/region.h"

struct region region_whole(struct shape shape)
{
    return (struct region){.shape = shape};
}

static bool axis_inside(int64_t first, int64_t pixels, int64_t whole)
{
    return first >= 0 && pixels >= 1 && pixels <= whole && first <= whole - pixels;
}

bool region_inside(const struct region *region, struct shape shape)
{
    return axis_inside(region->x, region->shape.width, shape.width) &&
           axis_inside(region->y, region->shape.height, shape.height) &&
           axis_inside(region->z, region->shape.depth, shape.depth);
}

static void expand_axis(int64_t *first, int64_t *pixels, int64_t margin, int64_t whole)
{
    const int64_t from = *first > margin ? *first - margin : 0;
    const int64_t end = whole - *first - *pixels > margin ? *first + *pixels + margin : whole;
    *first = from;
    *pixels = end - from;
}

struct region region_expand(const struct region *region, const int64_t margin_px[3], struct shape shape)
{
    struct region larger = *region;
    expand_axis(&larger.x, &larger.shape.width, margin_px[0], shape.width);
    expand_axis(&larger.y, &larger.shape.height, margin_px[1], shape.height);
    expand_axis(&larger.z, &larger.shape.depth, margin_px[2], shape.depth);
    return larger;
}

bool region_equal(const struct region *a, const struct region *b)
{
    return a->x == b->x && a->y == b->y && a->z == b->z && shape_equal(a->shape, b->shape);
}

static void common_axis(int64_t *first, int64_t *pixels, int64_t other, int64_t other_pixels)
{
    const int64_t from = *first > other ? *first : other;
    const int64_t end = *first + *pixels < other + other_pixels ? *first + *pixels : other + other_pixels;
    *first = from;
    *pixels = end - from;
}

struct region region_common(const struct region *a, const struct region *b)
{
    struct region common = *a;
    common_axis(&common.x, &common.shape.width, b->x, b->shape.width);
    common_axis(&common.y, &common.shape.height, b->y, b->shape.height);
    common_axis(&common.z, &common.shape.depth, b->z, b->shape.depth);
    return common;
}
