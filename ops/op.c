/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What follows from a descriptor alone: result type and shape, work, and the plan of a call on a device.
 */
#include "ops/op.h"

#include <stdio.h>
#include <string.h>

enum pixel_type op_result_type(const struct op *op)
{
    switch (op->result) {
    case RESULT_BINARY:
        return PIXEL_U8;
    case RESULT_LABELS:
        return PIXEL_U32;
    case RESULT_FLOAT32:
        return PIXEL_F32;
    default:
        return op->type;
    }
}

struct shape op_result_shape(const struct op *op, const struct op_args *args, struct shape in)
{
    return op->result_shape ? op->result_shape(args, in) : in;
}

enum status op_accepts(const struct op *op, const struct op_args *args, struct shape in)
{
    if (op->dimensions == OP_3D_ONLY && in.depth < 2)
        return status_fail(STATUS_UNSUPPORTED, "%s needs a 3D image, not %lldx%lld", op->name, (long long)in.width,
                           (long long)in.height);
    return op->accepts ? op->accepts(args, in) : STATUS_OK;
}

static double bytes_in(const struct op *op, struct shape in)
{
    return op->inputs * (double)shape_pixels(in) * (double)pixel_bytes(op->type);
}

static double bytes_out(const struct op *op, const struct op_args *args, struct shape in)
{
    return (double)shape_pixels(op_result_shape(op, args, in)) * (double)pixel_bytes(op_result_type(op));
}

double op_bytes_read(const struct op *op, struct shape in)
{
    return (op->reads > 0 ? op->reads : 1) * bytes_in(op, in);
}

double op_bytes(const struct op *op, const struct op_args *args, struct shape in)
{
    return op_bytes_read(op, in) + bytes_out(op, args, in);
}

double op_bytes_images(const struct op *op, const struct op_args *args, struct shape in)
{
    return bytes_in(op, in) + bytes_out(op, args, in);
}

double op_flops(const struct op *op, const struct op_args *args, struct shape in)
{
    return op->flops_per_px ? op->flops_per_px(args, in) * (double)shape_pixels(in) : 0;
}

static const char *const variant_names[] = {[VARIANT_BUFFER] = "buffer", [VARIANT_IMAGE] = "image"};

const char *op_variant_name(enum op_variant variant)
{
    return variant_names[variant];
}

enum op_variant op_variant_find(const char *name)
{
    int i = 0;
    while (i < VARIANT_COUNT && strcmp(variant_names[i], name) != 0)
        i++;
    return (enum op_variant)i;
}

const struct op *op_with_variant(const struct op *op, enum op_variant variant)
{
    return variant == op->variant ? op : variant == VARIANT_IMAGE ? op->image : NULL;
}

int op_param_index(const struct op *op, const char *name)
{
    for (int i = 0; op->params[i].name; i++)
        if (strcmp(op->params[i].name, name) == 0)
            return i;
    return -1;
}

/* 16 bytes of the widest pixel type involved fill a GPU's load; CPU drivers do best with full vector registers. */
static int flat_vector_px(const struct op *op, const struct device *device)
{
    size_t in = pixel_bytes(op->type), out = pixel_bytes(op_result_type(op));
    return device->type == DEVICE_CPU ? 16 : (int)(16 / (in > out ? in : out));
}

static enum status plan_one_launch(const struct op *op, struct plan *plan, const struct op_device_call *call)
{
    struct launch launch = {.kernel = op->name};
    struct device_shape shape_in = device_image_shape(call->in[0]), shape_out = device_image_shape(call->out);
    cl_long vectors = shape_out.stride * shape_out.height * shape_out.depth / call->vector_px;
    cl_float real[OP_PARAMS_MAX];
    cl_int whole[OP_PARAMS_MAX];
    int n = 0;
    for (int i = 0; i < op->inputs; i++)
        launch.arguments[n++] = (struct launch_argument)ARG(call->in[i]->memory);
    launch.arguments[n++] = (struct launch_argument)ARG(call->out->memory);
    if (op->launch == LAUNCH_FLAT) {
        launch.arguments[n++] = (struct launch_argument)ARG(vectors);
        launch.global[0] = (size_t)vectors;
    } else {
        launch.arguments[n++] = (struct launch_argument)ARG(shape_in);
        launch.arguments[n++] = (struct launch_argument)ARG(shape_out);
        launch.global[0] = (size_t)shape_out.width;
        launch.global[1] = (size_t)shape_out.height;
        launch.global[2] = (size_t)shape_out.depth;
    }
    for (int i = 0; op->params[i].name; i++) {
        real[i] = (cl_float)call->args->value[i];
        whole[i] = (cl_int)call->args->value[i];
        launch.arguments[n++] = op->params[i].kind == OP_REAL ? (struct launch_argument)ARG(real[i])
                                                              : (struct launch_argument)ARG(whole[i]);
    }
    /* Chosen here, since some drivers choose badly for widths that are prime; the launch is rounded up to whole groups. */
    launch.local[0] = op->launch == LAUNCH_FLAT ? 128 : 32;
    launch.local[1] = op->launch == LAUNCH_FLAT ? 1 : 4;
    return plan_launch(plan, &launch);
}

static void build_options(const struct op *op, const struct device *device, int vector_px, char *text, size_t bytes)
{
    static const char *const type_option[] = {[PIXEL_U8] = "PIXEL_IS_U8", [PIXEL_U16] = "PIXEL_IS_U16",
                                              [PIXEL_F32] = "PIXEL_IS_F32"};
    snprintf(text, bytes, "-cl-std=CL1.2 -D %s -D VEC=%d%s", type_option[op->type], vector_px,
             device->exact_division ? " -cl-fp32-correctly-rounded-divide-sqrt" : "");
}

enum status op_append(struct plan *plan, const struct op *op, const struct op_device_call *call)
{
    char options[256];
    const struct device *device = &plan_opencl(plan)->device;
    struct op_device_call with_vector = *call;
    with_vector.vector_px = flat_vector_px(op, device);
    build_options(op, device, with_vector.vector_px, options, sizeof options);
    const struct plan_source before = plan_switch(plan, (struct plan_source){op->kernel_source, options});
    enum status status = op->ocl ? op->ocl(plan, &with_vector) : plan_one_launch(op, plan, &with_vector);
    plan_switch(plan, before);
    return status;
}

enum status op_plan(const struct op *op, struct opencl *opencl, const struct op_device_call *call, struct plan **plan)
{
    enum status status;
    *plan = NULL;
    TRY(plan_create(opencl, op->kernel_source, "", plan));
    TRY(op_append(*plan, op, call));
    return STATUS_OK;
done:
    plan_free(*plan);
    *plan = NULL;
    return status;
}
