/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Whether what a chain needs is there: on an OpenCL device, or on the CPU with OpenMP. Of device memory and of
 * available host memory MEMORY_USABLE_PERCENT may be used: a driver, a screen and other programs want some too. Tiles
 * have the limits of apply.
 */
#ifndef BENCH_MEMORY_FIT_H
#define BENCH_MEMORY_FIT_H

#include "bench/memory_tiles.h"
#include "ops/chain_memory.h"

enum { MEMORY_USABLE_PERCENT = 95 };

enum memory_verdict { MEMORY_FITS, MEMORY_FITS_IN_TILES, MEMORY_DOES_NOT_FIT, MEMORY_CANNOT_RUN };

struct memory_fit {
    struct chain_memory need; /* of the whole image; count is 0 if it cannot run as a whole */
    enum memory_verdict verdict;
    char reason[256];          /* why not as a whole; "" if it does */
    char obstacle[256];        /* why not in tiles; "" if it is not needed, or does */
    struct memory_tiles tiles; /* MEMORY_FITS_IN_TILES only */
};

/* What neither the whole image nor tiles can do there is the verdict MEMORY_CANNOT_RUN with the reason. STATUS_USAGE
 * for a size that cannot be planned. */
enum status memory_fit(const struct chain *chain, const struct memory_place *place, struct shape shape,
                       struct memory_fit *fit);

/* The device's memory is the host's. */
bool memory_is_shared(const struct memory_place *place);

/* "fits", "fits in tiles", "does not fit", "cannot run". */
const char *memory_verdict_name(enum memory_verdict verdict);

#endif
