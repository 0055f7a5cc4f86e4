/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The engine on a device: all nodes are one plan, made once per set, since the inputs' and the target's memory are the
 * set's own. Only the cut of a tile from its window differs from tile to tile: a copy of a box, on the way to the host
 * or to the labels' own small plan, made with the others so that its memory is counted.
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
    if (set->label_plan && region_equal(&core, &set->label_core))
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
        TRY(plan_labels(e, set));
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

enum status engine_device_enqueue_compute(struct engine *e, struct engine_set *set, struct plan_events *events)
{
    enum status status;
    struct plan_events labels = {0};
    TRY(plan_run(set->plan, events));
    if (e->sweep->label_node >= 0) {
        TRY(plan_labels(e, set));
        TRY(plan_run(set->label_plan, events ? &labels : NULL));
    }
    if (labels.last) {
        engine_release_event(events->first ? &labels.first : &events->first);
        events->first = events->first ? events->first : labels.first;
        engine_release_event(&events->last);
        events->last = labels.last;
    }
done:
    return status;
}

enum status engine_device_compute(struct engine *e, struct engine_set *set)
{
    enum status status;
    TRY(engine_device_enqueue_compute(e, set, NULL));
    TRY(opencl_finish(e->opencl));
done:
    return status;
}

struct device_image engine_device_result(const struct engine *e, const struct engine_set *set, struct region *core)
{
    const bool labels = e->sweep->label_node >= 0;
    *core = labels ? region_whole(set->core.shape) : engine_core(e, set);
    return labels ? device_image_on(set->device_labels, set->core.shape, PIXEL_U32)
                  : node_image(e, set, e->sweep->target);
}

enum status engine_device_pull(struct engine *e, struct engine_set *set)
{
    struct region core;
    const struct device_image from = engine_device_result(e, set, &core);
    return e->sweep->label_node >= 0 ? device_image_pull(e->opencl, &from, &set->core)
                                     : device_image_pull_region(e->opencl, &from, &core, &set->core);
}

static void free_set(struct engine *e, struct engine_set *set)
{
    plan_free(set->plan);
    plan_free(set->label_plan);
    engine_device_forget(set);
    opencl_release(e->opencl, &set->device_core);
    opencl_release(e->opencl, &set->device_labels);
    for (int i = 0; i < GRAPH_NODES_MAX; i++)
        device_image_free(e->opencl, &set->device_in[i]);
    device_image_free(e->opencl, &set->device_target);
    for (int i = 0; i <= GRAPH_NODES_MAX; i++)
        if (set->pinned[i])
            clReleaseMemObject(set->pinned[i]);
}

void engine_device_free(struct engine *e)
{
    if (e->push_queue)
        clFinish(e->push_queue);
    if (!e->dry)
        opencl_finish(e->opencl);
    if (e->pull_queue)
        clFinish(e->pull_queue);
    engine_device_unmap(e);
    for (int k = 0; k < e->sets; k++)
        free_set(e, &e->set[k]);
    for (int i = 0; i < e->slots; i++)
        opencl_release(e->opencl, &e->device_slots[i]);
    if (e->push_queue)
        clReleaseCommandQueue(e->push_queue);
    if (e->pull_queue)
        clReleaseCommandQueue(e->pull_queue);
}
