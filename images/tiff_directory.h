/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The parts of a TIFF file that are not pixels, as bytes: its header and the directories of its pages, for tiles that
 * lie anywhere in the file. libtiff writes directories only for pixels that it has placed itself, page after page.
 *
 * Source: TIFF Revision 6.0, Adobe 1992, sections 2, 8, 14 and 15; BigTIFF as in libtiff's manual, "BigTIFF Design".
 */
#ifndef IMAGES_TIFF_DIRECTORY_H
#define IMAGES_TIFF_DIRECTORY_H

#include "images/image.h"

enum { TIFF_HEADER_BYTES = 16 /* of a BigTIFF file; of a classic one less */ };

/* Every page is one sample per pixel, compressed with Deflate, in tiles row by row. */
struct tiff_tiled {
    bool big;           /* BigTIFF: offsets have 64 bits */
    bool is_difference; /* stored are differences to the left neighbour (predictor 2); of integers only */
    struct shape shape; /* a page per z */
    enum pixel_type type;
    int64_t tile_width, tile_height; /* multiples of 16 */
};

int64_t tiff_tiles_across(const struct tiff_tiled *file);

/* Of a page. The shape must have been checked: see tiff_volume_create(). */
int64_t tiff_tiles(const struct tiff_tiled *file);

/* The bytes of a directory with its values, a multiple of 8. The first one of a stack describes it. */
size_t tiff_directory_bytes(const struct tiff_tiled *file, bool first);

/* Writes those bytes for a directory that begins at `offset`, a multiple of 8, and is followed by one at `next`, 0 for
 * none. `offsets` and `counts` are those of the page's tiles. */
void tiff_directory_encode(const struct tiff_tiled *file, bool first, uint64_t offset, uint64_t next,
                           const uint64_t *offsets, const uint64_t *counts, void *bytes);

/* Writes the header for a first directory at `directory`. */
void tiff_header_encode(const struct tiff_tiled *file, uint64_t directory, uint8_t bytes[TIFF_HEADER_BYTES]);

#endif
