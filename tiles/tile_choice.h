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

#include "tiles/tile_fit.h"

/* Fills request->tile. STATUS_MEMORY or STATUS_DEVICE_MEMORY if not even the smallest fits. Writes to volumes of
 * request->scratch alone. */
enum status tile_choose(struct tiling_request *request, const struct tile_limits *limits, struct tile_choice *choice);

#endif
