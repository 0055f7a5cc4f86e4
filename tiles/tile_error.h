/* SPDX-License-Identifier: BSD-3-Clause
 *
 * How far a result that was computed in tiles is from the untiled one. No figure here is a signed sum: positive and
 * negative differences would cancel, and a margin that is too small could look better than none.
 *
 * The difference of two pixels is the absolute one, in the units of the result. Pixels of equal bits differ by 0,
 * equal NaNs and infinities too. A NaN that meets a number, and an infinity that meets anything else, differ by
 * INFINITY; two NaNs of other bits, and -0 and 0, by 0, though they count as wrong. Of labels only equality means
 * something: equal ids differ by 0, all others by 1.
 */
#ifndef TILES_TILE_ERROR_H
#define TILES_TILE_ERROR_H

#include "tiles/grid.h"

struct tile_error {
    double max;       /* the largest difference */
    double p99;       /* the smallest d such that at least 99 % of all pixels, right ones included, differ by no more */
    double seam_max;  /* the largest at seams: pixels on either side of a border between two tiles; NAN without one */
    int64_t wrong_px; /* pixels whose bits differ */
    int64_t pixels;   /* of the image */
};

/* Both images have one type, and the shape of the grid's image. `labels`: see above. STATUS_MEMORY. */
enum status tile_error_measure(const struct image *found, const struct image *expected, const struct grid *grid,
                               bool labels, int threads, struct tile_error *error);

#endif
