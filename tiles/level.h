/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The level of auto_threshold from the tiles of an image: the same as from the whole. Integers need one pass, which
 * counts every value; float32 needs two, since the bins lie between the smallest and the largest pixel of all.
 */
#ifndef TILES_LEVEL_H
#define TILES_LEVEL_H

#include "images/image.h"
#include "ops/histogram_threshold.h"

struct level {
    enum pixel_type type;
    int pass, passes;
    double low, high; /* NaN apart; low > high before a pixel was seen */
    int threads;
    uint64_t *values;              /* of uint8 and uint16: a table for each thread */
    uint64_t bins[HISTOGRAM_BINS]; /* of float32 */
};

/* How often the tiles of an image of that type are looked at. */
int level_passes(enum pixel_type type);

/* "minimum and maximum" or "histogram": what the pass, counted from 0, is after. */
const char *level_pass_name(enum pixel_type type, int pass);

/* For that many threads. STATUS_MEMORY. */
enum status level_begin(struct level *level, enum pixel_type type, int threads);

/* Host memory that a level takes beside itself. */
size_t level_bytes(enum pixel_type type, int threads);

/* Counts a tile. */
void level_add(struct level *level, const struct image *tile);

/* After all tiles; false: they are wanted once more. */
bool level_next(struct level *level);

/* `method` as auto_threshold has it: pixels above the result are 1. */
double level_choose(const struct level *level, int method);

void level_free(struct level *level);

#endif
