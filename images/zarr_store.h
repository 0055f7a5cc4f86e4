/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Files of a Zarr store: whole small JSON files, chunks that are read in pieces, and files that appear when complete.
 */
#ifndef IMAGES_ZARR_STORE_H
#define IMAGES_ZARR_STORE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "hardware/status.h"

/* Its presence in an array's folder means that chunks are still to come. */
#define ZARR_MARK ".incomplete"

/* folder/name, to be freed; without a slash if `name` is "". NULL: no memory, recorded. */
char *zarr_join(const char *folder, const char *name);

/* True if a path that was read from metadata stays inside the store: relative, no empty part, no "." and no "..". */
bool zarr_path_inside(const char *relative);

/* True if something of that name is in the folder. */
bool zarr_exists(const char *folder, const char *name);

/* Loads a file of at most 16 MiB; *root is NULL if there is none. STATUS_INPUT with line and column. */
enum status zarr_json_load(const char *folder, const char *name, json_t **root);

/* Writes and renames it. STATUS_IO. */
enum status zarr_json_save(const char *folder, const char *name, const json_t *root);

/* Opens a regular file to be read; *descriptor is -1 if there is none. STATUS_INPUT. */
enum status zarr_file_open(const char *path, int *descriptor, int64_t *bytes);

/* Reads exactly that many bytes. STATUS_INPUT. */
enum status zarr_file_read(int descriptor, const char *path, void *to, size_t bytes, int64_t offset);

/* A file on its way. Its name ends with ".part": a process that was killed leaves it, the next one to write the same
 * chunk replaces it. */
struct zarr_part {
    const char *path; /* of the complete file */
    char *name;       /* of the unfinished one */
    int descriptor;
};

/* Makes the file, and folders above it where they are missing. STATUS_IO. */
enum status zarr_part_open(struct zarr_part *part, const char *path);
enum status zarr_part_write(struct zarr_part *part, const void *from, size_t bytes);

/* Closes and renames it if `status` is STATUS_OK, else removes it. Returns `status` or what went wrong. */
enum status zarr_part_close(struct zarr_part *part, enum status status);

/* Creates a folder; one that exists is fine. STATUS_IO. */
enum status zarr_folder_make(const char *path);

/* STATUS_USAGE if the folder is neither a Zarr store nor what is left of one that was being made or removed, or if it
 * holds anything else, named in the text. Nothing is followed that is a link. */
enum status zarr_tree_check(const char *path);

/* Removes a folder that zarr_tree_check() found good; zarr_tree_check() finds good what is left if it is cut off.
 * STATUS_IO. */
enum status zarr_tree_remove(const char *path);

#endif
