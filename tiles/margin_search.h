/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The smallest margin with which a chain gives the untiled result: as the operations' descriptors say, and as measured.
 *
 * Measured: on a piece of the image, cut into tiles, the margin of each axis is doubled until no pixel is wrong, then
 * bisected, the other axes being whole. Pieces grow until a margin is small beside them. What is found is confirmed on
 * other pieces (other places or, of a made image, other seeds) in other tiles; where that fails the search goes on
 * upwards. Levels of thresholds and numbers of labels come from all tiles and need no margin of their own.
 *
 * Labels that grow (GRAPH_GROW) go as far as the image lets them. No margin is searched for them: each tile tells
 * whether its own was enough and is computed again with more if not, see growth.h. How far that went is reported.
 */
#ifndef TILES_MARGIN_SEARCH_H
#define TILES_MARGIN_SEARCH_H

#include "images/synthetic.h"
#include "tiles/graph.h"

struct margin_request {
    const struct chain *chain;
    struct shape shape;              /* of the image */
    const struct image *in;          /* NULL: pieces are made */
    const struct image *const *with; /* second images by step, as for chain_run(); unused without `in` */
    enum content content;            /* of made pieces */
    uint64_t seed;
    int threads;
};

struct margin_found {
    int64_t automatic_px[3]; /* x, y, z: of the sweep that needs most; 0 along axes of one pixel */
    int64_t measured_px[3];  /* -1: wrong pixels remain whatever the margin, as where rounding depends on the tile */
    bool grows;              /* then both hold what growth took, and it was checked and not searched */
    int64_t growth_px;       /* of that; -1 without growth */
    int64_t pieces, trials;  /* looked at; tiled runs made */
};

/* The margin of the sweep that needs most. `growth_px` is taken for that of growing labels. */
void margin_automatic(const struct graph *graph, int64_t growth_px, int64_t margin_px[3]);

/* True if some labels of the graph grow. */
bool margin_grows(const struct graph *graph);

/* STATUS_UNSUPPORTED for chains that cannot be tiled, STATUS_INPUT for second images that do not fit, STATUS_WRONG for
 * growth whose check did not hold. */
enum status margin_search(const struct margin_request *request, struct margin_found *found);

/* The largest of the three. */
int64_t margin_largest(const int64_t margin_px[3]);

#endif
