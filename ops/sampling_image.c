/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Pixel types as channel types.
 */
#include "ops/sampling_image.h"

enum status sampling_image(struct plan *plan, const struct device_image *in, cl_mem *image)
{
    static const cl_channel_type channels[PIXEL_INTENSITY_COUNT] = {
        [PIXEL_U8] = CL_UNORM_INT8, [PIXEL_U16] = CL_UNORM_INT16, [PIXEL_F32] = CL_FLOAT};
    const cl_image_format format = {CL_R, channels[in->type]};
    const size_t size[3] = {(size_t)in->stride, (size_t)in->shape.height, (size_t)in->shape.depth};
    enum status status;
    TRY(plan_image(plan, &format, size, image));
    TRY(plan_copy_to_image(plan, in->memory, *image, size));
done:
    return status;
}
