/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A path and a selection become one array with known axes: that of an OME-Zarr level, or a plain one, whose axes are
 * taken from its dimension names, if they are t, c, z, y, x, or are the last of t, c, z, y, x.
 */
#ifndef IMAGES_ZARR_IMAGE_H
#define IMAGES_ZARR_IMAGE_H

#include "images/zarr_metadata.h"

struct zarr_image {
    struct zarr_array array;
    struct zarr_info info;
};

/* STATUS_INPUT, STATUS_USAGE for a level that does not exist, STATUS_MEMORY; then there is nothing to free. */
enum status zarr_image_load(struct zarr_image *image, const char *path, int64_t level);

/* Size of an axis in an array's list of sizes; 1 if it has none. */
int64_t zarr_along(const struct zarr_array *array, const int64_t *sizes, enum zarr_role role);

/* The sizes of z, y and x. */
struct shape zarr_shape(const struct zarr_array *array, const int64_t *sizes);

/* Sets array->role from the names of its dimensions. False unless each is another one of t, c, z, y, x, with x and y
 * among them. */
bool zarr_roles_by_name(struct zarr_array *array);

#endif
