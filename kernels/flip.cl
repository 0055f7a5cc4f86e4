/* SPDX-License-Identifier: BSD-3-Clause */

/* Bits of `axes` select what is mirrored: the value is the position in "x,y,xy,z,xz,yz,xyz", one less than the bits. */
kernel void flip(global const pixel *in, global pixel *out, struct shape shape, struct shape unused, int axes)
{
    long x = get_global_id(0), y = get_global_id(1), z = get_global_id(2);
    int bits = axes + 1;
    long sx = bits & 1 ? shape.width - 1 - x : x;
    long sy = bits & 2 ? shape.height - 1 - y : y;
    long sz = bits & 4 ? shape.depth - 1 - z : z;
    if (x < shape.width && y < shape.height && z < shape.depth)
        out[at(shape, x, y, z)] = in[at(shape, sx, sy, sz)];
}
