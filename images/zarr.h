/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Zarr stores in folders, versions 2 and 3, and OME-Zarr 0.4 and 0.5: images larger than memory, read and written by
 * chunks. One channel of one time point of one level is one volume. Format: zarr-specs.readthedocs.io and
 * ngff.openmicroscopy.org.
 *
 * Read: byte order, C and F order (transpose), both kinds of chunk keys, fill values, missing chunks, shards; codecs
 * blosc, zstd, gzip, zlib, lz4, crc32c. Pixels are uint8, uint16, uint32 and float32; int32 is read as uint32 labels
 * as long as nothing in it is negative. Anything else is an error that says so, never data. Errors name the file.
 */
#ifndef IMAGES_ZARR_H
#define IMAGES_ZARR_H

#include "images/volume.h"

enum { ZARR_DIMENSIONS_MAX = 5, ZARR_NAME_BYTES = 48 };

struct zarr_selection {
    int64_t channel, frame; /* counted from 0; -1: not chosen, which takes the first where the store names its axes */
    int64_t level;          /* of OME-Zarr, 0 is full size */
};

struct zarr_axis {
    char name[ZARR_NAME_BYTES]; /* "t", "c", "z", "y", "x" in OME-Zarr */
    char unit[ZARR_NAME_BYTES]; /* "micrometer"; "" unknown */
    int64_t size;               /* pixels, channels or time points */
    double scale, translation;  /* of this level, in `unit`: place = scale * index + translation; NAN unknown */
};

struct zarr_info {
    int version;  /* of Zarr, 2 or 3 */
    char ome[16]; /* version of OME-Zarr, "" for a plain array */
    int dimensions;
    struct zarr_axis axes[ZARR_DIMENSIONS_MAX]; /* as stored, slowest first */
    bool axes_guessed;                          /* the store does not name them: t, c, z, y, x ending with x */
    int64_t channels, frames, levels;           /* what can be chosen, each at least 1 */
    struct shape shape;
    struct shape chunk; /* what is decoded in one piece */
    struct shape shard; /* what is stored in one file; equal to chunk without shards */
    enum pixel_type type;
    char stored_type[ZARR_NAME_BYTES]; /* "uint16", "int32" */
    char codec[64];                    /* "blosc lz4", "none" */
};

#define ZARR_COMPRESSION_LIST(X)                                                                                       \
    X(ZARR_BLOSC_LZ4, "blosc-lz4")                                                                                     \
    X(ZARR_ZSTD, "zstd")                                                                                               \
    X(ZARR_GZIP, "gzip")                                                                                               \
    X(ZARR_NONE, "none")

enum zarr_compression {
#define X(code, name) code,
    ZARR_COMPRESSION_LIST(X)
#undef X
        ZARR_COMPRESSION_COUNT
};

struct zarr_layout {
    int version; /* 2 or 3 */
    bool ome;    /* a group with OME metadata, 0.4 in version 2, 0.5 in version 3, its array in the folder "0" */
    struct shape shape;
    enum pixel_type type;
    struct shape chunk;
    struct shape shard;       /* a multiple of the chunk, version 3 only; all 0: no shards */
    int64_t channels, frames; /* 0 and 1 are one */
    enum zarr_compression compression;
    int level;                    /* 0: the compression's usual one */
    char separator;               /* between the numbers of a chunk's name, '/' or '.'; 0: '/' */
    const struct zarr_info *like; /* names, units and scales of the axes are copied from it; NULL: none known */
    const char *made_by;          /* what computes the pixels: what another began is not gone on with; NULL: untold */
};

enum zarr_mode {
    ZARR_NEW,       /* what exists is refused */
    ZARR_OVERWRITE, /* a Zarr store that holds nothing foreign is removed first */
    ZARR_RESUME,    /* goes on with an array of the same layout; makes it where there is none */
};

struct zarr_array;

/* True for a folder that holds a Zarr array or group. */
bool zarr_is_store(const char *path);

/* What a store holds; nothing needs to be chosen, but for the level. NULL selects level 0. STATUS_INPUT for what is
 * missing, damaged or of a kind that is not read, STATUS_USAGE for a choice that does not exist, STATUS_MEMORY. */
enum status zarr_info(const char *path, const struct zarr_selection *selection, struct zarr_info *info);

/* A volume to read from. Reads decode chunks in parallel, except inside a parallel region, and hold one chunk per
 * thread. Its `chunk` is what is decoded in one piece. Errors as above; and STATUS_USAGE if there is more than one
 * channel or time point, none was chosen, and the store does not name its axes. */
enum status zarr_open(const char *path, const struct zarr_selection *selection, struct volume **volume);

/* Makes folders and metadata. STATUS_USAGE for what cannot be, may not be replaced, or is resumed with another layout
 * or maker; STATUS_IO. Until zarr_finish() zarr_open() refuses the array: missing chunks would be read as zeros. */
enum status zarr_create(const char *path, const struct zarr_layout *layout, enum zarr_mode mode,
                        struct zarr_array **array);

/* The volume of one channel and time point, written by several threads or processes, each chunk (or shard: its
 * `chunk` is what one file holds) once by one of them. A chunk appears under its name when it is complete. */
enum status zarr_output(const struct zarr_array *array, int64_t channel, int64_t frame, struct volume **volume);

/* True if every chunk of the region is there, complete. For volumes of zarr_output(). */
bool zarr_chunk_present(const struct volume *volume, const struct region *region);

/* All chunks are written: removes the mark. The array stays open. STATUS_IO. */
enum status zarr_finish(const struct zarr_array *array);

/* Releases the memory; what was written stays, to be resumed. NULL is fine. */
void zarr_close(struct zarr_array *array);

/* Adds levels to an OME-Zarr image until it has `levels`, or one pixel in x and y. Each is half the one before in x and
 * y, and in z where the pixels are not longer in z than in x: means, rounded half to even; of uint32 (labels) the first
 * of the pixels. Holds nine chunks (or shards) per thread. Metadata name the levels when all are complete. */
enum status zarr_pyramid(const char *path, int levels);

/* The compression of that name, or ZARR_COMPRESSION_COUNT. */
enum zarr_compression zarr_compression_find(const char *name);

#endif
