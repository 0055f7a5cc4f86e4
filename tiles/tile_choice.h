/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Which tile to take: of those whose memory fits, the one with which this machine, this chain and these files are
 * fastest. A few sizes are tried, each on some tiles in the middle of the image that pass all
 * sweeps just as all tiles will, reading and writing included; what they take once all stages are busy counts, times
 * the number of tiles. Sizes within a tenth of the fastest are taken for as fast, and the largest of them is it. A size
 * is not tried when one before was much faster, or when that would take more than a tenth of the expected time.
 */
#ifndef TILES_TILE_CHOICE_H
#define TILES_TILE_CHOICE_H

#include "tiles/tiling.h"

struct tile_limits {
    size_t host_bytes, device_bytes; /* that all tiles under way may take */
    struct shape multiple;           /* of the result's chunks: tiles are multiples of it */
    double pixels_per_label;         /* expected at the least, for the memory of labels */
};

enum { TILE_CHOICES_MAX = 24 };

struct tile_choice {
    struct shape tile[TILE_CHOICES_MAX];
    double expected_ns[TILE_CHOICES_MAX]; /* for the whole image; NAN: not tried */
    int count, best;
};

/* True if tiling_need() of the request is within the limits. */
enum status tile_fits(const struct tiling_request *request, const struct tile_limits *limits, bool *fits);

/* Fills request->tile. STATUS_MEMORY or STATUS_DEVICE_MEMORY if not even the smallest fits. Writes to volumes of
 * request->scratch alone. */
enum status tile_choose(struct tiling_request *request, const struct tile_limits *limits, struct tile_choice *choice);

#endif
