/* SPDX-License-Identifier: BSD-3-Clause
 *
 * In which tiles apply can compute a chain on an image that does not fit: the largest of the sizes that it tries whose
 * need, as its own engine counts it, is within its own limits.
 */
#ifndef BENCH_MEMORY_TILES_H
#define BENCH_MEMORY_TILES_H

#include "tiles/tiling.h"

/* Where the chain would run. */
struct memory_place {
    const struct device *device; /* NULL: the CPU by OpenMP */
    int threads;                 /* of the CPU, at least 1; beside a device they read and write */
    int64_t host_bytes;          /* available host memory; -1: unknown, then not looked at */
    int64_t memory_bytes;        /* that was asked for as apply's --memory; 0: none */
};

struct memory_tiles {
    struct shape tile;       /* of the result; those at its border may be smaller */
    struct shape chunk;      /* of the Zarr output that is assumed: tiles are multiples of it */
    struct tiling_need need; /* of that tile */
    int64_t memory_bytes;    /* of the process, as apply's --memory */
    bool by_default;         /* apply takes that much without --memory */
    bool whole_depth;        /* a step needs all z of a pixel, so that every tile reads them */
    bool grows;              /* labels grow: tiles that need more than their first margin are computed again */
    double pixels_per_label; /* expected at the least, for what labels take */
};

/* `found` is false where no tile fits, with one line in why[]. STATUS_UNSUPPORTED for a chain that tiles cannot
 * serve there. */
enum status memory_tiles(const struct chain *chain, const struct memory_place *place, struct shape shape,
                         struct memory_tiles *tiles, bool *found, char *why, size_t size);

/* The pass whose tiles have the most around them. */
const struct tiling_pass *memory_tiles_widest(const struct memory_tiles *tiles);

#endif
