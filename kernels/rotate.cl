/* SPDX-License-Identifier: BSD-3-Clause */
#include "sampling.clh"

/* struct rotation of ops/rotation.h */
struct rotation {
    float m[3][3], centre[3], last[3];
};

/* A coordinate of the source of a pixel that is (x, y, z) away from the centre. */
static inline float source(struct rotation r, int axis, float x, float y, float z)
{
    return fma(r.m[axis][0], x, fma(r.m[axis][1], y, fma(r.m[axis][2], z, r.centre[axis])));
}

/* Called so because rotate() is a built-in function. A work-item computes ROWS pixels, a group's height apart. */
kernel void rotate_image(INPUT in, global pixel *out, struct shape shape_in, struct shape shape, struct rotation r,
                         struct place place)
{
    int2 item = place_in_group();
    offset x = (offset)get_group_id(0) * COLUMNS + item.x, y = (offset)get_group_id(1) * (LINES * ROWS) + item.y;
    offset z = get_global_id(2), width = shape.width, height = shape.height, stride = shape.stride;
#ifdef PART
    offset stride_in = shape_in.stride, slice_in = stride_in * (offset)shape_in.height;
#else
    offset stride_in = stride, slice_in = stride * height;
#endif
    float3 last = (float3)(r.last[0], r.last[1], r.last[2]);
    float dx = (float)in_whole(place, 0, x) - r.centre[0], dz = (float)in_whole(place, 2, z) - r.centre[2];
    if (x >= width)
        return;
    for (int i = 0; i < ROWS; i++, y += LINES) {
        float dy = (float)in_whole(place, 1, y) - r.centre[1];
        float3 point = (float3)(source(r, 0, dx, dy, dz), source(r, 1, dx, dy, dz), source(r, 2, dx, dy, dz));
        if (y >= height)
            return;
#ifdef NEAREST
        point = rint(point);
#endif
        pixel value = 0;
        if (inside(point, last))
            value = sample(in, stride_in, slice_in, place, point, last);
        out[(z * height + y) * stride + x] = value;
    }
}
