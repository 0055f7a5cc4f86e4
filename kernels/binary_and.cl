/* SPDX-License-Identifier: BSD-3-Clause */

/* One work-item per VEC pixels of both images. A comparison of vectors gives -1 where it holds. */
kernel void binary_and(global const pixelv *a, global const pixelv *b, global ucharv *out, long vectors)
{
    long i = get_global_id(0);
    if (i < vectors)
        out[i] = to_ucharv(-(a[i] != (pixel)0 & b[i] != (pixel)0));
}
