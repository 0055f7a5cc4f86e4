/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Whether what a chain needs is there: on an OpenCL device, or on the CPU with OpenMP. Of device memory and of
 * available host memory MEMORY_USABLE_PERCENT may be used: a driver, a screen and other programs want some too.
 */
#ifndef BENCH_MEMORY_FIT_H
#define BENCH_MEMORY_FIT_H

#include "ops/chain_memory.h"
#include "ops/chain_tiles.h"

enum { MEMORY_USABLE_PERCENT = 95 };

/* Where the chain would run. */
struct memory_place {
    const struct device *device; /* NULL: the CPU by OpenMP */
    int threads;                 /* of the CPU */
    int64_t host_bytes;          /* available host memory; -1: unknown, then not looked at */
};

enum memory_verdict { MEMORY_FITS, MEMORY_FITS_IN_TILES, MEMORY_DOES_NOT_FIT, MEMORY_CANNOT_RUN };

struct memory_fit {
    struct chain_memory need; /* of the whole image; count is 0 if it cannot run */
    enum memory_verdict verdict;
    char reason[256];   /* why not as a whole; "" if it does */
    char obstacle[256]; /* why not in tiles; "" if it is not needed, or does */

    /* MEMORY_FITS_IN_TILES only */
    struct chain_tiles tiles;
    struct shape tile;             /* of the image; those at the border may be smaller */
    struct shape tile_with_margin; /* what is held for the largest */
    int64_t tile_count;
    struct chain_memory tile_need; /* of tile_with_margin */
    bool
        from_file; /* host memory holds tiles alone, not the whole image: they must be read from and written to files */
};

/* What the chain does not accept, or this device not, is the verdict MEMORY_CANNOT_RUN with the reason. STATUS_USAGE
 * for a size that cannot be planned. */
enum status memory_fit(const struct chain *chain, const struct memory_place *place, struct shape shape,
                       struct memory_fit *fit);

/* The device's memory is the host's. */
bool memory_is_shared(const struct memory_place *place);

/* "fits", "fits in tiles", "does not fit", "cannot run". */
const char *memory_verdict_name(enum memory_verdict verdict);

#endif
