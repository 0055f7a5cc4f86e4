/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The chunks of an image, numbered in raster order, and when windows that come in raster order need one of them again.
 */
#ifndef IMAGES_CHUNK_GRID_H
#define IMAGES_CHUNK_GRID_H

#include "images/region.h"

struct chunk_grid {
    struct shape image, chunk; /* pixels */
    struct shape count;        /* chunks along x, y, z */
};

/* Of chunks that are cut to the image. False for chunks of size 0, and for more of them than can be counted. */
bool chunk_grid_make(struct shape image, struct shape chunk, struct chunk_grid *grid);

/* What chunk `number` holds, cut at the image's border. */
struct region chunk_grid_region(const struct chunk_grid *grid, int64_t number);

/* The chunks that a window touches, in chunks: first ones and how many along x, y, z. */
struct region chunk_grid_touched(const struct chunk_grid *grid, const struct region *window);

/* The number of the `index`th chunk of those touched. */
int64_t chunk_grid_number(const struct chunk_grid *grid, const struct region *touched, int64_t index);

enum { CHUNK_WAIT_NEVER = -1, CHUNK_WAIT_NONE = 0 };

/* How long it takes after `window` until a chunk is needed again: a number to compare with that of other chunks, no
 * time. Windows come in raster order: CHUNK_WAIT_NONE if the next one beside it can need the chunk, more for chunks
 * that rows of windows below need, from left to right, still more for those of layers to come. next_px is the place
 * along x, y, z at which windows further in x, rows below and layers to come begin. */
int64_t chunk_grid_wait(const struct chunk_grid *grid, int64_t number, const struct region *window,
                        const int64_t next_px[3]);

#endif
