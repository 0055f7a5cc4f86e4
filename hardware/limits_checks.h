/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Checks of what the stages of a device time. A figure of a kernel that does not do its work is no figure: such a row
 * has STATUS_WRONG's text for a reason, and no value.
 */
#ifndef HARDWARE_LIMITS_CHECKS_H
#define HARDWARE_LIMITS_CHECKS_H

#include "hardware/limits_device.h"

/* Runs the plan, waits, and copies what it left in a buffer. */
enum status limit_run_and_read(struct plan *plan, cl_mem from, void *to, size_t bytes);

/* STATUS_WRONG, naming the device, unless a result is `expected` to a thousandth. */
enum status limit_expect(const struct opencl *opencl, const char *what, double found, double expected);

/* Runs the plan and looks at `floats` numbers in a buffer: each must be `each`, their sum `total`; NAN: is not looked
 * at. */
enum status limit_run_and_expect(struct plan *plan, cl_mem from, size_t floats, const char *what, double each,
                                 double total);

/* All four walks of that shape over little data. */
enum status walk_check(struct opencl *opencl, const struct walk_shape *shape);

#endif
