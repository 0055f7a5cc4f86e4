/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The sizes of tiles that come into question, and which of them are within limits of memory.
 */
#ifndef TILES_TILE_FIT_H
#define TILES_TILE_FIT_H

#include "tiles/tiling.h"

struct tile_limits {
    size_t host_bytes, device_bytes; /* that all tiles under way may take */
    size_t shared_bytes;             /* both together, where they are one memory; 0: any */
    size_t largest_bytes;            /* that one buffer of a device may take; 0: any */
    struct shape multiple;           /* of the result's chunks: tiles are multiples of it */
    double pixels_per_label;         /* expected at the least, for the memory of labels */
    double trials_ns;                /* that trying tiles may take in any case; 0: as tile_choose() has it */
};

enum { TILE_CHOICES_MAX = 24 };

struct tile_choice {
    struct shape tile[TILE_CHOICES_MAX];
    double expected_ns[TILE_CHOICES_MAX]; /* for the whole image; NAN: not tried */
    int count, best;
};

/* True if tiling_need() of the request is within the limits. */
enum status tile_fits(const struct tiling_request *request, const struct tile_limits *limits, bool *fits);

/* The failure of a request whose tile, the smallest, is not within the limits: STATUS_MEMORY or STATUS_DEVICE_MEMORY,
 * with a text that says what it needs. */
enum status tile_nothing_fits(const struct tiling_request *request, const struct tile_limits *limits);

/* The sizes that are tried, all of them multiples of `unit`; a size may reach beyond the image. best is -1. */
void tile_candidates(struct shape image, struct shape unit, struct tile_choice *choice);

/* The candidate with the most pixels that is within the limits, in request->tile, and its need. `found` is false where
 * none is. Nothing is read or run. STATUS_UNSUPPORTED for a chain that not even the smallest can serve. */
enum status tile_largest(struct tiling_request *request, const struct tile_limits *limits, struct tiling_need *need,
                         bool *found);

#endif
