/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Margins of chains.
 */
#include "ops/chain_tiles.h"

struct chain_tiles chain_tiles(const struct chain *chain)
{
    struct chain_tiles tiles = {0};
    for (int i = 0; i < chain->count; i++) {
        const struct op *op = chain->steps[i].op;
        if (op->margin == MARGIN_COLUMN)
            tiles.whole_depth = true;
        else if (op->margin != MARGIN_PIXELS && !tiles.obstacle)
            tiles.obstacle = &chain->steps[i];
        for (int axis = 0; axis < 3 && op->margin == MARGIN_PIXELS && op->margin_px; axis++)
            tiles.margin_px[axis] += op->margin_px(&chain->steps[i].args, axis);
    }
    return tiles;
}

const char *chain_obstacle_text(const struct chain_step *step)
{
    switch (step->op->margin) {
    case MARGIN_GLOBAL:
        return "needs the whole image, which apply --memory goes through in several passes";
    case MARGIN_GEOMETRIC:
        return "moves pixels, which apply --memory looks up for each tile";
    case MARGIN_COLUMN:
        return "needs all z of a pixel";
    default:
        return "needs a margin of pixels";
    }
}

static int64_t pieces(int64_t whole, int64_t piece)
{
    return (whole + piece - 1) / piece;
}

int64_t chain_tile_count(struct shape image, struct shape tile)
{
    return pieces(image.width, tile.width) * pieces(image.height, tile.height) * pieces(image.depth, tile.depth);
}

/* An inner tile has both margins; with two tiles there is none, but the image's own border cuts it then. */
static int64_t with_margin(int64_t whole, int64_t piece, int64_t margin)
{
    const int64_t sides = pieces(whole, piece) == 2 ? 1 : 2;
    return piece >= whole || piece + sides * margin >= whole ? whole : piece + sides * margin;
}

struct shape chain_tile_with_margin(const struct chain_tiles *tiles, struct shape image, struct shape tile)
{
    return (struct shape){with_margin(image.width, tile.width, tiles->margin_px[0]),
                          with_margin(image.height, tile.height, tiles->margin_px[1]),
                          with_margin(image.depth, tile.depth, tiles->margin_px[2])};
}
