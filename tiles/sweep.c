/* SPDX-License-Identifier: BSD-3-Clause
 *
 * From the target backwards: a node needs around each of its pixels the longest sum of margins on the way to the
 * target.
 */
#include "tiles/sweep.h"

#include <string.h>

bool sweep_reads(const struct sweep *sweep, int node)
{
    const struct graph_node *n = &sweep->graph->nodes[node];
    return sweep->needed[node] && (n->kind == GRAPH_INPUT || n->kind == GRAPH_LABEL);
}

static int64_t axis_pixels(struct shape s, int axis)
{
    return axis == 0 ? s.width : axis == 1 ? s.height : s.depth;
}

static int64_t node_margin(const struct graph *graph, int node, int axis, int64_t growth_px)
{
    if (graph->nodes[node].kind == GRAPH_GROW)
        return axis_pixels(graph->shapes[graph->nodes[node].space], axis) > 1 ? growth_px : 0;
    return graph_margin_px(graph, node, axis);
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Marks what `node` is computed from; around[] is what its users need around it. */
static void need_inputs(struct sweep *s, int node, int64_t growth_px, int64_t around[][3])
{
    const struct graph_node *n = &s->graph->nodes[node];
    for (int i = 0; i < n->inputs; i++) {
        const int in = n->in[i];
        const bool moved = s->graph->nodes[in].space != n->space;
        s->needed[in] = true;
        for (int axis = 0; axis < 3 && !moved; axis++)
            around[in][axis] =
                larger(around[in][axis], around[node][axis] + node_margin(s->graph, node, axis, growth_px));
    }
}

void sweep_make(const struct graph *graph, int target, int label_node, int64_t growth_px, const int64_t *margin_px,
                struct sweep *s)
{
    int64_t around[GRAPH_NODES_MAX][3] = {{0}};
    *s = (struct sweep){.graph = graph, .target = target, .label_node = label_node};
    s->first_space = s->last_space = graph->nodes[target].space;
    s->needed[target] = true;
    for (int i = target; i >= 0; i--) {
        if (!s->needed[i])
            continue;
        const int space = graph->nodes[i].space;
        s->first_space = space < s->first_space ? space : s->first_space;
        if (!sweep_reads(s, i))
            need_inputs(s, i, growth_px, around);
        for (int axis = 0; axis < 3; axis++)
            s->margin_px[space][axis] = larger(s->margin_px[space][axis], around[i][axis]);
    }
    for (int space = s->first_space; margin_px && space <= s->last_space; space++)
        for (int axis = 0; axis < 3; axis++)
            s->margin_px[space][axis] = axis_pixels(graph->shapes[space], axis) > 1 ? margin_px[axis] : 0;
}

struct grid sweep_grid(const struct sweep *sweep, struct shape tile)
{
    return grid_make(sweep->graph->shapes[sweep->last_space], tile);
}

/* The node that leads into a space. */
static const struct graph_node *mover_into(const struct graph *graph, int space)
{
    int node = 0;
    while (graph->nodes[node].kind != GRAPH_MOVE || graph->nodes[node].space != space)
        node++;
    return &graph->nodes[node];
}

struct sweep_windows sweep_windows(const struct sweep *s, const struct grid *grid, int64_t index)
{
    struct sweep_windows w = {.tile = grid_tile(grid, index)};
    w.of[s->last_space] = grid_window(grid, &w.tile, s->margin_px[s->last_space], s->uniform);
    for (int space = s->last_space; space > s->first_space; space--) {
        const struct graph_node *n = mover_into(s->graph, space);
        const struct shape before = s->graph->shapes[space - 1];
        const struct region source = n->op->source_region(&n->args, before, &w.of[space]);
        w.of[space - 1] = region_expand(&source, s->margin_px[space - 1], before);
    }
    return w;
}

bool sweep_next(const struct sweep *s, const struct grid *grid, const struct region *tile, int space,
                int64_t next_px[3])
{
    if (space != s->last_space)
        return false;
    const int64_t column = tile->x / grid->tile.width, row = tile->y / grid->tile.height,
                  layer = tile->z / grid->tile.depth;
    const int64_t index = (layer * grid->rows + row) * grid->columns + column;
    next_px[0] = column + 1 < grid->columns ? sweep_windows(s, grid, index + 1).of[space].x : grid->image.width;
    next_px[1] = row + 1 < grid->rows ? sweep_windows(s, grid, index + grid->columns).of[space].y : grid->image.height;
    next_px[2] = layer + 1 < grid->layers ? sweep_windows(s, grid, index + grid->columns * grid->rows).of[space].z
                                          : grid->image.depth;
    return true;
}
