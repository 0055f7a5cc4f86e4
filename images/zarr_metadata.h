/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The metadata of one array, .zarray or zarr.json, in one form for both versions. Dimensions are in the order of the
 * metadata. What is read here has been checked: sizes are positive and their products fit, codecs are known.
 */
#ifndef IMAGES_ZARR_METADATA_H
#define IMAGES_ZARR_METADATA_H

#include <jansson.h>

#include "images/zarr_codec.h"
#include "images/zarr.h"

enum {
    ZARR_PIECE_BYTES_MAX = 1 << 30,  /* of a decoded chunk */
    ZARR_SHARD_PIECES_MAX = 1 << 22, /* inner chunks of one shard */
};

enum zarr_role { ZARR_T, ZARR_C, ZARR_Z, ZARR_Y, ZARR_X, ZARR_ROLES };

struct zarr_array {
    char *path; /* its folder, owned */
    int version;
    int dimensions;
    int64_t shape[ZARR_DIMENSIONS_MAX];
    int64_t chunk[ZARR_DIMENSIONS_MAX]; /* what one file holds; a shard where there are shards */
    int64_t piece[ZARR_DIMENSIONS_MAX]; /* what is decoded at once; the chunk where there are no shards */
    int64_t pieces;                     /* of a chunk */
    size_t piece_bytes;
    bool sharded;
    bool index_first;         /* the index of a shard lies before its chunks */
    struct zarr_codecs index; /* of a shard's index */
    struct zarr_codecs codecs;
    enum pixel_type type;
    bool was_signed;                   /* int32, to be read as uint32 */
    char stored_type[ZARR_NAME_BYTES]; /* "int32" */
    _Alignas(8) uint8_t fill[8];       /* one pixel, in the machine's byte order */
    char separator;
    bool key_prefix;                                  /* chunk names begin with "c" */
    char names[ZARR_DIMENSIONS_MAX][ZARR_NAME_BYTES]; /* of the dimensions, "" unknown */
    int role[ZARR_ROLES]; /* which dimension is t, c, z, y, x; -1: none. Set by zarr_image.c */
};

/* From the metadata in `root`, which was read from `file`; array->path is set by the caller. STATUS_INPUT. */
enum status zarr_array_parse(struct zarr_array *array, const json_t *root, const char *file);

/* Loads the metadata of the array in that folder. STATUS_INPUT if there is none. */
enum status zarr_array_load(struct zarr_array *array, const char *path);

void zarr_array_free(struct zarr_array *array);

/* Path of a chunk's file, to be freed; NULL: no memory, recorded. */
char *zarr_chunk_path(const struct zarr_array *array, const int64_t *index);

/* Parts of it, one per version. */
enum status zarr_v2_parse(struct zarr_array *array, const json_t *root, const char *file);
enum status zarr_v3_parse(struct zarr_array *array, const json_t *root, const char *file);

/* An array of `count` integers, each from 1 to 2^53; `count` 0 takes as many as there are, at most five, and returns
 * them. STATUS_INPUT. */
enum status zarr_sizes_parse(const json_t *list, const char *file, const char *what, int *count, int64_t *sizes);

/* Type by its version 3 name ("uint16"), sets type, was_signed and stored_type. STATUS_INPUT for those not read. */
enum status zarr_type_parse(struct zarr_array *array, const char *name, const char *file);

/* Sets array->fill for the array's type. STATUS_INPUT. */
enum status zarr_fill_parse(struct zarr_array *array, const json_t *value, const char *file);

#endif
