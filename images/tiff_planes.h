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

/* Where the pixels of an uncompressed page with one sample begin, if they lie in one piece; else -1. */
int64_t tiff_plane_offset(struct tiff_file *file, const struct tiff_page *page);

/* Reads plane z of `image` from raw pixels at `offset`, in the file's byte order. */
enum status tiff_plane_copy(struct tiff_file *file, int64_t offset, struct image *image, int64_t z);

#endif
