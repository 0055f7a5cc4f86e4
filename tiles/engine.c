/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What the CPU's and the device's engines share: which node lies in which memory, and the images of the host.
 */
#include "tiles/engine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/registry.h"
#include "ops/stages.h"
#include "tiles/engine_parts.h"

struct region engine_region(const struct engine *e, const struct engine_set *set, int node)
{
    return set->windows.of[e->sweep->graph->nodes[node].space];
}

struct region engine_core(const struct engine *e, const struct engine_set *set)
{
    const struct region window = engine_region(e, set, e->sweep->target);
    return (struct region){set->windows.tile.x - window.x, set->windows.tile.y - window.y,
                           set->windows.tile.z - window.z, set->windows.tile.shape};
}

struct engine_work engine_work(const struct engine *e, const struct engine_set *set, const double *levels, int node)
{
    const struct graph *g = e->sweep->graph;
    const struct graph_node *n = &g->nodes[node];
    struct engine_work work = {.op = n->op, .args = n->args, .moves = n->kind == GRAPH_MOVE};
    if (n->kind == GRAPH_THRESHOLD) {
        /* Above the level is at least the next number. */
        work.op = op_find("fixed_threshold", n->op->type);
        work.args.value[0] = nextafter(levels[node], INFINITY);
    }
    if (work.moves)
        work.part = (struct op_part){.whole_in = g->shapes[n->space - 1],
                                     .whole_out = g->shapes[n->space],
                                     .in = set->windows.of[n->space - 1],
                                     .out = set->windows.of[n->space]};
    return work;
}

static bool is_computed(const struct sweep *s, int node)
{
    return s->needed[node] && !sweep_reads(s, node);
}

/* Each node between inputs and target gets memory that nobody needs any more. */
static void assign_slots(struct engine *e, const struct engine_set *set)
{
    const struct sweep *s = e->sweep;
    int last_use[GRAPH_NODES_MAX] = {0};
    bool taken[GRAPH_NODES_MAX] = {0};
    for (int i = 0; i <= s->target; i++)
        for (int k = 0; is_computed(s, i) && k < s->graph->nodes[i].inputs; k++)
            last_use[s->graph->nodes[i].in[k]] = i;
    for (int i = 0; i <= s->target; i++) {
        const struct graph_node *n = &s->graph->nodes[i];
        e->slot_of[i] = -1;
        if (!is_computed(s, i))
            continue;
        if (i != s->target) {
            int slot = 0;
            while (taken[slot])
                slot++;
            const size_t bytes = stages_image_bytes(engine_region(e, set, i).shape, n->type);
            e->slots = slot + 1 > e->slots ? slot + 1 : e->slots;
            e->slot_bytes[slot] = bytes > e->slot_bytes[slot] ? bytes : e->slot_bytes[slot];
            e->slot_of[i] = slot;
            taken[slot] = true;
        }
        for (int k = 0; k < n->inputs; k++)
            if (last_use[n->in[k]] == i && e->slot_of[n->in[k]] >= 0)
                taken[e->slot_of[n->in[k]]] = false;
    }
}

static bool is_overlapped(const struct engine *e)
{
    return e->backend == BACKEND_OPENCL && e->sets > 1;
}

/* The tile's own memory, where it is no view: labels, and everything that comes from a device. */
static enum status allocate_core(struct engine *e, struct engine_set *set, struct shape tile)
{
    const bool labels = e->sweep->label_node >= 0;
    const enum pixel_type type = labels ? PIXEL_U32 : e->sweep->graph->nodes[e->sweep->target].type;
    const size_t bytes = stages_image_bytes(tile, type);
    if (e->backend != BACKEND_OPENCL && !labels)
        return STATUS_OK;
    set->core.type = type;
    e->host_bytes += bytes;
    if (e->dry)
        return STATUS_OK;
    if (is_overlapped(e))
        return engine_device_pin(e, set, GRAPH_NODES_MAX, bytes, &set->core_memory);
    set->core_memory = set->core_block = aligned_alloc(IMAGE_ALIGN_BYTES, bytes);
    if (!set->core_block)
        return status_fail(STATUS_MEMORY, "no host memory for a tile of %zu bytes", bytes);
    return STATUS_OK;
}

static enum status allocate_input(struct engine *e, struct engine_set *set, int node)
{
    enum status status;
    const struct shape shape = engine_region(e, set, node).shape;
    const enum pixel_type type = e->sweep->graph->nodes[node].type;
    void *memory;
    e->host_bytes += stages_image_bytes(shape, type);
    if (e->dry) {
        set->in[node] = (struct image){.shape = shape, .type = type};
        return STATUS_OK;
    }
    if (!is_overlapped(e))
        return image_alloc(&set->in[node], shape, type, 0, e->threads);
    TRY(engine_device_pin(e, set, node, stages_image_bytes(shape, type), &memory));
    struct stages stages = {.memory = memory};
    set->in[node] = stages_image(&stages, shape, type);
done:
    return status;
}

static enum status allocate_target(struct engine *e, struct engine_set *set)
{
    const struct shape shape = engine_region(e, set, e->sweep->target).shape;
    const enum pixel_type type = e->sweep->graph->nodes[e->sweep->target].type;
    e->host_bytes += stages_image_bytes(shape, type);
    return e->dry ? STATUS_OK : image_alloc(&set->target, shape, type, 0, e->threads);
}

