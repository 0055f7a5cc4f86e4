/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One row of a made fluorescence image or of a made binary image. Both are windows into an endless field of ellipses
 * (in images of depth 1) or ellipsoids, so that a larger image of the same seed shows more of the same kind.
 */
#ifndef IMAGES_SYNTHETIC_CELLS_H
#define IMAGES_SYNTHETIC_CELLS_H

#include "images/image.h"

/* Nuclei on an uneven background as a 12-bit camera gives them: uint16 and float32 in [0, 4095], uint8 in [0, 255]. */
void cells_fill_row(struct image *image, int64_t y, int64_t z, uint64_t seed);

/* A part of a row. */
struct cells_span {
    int64_t x, y, z, count;
};

/* The same pixels of a row of an image of that shape, without the rest of it, to row[0 .. count - 1]. */
void cells_fill_span(const struct cells_span *span, struct shape shape, uint64_t seed, enum pixel_type type, void *row);

/* How many nuclei have their centre in such an image. */
int64_t cells_count(struct shape shape, uint64_t seed);

/* 0 and 1: overlapping blobs with small holes. */
void blobs_fill_row(struct image *image, int64_t y, int64_t z, uint64_t seed);

#endif
