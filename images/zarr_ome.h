/* SPDX-License-Identifier: BSD-3-Clause
 *
 * OME-Zarr metadata of one image ("multiscales"): what its axes are and where its levels lie. 0.4 and older are in
 * .zattrs of a version 2 group, 0.5 in zarr.json. Source: ngff.openmicroscopy.org/0.4 and /0.5.
 */
#ifndef IMAGES_ZARR_OME_H
#define IMAGES_ZARR_OME_H

#include <jansson.h>

#include "images/zarr.h"

struct zarr_ome {
    char *file;         /* the metadata's file */
    const char *folder; /* of the group */
    const char *name;   /* ".zattrs", "zarr.json" */
    json_t *root;       /* the whole file */
    json_t *multiscale; /* the image in it */
    char version[16];
    int64_t levels;
    int dimensions; /* 0: a version that does not name the axes: t, c, z, y, x */
    struct zarr_axis axes[ZARR_DIMENSIONS_MAX];
};

/* Loads the first image of a group. `folder` must outlive it. STATUS_INPUT if there is none; free it in any case. */
enum status zarr_ome_load(struct zarr_ome *ome, const char *folder);
void zarr_ome_free(struct zarr_ome *ome);

/* Path of a level's array, to be freed, and its scales into ome->axes. STATUS_USAGE if there is no such level,
 * STATUS_INPUT, also for a path that leaves the store. */
enum status zarr_ome_level(struct zarr_ome *ome, int64_t level, char **path);

/* Saves metadata of a new group in `folder`, of an image with one level in "0". STATUS_IO. */
enum status zarr_ome_create(const char *folder, int version, const struct zarr_axis *axes, int dimensions);

/* Adds a level to `ome`, in memory; zarr_ome_save() writes the file. */
enum status zarr_ome_add_level(struct zarr_ome *ome, const char *path, const struct zarr_axis *axes, int dimensions);
enum status zarr_ome_save(const struct zarr_ome *ome);

/* The index of a name ("t", "c", "z", "y", "x", also in capitals) in that order, or -1. */
int zarr_axis_find(const char *name);

#endif
