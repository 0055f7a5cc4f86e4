/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The image that a command is asked about, and the second images of its chain: read from files, or made.
 */
#ifndef BENCH_CHAIN_IMAGES_H
#define BENCH_CHAIN_IMAGES_H

#include "bench/chain_request.h"
#include "images/synthetic.h"

struct chain_images {
    struct image in, second[CHAIN_STEPS_MAX];
    const struct image *with[CHAIN_STEPS_MAX]; /* as for chain_run() */
    char content[256];                         /* for rows: the file's base name, or what was made */
};

/* The request must have been read. Release with chain_images_free(), also on failure. STATUS_INPUT, STATUS_MEMORY. */
enum status chain_images_get(const struct chain_request *request, enum content content, uint64_t seed, int threads,
                             struct chain_images *images);

void chain_images_free(struct chain_images *images);

#endif
