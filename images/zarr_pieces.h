/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Which chunks a region touches, and the pixels between a chunk in memory and an image. A piece is what is decoded at
 * once: a chunk, or one of those inside a shard.
 */
#ifndef IMAGES_ZARR_PIECES_H
#define IMAGES_ZARR_PIECES_H

#include "images/zarr_metadata.h"

/* One channel of one time point. */
struct zarr_volume {
    struct volume volume;
    struct zarr_array array;            /* owned */
    int64_t place[ZARR_DIMENSIONS_MAX]; /* channel and frame at their dimensions, else 0 */
};

/* A range of pixels of the array. */
struct zarr_box {
    int64_t low[ZARR_DIMENSIONS_MAX], high[ZARR_DIMENSIONS_MAX]; /* first, and first behind */
};

/* A volume of an array, whose copy it owns. STATUS_MEMORY. */
enum status zarr_volume_make(const struct zarr_array *array, int64_t channel, int64_t frame,
                             const struct volume_kind *kind, struct shape chunk, struct volume **volume);
void zarr_volume_close(struct volume *volume);

/* The pixels of the array that a region of the volume is. */
struct zarr_box zarr_box_of(const struct zarr_volume *volume, const struct region *region);

/* The number of chunk files that a box touches; -1: more than can be counted. */
int64_t zarr_chunk_count(const struct zarr_array *array, const struct zarr_box *box);

/* The index in the array's grid of the `number`th of them. */
void zarr_chunk_index(const struct zarr_array *array, const struct zarr_box *box, int64_t number, int64_t *index);

/* The box of a chunk's piece; not cut at the array's end. */
struct zarr_box zarr_piece_box(const struct zarr_array *array, const int64_t *chunk_index, int64_t piece);

/* What two boxes share; false if nothing. */
bool zarr_box_common(const struct zarr_array *array, const struct zarr_box *a, const struct zarr_box *b,
                     struct zarr_box *common);

/* Copies the pixels of `common` between a piece in memory and an image whose first pixel is at `region`. False if one
 * of them is negative in a store of int32, when reading. */
bool zarr_piece_to_image(const struct zarr_volume *volume, const struct zarr_box *piece, const struct zarr_box *common,
                         const void *raw, const struct region *region, struct image *image);
void zarr_piece_from_image(const struct zarr_volume *volume, const struct zarr_box *piece,
                           const struct zarr_box *common, void *raw, const struct region *region,
                           const struct image *image);

/* Fills the pixels of `common` with the fill value; false as above. */
bool zarr_fill_image(const struct zarr_volume *volume, const struct zarr_box *common, const struct region *region,
                     struct image *image);

#endif
