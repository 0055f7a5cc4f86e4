/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Each way is timed from the call to an empty queue: a driver may return from a blocking write as soon as it has its
 * own copy of the bytes. What only prepares (marking the buffer as changed) comes before the clock starts.
 */
#include "hardware/limits_transfer.h"

#include <string.h>

#include "hardware/clock.h"

static enum status push(struct link *link, const void *from, double *ns)
{
    enum status status;
    const int64_t start = clock_ns();
    TRY(opencl_check(
        clEnqueueWriteBuffer(link->opencl->queue, link->device, CL_TRUE, 0, link->bytes, from, 0, NULL, NULL),
        "clEnqueueWriteBuffer", link->opencl));
    TRY(opencl_finish(link->opencl));
    *ns = (double)(clock_ns() - start);
done:
    return status;
}

static enum status pull(struct link *link, void *to, double *ns)
{
    enum status status;
    const int64_t start = clock_ns();
    TRY(opencl_check(clEnqueueReadBuffer(link->opencl->queue, link->device, CL_TRUE, 0, link->bytes, to, 0, NULL, NULL),
                     "clEnqueueReadBuffer", link->opencl));
    TRY(opencl_finish(link->opencl));
    *ns = (double)(clock_ns() - start);
done:
    return status;
}

static enum status need_pinned(const struct link *link)
{
    return link->pinned ? STATUS_OK : status_fail(STATUS_UNSUPPORTED, "%s", link->failure_pinned);
}

static enum status push_pageable(void *context, double *ns)
{
    struct link *link = context;
    return push(link, link->pageable, ns);
}

static enum status pull_pageable(void *context, double *ns)
{
    struct link *link = context;
    return pull(link, link->pageable, ns);
}

static enum status push_pinned(void *context, double *ns)
{
    struct link *link = context;
    enum status status = need_pinned(link);
    return status == STATUS_OK ? push(link, link->pinned, ns) : status;
}

static enum status pull_pinned(void *context, double *ns)
{
    struct link *link = context;
    enum status status = need_pinned(link);
    return status == STATUS_OK ? pull(link, link->pinned, ns) : status;
}

static enum status map(struct link *link, cl_map_flags flags, void **mapped)
{
    cl_int code;
    *mapped =
        clEnqueueMapBuffer(link->opencl->queue, link->device, CL_TRUE, flags, 0, link->bytes, 0, NULL, NULL, &code);
    return opencl_check(code, "clEnqueueMapBuffer", link->opencl);
}

static enum status unmap(struct link *link, void *mapped)
{
    enum status status;
    TRY(opencl_check(clEnqueueUnmapMemObject(link->opencl->queue, link->device, mapped, 0, NULL, NULL),
                     "clEnqueueUnmapMemObject", link->opencl));
    TRY(opencl_finish(link->opencl));
done:
    return status;
}

/* The device writes behind the messages, so that a driver which keeps the bytes of the last map has to fetch them anew.
 */
static enum status change(struct link *link)
{
    static const cl_uint pattern = 1;
    enum status status;
    TRY(opencl_check(clEnqueueFillBuffer(link->opencl->queue, link->device, &pattern, sizeof pattern,
                                         link->largest_bytes, sizeof pattern, 0, NULL, NULL),
                     "clEnqueueFillBuffer", link->opencl));
    TRY(opencl_finish(link->opencl));
done:
    return status;
}

/* CL_MAP_WRITE alone promises to show the old content, which a device with memory of its own would have to send first.
 */
static enum status push_mapped(void *context, double *ns)
{
    struct link *link = context;
    enum status status;
    void *mapped;
    const int64_t start = clock_ns();
    TRY(map(link, CL_MAP_WRITE_INVALIDATE_REGION, &mapped));
    memcpy(mapped, link->pageable, link->bytes);
    TRY(unmap(link, mapped));
    *ns = (double)(clock_ns() - start);
done:
    return status;
}

static enum status pull_mapped(void *context, double *ns)
{
    struct link *link = context;
    enum status status;
    void *mapped;
    TRY(change(link));
    const int64_t start = clock_ns();
    TRY(map(link, CL_MAP_READ, &mapped));
    memcpy(link->pageable, mapped, link->bytes);
    TRY(unmap(link, mapped));
    *ns = (double)(clock_ns() - start);
done:
    return status;
}

enum status link_map_only(void *context, double *ns)
{
    struct link *link = context;
    enum status status;
    void *mapped;
    TRY(change(link));
    const int64_t start = clock_ns();
    TRY(map(link, CL_MAP_READ, &mapped));
    TRY(unmap(link, mapped));
    *ns = (double)(clock_ns() - start);
done:
    return status;
}

/* Whatever was enqueued is waited for, also after a failure: the host's memory may be given back next. */
static enum status both_pinned(void *context, double *ns)
{
    struct link *link = context;
    enum status status = need_pinned(link);
    if (status != STATUS_OK)
        return status;
    if (!link->queues[0] || !link->queues[1])
        return status_fail(STATUS_UNSUPPORTED, "%s", link->failure_queues);
    const int64_t start = clock_ns();
    TRY(opencl_check(
        clEnqueueWriteBuffer(link->queues[0], link->device, CL_FALSE, 0, link->bytes, link->pinned, 0, NULL, NULL),
        "clEnqueueWriteBuffer", link->opencl));
    TRY(opencl_check(clFlush(link->queues[0]), "clFlush", link->opencl));
    TRY(opencl_check(clEnqueueReadBuffer(link->queues[1], link->other, CL_FALSE, 0, link->bytes,
                                         link->pinned + link->largest_bytes / 2, 0, NULL, NULL),
                     "clEnqueueReadBuffer", link->opencl));
    TRY(opencl_check(clFlush(link->queues[1]), "clFlush", link->opencl));
done:
    for (int i = 0; i < 2; i++) {
        const cl_int code = clFinish(link->queues[i]);
        if (status == STATUS_OK)
            status = opencl_check(code, "clFinish", link->opencl);
    }
    *ns = (double)(clock_ns() - start);
    return status;
}

const struct link_way link_ways[LINK_WAYS] = {
    [LINK_PUSH_PAGEABLE] = {"push_pageable", push_pageable, .pushes = true},
    [LINK_PULL_PAGEABLE] = {"pull_pageable", pull_pageable, .pulls = true},
    [LINK_PUSH_PINNED] = {"push_pinned", push_pinned, .pushes = true, .pinned = true},
    [LINK_PULL_PINNED] = {"pull_pinned", pull_pinned, .pulls = true, .pinned = true},
    [LINK_PUSH_MAPPED] = {"push_mapped", push_mapped, .pushes = true, .mapped = true},
    [LINK_PULL_MAPPED] = {"pull_mapped", pull_mapped, .pulls = true, .mapped = true},
    [LINK_BOTH_PINNED] = {"both_pinned", both_pinned, .pushes = true, .pulls = true, .pinned = true},
};
