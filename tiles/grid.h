/* SPDX-License-Identifier: BSD-3-Clause
 *
 * An image cut into tiles: boxes of one size, smaller at the far borders, in raster order.
 */
#ifndef TILES_GRID_H
#define TILES_GRID_H

#include "images/region.h"

struct grid {
    struct shape image, tile;
    int64_t columns, rows, layers;
};

/* `tile` is cut to the image. */
struct grid grid_make(struct shape image, struct shape tile);

int64_t grid_tiles(const struct grid *grid);

/* Tile `index` without any margin. */
struct region grid_tile(const struct grid *grid, int64_t index);

/* What a tile must have around it. By default exactly the margin, cut at the image's borders. `uniform`: windows at a
 * border go further inside instead, and smaller tiles get more around them, so that all windows have one shape, for
 * which memory and launches are prepared once. */
struct region grid_window(const struct grid *grid, const struct region *tile, const int64_t margin_px[3], bool uniform);

/* The lecture's work factor: pixels of a full tile with its margin over those of the tile, on axes that are cut. */
double grid_work_factor(const struct grid *grid, const int64_t margin_px[3]);

#endif
