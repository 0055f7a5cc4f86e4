/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Samples of an OpenCL image along x: in each step neighbouring work-items read neighbouring places, and the next step reads
 * one pixel further. IMAGE: 2 or 3 dimensions. LINEAR: between pixels, halfway along each axis; else at their centres. The
 * type of the image is a macro since some drivers do not know an image by another type name. Sums are stored only from a
 * limit on that no sum reaches, else samples could be left out.
 */
#if IMAGE == 3
#define INPUT read_only image3d_t
#define PLACE(x, y, z) (float4)(x, y, z, 0.0f)
#else
#define INPUT read_only image2d_t
#define PLACE(x, y, z) (float2)(x, y)
#endif
#ifdef LINEAR
#define FILTER CLK_FILTER_LINEAR
#define FROM 1.0f
#else
#define FILTER CLK_FILTER_NEAREST
#define FROM 0.5f
#endif

kernel void sample_image(INPUT in, int width, int steps, global float *sums, float least)
{
    const sampler_t sampler = CLK_NORMALIZED_COORDS_FALSE | CLK_ADDRESS_CLAMP_TO_EDGE | FILTER;
    const float end = width, y = get_global_id(1) + FROM, z = get_global_id(2) + FROM;
    float x = get_global_id(0) + FROM, sum = 0.0f;
    for (int i = 0; i < steps; i++) {
        sum += read_imagef(in, sampler, PLACE(x, y, z)).x;
        x += 1.0f;
        x = x < end ? x : FROM;
    }
    size_t at = (get_global_id(2) * get_global_size(1) + get_global_id(1)) * get_global_size(0) + get_global_id(0);
    if (sum >= least)
        sums[at] = sum;
}
