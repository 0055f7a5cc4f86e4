/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The engine on a device: all nodes are one plan, made once per set, since the inputs' and the target's memory are the
 * set's own. Only the cut of a tile from its window differs from tile to tile: a copy of a box, on the way to the host
 * or to the labels' own small plan.
 *
 * engine_enqueue() puts push, computing and pull of a tile on three queues, chained by events, so that a device with
 * copy engines beside its cores does all three at once for three tiles.
 */
#include "ops/stages.h"
#include "tiles/engine_parts.h"

static struct device_image device_image_on(cl_mem memory, struct shape shape, enum pixel_type type)
{
    return (struct device_image){
        .memory = memory, .shape = shape, .stride = image_default_stride(shape.width), .type = type};
}

static struct device_image node_image(const struct engine *e, const struct engine_set *set, int node)
{
    if (sweep_reads(e->sweep, node))
        return set->device_in[node];
    if (node == e->sweep->target)
        return set->device_target;
    return device_image_on(e->device_slots[e->slot_of[node]], engine_region(e, set, node).shape,
                           e->sweep->graph->nodes[node].type);
}

static enum status append_node(struct engine *e, struct engine_set *set, const double *levels, int node)
{
    const struct graph_node *n = &e->sweep->graph->nodes[node];
    const struct engine_work work = engine_work(e, set, levels, node);
    struct device_image in[OP_INPUTS_MAX], out = node_image(e, set, node);
    struct op_device_call call = {.args = &work.args, .out = &out, .part = work.moves ? &work.part : NULL};
    for (int i = 0; i < n->inputs; i++) {
        in[i] = node_image(e, set, n->in[i]);
        call.in[i] = &in[i];
    }
    return op_append(set->plan, work.op, &call);
}

static enum status prepare_set(struct engine *e, struct engine_set *set, const struct engine_request *request)
{
    enum status status;
    const struct sweep *s = e->sweep;
    const struct shape tile = sweep_grid(s, request->tile).tile;
    for (int i = 0; i <= s->target; i++)
        if (sweep_reads(s, i))
            TRY(device_image_alloc(e->opencl, &set->device_in[i], set->in[i].shape, set->in[i].type));
    if (!sweep_reads(s, s->target))
        TRY(device_image_alloc(e->opencl, &set->device_target, engine_region(e, set, s->target).shape,
                               s->graph->nodes[s->target].type));
    TRY(plan_create(e->opencl, "", "", &set->plan));
    for (int i = 0; i <= s->target; i++)
        if (s->needed[i] && !sweep_reads(s, i))
            TRY(append_node(e, set, request->levels, i));
    if (s->label_node >= 0) {
        TRY(opencl_buffer(e->opencl, stages_image_bytes(tile, s->graph->nodes[s->target].type), &set->device_core));
        TRY(opencl_buffer(e->opencl, stages_image_bytes(tile, PIXEL_U32), &set->device_labels));
    }
done:
    return status;
}

static enum status make_queue(struct engine *e, cl_command_queue *queue)
{
    cl_int code;
    *queue = clCreateCommandQueue(e->opencl->context, e->opencl->device.id, CL_QUEUE_PROFILING_ENABLE, &code);
    return opencl_check(code, "clCreateCommandQueue", e->opencl);
}

enum status engine_device_prepare(struct engine *e, const struct engine_request *request)
{
    enum status status;
    for (int i = 0; i < e->slots; i++)
        TRY(opencl_buffer(e->opencl, e->slot_bytes[i], &e->device_slots[i]));
    for (int i = 0; i < e->sets; i++)
        TRY(prepare_set(e, &e->set[i], request));
    if (e->sets > 1 && !e->dry) {
        TRY(make_queue(e, &e->push_queue));
        TRY(make_queue(e, &e->pull_queue));
    }
done:
    return status;
}

enum status engine_device_push(struct engine *e, struct engine_set *set)
{
    enum status status = STATUS_OK;
    for (int i = 0; i <= e->sweep->target; i++)
        if (sweep_reads(e->sweep, i))
            TRY(device_image_push(e->opencl, &set->device_in[i], &set->in[i]));
done:
    return status;
}

static bool same_region(const struct region *a, const struct region *b)
{
    return a->x == b->x && a->y == b->y && a->z == b->z && shape_equal(a->shape, b->shape);
}

/* Cuts the tile out of the target and numbers its components. Tiles at the image's border are cut elsewhere: a new
 * plan. The set's last tile is done by then. */
