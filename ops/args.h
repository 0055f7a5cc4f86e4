/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Parameter values to and from text: "sigma=2, radius=1".
 */
#ifndef OPS_ARGS_H
#define OPS_ARGS_H

#include "ops/op.h"

/* The presets. */
struct op_args op_args_preset(const struct op *op);

/* Presets changed by `text`, a comma-separated list of name=value, which may be empty. STATUS_USAGE names an unknown or
 * repeated parameter, a value that is no number or choice, or one out of range, and the valid ones. */
enum status op_args_parse(const struct op *op, const char *text, struct op_args *args);

/* Sets one parameter from text, then those that follow it. Errors as above. */
enum status op_args_set(const struct op *op, struct op_args *args, const char *name, const char *value);

/* All values as "sigma=2 radius=1" with single spaces, the canonical form of the store; parameters that follow another
 * and equal it are left out. Returns `text`. */
char *op_args_format(const struct op *op, const struct op_args *args, char *text, size_t bytes);

/* The parameter sets that the checker walks: `i` counts from 0; false when there is no such set. */
bool op_args_tested(const struct op *op, int i, struct op_args *args);

#endif
