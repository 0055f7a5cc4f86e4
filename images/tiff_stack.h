/* SPDX-License-Identifier: BSD-3-Clause
 *
 * An open TIFF file whose pages have been listed and judged: which of them make up the selected image.
 */
#ifndef IMAGES_TIFF_STACK_H
#define IMAGES_TIFF_STACK_H

#include "images/tiff.h"
#include "images/tiff_layout.h"
#include "images/tiff_planes.h"

/* Must not move while it is open. */
struct tiff_stack {
    struct tiff_file file;
    struct tiff_pages pages;
    struct tiff_layout layout;
    int64_t raw_offset;  /* ImageJ's files above 4 GB: where plane 0 begins; -1: every plane has its page */
    int64_t plane_bytes; /* as stored: with all samples where they are interleaved */
    struct tiff_info info;
    struct shape shape; /* of the selected image */
    enum pixel_type type;
};

/* Opens, and looks at every page of the selected image: alike, of a kind that is read, with enough stored bytes. Errors
 * as of tiff_read(). To be closed also after a failure; `path` must live as long. */
enum status tiff_stack_open(struct tiff_stack *stack, const char *path, const struct tiff_selection *selection);

/* Where slice z of the selected image is. */
struct tiff_plane tiff_stack_plane(const struct tiff_stack *stack, int64_t z);

/* A stack of zeros is fine. */
void tiff_stack_close(struct tiff_stack *stack);

#endif
