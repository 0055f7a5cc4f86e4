/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The sweeps of tiling_run() in the same order, each with the engine that it would prepare. Windows are of one shape
 * unless operations move pixels; then the tile that reads most stands for all.
 */
#include <string.h>

#include "tiles/components.h"
#include "tiles/conveyor.h"
#include "tiles/level.h"
#include "tiles/tiling.h"

/* Of images with more tiles every n-th is looked at. */
enum { TILES_LOOKED_AT = 4096 };

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static double window_bytes(const struct sweep *sweep, const struct sweep_windows *windows)
{
    double bytes = 0;
    for (int i = 0; i <= sweep->target; i++)
        if (sweep->needed[i])
            bytes += (double)shape_pixels(windows->of[sweep->graph->nodes[i].space].shape) *
                     (double)pixel_bytes(sweep->graph->nodes[i].type);
    return bytes;
}

static struct sweep_windows largest_windows(const struct sweep *sweep, const struct grid *grid)
{
    /* The middle one, unless there is no middle: the last of an axis may be a part of a tile. */
    const int64_t middle =
        ((grid->layers - 1) / 2 * grid->rows + (grid->rows - 1) / 2) * grid->columns + (grid->columns - 1) / 2;
    struct sweep_windows largest = sweep_windows(sweep, grid, middle);
    if (sweep->uniform)
        return largest;
    double most = window_bytes(sweep, &largest);
    for (int64_t i = 0; i < grid_tiles(grid); i += grid_tiles(grid) / TILES_LOOKED_AT + 1) {
        const struct sweep_windows windows = sweep_windows(sweep, grid, i);
        if (window_bytes(sweep, &windows) <= most)
            continue;
        most = window_bytes(sweep, &windows);
        largest = windows;
    }
    return largest;
}

static void count_pass(struct tiling_need *need, const struct tiling_pass *pass)
{
    struct engine_need *all = &need->everything;
    need->passes[need->pass_count++] = *pass;
    all->host_bytes = larger(all->host_bytes, pass->need.host_bytes + pass->counts_bytes);
    all->device_bytes = larger(all->device_bytes, pass->need.device_bytes);
    all->largest_bytes = larger(all->largest_bytes, pass->need.largest_bytes);
}

static enum status add_pass(const struct tiling_request *request, int target, int label_node, const char *purpose,
                            size_t counts_bytes, struct tiling_need *need)
{
    enum status status;
    static const double levels[GRAPH_NODES_MAX];
    struct sweep sweep;
    struct tiling_pass pass = {.purpose = purpose, .counts_bytes = counts_bytes};
    sweep_make(request->graph, target, label_node, conveyor_growth_px(), request->margin_px, &sweep);
    sweep.uniform = sweep.first_space == sweep.last_space;
    const struct grid grid = sweep_grid(&sweep, request->tile);
    const struct sweep_windows windows = largest_windows(&sweep, &grid);
    const struct engine_request engine = {.sweep = &sweep,
                                          .backend = request->backend,
                                          .opencl = request->opencl,
                                          .threads = request->threads,
                                          .sets = conveyor_sets(request, &sweep),
                                          .levels = levels,
                                          .tile = request->tile};
    TRY(engine_need(&engine, &windows, &pass.need));
    memcpy(pass.margin_px, sweep.margin_px[sweep.last_space], sizeof pass.margin_px);
    pass.window = windows.of[sweep.last_space].shape;
    pass.source = windows.of[sweep.first_space].shape;
    count_pass(need, &pass);
done:
    return status;
}

static enum status add_threshold(const struct tiling_request *request, int node, struct tiling_need *need)
{
    enum status status = STATUS_OK;
    const int in = request->graph->nodes[node].in[0];
    const enum pixel_type type = request->graph->nodes[in].type;
    for (int pass = 0; pass < level_passes(type); pass++)
        TRY(add_pass(request, in, -1, level_pass_name(type, pass), level_bytes(type, request->threads), need));
done:
    return status;
}

static enum status add_labels(const struct tiling_request *request, int node, double pixels_per_label,
                              struct tiling_need *need)
{
    enum status status;
    const struct graph_node *n = &request->graph->nodes[node];
    const struct grid grid = grid_make(request->graph->shapes[n->space], request->tile);
    const int64_t pixels = shape_pixels(grid.image);
    TRY(add_pass(request, n->in[0], node, "labels", 0, need));
    need->labels_bytes += components_bytes(&grid, (double)pixels / pixels_per_label);
    need->scratch_bytes += (uint64_t)pixels * pixel_bytes(PIXEL_U32);
done:
    return status;
}

enum status tiling_need(const struct tiling_request *request, double pixels_per_label, struct tiling_need *need)
{
    enum status status = STATUS_OK;
    const struct graph *g = request->graph;
    memset(need, 0, sizeof *need);
    need->grid = grid_make(g->shapes[g->spaces - 1], request->tile);
    for (int node = 0; node < g->count; node++) {
        if (g->nodes[node].kind == GRAPH_THRESHOLD)
            TRY(add_threshold(request, node, need));
        if (g->nodes[node].kind == GRAPH_LABEL)
            TRY(add_labels(request, node, pixels_per_label, need));
    }
    TRY(add_pass(request, g->count - 1, -1, "result", 0, need));
    need->everything.host_bytes += need->labels_bytes;
done:
    return status;
}
