/* SPDX-License-Identifier: BSD-3-Clause */
#include "sampling.clh"

struct rays {
    float centre[2], last[2];
};

/* The input at a point of plane z of the whole. */
static inline pixel sample_plane(INPUT in, struct shape shape, struct place place, long z, float3 point, float3 last)
{
#ifdef IMAGE
    point.z = (float)z;
    return sample(in, 0, 0, place, point, last);
#else
#ifdef PART
    z -= place.in[2];
#endif
    return sample(in + z * shape.stride * shape.height, (offset)shape.stride, 0, place, point, last);
#endif
}

/* Work-items over radius, angle and groups of PLANES planes. `directions` are those of the result's angles. */
kernel void radial_reslice(INPUT in, global pixel *out, struct shape shape_in, struct shape shape_out,
                           struct rays rays, global const float2 *directions, struct place place)
{
    int2 item = place_in_group();
    long r = get_group_id(0) * COLUMNS + item.x, k = get_group_id(1) * LINES + item.y, z = get_global_id(2) * PLANES;
    if (r >= shape_out.width || k >= shape_out.depth)
        return;
    float3 last = (float3)(rays.last[0], rays.last[1], 0.0f);
#ifdef PART
    float radius = (float)(r + place.out[0]);
    long first_plane = place.out[1];
#else
    float radius = (float)r;
    const long first_plane = 0;
#endif
    float3 point = (float3)(fma(directions[k].x, radius, rays.centre[0]), fma(directions[k].y, radius, rays.centre[1]),
                            0.0f);
#ifdef NEAREST
    point = rint(point);
#endif
    bool is_inside = inside(point, last);
    for (int i = 0; i < PLANES && z + i < shape_out.height; i++) {
        pixel value = 0;
        if (is_inside)
            value = sample_plane(in, shape_in, place, first_plane + z + i, point, last);
        out[at(shape_out, r, z + i, k)] = value;
    }
}
