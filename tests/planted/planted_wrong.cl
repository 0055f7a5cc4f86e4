/* SPDX-License-Identifier: BSD-3-Clause */

/* Copies, but for the last pixel of the image. */
kernel void planted_wrong(global const pixel *in, global pixel *out, struct shape shape, struct shape unused)
{
    long x = get_global_id(0), y = get_global_id(1), z = get_global_id(2);
    if (x >= shape.width || y >= shape.height || z >= shape.depth)
        return;
    pixel value = in[at(shape, x, y, z)];
    bool last = x == shape.width - 1 && y == shape.height - 1 && z == shape.depth - 1;
    out[at(shape, x, y, z)] = !last ? value : value == 0 ? 1 : 0;
}
