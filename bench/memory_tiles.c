/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Of what apply knows only the files are missing here: the output is taken for a Zarr store with the usual chunks, the
 * input for one with chunks like these. Where half of the available memory, apply's own choice, is not enough,
 * nearly all of it is tried.
 */
#include "bench/memory_tiles.h"

#include <stdio.h>

#include "bench/apply_files.h"
#include "bench/apply_limits.h"
#include "reports/format.h"

enum { MOST_PERCENT = 95 };

static bool grows(const struct graph *graph)
{
    for (int i = 0; i < graph->count; i++)
        if (graph->nodes[i].kind == GRAPH_GROW)
            return true;
    return false;
}

static bool needs_columns(const struct chain *chain)
{
    for (int i = 0; i < chain->count; i++)
        if (chain->steps[i].op->margin == MARGIN_COLUMN)
            return true;
    return false;
}

/* Whole MiB, so that the amount can be said to apply. */
static int64_t whole_mib(int64_t bytes)
{
    return bytes >> 20 << 20;
}

static void say_why(const struct tiling_request *smallest, const struct tile_limits *limits,
                    const struct memory_tiles *tiles, char *why, size_t size)
{
    char host[2][32], device[2][32], total[32];
    struct tiling_need need;
    const struct shape t = smallest->tile;
    if (tiling_need(smallest, limits->pixels_per_label, &need) != STATUS_OK) {
        snprintf(why, size, "%s", status_text());
        return;
    }
    const struct engine_need *n = &need.everything;
    format_bytes(host[0], sizeof host[0], (double)n->host_bytes);
    format_bytes(host[1], sizeof host[1], (double)limits->host_bytes);
    format_bytes(device[0], sizeof device[0], (double)n->device_bytes);
    format_bytes(device[1], sizeof device[1], (double)limits->device_bytes);
    format_bytes(total, sizeof total, (double)tiles->memory_bytes);
    const int end =
        snprintf(why, size, "even tiles of %lldx%lldx%lld need %s of host memory, and of %s there are %s for tiles",
                 (long long)t.width, (long long)t.height, (long long)t.depth, host[0], total, host[1]);
    if (smallest->backend != BACKEND_OPENCL || end < 0 || (size_t)end >= size)
        return;
    if (limits->shared_bytes)
        snprintf(why + end, size - (size_t)end, "; the device takes %s of the same memory", device[0]);
    else
        snprintf(why + end, size - (size_t)end, "; %s of the device's, where %s may be used", device[0], device[1]);
}

/* Within one amount of memory. */
static enum status search(struct tiling_request *request, const struct memory_place *place, struct memory_tiles *tiles,
                          bool *found, char *why, size_t size)
{
    enum status status;
    const struct graph *g = request->graph;
    struct apply_need beside = {.threads = request->threads,
                                .in_chunk_bytes = (size_t)shape_pixels(output_usual_chunk(g->shapes[0])) *
                                                  pixel_bytes(g->nodes[0].type),
                                .out_chunk = tiles->chunk};
    size_t caches;
    for (int i = 0; i < g->count; i++)
        if (g->nodes[i].kind == GRAPH_INPUT)
            beside.cacheable_bytes +=
                (size_t)shape_pixels(g->shapes[g->nodes[i].space]) * pixel_bytes(g->nodes[i].type);
    const struct tile_limits limits = apply_limits(tiles->memory_bytes, place->device, &beside, &caches);
    struct tile_choice sizes;
    tiles->pixels_per_label = limits.pixels_per_label;
    TRY(tile_largest(request, &limits, &tiles->need, found));
    tiles->tile = tiles->need.grid.tile;
    if (*found)
        goto done;
    tile_candidates(g->shapes[g->spaces - 1], limits.multiple, &sizes);
    request->tile = sizes.tile[0];
    say_why(request, &limits, tiles, why, size);
done:
    return status;
}

enum status memory_tiles(const struct chain *chain, const struct memory_place *place, struct shape shape,
                         struct memory_tiles *tiles, bool *found, char *why, size_t size)
{
    enum status status;
    struct opencl *dry = NULL;
    struct graph graph;
    *found = false;
    *tiles = (struct memory_tiles){0};
    TRY(graph_make(chain, shape, &graph));
    if (place->device)
        TRY(opencl_open_dry(place->device, &dry));
    struct tiling_request request = {.graph = &graph,
                                     .backend = place->device ? BACKEND_OPENCL : BACKEND_OPENMP,
                                     .opencl = dry,
                                     .threads = place->threads,
                                     .uniform = true,
                                     .overlap = true};
    tiles->chunk = output_usual_chunk(graph.shapes[graph.spaces - 1]);
    tiles->whole_depth = needs_columns(chain);
    tiles->grows = grows(&graph);
    tiles->by_default = place->memory_bytes == 0;
    tiles->memory_bytes = place->memory_bytes ? place->memory_bytes : whole_mib(apply_memory(place->host_bytes));
    TRY(search(&request, place, tiles, found, why, size));
    if (!*found && tiles->by_default && place->host_bytes > 0) {
        tiles->by_default = false;
        tiles->memory_bytes = whole_mib(place->host_bytes / 100 * MOST_PERCENT);
        TRY(search(&request, place, tiles, found, why, size));
    }
done:
    opencl_close(dry);
    return status;
}

static int64_t pixels_of(const struct tiling_pass *pass)
{
    const int64_t window = shape_pixels(pass->window), source = shape_pixels(pass->source);
    return window > source ? window : source;
}

const struct tiling_pass *memory_tiles_widest(const struct memory_tiles *tiles)
{
    const struct tiling_pass *widest = &tiles->need.passes[0];
    for (int i = 1; i < tiles->need.pass_count; i++)
        if (pixels_of(&tiles->need.passes[i]) > pixels_of(widest))
            widest = &tiles->need.passes[i];
    return widest;
}
