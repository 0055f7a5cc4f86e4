/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Stage "allocation": what a buffer costs, and how much memory there really is.
 *
 *   allocate            ns to make a buffer, touch it for the first time and release it, less the time of touching one
 *                       that is there already; bytes = its size
 *   largest_declared    bytes, CL_DEVICE_MAX_MEM_ALLOC_SIZE
 *   largest_allocation  bytes of the largest single buffer that works, within 1 %
 *   memory_declared     bytes, CL_DEVICE_GLOBAL_MEM_SIZE
 *   memory_total        bytes that can be held at once, in buffers of 1/16 of the memory and smaller ones for the rest
 *
 * Drivers promise memory that they do not have and take it at first use, so that every buffer is filled from end to
 * end. A buffer works if both its ends then keep what is written to them, which an address that wraps around would not.
 * Each size is tried in a context of its own: after a fill for which there was no memory, NVIDIA's driver fails every
 * further call of the context.
 */
#include "hardware/limits_allocation.h"

#include <math.h>
#include <stdio.h>

#include "hardware/clock.h"
#include "hardware/memory_available.h"
#include "hardware/limits_stages.h"
#include "hardware/program.h"

extern const char kernel_limits_allocation[];

enum { BUFFERS_MOST = 96, PARTS = 16, MORE_PARTS = 64, FILL_ITEMS_PER_UNIT = 2048 };

static const cl_uint FILLED = 0x5eed1e55; /* by limits_allocation.cl */
static const double budget_ns = 100e6, search_ns = 3e9;
static const uint64_t mib = 1 << 20;

struct allocator {
    struct opencl *opencl;
    cl_mem there; /* the buffer that exists already */
    uint64_t bytes;
    int64_t deadline_ns;
};

/* By a kernel of our own: NVIDIA's fill writes outside of buffers of many GB, which ends the context. */
static enum status fill(struct opencl *opencl, cl_mem buffer, uint64_t bytes)
{
    enum status status;
    cl_int code;
    cl_program program;
    cl_kernel kernel = NULL;
    const cl_ulong words = bytes / sizeof(cl_uint);
    const size_t items = fmin((double)words, (double)opencl->device.compute_units * FILL_ITEMS_PER_UNIT);
    TRY(program_get(opencl, kernel_limits_allocation, "-cl-std=CL1.2", &program));
    kernel = clCreateKernel(program, "touch", &code);
    TRY(opencl_check(code, "clCreateKernel", opencl));
    TRY(opencl_check(clSetKernelArg(kernel, 0, sizeof buffer, &buffer), "clSetKernelArg", opencl));
    TRY(opencl_check(clSetKernelArg(kernel, 1, sizeof words, &words), "clSetKernelArg", opencl));
    TRY(opencl_check(clEnqueueNDRangeKernel(opencl->queue, kernel, 1, NULL, &items, NULL, 0, NULL, NULL),
                     "clEnqueueNDRangeKernel", opencl));
    TRY(opencl_finish(opencl));
done:
    if (kernel)
        clReleaseKernel(kernel);
    return status;
}

