/* SPDX-License-Identifier: BSD-3-Clause */

/* One work-item per VEC pixels. A comparison of vectors gives -1 where it holds. */
kernel void fixed_threshold(global const pixelv *in, global ucharv *out, long vectors, pixel lowest, uchar if_reached)
{
    long i = get_global_id(0);
    if (i < vectors)
        out[i] = to_ucharv(-(in[i] >= lowest)) * if_reached;
}
