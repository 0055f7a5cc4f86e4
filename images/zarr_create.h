/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Making the folder of one array from metadata; beside zarr_create() for the levels of a pyramid.
 */
#ifndef IMAGES_ZARR_CREATE_H
#define IMAGES_ZARR_CREATE_H

#include <jansson.h>

#include "images/zarr_metadata.h"

/* Makes folder, mark and metadata of an array, in a folder that exists, in that order: nobody sees an array without its
 * mark. `names` are those of its dimensions, which version 2 keeps in a file of its own. `array` is to be closed. */
enum status zarr_array_make(const char *path, const json_t *metadata, const struct zarr_axis *axes, int dimensions,
                            struct zarr_array **array);

#endif