/* A filled buffer whose ends keep different words. On failure *buffer is NULL. */
static enum status hold(struct opencl *opencl, uint64_t bytes, cl_mem *buffer)
{
    enum status status;
    const cl_uint first = 0x0ddba11, last = 0xfa11ba11;
    cl_uint found_first = 0, found_last = 0, filled = 0;
    const size_t word = sizeof first, end = bytes - word;
    cl_command_queue queue = opencl->queue;
    *buffer = NULL;
    TRY(opencl_buffer(opencl, bytes, buffer));
    TRY(fill(opencl, *buffer, bytes));
    TRY(opencl_check(clEnqueueReadBuffer(queue, *buffer, CL_TRUE, end, word, &filled, 0, NULL, NULL),
                     "clEnqueueReadBuffer", opencl));
    if (filled != FILLED) {
        status =
            status_fail(STATUS_WRONG, "a buffer of %llu bytes was not filled to its end", (unsigned long long)bytes);
        goto done;
    }
    TRY(opencl_check(clEnqueueWriteBuffer(queue, *buffer, CL_TRUE, 0, word, &first, 0, NULL, NULL),
                     "clEnqueueWriteBuffer", opencl));
    TRY(opencl_check(clEnqueueWriteBuffer(queue, *buffer, CL_TRUE, end, word, &last, 0, NULL, NULL),
                     "clEnqueueWriteBuffer", opencl));
    TRY(opencl_check(clEnqueueReadBuffer(queue, *buffer, CL_TRUE, 0, word, &found_first, 0, NULL, NULL),
                     "clEnqueueReadBuffer", opencl));
    TRY(opencl_check(clEnqueueReadBuffer(queue, *buffer, CL_TRUE, end, word, &found_last, 0, NULL, NULL),
                     "clEnqueueReadBuffer", opencl));
    if (found_first != first || found_last != last)
        status = status_fail(STATUS_WRONG, "a buffer of %llu bytes does not keep what is written to its ends",
                             (unsigned long long)bytes);
done:
    if (status != STATUS_OK)
        opencl_release(opencl, buffer);
    return status;
}

/* Both halves in one sample, so that drift of the machine hits both alike; a difference may come out negative. */
static enum status allocate_once(void *context, double *ns)
{
    struct allocator *a = context;
    enum status status;
    cl_mem fresh = NULL;
    const int64_t start = clock_ns();
    TRY(opencl_buffer(a->opencl, a->bytes, &fresh));
    TRY(fill(a->opencl, fresh, a->bytes));
    opencl_release(a->opencl, &fresh);
    const int64_t middle = clock_ns();
    TRY(fill(a->opencl, a->there, a->bytes));
    *ns = (double)(middle - start) - (double)(clock_ns() - middle);
done:
    opencl_release(a->opencl, &fresh);
    return status;
}

static enum status add_allocate(struct allocator *a, struct limits *limits, uint64_t bytes, uint64_t ceiling)
{
    enum status status;
    struct limit_samples samples;
    struct limit row = limit_row("allocation", "allocate", "ns");
    const uint64_t declared = a->opencl->device.max_alloc_bytes;
    row.bytes = (int64_t)bytes;
    a->bytes = bytes;
    if ((declared && bytes > declared) || bytes > ceiling / 2) {
        snprintf(row.reason, sizeof row.reason, "two buffers of this size do not fit");
        return limits_add(limits, &row);
    }
    status = hold(a->opencl, bytes, &a->there);
    if (status == STATUS_OK)
        status = limit_sample(allocate_once, a, budget_ns, bytes > 256 * mib ? 1 : 5, &samples);
    opencl_release(a->opencl, &a->there);
    if (status != STATUS_OK)
        return limits_add_failure(limits, &row);
    limit_set_time(&row, &samples, 1);
    if (!(row.value > 0) || row.low < 0) {
        row.value = row.low = row.high = NAN;
        snprintf(row.reason, sizeof row.reason, "no longer than the noise of filling it");
    }
    return limits_add(limits, &row);
}

/* Opening one may fail for reasons of its own, which say nothing about the size. */
static enum allocation_answer try_size(void *context, uint64_t bytes)
{
    struct allocator *a = context;
    struct opencl *apart;
    cl_mem buffer;
    if (clock_ns() > a->deadline_ns) {
        status_fail(STATUS_UNSUPPORTED, "no size worked before the time was over");
        return ALLOCATION_ENOUGH;
    }
    if (opencl_open(&a->opencl->device, &apart) != STATUS_OK)
        return ALLOCATION_ENOUGH;
    const bool works = bytes >= sizeof(cl_uint) && hold(apart, bytes, &buffer) == STATUS_OK;
    if (works)
        opencl_release(apart, &buffer);
    opencl_close(apart);
    return works ? ALLOCATION_WORKS : ALLOCATION_FAILS;
}

static enum status add_declared(struct limits *limits, const char *name, uint64_t bytes)
{
    struct limit row = limit_row("allocation", name, "bytes");
    if (bytes > 0)
        row.value = (double)bytes;
    else
        snprintf(row.reason, sizeof row.reason, "the driver does not say");
    return limits_add(limits, &row);
}

