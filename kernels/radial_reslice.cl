/* SPDX-License-Identifier: BSD-3-Clause */
#include "sampling.clh"

struct rays {
    float centre[2], last[2];
};

/* The input at a point of plane z. */
static inline pixel sample_plane(INPUT in, struct shape shape, long z, float3 point, float3 last)
{
#ifdef IMAGE
    point.z = (float)z;
    return sample(in, 0, 0, point, last);
#else
    return sample(in + z * shape.stride * shape.height, (offset)shape.stride, 0, point, last);
#endif
}

/* Work-items over radius, angle and groups of PLANES planes. */
kernel void radial_reslice(INPUT in, global pixel *out, struct shape shape_in, struct shape shape_out,
                           struct rays rays, global const float2 *directions)
{
    int2 place = place_in_group();
    long r = get_group_id(0) * COLUMNS + place.x, k = get_group_id(1) * LINES + place.y, z = get_global_id(2) * PLANES;
    if (r >= shape_out.width || k >= shape_out.depth)
        return;
    float3 last = (float3)(rays.last[0], rays.last[1], 0.0f);
    float3 point = (float3)(fma(directions[k].x, (float)r, rays.centre[0]), fma(directions[k].y, (float)r, rays.centre[1]),
                            0.0f);
#ifdef NEAREST
    point = rint(point);
#endif
    bool is_inside = inside(point, last);
    for (int i = 0; i < PLANES && z + i < shape_in.depth; i++) {
        pixel value = 0;
        if (is_inside)
            value = sample_plane(in, shape_in, z + i, point, last);
        out[at(shape_out, r, z + i, k)] = value;
    }
}