static enum status plan_labels(struct engine *e, struct engine_set *set)
{
    enum status status = STATUS_OK;
    const struct graph_node *label = &e->sweep->graph->nodes[e->sweep->label_node];
    const struct region core = engine_core(e, set);
    const struct device_image target = node_image(e, set, e->sweep->target);
    const struct device_image binary = device_image_on(set->device_core, core.shape, target.type);
    const struct device_image labels = device_image_on(set->device_labels, core.shape, PIXEL_U32);
    if (set->label_plan && same_region(&core, &set->label_core))
        return STATUS_OK;
    plan_free(set->label_plan);
    set->label_plan = NULL;
    set->label_core = core;
    TRY(plan_create(e->opencl, "", "", &set->label_plan));
    TRY(device_image_copy(set->label_plan, &target, &core, &binary));
    TRY(op_append(set->label_plan, label->op,
                  &(struct op_device_call){.args = &label->args, .in = {&binary}, .out = &labels}));
done:
    return status;
}

static void release_event(cl_event *event)
{
    if (*event)
        clReleaseEvent(*event);
    *event = NULL;
}

/* Appends to the compute queue; `events` may be NULL. */
static enum status enqueue_compute(struct engine *e, struct engine_set *set, struct plan_events *events)
{
    enum status status;
    struct plan_events labels = {0};
    TRY(plan_run(set->plan, events));
    if (e->sweep->label_node >= 0) {
        TRY(plan_labels(e, set));
        TRY(plan_run(set->label_plan, events ? &labels : NULL));
    }
    if (labels.last) {
        release_event(events->first ? &labels.first : &events->first);
        events->first = events->first ? events->first : labels.first;
        release_event(&events->last);
        events->last = labels.last;
    }
done:
    return status;
}

enum status engine_device_compute(struct engine *e, struct engine_set *set)
{
    enum status status;
    TRY(enqueue_compute(e, set, NULL));
    TRY(opencl_finish(e->opencl));
done:
    return status;
}

enum status engine_device_pull(struct engine *e, struct engine_set *set)
{
    if (e->sweep->label_node >= 0) {
        const struct device_image labels = device_image_on(set->device_labels, set->core.shape, PIXEL_U32);
        return device_image_pull(e->opencl, &labels, &set->core);
    }
    const struct device_image target = node_image(e, set, e->sweep->target);
    const struct region core = engine_core(e, set);
    return device_image_pull_region(e->opencl, &target, &core, &set->core);
}

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
        release_event(&v->push_last);
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
    const bool labels = e->sweep->label_node >= 0;
    const struct region core = labels ? region_whole(set->core.shape) : engine_core(e, set);
    const struct device_image from =
        labels ? device_image_on(set->device_labels, set->core.shape, PIXEL_U32) : node_image(e, set, e->sweep->target);
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
    TRY(enqueue_compute(e, set, &events));
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

static void release_events(struct tile_events *v)
{
    release_event(&v->push_first);
    release_event(&v->push_last);
    release_event(&v->compute_first);
    release_event(&v->compute_last);
    release_event(&v->pull);
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
    release_events(v);
    return status;
}

static void free_set(struct engine *e, struct engine_set *set)
{
    plan_free(set->plan);
    plan_free(set->label_plan);
    release_events(&set->events);
    opencl_release(e->opencl, &set->device_core);
    opencl_release(e->opencl, &set->device_labels);
    for (int i = 0; i < GRAPH_NODES_MAX; i++)
        device_image_free(e->opencl, &set->device_in[i]);
    device_image_free(e->opencl, &set->device_target);
    for (int i = 0; i <= GRAPH_NODES_MAX; i++)
        if (set->pinned[i])
            clReleaseMemObject(set->pinned[i]);
}

/* What stays mapped is never given back by some drivers, and there is an engine for every sweep of every image. */
static void unmap(struct engine *e)
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

void engine_device_free(struct engine *e)
{
    if (e->push_queue)
        clFinish(e->push_queue);
    if (!e->dry)
        opencl_finish(e->opencl);
    if (e->pull_queue)
        clFinish(e->pull_queue);
    unmap(e);
    for (int k = 0; k < e->sets; k++)
        free_set(e, &e->set[k]);
    for (int i = 0; i < e->slots; i++)
        opencl_release(e->opencl, &e->device_slots[i]);
    if (e->push_queue)
        clReleaseCommandQueue(e->push_queue);
    if (e->pull_queue)
        clReleaseCommandQueue(e->pull_queue);
}
