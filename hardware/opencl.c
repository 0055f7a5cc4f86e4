/* SPDX-License-Identifier: BSD-3-Clause
 *
 * An opened device: context, queue, buffers with their sum and peak, events; and one that only counts.
 */
#include "hardware/opencl.h"

#include <stdlib.h>

#include "hardware/program.h"

enum status opencl_open(const struct device *device, struct opencl **opencl)
{
    enum status status;
    cl_int code;
    struct opencl *opened = calloc(1, sizeof *opened);
    *opencl = NULL;
    if (!opened)
        return status_fail(STATUS_MEMORY, "no host memory to open %s", device->name);
    opened->device = *device;

    cl_context_properties properties[] = {CL_CONTEXT_PLATFORM, (cl_context_properties)device->platform_id, 0};
    opened->context = clCreateContext(properties, 1, &device->id, NULL, NULL, &code);
    TRY(opencl_check(code, "clCreateContext", opened));
    opened->queue = clCreateCommandQueue(opened->context, device->id, CL_QUEUE_PROFILING_ENABLE, &code);
    TRY(opencl_check(code, "clCreateCommandQueue", opened));
    *opencl = opened;
    return STATUS_OK;
done:
    opencl_close(opened);
    return status;
}

enum status opencl_open_dry(const struct device *device, struct opencl **opencl)
{
    *opencl = calloc(1, sizeof **opencl);
    if (!*opencl)
        return status_fail(STATUS_MEMORY, "no host memory to plan for %s", device->name);
    (*opencl)->device = *device;
    (*opencl)->dry = true;
    return STATUS_OK;
}

void opencl_close(struct opencl *opencl)
{
    if (!opencl)
        return;
    programs_release(opencl);
    if (opencl->queue)
        clReleaseCommandQueue(opencl->queue);
    if (opencl->context)
        clReleaseContext(opencl->context);
    free(opencl);
}

/* What a dry device gives out as a cl_mem. It is never handed to OpenCL: a dry device has no queue, no kernels. */
struct token {
    size_t bytes;
};

enum status opencl_hold(struct opencl *opencl, size_t bytes, cl_mem *buffer)
{
    if (opencl->dry) {
        struct token *token = malloc(sizeof *token);
        *buffer = (cl_mem)token;
        if (!token)
            return status_fail(STATUS_MEMORY, "no host memory for a plan");
        token->bytes = bytes;
    }
    opencl->allocated_bytes += bytes;
    if (opencl->allocated_bytes > opencl->peak_bytes)
        opencl->peak_bytes = opencl->allocated_bytes;
    if (bytes > opencl->largest_bytes)
        opencl->largest_bytes = bytes;
    return STATUS_OK;
}

enum status opencl_buffer(struct opencl *opencl, size_t bytes, cl_mem *buffer)
{
    cl_int code;
    if (opencl->dry)
        return opencl_hold(opencl, bytes, buffer);
    *buffer = clCreateBuffer(opencl->context, CL_MEM_READ_WRITE, bytes, NULL, &code);
    if (code != CL_SUCCESS) {
        *buffer = NULL;
        enum status status = opencl_check(code, "clCreateBuffer", opencl);
        return status_fail(status, "%s, %zu bytes asked for, %zu held", status_text(), bytes, opencl->allocated_bytes);
    }
    return opencl_hold(opencl, bytes, buffer);
}

void opencl_release(struct opencl *opencl, cl_mem *buffer)
{
    size_t bytes = 0;
    if (!*buffer)
        return;
    if (opencl->dry) {
        struct token *token = (struct token *)*buffer;
        opencl->allocated_bytes -= token->bytes;
        free(token);
        *buffer = NULL;
        return;
    }
    if (clGetMemObjectInfo(*buffer, CL_MEM_SIZE, sizeof bytes, &bytes, NULL) == CL_SUCCESS)
        opencl->allocated_bytes -= bytes;
    clReleaseMemObject(*buffer);
    *buffer = NULL;
}

enum status opencl_finish(struct opencl *opencl)
{
    return opencl_check(clFinish(opencl->queue), "clFinish", opencl);
}

enum status opencl_event_times(const struct opencl *opencl, cl_event event, struct event_times *times)
{
    const struct {
        cl_profiling_info what;
        uint64_t *to;
    } rows[] = {
        {CL_PROFILING_COMMAND_QUEUED, &times->queued_ns},
        {CL_PROFILING_COMMAND_SUBMIT, &times->submit_ns},
        {CL_PROFILING_COMMAND_START, &times->start_ns},
        {CL_PROFILING_COMMAND_END, &times->end_ns},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cl_ulong value = 0;
        cl_int code = clGetEventProfilingInfo(event, rows[i].what, sizeof value, &value, NULL);
        if (code != CL_SUCCESS)
            return opencl_check(code, "clGetEventProfilingInfo", opencl);
        *rows[i].to = value;
    }
    return STATUS_OK;
}
