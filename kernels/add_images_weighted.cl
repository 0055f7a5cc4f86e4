/* SPDX-License-Identifier: BSD-3-Clause */

/* One work-item per VEC pixels of both images. */
kernel void add_images_weighted(global const pixelv *a, global const pixelv *b, global pixelv *out, long vectors,
                                float factor1, float factor2)
{
    long i = get_global_id(0);
    if (i < vectors)
        out[i] = store_pixelv(fma((floatv)factor2, to_floatv(b[i]), factor1 * to_floatv(a[i])));
}
