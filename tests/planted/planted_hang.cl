/* SPDX-License-Identifier: BSD-3-Clause */

/* `where` is a choice of never, openmp, opencl. The endless loop reads memory through a volatile pointer: a compiler
 * may remove a loop without any effect. */
kernel void planted_hang(global const pixel *in, global pixel *out, struct shape shape, struct shape unused, int where)
{
    long x = get_global_id(0), y = get_global_id(1), z = get_global_id(2);
    if (x >= shape.width || y >= shape.height || z >= shape.depth)
        return;
    pixel value = in[at(shape, x, y, z)];
    volatile global pixel *mine = out + at(shape, x, y, z);
    *mine = value;
    while (where == 2 && *mine == value)
        ;
}
