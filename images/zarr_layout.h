/* SPDX-License-Identifier: BSD-3-Clause
 *
 * From what the caller wants to metadata.
 */
#ifndef IMAGES_ZARR_LAYOUT_H
#define IMAGES_ZARR_LAYOUT_H

#include <jansson.h>

#include "images/zarr.h"

/* STATUS_USAGE for a layout that cannot be. */
enum status zarr_layout_check(const char *path, const struct zarr_layout *layout);

/* The axes of the array: y and x, those of layout->like, and those of which there is more than one. Returns how many.
 */
int zarr_layout_axes(const struct zarr_layout *layout, struct zarr_axis *axes);

/* The content of .zarray or zarr.json; NULL: no memory. */
json_t *zarr_layout_metadata(const struct zarr_layout *layout, const struct zarr_axis *axes, int dimensions);

#endif
