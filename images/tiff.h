/* SPDX-License-Identifier: BSD-3-Clause
 *
 * TIFF files of microscopy, read and written by libtiff: single images, stacks with one page per z, ImageJ hyperstacks
 * (also ImageJ's files above 4 GB, which hold one page and all planes behind it) and OME-TIFF. One channel of one time
 * point is read: a 2D image or a z stack.
 *
 * Pixels are uint8, uint16, uint32 or float32 in either byte order, in strips or tiles, with whatever compression this
 * libtiff has. RGB and other multi-sample pages count as channels; palette images give their indices; values are kept
 * as stored, also where 0 is white. Reduced copies of an image (pyramids, thumbnails) are skipped.
 */
#ifndef IMAGES_TIFF_H
#define IMAGES_TIFF_H

#include "images/image.h"

struct tiff_selection {
    int64_t channel, frame; /* counted from 0 */
};

/* How the meaning of the pages was found. */
#define TIFF_ORDER_LIST(X)                                                                                             \
    X(TIFF_ORDER_PAGES, "pages")   /* nothing known: the pages are the slices */                                       \
    X(TIFF_ORDER_IMAGEJ, "ImageJ") /* channels, slices and frames of ImageJ's description */                           \
    X(TIFF_ORDER_OME, "OME")       /* SizeC, SizeZ, SizeT and DimensionOrder of the OME-XML */

enum tiff_order {
#define X(code, name) code,
    TIFF_ORDER_LIST(X)
#undef X
    TIFF_ORDER_COUNT
};

struct tiff_info {
    int64_t channels, slices, frames; /* what the file holds, each at least 1 */
    int64_t channel, frame;           /* what was read */
    int64_t pages;                    /* full-size image directories */
    int64_t nonfinite;                /* NaN and infinite pixels read */
    enum tiff_order order;
    char compression[32]; /* of the first page: "none", "LZW", "Deflate" */
};

/* Reads one channel of one time point of `path`; NULL selects the first of each. The caller frees `image`; `info` may
 * be NULL. STATUS_INPUT for a file that is missing, damaged, truncated or of a kind that is not read, STATUS_USAGE for
 * a channel or frame that does not exist, STATUS_MEMORY. The text names the file. Nothing is allocated for pixels
 * before it is known that the stored bytes can decode to that many. On failure `image` is all zero. */
enum status tiff_read(const char *path, const struct tiff_selection *selection, struct image *image,
                      struct tiff_info *info);

/* Shape and pixel type of the image that tiff_read() would give, without reading its pixels; errors as there. */
enum status tiff_shape(const char *path, const struct tiff_selection *selection, struct shape *shape,
                       enum pixel_type *type);

/* What tiff_read() would tell of the file, without reading its pixels: `nonfinite` is 0. Errors as there. */
enum status tiff_describe(const char *path, const struct tiff_selection *selection, struct tiff_info *info);

/* Writes a 2D image as one page and a stack as one page per z, with the description by which ImageJ and Fiji show
 * slices. The file appears under its name only when it is complete; on failure nothing is left behind and a file that
 * was there before is untouched. STATUS_IO with the system's reason, STATUS_UNSUPPORTED for a size beyond TIFF. */
enum status tiff_write(const char *path, const struct image *image);

const char *tiff_order_name(enum tiff_order order);

#endif
