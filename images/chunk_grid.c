/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Numbers of chunks, their places and their turns.
 */
#include "images/chunk_grid.h"

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t pieces(int64_t whole, int64_t piece)
{
    return (whole - 1) / piece + 1;
}

bool chunk_grid_make(struct shape image, struct shape chunk, struct chunk_grid *grid)
{
    int64_t chunks;
    *grid = (struct chunk_grid){.image = image};
    if (chunk.width < 1 || chunk.height < 1 || chunk.depth < 1)
        return false;
    grid->chunk = (struct shape){smaller(chunk.width, image.width), smaller(chunk.height, image.height),
                                 smaller(chunk.depth, image.depth)};
    grid->count = (struct shape){pieces(image.width, grid->chunk.width), pieces(image.height, grid->chunk.height),
                                 pieces(image.depth, grid->chunk.depth)};
    return !__builtin_mul_overflow(grid->count.width, grid->count.height, &chunks) &&
           !__builtin_mul_overflow(chunks, grid->count.depth, &chunks) && chunks < INT64_MAX / 4;
}

struct region chunk_grid_region(const struct chunk_grid *grid, int64_t number)
{
    const struct shape n = grid->count, k = grid->chunk, whole = grid->image;
    struct region r = {.x = number % n.width * k.width,
                       .y = number / n.width % n.height * k.height,
                       .z = number / n.width / n.height * k.depth};
    r.shape = (struct shape){smaller(k.width, whole.width - r.x), smaller(k.height, whole.height - r.y),
                             smaller(k.depth, whole.depth - r.z)};
    return r;
}

struct region chunk_grid_touched(const struct chunk_grid *grid, const struct region *w)
{
    const struct shape k = grid->chunk;
    struct region touched = {.x = w->x / k.width, .y = w->y / k.height, .z = w->z / k.depth};
    touched.shape = (struct shape){(w->x + w->shape.width - 1) / k.width - touched.x + 1,
                                   (w->y + w->shape.height - 1) / k.height - touched.y + 1,
                                   (w->z + w->shape.depth - 1) / k.depth - touched.z + 1};
    return touched;
}

int64_t chunk_grid_number(const struct chunk_grid *grid, const struct region *touched, int64_t index)
{
    const int64_t column = touched->x + index % touched->shape.width;
    const int64_t row = touched->y + index / touched->shape.width % touched->shape.height;
    const int64_t layer = touched->z + index / touched->shape.width / touched->shape.height;
    return (layer * grid->count.height + row) * grid->count.width + column;
}

int64_t chunk_grid_wait(const struct chunk_grid *grid, int64_t number, const struct region *w, const int64_t next_px[3])
{
    const struct region r = chunk_grid_region(grid, number);
    const int64_t right = r.x + r.shape.width, bottom = r.y + r.shape.height, back = r.z + r.shape.depth;
    const bool same_layer = back > w->z && r.z < w->z + w->shape.depth;
    const bool same_row = same_layer && bottom > w->y && r.y < w->y + w->shape.height;
    if (same_row && right > next_px[0])
        return CHUNK_WAIT_NONE;
    if (same_layer && bottom > next_px[1])
        return 1 + number % grid->count.width;
    if (back > next_px[2])
        return 1 + grid->count.width + number % (grid->count.width * grid->count.height);
    return CHUNK_WAIT_NEVER;
}
