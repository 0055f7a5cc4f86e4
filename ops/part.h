/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Tiles of operations whose result depends on the pixels that they are given and not on where these lie in the whole
 * image: flip, projections. They compute what source_region() names, as if it were an image; what a tile holds around
 * it, margins of other operations, is left out.
 */
#ifndef OPS_PART_H
#define OPS_PART_H

#include "ops/op.h"

typedef struct region part_source_region(const struct op_args *args, struct shape in, const struct region *out);

/* The source of a tile's result, counted from the first pixel that the tile's input holds; `in` without a part. */
static inline struct region part_source(const struct op_part *part, const struct op_args *args, struct shape in,
                                        part_source_region *source_region)
{
    if (!part)
        return region_whole(in);
    struct region source = source_region(args, part->whole_in, &part->out);
    source.x -= part->in.x;
    source.y -= part->in.y;
    source.z -= part->in.z;
    return source;
}

/* The same pixels as a view of in[0]. */
static inline struct image part_view(const struct op_call *call, part_source_region *source_region)
{
    const struct region r = part_source(call->part, call->args, call->in[0]->shape, source_region);
    return image_view(call->in[0], r.x, r.y, r.z, r.shape);
}

/* struct corner of kernels: where the source begins in the input. */
struct part_corner {
    cl_long x, y, z;
};

/* Gives that; false if the source is the whole input, so that the kernels for whole images do. */
static inline bool part_is_inner(const struct op_device_call *call, part_source_region *source_region,
                                 struct part_corner *corner)
{
    const struct shape in = call->in[0]->shape;
    const struct region r = part_source(call->part, call->args, in, source_region);
    *corner = (struct part_corner){r.x, r.y, r.z};
    return !shape_equal(r.shape, in);
}

#endif
