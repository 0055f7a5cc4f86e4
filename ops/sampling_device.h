/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The host's side of kernels/sampling.clh: launches, and the input as an OpenCL image for variants that let the
 * device's sampler interpolate.
 */
#ifndef OPS_SAMPLING_DEVICE_H
#define OPS_SAMPLING_DEVICE_H

#include "hardware/plan.h"
#include "images/device_image.h"
#include "ops/op.h"

/* `struct place` of kernels/sampling.clh: where a tile's result and input begin in the whole ones, along x, y, z. Kernels
 * read it only if they are built with PART, so that whole images take no time for it. */
struct sampling_place {
    cl_long out[3], in[3];
};

/* All 0 without a part. */
struct sampling_place sampling_place(const struct op_part *part);

/* Whether the whole images of a part have an axis that an int cannot count. */
bool sampling_is_wide(const struct op_part *part);

/* Whether work-groups are patches, as on GPUs; a CPU's driver makes vectors of neighbours in x. */
bool sampling_in_patches(const struct plan *plan);

/* Appends a launch of place_in_group(): work-items for at least `columns` x `lines` x `sheets`. Fills in sizes and adds
 * to the options, which stay the caller's. */
enum status sampling_launch(struct plan *plan, struct launch *launch, size_t columns, size_t lines, size_t sheets);

/* The weights of a sampler have 8 bits behind the point. A device that cuts off what comes after them, as NVIDIA's seem to
 * (an H100 was off by 1/109 of the local contrast in 3D), is wrong by less than 1/256 of it for each axis. */
#define SAMPLER_TOLERANCE (1.0 / 256)
#define SAMPLER_TOLERANCE_REASON                                                                                       \
    "the device's sampler interpolates with weights of 8 bits: 1/256 of the contrast around, for each axis"

/* Appends the copy of `in` to an OpenCL image, padding included, since a copy knows no gaps: the kernel must not
 * interpolate beyond the last column. Integers become fractions of their largest value. STATUS_UNSUPPORTED where the
 * device has no such images. */
enum status sampling_image(struct plan *plan, const struct device_image *in, cl_mem *image);

#endif
