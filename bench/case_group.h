/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A group: one operation with its parameters on one image. Its cases, one per backend, device and residency, are
 * measured in turns, verified against one reference and stored together.
 */
#ifndef BENCH_CASE_GROUP_H
#define BENCH_CASE_GROUP_H

#include "images/synthetic.h"
#include "ops/execution.h"

enum residency { RESIDENCY_END_TO_END, RESIDENCY_RESIDENT, RESIDENCY_COUNT };

/* end_to_end: the image starts and ends in host memory, as after reading a file; caches are cold. resident: the image
 * is where the backend works, as in a chain of operations; caches are hot. */
const char *residency_name(enum residency residency);

const char *residency_cache_name(enum residency residency);

struct case_group {
    const char *op;       /* name in the registry */
    char parameters[256]; /* canonical, op_args_format() with commas */
    enum pixel_type type;
    struct shape shape;
    enum content content; /* CONTENT_COUNT: the user's image */
    enum op_variant variant;
    const char *image_name; /* base name of the user's image, or NULL */
};

/* "gaussian_blur(sigma=2) uint16 512x512x1 noise", and the variant if it is not the buffer: names the group in the
 * store and in messages. */
char *case_group_key(const struct case_group *group, char *text, size_t bytes);

/* The name of the content, or of the user's image. */
const char *case_group_content(const struct case_group *group);

#endif
