/* SPDX-License-Identifier: BSD-3-Clause
 *
 * From the stored bytes of a TIFF page to a plane of an image.
 */
#ifndef IMAGES_TIFF_PLANES_H
#define IMAGES_TIFF_PLANES_H

#include "images/image.h"
#include "images/tiff_pages.h"

/* Decodes one sample of a page into plane z of `image`, which has the page's width, height and pixel type. */
enum status tiff_plane_decode(struct tiff_file *file, const struct tiff_page *page, int64_t sample, struct image *image,
                              int64_t z);

/* Where the pixels of an uncompressed page begin, if they lie in one piece with all samples interleaved; else -1. */
int64_t tiff_plane_offset(struct tiff_file *file, const struct tiff_page *page);

/* The same as decoding a page like `page`, from raw pixels at `offset`. */
enum status tiff_plane_copy(struct tiff_file *file, const struct tiff_page *page, int64_t offset, int64_t sample,
                            struct image *image, int64_t z);

#endif
