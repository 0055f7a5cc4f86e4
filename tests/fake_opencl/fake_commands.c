/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Commands run at once, in the caller's thread; their events carry real times, or those of a fault.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fake.h"

enum { QUEUED, SUBMIT, START, END, TIMES };
enum { KERNEL_NS = 20000, EPOCH_KERNEL_NS = 12345 };

static cl_ulong now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (cl_ulong)now.tv_sec * 1000000000 + (cl_ulong)now.tv_nsec;
}

static void spoil(const char *how, cl_ulong times[TIMES])
{
    const cl_ulong epoch = 1760000000123456789;
    if (strcmp(how, "zero") == 0)
        memset(times, 0, TIMES * sizeof *times);
    else if (strcmp(how, "reversed") == 0)
        for (int i = 0; i < TIMES / 2; i++) {
            const cl_ulong kept = times[i];
            times[i] = times[TIMES - 1 - i];
            times[TIMES - 1 - i] = kept;
        }
    else if (strcmp(how, "end_before_start") == 0)
        times[END] = times[START] - 1000;
    else if (strcmp(how, "end_is_start") == 0)
        times[END] = times[START];
    else if (strcmp(how, "too_long") == 0)
        times[END] = times[START] + 1000000000000;
    else if (strcmp(how, "epoch") == 0) {
        times[QUEUED] = epoch;
        times[SUBMIT] = epoch + 1;
        times[START] = epoch + 3;
        times[END] = times[START] + EPOCH_KERNEL_NS;
    }
}

/* The event of a command that began at `start_ns` and ends now. */
static cl_int finish_command(cl_command_queue queue, cl_ulong start_ns, cl_event *event)
{
    const char *how = json_string_value(json_object_get(queue->device->faults, "events"));
    if (!event)
        return CL_SUCCESS;
    *event = calloc(1, sizeof **event);
    **event = (struct _cl_event){&fake_dispatch, 1, queue->device, {start_ns - 2, start_ns - 1, start_ns, now_ns()}};
    if (how)
        spoil(how, (*event)->times);
    return CL_SUCCESS;
}

/* Copies `bytes` between a buffer at an offset and the host. */
static cl_int transfer(cl_command_queue queue, const char *call, cl_mem buffer, size_t offset, size_t bytes,
                       void *to_host, const void *from_host, cl_event *event)
{
    const cl_ulong start = now_ns();
    const cl_int fault = fake_fault(queue->device->faults, call);
    if (fault)
        return fault;
    if (offset > buffer->bytes || bytes > buffer->bytes - offset)
        return CL_INVALID_VALUE;
    if (to_host)
        memcpy(to_host, buffer->memory + offset, bytes);
    else if (from_host)
        memcpy(buffer->memory + offset, from_host, bytes);
    return finish_command(queue, start, event);
}

cl_int CL_API_CALL fake_EnqueueReadBuffer(cl_command_queue queue, cl_mem buffer, cl_bool blocking, size_t offset,
                                          size_t bytes, void *host, cl_uint waits, const cl_event *wait,
                                          cl_event *event)
{
    (void)blocking, (void)waits, (void)wait;
    return transfer(queue, "clEnqueueReadBuffer", buffer, offset, bytes, host, NULL, event);
}

cl_int CL_API_CALL fake_EnqueueWriteBuffer(cl_command_queue queue, cl_mem buffer, cl_bool blocking, size_t offset,
                                           size_t bytes, const void *host, cl_uint waits, const cl_event *wait,
                                           cl_event *event)
{
    (void)blocking, (void)waits, (void)wait;
    return transfer(queue, "clEnqueueWriteBuffer", buffer, offset, bytes, NULL, host, event);
}

cl_int CL_API_CALL fake_EnqueueReadBufferRect(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
                                              const size_t *from, const size_t *to, const size_t *region, size_t row,
                                              size_t slice, size_t host_row, size_t host_slice, void *host,
                                              cl_uint waits, const cl_event *wait, cl_event *event)
{
    const cl_ulong start = now_ns();
    const cl_int fault = fake_fault(queue->device->faults, "clEnqueueReadBufferRect");
    (void)blocking, (void)waits, (void)wait;
    for (size_t z = 0; !fault && z < region[2]; z++)
        for (size_t y = 0; y < region[1]; y++)
            memcpy((char *)host + to[0] + (to[1] + y) * host_row + (to[2] + z) * host_slice,
                   buffer->memory + from[0] + (from[1] + y) * row + (from[2] + z) * slice, region[0]);
    return fault ? fault : finish_command(queue, start, event);
}

cl_int CL_API_CALL fake_EnqueueWriteBufferRect(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
                                               const size_t *to, const size_t *from, const size_t *region, size_t row,
                                               size_t slice, size_t host_row, size_t host_slice, const void *host,
                                               cl_uint waits, const cl_event *wait, cl_event *event)
{
    const cl_ulong start = now_ns();
    const cl_int fault = fake_fault(queue->device->faults, "clEnqueueWriteBufferRect");
    (void)blocking, (void)waits, (void)wait;
    for (size_t z = 0; !fault && z < region[2]; z++)
        for (size_t y = 0; y < region[1]; y++)
            memcpy(buffer->memory + to[0] + (to[1] + y) * row + (to[2] + z) * slice,
                   (const char *)host + from[0] + (from[1] + y) * host_row + (from[2] + z) * host_slice, region[0]);
    return fault ? fault : finish_command(queue, start, event);
}

