/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Cutting.
 */
#include "tiles/grid.h"

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t pieces(int64_t whole, int64_t piece)
{
    return (whole - 1) / piece + 1;
}

struct grid grid_make(struct shape image, struct shape tile)
{
    tile.width = smaller(tile.width, image.width);
    tile.height = smaller(tile.height, image.height);
    tile.depth = smaller(tile.depth, image.depth);
    return (struct grid){.image = image,
                         .tile = tile,
                         .columns = pieces(image.width, tile.width),
                         .rows = pieces(image.height, tile.height),
                         .layers = pieces(image.depth, tile.depth)};
}

int64_t grid_tiles(const struct grid *grid)
{
    return grid->columns * grid->rows * grid->layers;
}

struct region grid_tile(const struct grid *grid, int64_t index)
{
    struct region r = {.x = index % grid->columns * grid->tile.width,
                       .y = index / grid->columns % grid->rows * grid->tile.height,
                       .z = index / grid->columns / grid->rows * grid->tile.depth};
    r.shape.width = smaller(grid->tile.width, grid->image.width - r.x);
    r.shape.height = smaller(grid->tile.height, grid->image.height - r.y);
    r.shape.depth = smaller(grid->tile.depth, grid->image.depth - r.z);
    return r;
}

/* Grows the piece of an axis to `wanted` pixels, inside first .. whole - 1. */
static void stretch_axis(int64_t *first, int64_t *pixels, int64_t wanted, int64_t whole)
{
    const int64_t size = smaller(wanted, whole);
    *first = smaller(*first, whole - size);
    *pixels = size;
}

struct region grid_window(const struct grid *grid, const struct region *tile, const int64_t margin_px[3], bool uniform)
{
    struct region window = region_expand(tile, margin_px, grid->image);
    if (uniform) {
        stretch_axis(&window.x, &window.shape.width, grid->tile.width + 2 * margin_px[0], grid->image.width);
        stretch_axis(&window.y, &window.shape.height, grid->tile.height + 2 * margin_px[1], grid->image.height);
        stretch_axis(&window.z, &window.shape.depth, grid->tile.depth + 2 * margin_px[2], grid->image.depth);
    }
    return window;
}

static double axis_factor(int64_t tile, int64_t whole, int64_t margin_px)
{
    return tile < whole ? (double)(tile + 2 * margin_px) / (double)tile : 1;
}

double grid_work_factor(const struct grid *grid, const int64_t margin_px[3])
{
    return axis_factor(grid->tile.width, grid->image.width, margin_px[0]) *
           axis_factor(grid->tile.height, grid->image.height, margin_px[1]) *
           axis_factor(grid->tile.depth, grid->image.depth, margin_px[2]);
}
