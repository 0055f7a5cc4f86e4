/* SPDX-License-Identifier: BSD-3-Clause
 *
 * From the stored bytes of a TIFF page to pixels: any window of a plane, of which no more than the strips or tiles that
 * it touches are read.
 */
#ifndef IMAGES_TIFF_PLANES_H
#define IMAGES_TIFF_PLANES_H

#include "images/image.h"
#include "images/tiff_pages.h"

struct tiff_plane {
    const struct tiff_page *page; /* where it is, or, for raw pixels, what it is like */
    int64_t raw_offset;           /* where its pixels lie as they are; -1: in the page's strips or tiles, for libtiff */
    int64_t sample;               /* which of those of the page */
};

/* Reads the pixels from x, y on into `out`, an image of depth 1 and of the page's pixel type. Memory: one strip or
 * tile, for raw pixels 1 MB or a row. Raw pixels leave `file` as it is, so that several threads may share it; else it
 * belongs to one thread at a time and is of no more use after a failure. STATUS_INPUT, STATUS_MEMORY. */
enum status tiff_plane_read(struct tiff_file *file, const struct tiff_plane *plane, int64_t x, int64_t y,
                            struct image *out);

#endif