cl_int CL_API_CALL fake_EnqueueCopyBuffer(cl_command_queue queue, cl_mem from, cl_mem to, size_t from_offset,
                                          size_t to_offset, size_t bytes, cl_uint waits, const cl_event *wait,
                                          cl_event *event)
{
    (void)waits, (void)wait;
    if (from_offset > from->bytes || bytes > from->bytes - from_offset)
        return CL_INVALID_VALUE;
    return transfer(queue, "clEnqueueCopyBuffer", to, to_offset, bytes, NULL, from->memory + from_offset, event);
}

cl_int CL_API_CALL fake_EnqueueCopyBufferToImage(cl_command_queue queue, cl_mem from, cl_mem to, size_t offset,
                                                 const size_t *origin, const size_t *region, cl_uint waits,
                                                 const cl_event *wait, cl_event *event)
{
    (void)from, (void)to, (void)offset, (void)origin, (void)region, (void)waits, (void)wait;
    const cl_int fault = fake_fault(queue->device->faults, "clEnqueueCopyBufferToImage");
    return fault ? fault : finish_command(queue, now_ns(), event);
}

cl_int CL_API_CALL fake_EnqueueFillBuffer(cl_command_queue queue, cl_mem buffer, const void *pattern,
                                          size_t pattern_bytes, size_t offset, size_t bytes, cl_uint waits,
                                          const cl_event *wait, cl_event *event)
{
    const cl_ulong start = now_ns();
    const cl_int fault = fake_fault(queue->device->faults, "clEnqueueFillBuffer");
    (void)waits, (void)wait;
    if (fault || offset > buffer->bytes || bytes > buffer->bytes - offset || bytes % pattern_bytes)
        return fault ? fault : CL_INVALID_VALUE;
    for (size_t i = 0; i < bytes; i += pattern_bytes)
        memcpy(buffer->memory + offset + i, pattern, pattern_bytes);
    return finish_command(queue, start, event);
}

void *CL_API_CALL fake_EnqueueMapBuffer(cl_command_queue queue, cl_mem buffer, cl_bool blocking, cl_map_flags flags,
                                        size_t offset, size_t bytes, cl_uint waits, const cl_event *wait,
                                        cl_event *event, cl_int *code)
{
    const cl_int fault = fake_fault(queue->device->faults, "clEnqueueMapBuffer");
    (void)blocking, (void)flags, (void)bytes, (void)waits, (void)wait;
    if (code)
        *code = fault;
    if (!fault)
        finish_command(queue, now_ns(), event);
    return fault ? NULL : buffer->memory + offset;
}

cl_int CL_API_CALL fake_EnqueueUnmapMemObject(cl_command_queue queue, cl_mem buffer, void *mapped, cl_uint waits,
                                              const cl_event *wait, cl_event *event)
{
    (void)buffer, (void)mapped, (void)waits, (void)wait;
    const cl_int fault = fake_fault(queue->device->faults, "clEnqueueUnmapMemObject");
    return fault ? fault : finish_command(queue, now_ns(), event);
}

cl_int CL_API_CALL fake_EnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions,
                                             const size_t *offset, const size_t *global, const size_t *local,
                                             cl_uint waits, const cl_event *wait, cl_event *event)
{
    const cl_ulong start = now_ns();
    const char *kernels = json_string_value(json_object_get(queue->device->faults, "kernels"));
    const cl_int fault = fake_fault(queue->device->faults, "clEnqueueNDRangeKernel");
    (void)dimensions, (void)offset, (void)global, (void)local, (void)waits, (void)wait;
    if (fault)
        return fault;
    if (!kernels && kernel->buffer_count == 2 && fake_is_buffer(kernel->buffers[0]) &&
        fake_is_buffer(kernel->buffers[1])) {
        const cl_mem from = kernel->buffers[0], to = kernel->buffers[1];
        memmove(to->memory, from->memory, from->bytes < to->bytes ? from->bytes : to->bytes);
    }
    while (now_ns() - start < KERNEL_NS)
        ;
    return finish_command(queue, start, event);
}

cl_int CL_API_CALL fake_Flush(cl_command_queue queue)
{
    return fake_fault(queue->device->faults, "clFlush");
}

cl_int CL_API_CALL fake_Finish(cl_command_queue queue)
{
    return fake_fault(queue->device->faults, "clFinish");
}

cl_int CL_API_CALL fake_WaitForEvents(cl_uint count, const cl_event *events)
{
    return count ? fake_fault(events[0]->device->faults, "clWaitForEvents") : CL_INVALID_VALUE;
}

cl_int CL_API_CALL fake_GetEventInfo(cl_event event, cl_event_info what, size_t size, void *to, size_t *used)
{
    const cl_int complete = CL_COMPLETE, fault = fake_fault(event->device->faults, "clGetEventInfo");
    if (fault || what != CL_EVENT_COMMAND_EXECUTION_STATUS)
        return fault ? fault : CL_INVALID_VALUE;
    return fake_give(&complete, sizeof complete, size, to, used);
}

cl_int CL_API_CALL fake_GetEventProfilingInfo(cl_event event, cl_profiling_info what, size_t size, void *to,
                                              size_t *used)
{
    const cl_int fault = fake_fault(event->device->faults, "clGetEventProfilingInfo");
    if (fault || what < CL_PROFILING_COMMAND_QUEUED || what > CL_PROFILING_COMMAND_END)
        return fault ? fault : CL_INVALID_VALUE;
    return fake_give(&event->times[what - CL_PROFILING_COMMAND_QUEUED], sizeof(cl_ulong), size, to, used);
}
