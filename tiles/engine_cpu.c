/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The engine on the CPU: one operation after the other, on images in memory that they take turns in.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/stages.h"
#include "tiles/engine_parts.h"

/* Levels are few numbers: kept with the engine's scratch memory, at its end. */
static double *levels_of(const struct engine *e)
{
    return (double *)((char *)e->scratch + e->scratch_bytes);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t scratch_of(const struct engine *e, const struct engine_set *set, const double *levels, int node)
{
    if (sweep_reads(e->sweep, node) || e->backend != BACKEND_OPENMP)
        return 0;
    const struct engine_work work = engine_work(e, set, levels, node);
    const int in = e->sweep->graph->nodes[node].in[0];
    return stages_scratch_bytes(work.op, &work.args, engine_region(e, set, in).shape, e->threads);
}

static void *touched(size_t bytes, int threads)
{
    enum { PAGE = 4096 };
    char *memory =
        aligned_alloc(IMAGE_ALIGN_BYTES, (bytes + IMAGE_ALIGN_BYTES) / IMAGE_ALIGN_BYTES * IMAGE_ALIGN_BYTES);
#pragma omp parallel for num_threads(threads) schedule(static)
    for (size_t i = 0; i < (memory ? bytes : 0); i += PAGE)
        memory[i] = 0;
    return memory;
}

enum status engine_cpu_prepare(struct engine *e, const struct engine_request *request)
{
    const struct sweep *s = e->sweep;
    const struct engine_set *set = &e->set[0];
    size_t scratch = 0;
    for (int i = 0; i <= s->target; i++)
        if (s->needed[i])
            scratch = larger(scratch, scratch_of(e, set, request->levels, i));
    if (s->label_node >= 0 && e->backend == BACKEND_OPENMP) {
        const struct graph_node *label = &s->graph->nodes[s->label_node];
        const struct grid grid = sweep_grid(s, request->tile);
        scratch = larger(scratch, stages_scratch_bytes(label->op, &label->args, grid.tile, e->threads));
    }
    e->scratch_bytes = (scratch + IMAGE_ALIGN_BYTES) / IMAGE_ALIGN_BYTES * IMAGE_ALIGN_BYTES;
    e->host_bytes += e->scratch_bytes;
    for (int i = 0; i < e->slots; i++)
        e->host_bytes += e->slot_bytes[i];
    if (e->dry)
        return STATUS_OK;
    e->scratch = touched(e->scratch_bytes + sizeof(double[GRAPH_NODES_MAX]), e->threads);
    if (!e->scratch)
        return status_fail(STATUS_MEMORY, "no host memory for %zu bytes of scratch", e->scratch_bytes);
    memcpy(levels_of(e), request->levels, sizeof(double[GRAPH_NODES_MAX]));
    for (int i = 0; i < e->slots; i++) {
        e->slot_memory[i] = touched(e->slot_bytes[i], e->threads);
        if (!e->slot_memory[i])
            return status_fail(STATUS_MEMORY, "no host memory for %zu bytes of a tile", e->slot_bytes[i]);
    }
    return STATUS_OK;
}

void engine_cpu_free(struct engine *e)
{
    for (int i = 0; i < e->slots; i++)
        free(e->slot_memory[i]);
    free(e->scratch);
}

static struct image node_image(const struct engine *e, struct engine_set *set, int node)
{
    if (sweep_reads(e->sweep, node))
        return image_view(&set->in[node], 0, 0, 0, set->in[node].shape);
    if (node == e->sweep->target)
        return image_view(&set->target, 0, 0, 0, set->target.shape);
    struct stages memory = {.memory = e->slot_memory[e->slot_of[node]]};
    return stages_image(&memory, engine_region(e, set, node).shape, e->sweep->graph->nodes[node].type);
}

static enum status call(const struct engine *e, const struct op *op, struct op_call *call)
{
    call->threads = e->threads;
    call->scratch = e->scratch;
    return e->backend == BACKEND_REFERENCE ? op->ref(call) : op->omp(call);
}

static enum status compute_node(struct engine *e, struct engine_set *set, int node)
{
    const struct graph_node *n = &e->sweep->graph->nodes[node];
    const struct engine_work work = engine_work(e, set, levels_of(e), node);
    struct image in[OP_INPUTS_MAX], out = node_image(e, set, node);
    struct op_call c = {.args = &work.args, .out = &out, .part = work.moves ? &work.part : NULL};
    for (int i = 0; i < n->inputs; i++) {
        in[i] = node_image(e, set, n->in[i]);
        c.in[i] = &in[i];
    }
    return call(e, work.op, &c);
}

static enum status compute_labels(struct engine *e, struct engine_set *set)
{
    const struct graph_node *label = &e->sweep->graph->nodes[e->sweep->label_node];
    const struct region core = engine_core(e, set);
    const struct image whole = node_image(e, set, e->sweep->target);
    const struct image binary = image_view(&whole, core.x, core.y, core.z, core.shape);
    return call(e, label->op, &(struct op_call){.args = &label->args, .in = {&binary}, .out = &set->core});
}

enum status engine_cpu_compute(struct engine *e, struct engine_set *set)
{
    enum status status = STATUS_OK;
    for (int i = 0; i <= e->sweep->target; i++)
        if (e->sweep->needed[i] && !sweep_reads(e->sweep, i))
            TRY(compute_node(e, set, i));
    if (e->sweep->label_node >= 0)
        TRY(compute_labels(e, set));
done:
    return status;
}