static enum status add_largest(struct allocator *a, struct limits *limits, uint64_t ceiling, const char *held_back)
{
    struct limit row = limit_row("allocation", "largest_allocation", "bytes");
    const struct device *device = &a->opencl->device;
    a->deadline_ns = clock_ns() + (int64_t)search_ns;
    const struct allocation_search found = allocation_search(try_size, a, device->max_alloc_bytes, ceiling);
    const double whole = (double)device->global_bytes;
    if (found.works_bytes == 0) {
        snprintf(row.reason, sizeof row.reason, "%s",
                 ceiling == 0 ? "not tried: how much memory is free is not known" : status_text());
        return limits_add(limits, &row);
    }
    row.value = (double)found.works_bytes;
    const char *more = found.cut_short          ? "the search was cut short, at least this"
                       : found.fails_bytes == 0 ? held_back
                                                : "";
    if (whole > 0)
        snprintf(row.reason, sizeof row.reason,
                 "%.2f of the device's memory, %.2f are declared; OpenCL only demands a quarter%s%s", row.value / whole,
                 (double)device->max_alloc_bytes / whole, more[0] ? "; " : "", more);
    return limits_add(limits, &row);
}

/* Buffers of `part` bytes until one fails or there are `most` bytes. The bytes held at once; all are released. */
static uint64_t hold_parts(const struct device *device, uint64_t part, uint64_t most)
{
    struct opencl *apart;
    cl_mem buffers[BUFFERS_MOST];
    int count = 0;
    if (part < sizeof(cl_uint) || opencl_open(device, &apart) != STATUS_OK)
        return 0;
    while (count < BUFFERS_MOST && (uint64_t)(count + 1) * part <= most &&
           hold(apart, part, &buffers[count]) == STATUS_OK)
        count++;
    for (int i = 0; i < count; i++)
        opencl_release(apart, &buffers[i]);
    opencl_close(apart);
    return (uint64_t)count * part;
}

/* What is found with buffers of 1/16 may miss up to one of them: the same again with 1/64 finds more of the rest. */
static enum status add_total(struct allocator *a, struct limits *limits, uint64_t ceiling, const char *held_back)
{
    uint64_t held = 0;
    struct limit row = limit_row("allocation", "memory_total", "bytes");
    const uint64_t declared = a->opencl->device.max_alloc_bytes;
    for (uint64_t parts = PARTS; parts <= MORE_PARTS && ceiling - held >= ceiling / 100; parts *= 4) {
        uint64_t part = ceiling / parts;
        if (declared && part > declared)
            part = declared;
        part -= part % sizeof(cl_uint);
        const uint64_t found = hold_parts(&a->opencl->device, part, ceiling);
        held = found > held ? found : held;
    }
    const bool all = ceiling - held < ceiling / 100;
    if (held > 0)
        row.value = (double)held;
    snprintf(row.reason, sizeof row.reason, "%s",
             ceiling == 0 ? "not tried: how much memory is free is not known"
             : held == 0  ? status_text()
             : all        ? held_back
                          : "");
    return limits_add(limits, &row);
}

enum status limits_allocation(struct opencl *opencl, struct limits *limits)
{
    enum status status;
    struct allocator a = {.opencl = opencl};
    const char *held_back;
    const uint64_t sizes[] = {mib, 64 * mib, 1024 * mib};
    const uint64_t ceiling = allocation_ceiling(&opencl->device, memory_available("").bytes, &held_back);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        TRY(add_allocate(&a, limits, sizes[i], ceiling));
    TRY(add_declared(limits, "memory_declared", opencl->device.global_bytes));
    TRY(add_total(&a, limits, ceiling, held_back));
    /* Last: asking for more than is declared may end every context of this process. */
    TRY(add_declared(limits, "largest_declared", opencl->device.max_alloc_bytes));
    TRY(add_largest(&a, limits, ceiling, held_back));
done:
    return status;
}
