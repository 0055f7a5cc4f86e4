/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One step of a chain on a device: its result, its second image and its plan, allocated as chain_run() has them.
 * Running a chain, timing it and planning its memory all go through this one place, so that what is planned is what is
 * taken.
 */
#ifndef OPS_CHAIN_DEVICE_H
#define OPS_CHAIN_DEVICE_H

#include "ops/chain.h"

struct chain_device_step {
    struct device_image second; /* all zero for operations of one image */
    struct device_image out;    /* content undefined until the plan has run */
    struct plan *plan;
};

/* Allocates everything for an input that is on the device; nothing is transferred but constants. On a dry device it is
 * only counted. `in` must stay where it is until chain_device_free(). On failure everything is released. */
enum status chain_device_prepare(const struct chain_step *step, struct opencl *opencl, const struct device_image *in,
                                 struct chain_device_step *prepared);

/* Releases plan and second image, and the result unless `out` takes it over. */
void chain_device_free(struct opencl *opencl, struct chain_device_step *prepared, struct device_image *out);

/* STATUS_INPUT if the second image of a step does not match the first, whose shape is given. */
enum status chain_check_second(const struct chain_step *step, struct shape shape, const struct image *with);

#endif
