/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What a run sweeps, as the user typed it, and the groups that follow from it. Every axis is a comma-separated list; an
 * item may be a range low:high:step, or low:high:xFACTOR.
 *
 *     ops      add_scalar,median            default: all
 *     sizes    256x256,512x512x32,128:4096:x2 (squares)
 *     types    uint8,uint16,float32
 *     params   sigma=1,2,4 radius=1:10:3    each for the operations that have it; separated by spaces
 *     contents noise,cells,flat,...
 *     variants buffer,image                 default: buffer; each for the operations that have it
 */
#ifndef BENCH_AXES_H
#define BENCH_AXES_H

#include "bench/case_group.h"

struct axes {
    const char *ops, *sizes, *types, *params, *contents, *variants; /* NULL: the default of the suite */
    const char *suite; /* a list of cases that replaces all axes, see suite.h; NULL: none */
    bool quick;
    uint64_t seed;
    const struct image *image; /* the user's image: its type and size are the defaults, its size is always a case */
    const char *image_name;
};

/* All groups in the order of a shuffle by the seed, in an array to be freed with free(). STATUS_USAGE names what does not
 * exist and what does. */
enum status axes_groups(const struct axes *axes, struct case_group **groups, int *count);

/* The order in which groups are measured. */
void axes_shuffle(struct case_group *groups, int count, uint64_t seed);

/* The op of a group and its arguments, which are valid for groups of axes_groups(). */
const struct op *case_group_op(const struct case_group *group, struct op_args *args);

/* "512x512" or "512x512x32" to a shape; a single number is a square. STATUS_USAGE names the text. */
enum status shape_parse(const char *text, struct shape *shape);

#endif
