/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Comparing the result of a variant that interpolates in hardware. How far a pixel may be off depends on the pixels of
 * the input that it lies between: nothing on even ground, more on an edge.
 */
#ifndef BENCH_CONTRAST_H
#define BENCH_CONTRAST_H

#include "ops/op.h"

/* Compares the output of `call` with `expected`. A pixel may be off by op->contrast_tolerance per axis of the
 * range that op->local_range() tells of, and by the rounding of both results; where the range is a single value, by
 * nothing if it is an integer. Pixels that hold no numbers must have equal bits. */
struct image_difference contrast_compare(const struct op *op, const struct op_call *call, const struct image *expected);

#endif
