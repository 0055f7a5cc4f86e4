/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A box of pixels of an image.
 */
#ifndef IMAGES_REGION_H
#define IMAGES_REGION_H

#include "images/image.h"

struct region {
    int64_t x, y, z; /* first pixel */
    struct shape shape;
};

struct region region_whole(struct shape shape);

/* True if it lies in an image of that shape and is not empty. */
bool region_inside(const struct region *region, struct shape shape);

/* The region with `margin_px` more on each side along x, y, z, cut at the borders of an image of that shape. */
struct region region_expand(const struct region *region, const int64_t margin_px[3], struct shape shape);

bool region_equal(const struct region *a, const struct region *b);

/* The part that two regions share; not a region if they share none. */
struct region region_common(const struct region *a, const struct region *b);

#endif
