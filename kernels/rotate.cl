/* SPDX-License-Identifier: BSD-3-Clause */
#include "sampling.clh"

/* struct rotation of ops/rotation.h */
struct rotation {
    float m[3][3], centre[3], last[3];
};

/* A coordinate of the source of a pixel that is (x, y, z) away from the centre. */
inline float source(struct rotation r, int axis, float x, float y, float z)
{
    return fma(r.m[axis][0], x, fma(r.m[axis][1], y, fma(r.m[axis][2], z, r.centre[axis])));
}

/* Called so because rotate() is a built-in function. A work-item computes ROWS pixels, a group's height apart, so that the group stays one patch. */
kernel void rotate_image(INPUT in, global pixel *out, struct shape shape, struct rotation r)
{
    long x = get_global_id(0), z = get_global_id(2);
    long y = (long)get_group_id(1) * (long)get_local_size(1) * ROWS + (long)get_local_id(1);
    float3 last = (float3)(r.last[0], r.last[1], r.last[2]);
    float dx = (float)x - r.centre[0], dz = (float)z - r.centre[2];
    if (x >= shape.width || z >= shape.depth)
        return;
    for (int i = 0; i < ROWS; i++, y += get_local_size(1)) {
        float dy = (float)y - r.centre[1];
        float3 point = (float3)(source(r, 0, dx, dy, dz), source(r, 1, dx, dy, dz), source(r, 2, dx, dy, dz));
        if (y >= shape.height)
            return;
#ifdef NEAREST
        point = rint(point);
#endif
        pixel value = 0;
        if (inside(point, last))
            value = sample(in, (offset)shape.stride, (offset)(shape.stride * shape.height), point, last);
        out[at(shape, x, y, z)] = value;
    }
}
