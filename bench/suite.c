/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The cases of a suite come from the reference data that they are compared with, so that the two cannot part.
 *
 * What the lecture's benchmark computed, and what stands for it here:
 *   inputs    random pixels of 16 bit; of Erode and BinaryAnd a mask of such, which is what "extremes" is: the smallest
 *             and the largest value at random
 *   Rotate    "Rotate 90 Degrees Left", a permutation of pixels: -90 degrees about z with the nearest pixel
 *   Reslice   nearest pixel, as the GPU's side had it
 */
#include "bench/suite.h"

#include <stdlib.h>
#include <string.h>

#include "ops/args.h"
#include "ops/registry.h"
#include "reports/reference.h"

static enum status make_group(const struct reference_row *row, struct case_group *group)
{
    enum status status;
    struct op_args args;
    *group = (struct case_group){.type = pixel_type_find(row->type),
                                 .shape = {row->width, row->height, row->depth},
                                 .content = content_find(row->content),
                                 .variant = VARIANT_BUFFER};
    const struct op *op = op_find(row->operation, group->type);
    if (!op)
        return op_unknown(row->operation);
    group->op = op->name;
    TRY(op_args_parse(op, row->parameters, &args));
    op_args_format(op, &args, group->parameters, sizeof group->parameters);
    for (char *c = group->parameters; *c; c++)
        *c = *c == ' ' ? ',' : *c;
done:
    return status;
}

enum status suite_groups(const struct axes *axes, struct case_group **groups, int *count)
{
    enum status status;
    struct reference_row *rows = NULL;
    *groups = NULL;
    *count = 0;
    if (strcmp(axes->suite, "lecture") != 0)
        return status_fail(STATUS_USAGE, "suite '%s'; valid: lecture", axes->suite);
    if (axes->ops || axes->sizes || axes->types || axes->params || axes->contents || axes->variants || axes->image)
        return status_fail(STATUS_USAGE, "--suite %s has its own operations, sizes, types, parameters and images",
                           axes->suite);
    TRY(reference_load(axes->suite, &rows, count));
    *groups = calloc((size_t)*count, sizeof **groups);
    if (!*groups) {
        status = status_fail(STATUS_MEMORY, "no host memory for the list of cases");
        goto done;
    }
    for (int i = 0; i < *count; i++)
        TRY(make_group(&rows[i], &(*groups)[i]));
    axes_shuffle(*groups, *count, axes->seed);
done:
    free(rows);
    if (status != STATUS_OK) {
        free(*groups);
        *groups = NULL;
        *count = 0;
    }
    return status;
}
