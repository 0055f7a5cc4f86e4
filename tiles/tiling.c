/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Barriers first, in the order of the graph: the level of a threshold is found in one or two sweeps, labels are
 * numbered in one. Then the sweep that writes the result.
 */
#include "tiles/tiling.h"

#include <stdlib.h>
#include <string.h>

#include "images/volume_cache.h"
#include "tiles/components.h"
#include "tiles/conveyor.h"
#include "tiles/level.h"

/* What is known after the sweeps so far. */
struct state {
    const struct tiling_request *request;
    struct tiling_report *report;
    struct conveyor conveyor;
    int label_node;
    struct level level;
    struct components components;
    struct volume *labels[GRAPH_NODES_MAX];
    struct image label_images[GRAPH_NODES_MAX];
    uint32_t *numbers[GRAPH_NODES_MAX];
};

static enum status add_to_level(void *context, const struct region *tile, struct image *core)
{
    struct state *s = context;
    (void)tile;
    level_add(&s->level, core);
    return STATUS_OK;
}

static enum status add_to_components(void *context, const struct region *tile, struct image *core)
{
    struct state *s = context;
    enum status status;
    TRY(components_add(&s->components, tile, core, s->request->threads));
    TRY(volume_write(s->labels[s->label_node], tile, core));
done:
    return status;
}

static enum status write_result(void *context, const struct region *tile, struct image *core)
{
    struct state *s = context;
    return volume_write(s->request->out, tile, core);
}

/* Does a sweep for a barrier after node `after`, or the last sweep, read a node? */
static bool read_later(const struct graph *g, int after, int node)
{
    struct sweep sweep;
    for (int i = after + 1; i <= g->count; i++) {
        if (i < g->count && !graph_is_barrier(&g->nodes[i]))
            continue;
        sweep_make(g, i < g->count ? g->nodes[i].in[0] : g->count - 1, -1, 0, NULL, &sweep);
        if (sweep_reads(&sweep, node))
            return true;
    }
    return false;
}

/* `after`: sweeps for barriers behind this node are still to come. */
static enum status run(struct state *s, struct conveyor_job job, int after)
{
    const struct graph *g = s->request->graph;
    struct tiling_sweep *row = &s->report->sweeps[s->report->sweep_count++];
    job.context = s;
    row->purpose = job.purpose;
    for (int node = 0; node < g->count; node++)
        volume_cache_begin_pass(s->conveyor.volumes[node], read_later(g, after, node));
    return conveyor_run(&s->conveyor, &job, row);
}

static enum status find_level(struct state *s, int node)
{
    enum status status;
    const struct graph_node *n = &s->request->graph->nodes[node];
    const int in = n->in[0];
    TRY(level_begin(&s->level, s->request->graph->nodes[in].type, s->request->threads));
    for (bool complete = false; !complete; complete = level_next(&s->level))
        TRY(run(s,
                (struct conveyor_job){.purpose = level_pass_name(s->level.type, s->level.pass),
                                      .target = in,
                                      .label_node = -1,
                                      .take = add_to_level},
                s->level.pass + 1 == s->level.passes ? node : node - 1));
    s->conveyor.levels[node] = level_choose(&s->level, (int)n->args.value[op_param_index(n->op, "method")]);
done:
    level_free(&s->level);
    return status;
}

static enum status make_label_volume(struct state *s, int node, const struct grid *grid)
{
    enum status status;
    if (s->request->scratch)
        return s->request->scratch(s->request->context, "labels", grid->image, PIXEL_U32, &s->labels[node]);
    TRY(image_alloc(&s->label_images[node], grid->image, PIXEL_U32, 0, s->request->threads));
    TRY(volume_of_image(&s->label_images[node], grid->tile, &s->labels[node]));
done:
    return status;
}

static enum status number_labels(struct state *s, int node)
{
    enum status status;
    const struct graph *g = s->request->graph;
    const struct graph_node *n = &g->nodes[node];
    const struct grid grid = grid_make(g->shapes[n->space], s->request->tile);
    const bool box = (int)n->args.value[op_param_index(n->op, "connectivity")] == 0;
    s->label_node = node;
    TRY(make_label_volume(s, node, &grid));
    TRY(components_begin(&s->components, &grid, box));
    TRY(run(
        s,
        (struct conveyor_job){.purpose = "labels", .target = n->in[0], .label_node = node, .take = add_to_components},
        node));
    TRY(volume_finish(s->labels[node]));
    TRY(components_number(&s->components, &s->numbers[node], &s->report->labels));
    s->conveyor.volumes[node] = s->labels[node];
    s->conveyor.numbers[node] = s->numbers[node];
done:
    components_free(&s->components);
    return status;
}

enum status tiling_run(const struct tiling_request *request, struct tiling_report *report)
{
    enum status status = STATUS_OK;
    const struct graph *g = request->graph;
    struct state s = {.request = request, .report = report};
    *report = (struct tiling_report){.labels = -1, .growth_px = -1};
    conveyor_begin(&s.conveyor, request, report);
    for (int node = 0; node < g->count; node++) {
        if (g->nodes[node].kind == GRAPH_THRESHOLD)
            TRY(find_level(&s, node));
        if (g->nodes[node].kind == GRAPH_LABEL)
            TRY(number_labels(&s, node));
    }
    TRY(run(&s,
            (struct conveyor_job){
                .purpose = "result", .target = g->count - 1, .label_node = -1, .take = write_result, .result = true},
            g->count));
done:
    conveyor_end(&s.conveyor);
    for (int node = 0; node < g->count; node++) {
        volume_close(s.labels[node]);
        image_free(&s.label_images[node]);
        free(s.numbers[node]);
    }
    return status;
}

struct tiling_stages tiling_total(const struct tiling_report *report)
{
    struct tiling_stages t = {0};
    for (int i = 0; i < report->sweep_count; i++) {
        const struct tiling_stages *s = &report->sweeps[i].stages;
        t.read_ns += s->read_ns;
        t.push_ns += s->push_ns;
        t.compute_ns += s->compute_ns;
        t.pull_ns += s->pull_ns;
        t.write_ns += s->write_ns;
        t.wall_ns += s->wall_ns;
        t.prepare_ns += s->prepare_ns;
    }
    return t;
}
