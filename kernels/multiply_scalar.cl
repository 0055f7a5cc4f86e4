/* SPDX-License-Identifier: BSD-3-Clause */

/* One work-item per VEC pixels. */
kernel void multiply_scalar(global const pixelv *in, global pixelv *out, long vectors, float scalar)
{
    long i = get_global_id(0);
    if (i < vectors)
        out[i] = store_pixelv(to_floatv(in[i]) * scalar);
}
