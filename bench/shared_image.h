/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Images that the parent process and its workers see alike: anonymous files in memory, opened by the workers through
 * /proc. Inputs are made once; the reference's answer is computed once and every backend is compared with it.
 */
#ifndef BENCH_SHARED_IMAGE_H
#define BENCH_SHARED_IMAGE_H

#include "images/image.h"

struct shared_image {
    struct image image; /* over the mapping; default stride; owns nothing */
    size_t bytes; /* 0: nothing is mapped */
    int file;
};

/* Creates an image of zeros. STATUS_MEMORY when the system has no room. */
enum status shared_image_create(struct shared_image *shared, struct shape shape, enum pixel_type type);

/* Maps, for reading and writing, an image that process `owner` holds in its file descriptor `file`. */
enum status shared_image_open(struct shared_image *shared, int owner, int file, struct shape shape, enum pixel_type type);

/* Unmaps and closes; a zeroed struct is fine. */
void shared_image_free(struct shared_image *shared);

#endif
