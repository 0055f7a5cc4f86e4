/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Growing labels tile by tile. How far a label comes depends on the image, so no margin is known before. But whether
 * one was enough can be seen: what lies beyond a window is unknown, and unknown spreads by the same steps as labels do.
 * The window's free pixels at the cut get GROWTH_UNKNOWN, a label larger than all others, which therefore wins wherever
 * it arrives. Where it does not arrive, the result is that of the whole image.
 */
#ifndef TILES_GROWTH_H
#define TILES_GROWTH_H

#include "images/region.h"
#include "ops/op.h"

static const uint32_t GROWTH_UNKNOWN = UINT32_MAX - 2;

/* The operation out = in[0] (labels) grown inside in[1] (outline), on all backends. */
struct op growth_op(void);

/* Marks what is free at those sides of the window that are not the border of an image of shape `whole`. */
void growth_mark_cuts(struct image *labels, const struct region *window, struct shape whole);

/* True if nothing unknown is in the image. */
bool growth_is_certain(const struct image *labels);

#endif