static enum status allocate_set(struct engine *e, struct engine_set *set, struct shape tile)
{
    enum status status = STATUS_OK;
    const struct sweep *s = e->sweep;
    for (int i = 0; i <= s->target; i++)
        if (sweep_reads(s, i))
            TRY(allocate_input(e, set, i));
    if (e->backend != BACKEND_OPENCL && !sweep_reads(s, s->target))
        TRY(allocate_target(e, set));
    TRY(allocate_core(e, set, tile));
done:
    return status;
}

/* `dry`: only counts. */
static enum status prepare(struct engine *e, const struct engine_request *request, const struct sweep_windows *windows,
                           bool dry)
{
    enum status status;
    const struct grid grid = sweep_grid(request->sweep, request->tile);
    memset(e, 0, sizeof *e);
    e->sweep = request->sweep;
    e->backend = request->backend;
    e->opencl = request->opencl;
    e->threads = request->threads;
    e->sets = request->sets;
    e->dry = dry;
    for (int i = 0; i < e->sets; i++) {
        e->set[i].windows = *windows;
        TRY(allocate_set(e, &e->set[i], grid.tile));
    }
    assign_slots(e, &e->set[0]);
    if (e->sweep->label_node >= 0) {
        const struct graph_node *label = &e->sweep->graph->nodes[e->sweep->label_node];
        TRY(op_accepts(label->op, &label->args, grid.tile));
    }
    TRY(e->backend == BACKEND_OPENCL ? engine_device_prepare(e, request) : engine_cpu_prepare(e, request));
done:
    if (status != STATUS_OK)
        engine_free(e);
    return status;
}

enum status engine_prepare(struct engine *e, const struct engine_request *request, const struct sweep_windows *windows)
{
    return prepare(e, request, windows, false);
}

void engine_free(struct engine *e)
{
    if (e->backend == BACKEND_OPENCL && e->opencl)
        engine_device_free(e);
    else
        engine_cpu_free(e);
    for (int i = 0; i < e->sets; i++) {
        for (int n = 0; n < GRAPH_NODES_MAX; n++)
            image_free(&e->set[i].in[n]);
        image_free(&e->set[i].target);
        free(e->set[i].core_block);
    }
    memset(e, 0, sizeof *e);
}

bool engine_fits(const struct engine *e, const struct sweep_windows *windows)
{
    if (!e->sweep)
        return false;
    const struct sweep_windows *prepared = &e->set[0].windows;
    const bool moves = e->sweep->first_space < e->sweep->last_space;
    for (int space = e->sweep->first_space; space <= e->sweep->last_space; space++)
        if (moves ? !region_equal(&prepared->of[space], &windows->of[space])
                  : !shape_equal(prepared->of[space].shape, windows->of[space].shape))
            return false;
    return true;
}

void engine_place(struct engine *e, int index, const struct sweep_windows *windows)
{
    struct engine_set *set = &e->set[index];
    set->windows = *windows;
    const struct region core = engine_core(e, set);
    if (set->core_memory) {
        const int64_t stride = image_default_stride(core.shape.width);
        set->core = (struct image){.shape = core.shape,
                                   .stride = stride,
                                   .slice = stride * core.shape.height,
                                   .type = set->core.type,
                                   .pixels = set->core_memory};
        return;
    }
    const int target = e->sweep->target;
    set->core =
        image_view(sweep_reads(e->sweep, target) ? &set->in[target] : &set->target, core.x, core.y, core.z, core.shape);
}

enum status engine_push(struct engine *e, int set)
{
    return e->backend == BACKEND_OPENCL ? engine_device_push(e, &e->set[set]) : STATUS_OK;
}

enum status engine_compute(struct engine *e, int set)
{
    return e->backend == BACKEND_OPENCL ? engine_device_compute(e, &e->set[set]) : engine_cpu_compute(e, &e->set[set]);
}

enum status engine_enqueue(struct engine *e, int set)
{
    return engine_device_enqueue(e, &e->set[set]);
}

enum status engine_wait(struct engine *e, int set, struct engine_times *times)
{
    return engine_device_wait(e, &e->set[set], times);
}

enum status engine_pull(struct engine *e, int set)
{
    return e->backend == BACKEND_OPENCL ? engine_device_pull(e, &e->set[set]) : STATUS_OK;
}

enum status engine_need(const struct engine_request *request, const struct sweep_windows *windows,
                        struct engine_need *need)
{
    enum status status = STATUS_OK;
    struct opencl *dry = NULL;
    struct engine_request counted = *request;
    struct engine *e = malloc(sizeof *e);
    if (!e)
        return status_fail(STATUS_MEMORY, "no host memory for a tile");
    if (request->backend == BACKEND_OPENCL)
        TRY(opencl_open_dry(&request->opencl->device, &dry));
    counted.opencl = dry;
    TRY(prepare(e, &counted, windows, true));
    *need = (struct engine_need){.host_bytes = e->host_bytes,
                                 .device_bytes = dry ? dry->allocated_bytes : 0,
                                 .largest_bytes = dry ? dry->largest_bytes : 0};
    engine_free(e);
done:
    opencl_close(dry);
    free(e);
    return status;
}
