/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A chain of operations as text: "gaussian_blur(sigma=2) | auto_threshold". Each step takes the result of the one before; a
 * second image is named by with=FILE.
 */
#ifndef OPS_CHAIN_H
#define OPS_CHAIN_H

#include "ops/execution.h"

enum { CHAIN_STEPS_MAX = 64 };

struct chain_step {
    const struct op *op; /* for the pixel type that arrives at this step */
    struct op_args args;
    char *with; /* path of the second image, owned; NULL for operations of one */
};

struct chain {
    struct chain_step steps[CHAIN_STEPS_MAX];
    int count; /* at least 1 after chain_parse() */
};

/* Parses `text` for images of type `input`. STATUS_USAGE names an unknown operation or parameter, a missing second image,
 * or a step that cannot take the type before it. On failure the chain is empty. */
enum status chain_parse(const char *text, enum pixel_type input, struct chain *chain);

void chain_free(struct chain *chain);

/* Runs the steps on one backend. with[i] is the second image of step i, or NULL; it must have the shape and type of what
 * arrives there, else STATUS_INPUT. On a device the image is pushed once and pulled once. `out` is allocated here and freed
 * by the caller. */
enum status chain_run(const struct chain *chain, enum backend backend, struct opencl *opencl, int threads,
                      const struct image *in, const struct image *const *with, struct image *out);

#endif
