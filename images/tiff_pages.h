/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The pages of an open TIFF file: what they claim to hold, and the most that the file can hold.
 */
#ifndef IMAGES_TIFF_PAGES_H
#define IMAGES_TIFF_PAGES_H

#include <stdbool.h>

#include "images/pixel.h"
#include "images/tiff_file.h"

struct tiff_page {
    int64_t number;           /* among those listed, from 1 */
    uint64_t directory;       /* its offset in the file */
    uint64_t decodable_bytes; /* the most that its stored bytes can decode to; also if the page claims more */
    int64_t raw_offset; /* where its pixels begin, if they lie there as they are, all samples interleaved; or -1 */
    int64_t width, height, depth;
    int64_t samples;
    int64_t block_width, block_height; /* of a tile, or of a strip; 0 if it has no usable size */
    bool tiled;
    uint16_t bits, format, photometric, planar, compression;
};

struct tiff_pages {
    struct tiff_page *page;
    int64_t count;
};

/* Lists all pages but reduced copies and masks; at least one. The file stays at no particular page. On failure nothing
 * is left to free. */
enum status tiff_pages_list(struct tiff_file *file, struct tiff_pages *pages);

void tiff_pages_free(struct tiff_pages *pages);

/* The pixel type of a page; STATUS_INPUT naming what is not read. */
enum status tiff_page_type(const struct tiff_file *file, const struct tiff_page *page, enum pixel_type *type);

/* Bytes of one sample's plane, or of all where they are interleaved; STATUS_INPUT if that is 0 or beyond 63 bits. */
enum status tiff_page_bytes(const struct tiff_file *file, const struct tiff_page *page, int64_t *bytes);

#endif
