/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Any extremum filter on the CPU, and what the descriptors of minimum, maximum and top_hat have in common.
 */
#ifndef OPS_EXTREMUM_FILTER_H
#define OPS_EXTREMUM_FILTER_H

#include "ops/extremum_box.h"
#include "ops/extremum_sphere.h"

/* Scratch memory for a filter of images of that shape. */
static inline size_t filter_bytes(const struct op_args *args, struct shape shape, int threads)
{
    const struct image image = {.shape = shape};
    const struct extremum e = extremum_of(args, MINIMUM, &image, &image);
    return (size_t)(e.shape == NEIGHBOURHOOD_BOX ? box_bytes(&e, threads) : sphere_bytes(&e, threads));
}

static inline void filter_extremum(const struct extremum *e, int threads, void *scratch)
{
    if (e->shape == NEIGHBOURHOOD_BOX)
        filter_box(e, threads, scratch);
    else
        filter_sphere(e, threads, scratch);
}

/* Comparisons of one filter: three per axis of a box, whatever its radius; of a sphere two per widening of a row and
 * one per row. */
static inline double filter_flops(const struct op_args *args, struct shape in)
{
    const int radius = (int)args->value[RADIUS];
    if ((int)args->value[SHAPE] == NEIGHBOURHOOD_SPHERE)
        return 2.0 * radius + (double)neighbourhood_spans(NEIGHBOURHOOD_SPHERE, radius, in, NULL);
    return 3 * ((in.width > 1) + (in.height > 1) + (in.depth > 1));
}

#endif
