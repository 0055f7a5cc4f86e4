/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The image that a sweep over tiles is about, and the second images of its chain: read from files, or made.
 */
#ifndef BENCH_TILE_IMAGES_H
#define BENCH_TILE_IMAGES_H

#include "bench/chain_request.h"
#include "images/synthetic.h"

struct tile_images {
    struct image in, second[CHAIN_STEPS_MAX];
    const struct image *with[CHAIN_STEPS_MAX]; /* as for chain_run() */
    char content[256];                         /* for rows: the file's base name, or what was made */
};

/* The request must have been read. Release with tile_images_free(), also on failure. STATUS_INPUT, STATUS_MEMORY. */
enum status tile_images_get(const struct chain_request *request, enum content content, uint64_t seed, int threads,
                            struct tile_images *images);

void tile_images_free(struct tile_images *images);

#endif
