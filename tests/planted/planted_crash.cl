/* SPDX-License-Identifier: BSD-3-Clause */

kernel void planted_crash(global const pixel *in, global pixel *out, struct shape shape)
{
    long x = get_global_id(0), y = get_global_id(1), z = get_global_id(2);
    if (x < shape.width && y < shape.height && z < shape.depth)
        out[at(shape, x, y, z)] = in[at(shape, x, y, z)];
}
