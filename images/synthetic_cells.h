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

/* 0 and 1: overlapping blobs with small holes. */
void blobs_fill_row(struct image *image, int64_t y, int64_t z, uint64_t seed);

#endif
