/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Made images: the same seed gives the same image, whatever the number of threads.
 */
#ifndef IMAGES_SYNTHETIC_H
#define IMAGES_SYNTHETIC_H

#include "images/image.h"

#define CONTENT_LIST(X)                                                                                                \
    X(CONTENT_NOISE, "noise")       /* incompressible: uniform over the whole integer range, float32 in [0, 65535] */ \
    X(CONTENT_FLAT, "flat")         /* one mid-range value */                                                          \
    X(CONTENT_EXTREMES, "extremes") /* the smallest and the largest value, at random; float32 also -0 and +-1e30 */    \
    X(CONTENT_CELLS, "cells")       /* nuclei on a background with blur and noise, as a microscope gives */            \
    X(CONTENT_BINARY, "binary")     /* 0 and 1 in blobs, mostly 1 inside */                                            \
    X(CONTENT_PATCHES, "patches")   /* 0 and 1 as smooth noise with a threshold in its middle gives */                 \
    X(CONTENT_SPIRAL, "spiral")     /* a line of 1 in 0, one pixel wide, that fills the image */                       \
    X(CONTENT_CHECKERBOARD, "checkerboard") /* 0 and 1 in turn along every axis */

enum content {
#define X(code, name) code,
    CONTENT_LIST(X)
#undef X
    CONTENT_COUNT
};

const char *content_name(enum content content);

/* The content of that name, or CONTENT_COUNT. */
enum content content_find(const char *name);

/* Fills an allocated intensity image with all cores. Cells have the values of a 12-bit camera, 0 to 4095, in uint16 and
 * float32, and 0 to 255 in uint8. Always STATUS_OK. */
enum status synthetic_fill(struct image *image, enum content content, uint64_t seed);

#endif
