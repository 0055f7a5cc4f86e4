/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Connected components of an image from those of its tiles. Tiles come in raster order, each labelled by itself; where
 * they touch, by faces, edges and corners, their labels are united, and in the end numbered in the raster order of the
 * components' first pixels: the same numbers as from the whole image.
 *
 * Of the image only the last plane, the last rows and the last column of pixels before the next tile are kept.
 */
#ifndef TILES_COMPONENTS_H
#define TILES_COMPONENTS_H

#include "tiles/grid.h"

struct components {
    struct grid grid;
    bool box;         /* neighbours by edges and corners too */
    uint32_t *parent; /* union-find forest over provisional labels 1 .. count; a root is its smallest */
    int64_t *first;   /* place of a label's first pixel in the image, counted in raster order */
    int64_t count, room;
    uint32_t *plane[2], *row[2], *column; /* [1]: of the layer or row of tiles before; NULL if there is only one */
    uint32_t *largest;                    /* of a tile's rows: the largest label in the rows before */
};

/* STATUS_MEMORY. */
enum status components_begin(struct components *components, const struct grid *grid, bool box);

/* Takes the next tile. Its labels, 1, 2, ... in its own raster order, become provisional labels in place.
 * STATUS_UNSUPPORTED for more labels than 32 bits can tell apart, STATUS_MEMORY. */
enum status components_add(struct components *components, const struct region *tile, struct image *labels, int threads);

/* After all tiles: the final number of each provisional label, number[0] = 0. The caller frees it. */
enum status components_number(struct components *components, uint32_t **number, int64_t *found);

/* Replaces provisional labels by numbers. */
void components_apply(const uint32_t *number, struct image *labels, int threads);

/* Host memory for that many labels, numbering included. */
size_t components_bytes(const struct grid *grid, double labels);

void components_free(struct components *components);

#endif
