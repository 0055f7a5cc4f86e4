/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Whether a chain can be computed tile by tile with the same result, and what a tile needs around it. Margins add up: a
 * pixel of the last step depends on a margin of pixels before it, each of which depends on the margin of its own step.
 */
#ifndef OPS_CHAIN_TILES_H
#define OPS_CHAIN_TILES_H

#include "ops/chain.h"

struct chain_tiles {
    int64_t margin_px[3];              /* x, y, z: on each side of a tile, where the image goes on */
    bool whole_depth;                  /* a step needs all z of a pixel: tiles are cut in x and y alone */
    const struct chain_step *obstacle; /* the first step that no tile of this kind can serve; NULL: none */
};

struct chain_tiles chain_tiles(const struct chain *chain);

/* What the step needs instead of a tile with a margin, to follow its name: "needs the whole image (...)". */
const char *chain_obstacle_text(const struct chain_step *step);

/* Tiles of at most `tile` pixels in an image. */
int64_t chain_tile_count(struct shape image, struct shape tile);

/* The largest tile with its margins, cut at the image's borders: what is held for it. A tile as long as the image has
 * no margin along that axis. */
struct shape chain_tile_with_margin(const struct chain_tiles *tiles, struct shape image, struct shape tile);

#endif
