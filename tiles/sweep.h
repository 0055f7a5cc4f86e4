/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One pass over all tiles: which nodes of a graph it computes to get one of them, and from which windows of the images.
 */
#ifndef TILES_SWEEP_H
#define TILES_SWEEP_H

#include "tiles/graph.h"
#include "tiles/grid.h"

struct sweep {
    const struct graph *graph;
    int target;
    int label_node;               /* whose components of each tile of the target follow; -1: none */
    bool uniform;                 /* windows, see grid_window() */
    bool needed[GRAPH_NODES_MAX]; /* computed, or read: inputs and labels that are known */
    int64_t margin_px[GRAPH_SPACES_MAX][3];
    int first_space, last_space;
};

struct sweep_windows {
    struct region tile;                 /* of the target's space, without margin */
    struct region of[GRAPH_SPACES_MAX]; /* of the spaces first_space .. last_space */
};

/* `growth_px` is taken for the margin of growing nodes. `margin_px`, if not NULL, replaces the sum of the margins in
 * every space, on axes of more than one pixel. */
void sweep_make(const struct graph *graph, int target, int label_node, int64_t growth_px, const int64_t *margin_px,
                struct sweep *sweep);

/* The tiles of a sweep. */
struct grid sweep_grid(const struct sweep *sweep, struct shape tile);

struct sweep_windows sweep_windows(const struct sweep *sweep, const struct grid *grid, int64_t index);

/* Where the windows of a space begin that come after that of `tile`, in raster order: along x those of tiles further in
 * x, along y those of rows of tiles below, along z those of layers to come; the image's size where nothing comes. False
 * in a space whose windows do not follow the order of the tiles, because pixels are moved on the way from there. */
bool sweep_next(const struct sweep *sweep, const struct grid *grid, const struct region *tile, int space,
                int64_t next_px[3]);

/* True for nodes that are read from a volume. */
bool sweep_reads(const struct sweep *sweep, int node);

#endif
