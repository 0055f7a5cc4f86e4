/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Tiles under way at the same time: engine_enqueue() puts push, computing and pull of a tile on three queues, chained
 * by events, so that a device with copy engines beside its cores does all three at once for three tiles. Host memory is
 * the driver's own, which such engines reach by themselves.
 */
#include "tiles/engine_parts.h"

enum status engine_device_pin(struct engine *e, struct engine_set *set, int index, size_t bytes, void **memory)
{
    enum status status;
    cl_int code;
    set->pinned[index] = clCreateBuffer(e->opencl->context, CL_MEM_ALLOC_HOST_PTR, bytes, NULL, &code);
    TRY(opencl_check(code, "clCreateBuffer", e->opencl));
    *memory = clEnqueueMapBuffer(e->opencl->queue, set->pinned[index], CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0, bytes, 0,
                                 NULL, NULL, &code);
    TRY(opencl_check(code, "clEnqueueMapBuffer", e->opencl));
    set->mapped[index] = *memory;
done:
    return status;
}

/* What stays mapped is never given back by some drivers, and there is an engine for every sweep of every image. */
void engine_device_unmap(struct engine *e)
{
    bool any = false;
    for (int k = 0; k < e->sets; k++)
        for (int i = 0; i <= GRAPH_NODES_MAX; i++)
            if (e->set[k].mapped[i]) {
                clEnqueueUnmapMemObject(e->opencl->queue, e->set[k].pinned[i], e->set[k].mapped[i], 0, NULL, NULL);
                any = true;
            }
    if (any)
        opencl_finish(e->opencl);
}

static enum status enqueue_push(struct engine *e, struct engine_set *set)
{
    enum status status = STATUS_OK;
    struct tile_events *v = &set->events;
    for (int i = 0; i <= e->sweep->target; i++) {
        if (!sweep_reads(e->sweep, i))
            continue;
        cl_event event = NULL;
        TRY(opencl_check(clEnqueueWriteBuffer(e->push_queue, set->device_in[i].memory, CL_FALSE, 0,
                                              device_image_bytes(&set->device_in[i]), set->in[i].pixels, 0, NULL,
                                              &event),
                         "clEnqueueWriteBuffer", e->opencl));
        if (!v->push_first) {
            clRetainEvent(event);
            v->push_first = event;
        }
        engine_release_event(&v->push_last);
        v->push_last = event;
        e->opencl->bytes_pushed += device_image_bytes(&set->device_in[i]);
    }
    clFlush(e->push_queue);
done:
    return status;
}

static enum status enqueue_pull(struct engine *e, struct engine_set *set)
{
    enum status status;
    struct tile_events *v = &set->events;
    struct region core;
    const struct device_image from = engine_device_result(e, set, &core);
    const cl_event after = v->compute_last ? v->compute_last : v->push_last;
    TRY(device_image_pull_after(e->opencl, e->pull_queue, &from, &core, &set->core, after, &v->pull));
    clFlush(e->pull_queue);
done:
    return status;
}

enum status engine_device_enqueue(struct engine *e, struct engine_set *set)
{
    enum status status;
    struct plan_events events = {0};
    TRY(enqueue_push(e, set));
    TRY(opencl_check(clEnqueueBarrierWithWaitList(e->opencl->queue, 1, &set->events.push_last, NULL),
                     "clEnqueueBarrierWithWaitList", e->opencl));
    TRY(engine_device_enqueue_compute(e, set, &events));
    set->events.compute_first = events.first;
    set->events.compute_last = events.last;
    clFlush(e->opencl->queue);
    TRY(enqueue_pull(e, set));
done:
    return status;
}

/* From the start of one command to the end of another. */
static enum status busy_ns(const struct engine *e, cl_event first, cl_event last, double *ns)
{
    enum status status = STATUS_OK;
    struct event_times from, to;
    *ns = 0;
    if (!first || !last)
        return STATUS_OK;
    TRY(opencl_event_times(e->opencl, first, &from));
    TRY(opencl_event_times(e->opencl, last, &to));
    *ns = (double)(to.end_ns - from.start_ns);
done:
    return status;
}

void engine_device_forget(struct engine_set *set)
{
    struct tile_events *v = &set->events;
    engine_release_event(&v->push_first);
    engine_release_event(&v->push_last);
    engine_release_event(&v->compute_first);
    engine_release_event(&v->compute_last);
    engine_release_event(&v->pull);
}

enum status engine_device_wait(struct engine *e, struct engine_set *set, struct engine_times *times)
{
    enum status status;
    struct tile_events *v = &set->events;
    TRY(opencl_check(clWaitForEvents(1, &v->pull), "clWaitForEvents", e->opencl));
    TRY(busy_ns(e, v->push_first, v->push_last, &times->push_ns));
    TRY(busy_ns(e, v->compute_first, v->compute_last, &times->compute_ns));
    TRY(busy_ns(e, v->pull, v->pull, &times->pull_ns));
done:
    engine_device_forget(set);
    return status;
}
