/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Sizes of work-groups, the place of a tile, pixel types as channel types.
 */
#include "ops/sampling_device.h"

#include <stdio.h>

struct sampling_place sampling_place(const struct op_part *part)
{
    return part ? (struct sampling_place){{part->out.x, part->out.y, part->out.z}, {part->in.x, part->in.y, part->in.z}}
                : (struct sampling_place){{0}, {0}};
}

static bool is_long(struct shape shape)
{
    return shape.width > INT32_MAX || shape.height > INT32_MAX || shape.depth > INT32_MAX;
}

bool sampling_is_wide(const struct op_part *part)
{
    return part && (is_long(part->whole_in) || is_long(part->whole_out));
}

bool sampling_in_patches(const struct plan *plan)
{
    return plan_opencl(plan)->device.type != DEVICE_CPU;
}

enum status sampling_launch(struct plan *plan, struct launch *launch, size_t columns, size_t lines, size_t sheets)
{
    const bool patches = sampling_in_patches(plan);
    const size_t wide = patches ? 32 : 64, high = patches ? 8 : 1;
    char options[160];
    snprintf(options, sizeof options, "%s%s", launch->options, patches ? " -D PATCHES" : "");
    launch->global[0] = (columns + wide - 1) / wide * wide * high;
    launch->global[1] = (lines + high - 1) / high;
    launch->global[2] = sheets;
    launch->local[0] = wide * high;
    launch->local[1] = launch->local[2] = 1;
    const char *given = launch->options;
    launch->options = options;
    enum status status = plan_launch(plan, launch);
    launch->options = given;
    return status;
}

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
