/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Allocation of a chain's steps on a device. A step's scratch memory and second image are gone before the next step's
 * are made, and an image before the one that follows its successor: at most two images of the chain are held at once.
 */
#include "ops/chain_device.h"

#include <stdio.h>

static void describe(const struct image *image, char *text, size_t bytes)
{
    snprintf(text, bytes, "%lldx%lldx%lld %s", (long long)image->shape.width, (long long)image->shape.height,
             (long long)image->shape.depth, pixel_type_name(image->type));
}

enum status chain_check_second(const struct chain_step *step, struct shape shape, const struct image *with)
{
    char found[96], wanted[96];
    struct image first = {.shape = shape, .type = step->op->type};
    if (step->op->inputs == 1 || (shape_equal(with->shape, shape) && with->type == step->op->type))
        return STATUS_OK;
    describe(with, found, sizeof found);
    describe(&first, wanted, sizeof wanted);
    return status_fail(STATUS_INPUT, "%s: with=%s is %s, but the first image is %s", step->op->name, step->with, found,
                       wanted);
}

enum status chain_device_prepare(const struct chain_step *step, struct opencl *opencl, const struct device_image *in,
                                 struct chain_device_step *prepared)
{
    enum status status;
    const struct op *op = step->op;
    *prepared = (struct chain_device_step){0};
    TRY(op_accepts(op, &step->args, in->shape));
    TRY(device_image_alloc(opencl, &prepared->out, op_result_shape(op, &step->args, in->shape), op_result_type(op)));
    if (op->inputs == 2)
        TRY(device_image_alloc(opencl, &prepared->second, in->shape, op->type));
    const struct op_device_call call = {.args = &step->args, .in = {in, &prepared->second}, .out = &prepared->out};
    TRY(op_plan(op, opencl, &call, &prepared->plan));
    return STATUS_OK;
done:
    chain_device_free(opencl, prepared, NULL);
    return status;
}

void chain_device_free(struct opencl *opencl, struct chain_device_step *prepared, struct device_image *out)
{
    plan_free(prepared->plan);
    device_image_free(opencl, &prepared->second);
    if (out)
        *out = prepared->out;
    else
        device_image_free(opencl, &prepared->out);
    *prepared = (struct chain_device_step){0};
}
