/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A piece of an image with its untiled result: small enough to be computed in tiles over and over, with one margin
 * after the other.
 */
#ifndef TILES_MARGIN_SAMPLE_H
#define TILES_MARGIN_SAMPLE_H

#include "tiles/margin_search.h"
#include "tiles/tiling.h"

struct margin_sample {
    const struct margin_request *request;
    struct shape shape, tile; /* of the piece, and of the tiles of its result */
    struct image in, second[CHAIN_STEPS_MAX], expected, tiled;
    struct graph graph;
    struct tiling_report report; /* of the last margin_sample_wrong() */
};

/* Piece number `index`: another place of a given image, another seed of a made one, and other tiles. It is cut to the
 * image. On failure everything is released. */
enum status margin_sample_make(const struct margin_request *request, struct shape shape, int index,
                               struct margin_sample *sample);

/* How many pixels are wrong with that margin; NULL: the automatic one. */
enum status margin_sample_wrong(struct margin_sample *sample, const int64_t *margin_px, int64_t *wrong_px);

void margin_sample_free(struct margin_sample *sample);

#endif
