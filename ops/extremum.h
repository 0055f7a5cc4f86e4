/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Minima and maxima of a neighbourhood: what minimum, maximum and top_hat share on the CPU.
 *
 * Order: numbers, then -0 before +0 (ops/ordered.h), so that the result is one pixel's bits, whatever the order in
 * which pixels are compared. A maximum is the minimum of the complements, which reverse that order; so there is one
 * filter, and pixels are complemented where they are loaded and stored.
 *
 * The border rule, clamp to edge, needs no work: boxes and spheres are convex and symmetric, so the edge pixel that
 * stands in for one outside is in the neighbourhood anyway. Outside counts as NOTHING, which no minimum takes; and a
 * reach beyond the image is cut to it.
 */
#ifndef OPS_EXTREMUM_H
#define OPS_EXTREMUM_H

#include "ops/neighbourhood.h"
#include "ops/ordered.h"

enum { RADIUS, SHAPE }; /* the parameters of all three operations */

#define NOTHING ORDERED_GREATEST

/* One filter. The pixels of both images have the type of this compilation. */
struct extremum {
    const struct image *from, *to;
    const struct image *minuend; /* the result is what is left of it; NULL: the extremum itself */
    ordered complement;          /* all bits for a maximum, none for a minimum */
    int radius;
    enum neighbourhood shape;
};

enum extreme { MINIMUM, MAXIMUM };

static inline struct extremum extremum_of(const struct op_args *args, enum extreme which, const struct image *from,
                                          const struct image *to)
{
    return (struct extremum){.from = from,
                             .to = to,
                             .complement = (ordered)(which == MAXIMUM ? -1 : 0),
                             .radius = (int)args->value[RADIUS],
                             .shape = (enum neighbourhood)args->value[SHAPE]};
}

static inline int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* How far a filter reaches on an axis of that size. */
static inline int64_t reach_on(int64_t radius, int64_t size)
{
    return smaller(radius, size - 1);
}

/* The plain definition of both. */
static inline pixel reference_at(const struct extremum *e, int64_t x, int64_t y, int64_t z)
{
    const struct shape s = e->from->shape;
    const int64_t r = e->radius, rx = s.width > 1 ? r : 0, ry = s.height > 1 ? r : 0, rz = s.depth > 1 ? r : 0;
    pixel result = ((const pixel *)image_row(e->from, y, z))[x];
    for (int64_t dz = -rz; dz <= rz; dz++)
        for (int64_t dy = -ry; dy <= ry; dy++) {
            const pixel *row = image_row(e->from, clamp_index(y + dy, s.height), clamp_index(z + dz, s.depth));
            for (int64_t dx = -rx; dx <= rx; dx++) {
                const pixel other = row[clamp_index(x + dx, s.width)];
                const bool inside = e->shape == NEIGHBOURHOOD_BOX || dx * dx + dy * dy + dz * dz <= r * r;
                if (inside && (e->complement ? comes_before(result, other) : comes_before(other, result)))
                    result = other;
            }
        }
    return result;
}

static inline void filter_by_reference(const struct extremum *e)
{
    const struct shape s = e->to->shape;
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++) {
                const pixel extreme = reference_at(e, x, y, z);
                ((pixel *)image_row(e->to, y, z))[x] =
                    e->minuend ? (pixel)(((const pixel *)image_row(e->minuend, y, z))[x] - extreme) : extreme;
            }
}

#endif
