/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The pixels that a rank operation looks at, as horizontal spans: for each row (dy, dz) of the neighbourhood the pixels
 * x - reach .. x + reach. An implementation walks spans and never tests an offset by itself.
 */
#ifndef OPS_NEIGHBOURHOOD_H
#define OPS_NEIGHBOURHOOD_H

#include <math.h>
#include <stdint.h>

#include "images/image.h"

/* The values of the parameter `shape`. */
enum neighbourhood { NEIGHBOURHOOD_BOX, NEIGHBOURHOOD_SPHERE };
#define NEIGHBOURHOOD_CHOICES "box,sphere"

struct span {
    int32_t dy, dz, reach; /* pixels */
};

/* The reach of the row dy, dz, which lies in the box; -1 where the neighbourhood has no pixel. A square root of a small
 * whole number is exact enough to be cut off. */
static inline int span_reach(enum neighbourhood kind, int radius, int dy, int dz)
{
    int rest = radius * radius - dy * dy - dz * dz;
    if (kind == NEIGHBOURHOOD_BOX)
        return radius;
    return rest < 0 ? -1 : (int)sqrt((double)rest);
}

/* Writes the spans in order of dz, then dy, and returns their number; `spans` may be NULL. Axes of size 1 in `in` have
 * no offsets but 0. There are at most (2 * radius + 1)^2. */
static inline int64_t neighbourhood_spans(enum neighbourhood kind, int radius, struct shape in, struct span *spans)
{
    int ry = in.height > 1 ? radius : 0, rz = in.depth > 1 ? radius : 0;
    int64_t count = 0;
    for (int dz = -rz; dz <= rz; dz++)
        for (int dy = -ry; dy <= ry; dy++) {
            int reach = span_reach(kind, radius, dy, dz);
            if (reach < 0)
                continue;
            if (spans)
                spans[count] = (struct span){dy, dz, in.width > 1 ? reach : 0};
            count++;
        }
    return count;
}

/* Pixels in the neighbourhood. */
static inline int64_t neighbourhood_px(enum neighbourhood kind, int radius, struct shape in)
{
    int ry = in.height > 1 ? radius : 0, rz = in.depth > 1 ? radius : 0;
    int64_t pixels = 0;
    for (int dz = -rz; dz <= rz; dz++)
        for (int dy = -ry; dy <= ry; dy++) {
            int reach = span_reach(kind, radius, dy, dz);
            pixels += reach < 0 ? 0 : in.width > 1 ? 2 * reach + 1 : 1;
        }
    return pixels;
}

#endif
