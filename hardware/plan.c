/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Recording and replaying launches on an in-order queue.
 */
#include "hardware/plan.h"

#include <stdlib.h>
#include <string.h>

#include "hardware/program.h"

struct step {
    cl_kernel kernel; /* NULL: clear `buffer`, or copy it to `image`, or a box of it to `other` */
    cl_mem buffer, image, other;
    struct plan_box box;
    size_t bytes;
    size_t size[3]; /* of the image */
    size_t global[LAUNCH_DIMENSIONS];
    size_t local[LAUNCH_DIMENSIONS];
};

struct plan {
    struct opencl *opencl;
    struct plan_source current;
    char *options; /* of plan_create() */
    struct step *steps;
    int step_count;
    cl_mem *buffers;
    int buffer_count;
    struct plan_memory memory;
};

enum status plan_create(struct opencl *opencl, const char *source, const char *options, struct plan **plan)
{
    *plan = calloc(1, sizeof **plan);
    char *kept = strdup(options);
    if (!*plan || !kept) {
        free(*plan);
        free(kept);
        *plan = NULL;
        return status_fail(STATUS_MEMORY, "no host memory for a plan");
    }
    (*plan)->opencl = opencl;
    (*plan)->options = kept;
    (*plan)->current = (struct plan_source){source, kept};
    return STATUS_OK;
}

void plan_free(struct plan *plan)
{
    if (!plan)
        return;
    for (int i = 0; i < plan->step_count; i++)
        if (plan->steps[i].kernel)
            clReleaseKernel(plan->steps[i].kernel);
    for (int i = 0; i < plan->buffer_count; i++)
        opencl_release(plan->opencl, &plan->buffers[i]);
    free(plan->steps);
    free(plan->buffers);
    free(plan->options);
    free(plan);
}

struct plan_source plan_switch(struct plan *plan, struct plan_source source)
{
    const struct plan_source before = plan->current;
    plan->current = source;
    return before;
}

struct opencl *plan_opencl(const struct plan *plan)
{
    return plan->opencl;
}

int plan_launches(const struct plan *plan)
{
    return plan->step_count;
}

struct plan_memory plan_memory(const struct plan *plan)
{
    return plan->memory;
}

static enum status make_room(struct plan *plan)
{
    cl_mem *grown = realloc(plan->buffers, (size_t)(plan->buffer_count + 1) * sizeof *grown);
    if (!grown)
        return status_fail(STATUS_MEMORY, "no host memory for a plan");
    plan->buffers = grown;
    return STATUS_OK;
}

static enum status add_buffer(struct plan *plan, size_t bytes, cl_mem *buffer)
{
    enum status status;
    TRY(make_room(plan));
    TRY(opencl_buffer(plan->opencl, bytes, buffer));
    plan->buffers[plan->buffer_count++] = *buffer;
done:
    return status;
}

enum status plan_scratch(struct plan *plan, size_t bytes, cl_mem *buffer)
{
    enum status status = add_buffer(plan, bytes, buffer);
    if (status == STATUS_OK)
        plan->memory.scratch_bytes += bytes;
    return status;
}

enum status plan_image(struct plan *plan, const cl_image_format *format, const size_t size[3], cl_mem *image)
{
    enum status status;
    const size_t before = plan->opencl->allocated_bytes;
    TRY(make_room(plan));
    TRY(opencl_image(plan->opencl, format, size, image));
    plan->buffers[plan->buffer_count++] = *image;
    plan->memory.scratch_bytes += plan->opencl->allocated_bytes - before;
done:
    return status;
}

enum status plan_constant(struct plan *plan, const void *data, size_t bytes, cl_mem *buffer)
{
    enum status status;
    TRY(add_buffer(plan, bytes, buffer));
    plan->memory.constant_bytes += bytes;
    if (plan->opencl->dry)
        return STATUS_OK;
    TRY(opencl_check(clEnqueueWriteBuffer(plan->opencl->queue, *buffer, CL_TRUE, 0, bytes, data, 0, NULL, NULL),
                     "clEnqueueWriteBuffer", plan->opencl));
    plan->opencl->bytes_pushed += bytes;
done:
    return status;
}

static enum status append(struct plan *plan, const struct step *step)
{
    struct step *grown = realloc(plan->steps, (size_t)(plan->step_count + 1) * sizeof *grown);
    if (!grown)
        return status_fail(STATUS_MEMORY, "no host memory for a plan");
    plan->steps = grown;
    plan->steps[plan->step_count++] = *step;
    return STATUS_OK;
}

enum status plan_clear(struct plan *plan, cl_mem buffer, size_t bytes)
{
    return append(plan, &(struct step){.buffer = buffer, .bytes = bytes});
}

enum status plan_copy_to_image(struct plan *plan, cl_mem buffer, cl_mem image, const size_t size[3])
{
    return append(plan, &(struct step){.buffer = buffer, .image = image, .size = {size[0], size[1], size[2]}});
}

enum status plan_copy_box(struct plan *plan, cl_mem from, cl_mem to, const struct plan_box *box)
{
    return append(plan, &(struct step){.buffer = from, .other = to, .box = *box});
}

