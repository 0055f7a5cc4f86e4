/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Rows of binary images, 0 and 1, that are hard for connected components. A row takes shape and type from `image`, which
 * has a pixel buffer of its own, and is written by one thread.
 */
#ifndef IMAGES_SYNTHETIC_PATTERNS_H
#define IMAGES_SYNTHETIC_PATTERNS_H

#include "images/image.h"

/* Smooth noise over its middle: winding patches, near the density at which they join to one. */
void patches_fill_row(struct image *image, int64_t y, int64_t z, uint64_t seed);

/* Every other pixel, along every axis: with face neighbours only, as many components as an image can have. */
void checkerboard_fill_row(struct image *image, int64_t y, int64_t z);

/* One line, one pixel wide, that winds inwards in each even plane; a pixel in each odd plane joins them. */
void spiral_fill_row(struct image *image, int64_t y, int64_t z);

#endif
