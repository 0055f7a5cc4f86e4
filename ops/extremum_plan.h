/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Minima and maxima of a neighbourhood on a device, whatever the pixel type; the kernels are those of
 * kernels/extremum.clh.
 */
#ifndef OPS_EXTREMUM_PLAN_H
#define OPS_EXTREMUM_PLAN_H

#include "images/device_image.h"
#include "ops/op.h"

/* One filter of a call. */
struct extremum_filter {
    bool maximum;
    bool subtract; /* the result is what is left of the call's input */
};

/* Appends filters, each on the result of the one before, from the call's input to its output. The first two parameters
 * are the radius and the shape. */
enum status extremum_plan(struct plan *plan, const struct op_device_call *call, const struct extremum_filter *filters,
                          int count);

#endif