static enum status make_kernel(struct plan *plan, const struct launch *launch, cl_kernel *kernel)
{
    enum status status;
    cl_program program;
    cl_int code;
    char options[1024];
    size_t length = strlen(plan->current.options) + (launch->options ? strlen(launch->options) + 1 : 0);
    if (length >= sizeof options)
        return status_fail(STATUS_UNSUPPORTED, "%s: build options of %zu bytes are too long", launch->kernel, length);
    strcpy(options, plan->current.options);
    if (launch->options)
        strcat(strcat(options, " "), launch->options);
    TRY(program_get(plan->opencl, plan->current.source, options, &program));
    *kernel = clCreateKernel(program, launch->kernel, &code);
    TRY(opencl_check(code, launch->kernel, plan->opencl));
done:
    return status;
}

static enum status set_arguments(struct plan *plan, const struct launch *launch, cl_kernel kernel)
{
    for (cl_uint i = 0; i < LAUNCH_ARGUMENTS_MAX && launch->arguments[i].bytes > 0; i++) {
        cl_int code = clSetKernelArg(kernel, i, launch->arguments[i].bytes, launch->arguments[i].value);
        if (code != CL_SUCCESS)
            return opencl_check(code, launch->kernel, plan->opencl);
    }
    return STATUS_OK;
}

static enum status check_local_size(struct plan *plan, const struct launch *launch, cl_kernel kernel)
{
    size_t limit = 0, wanted = 1;
    enum status status = opencl_check(clGetKernelWorkGroupInfo(kernel, plan->opencl->device.id,
                                                               CL_KERNEL_WORK_GROUP_SIZE, sizeof limit, &limit, NULL),
                                      "clGetKernelWorkGroupInfo", plan->opencl);
    if (status != STATUS_OK)
        return status;
    for (int d = 0; d < LAUNCH_DIMENSIONS; d++)
        wanted *= launch->local[d] ? launch->local[d] : 1;
    if (wanted > limit)
        return status_fail(STATUS_UNSUPPORTED, "%s: work-groups of %zu, but %s takes at most %zu", launch->kernel,
                           wanted, plan->opencl->device.name, limit);
    return STATUS_OK;
}

enum status plan_launch(struct plan *plan, const struct launch *launch)
{
    enum status status;
    struct step step = {0};
    if (plan->opencl->dry)
        return append(plan, &step);
    TRY(make_kernel(plan, launch, &step.kernel));
    TRY(set_arguments(plan, launch, step.kernel));
    TRY(check_local_size(plan, launch, step.kernel));
    for (int d = 0; d < LAUNCH_DIMENSIONS; d++) {
        size_t global = launch->global[d] ? launch->global[d] : 1;
        step.local[d] = launch->local[d];
        if (step.local[0] && !step.local[d])
            step.local[d] = 1;
        step.global[d] = step.local[0] ? (global + step.local[d] - 1) / step.local[d] * step.local[d] : global;
    }
    TRY(append(plan, &step));
    return STATUS_OK;
done:
    if (step.kernel)
        clReleaseKernel(step.kernel);
    return status;
}

/* The calls want origins as byte, row and plane. */
static enum status enqueue_copy(struct plan *plan, const struct step *step, cl_event *event)
{
    const struct plan_box *b = &step->box;
    const size_t from[3] = {b->from % b->from_slice % b->from_row, b->from % b->from_slice / b->from_row,
                            b->from / b->from_slice};
    const size_t to[3] = {b->to % b->to_slice % b->to_row, b->to % b->to_slice / b->to_row, b->to / b->to_slice};
    return opencl_check(clEnqueueCopyBufferRect(plan->opencl->queue, step->buffer, step->other, from, to, b->size,
                                                b->from_row, b->from_slice, b->to_row, b->to_slice, 0, NULL, event),
                        "clEnqueueCopyBufferRect", plan->opencl);
}

static enum status enqueue(struct plan *plan, const struct step *step, cl_event *event)
{
    if (step->other)
        return enqueue_copy(plan, step, event);
    if (step->image) {
        static const size_t origin[3] = {0};
        return opencl_check(clEnqueueCopyBufferToImage(plan->opencl->queue, step->buffer, step->image, 0, origin,
                                                       step->size, 0, NULL, event),
                            "clEnqueueCopyBufferToImage", plan->opencl);
    }
    if (!step->kernel) {
        cl_uchar zero = 0;
        return opencl_check(
            clEnqueueFillBuffer(plan->opencl->queue, step->buffer, &zero, sizeof zero, 0, step->bytes, 0, NULL, event),
            "clEnqueueFillBuffer", plan->opencl);
    }
    return opencl_check(clEnqueueNDRangeKernel(plan->opencl->queue, step->kernel, LAUNCH_DIMENSIONS, NULL, step->global,
                                               step->local[0] ? step->local : NULL, 0, NULL, event),
                        "clEnqueueNDRangeKernel", plan->opencl);
}

enum status plan_run(struct plan *plan, struct plan_events *events)
{
    enum status status = STATUS_OK;
    if (plan->opencl->dry)
        return status_fail(STATUS_UNSUPPORTED, "a plan for %s without memory cannot be run", plan->opencl->device.name);
    if (events)
        *events = (struct plan_events){0};
    for (int i = 0; i < plan->step_count && status == STATUS_OK; i++) {
        cl_event event = NULL;
        bool first = i == 0, last = i == plan->step_count - 1;
        status = enqueue(plan, &plan->steps[i], events && (first || last) ? &event : NULL);
        plan->opencl->launches += status == STATUS_OK;
        if (status != STATUS_OK || !event)
            continue;
        if (first)
            events->first = event;
        if (first && last)
            clRetainEvent(event);
        if (last)
            events->last = event;
    }
    return status;
}
