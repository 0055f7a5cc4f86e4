/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Bisection on a logarithmic scale of pixels. A size that is not narrower than its neighbours by a pixel ends it.
 */
#include "bench/refine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double NARROW = 1.19;

static bool same_series(const struct case_row *a, const struct case_row *b)
{
    return strcmp(a->operation, b->operation) == 0 && strcmp(a->parameters, b->parameters) == 0 &&
           a->dimensions == b->dimensions && strcmp(a->type, b->type) == 0 && strcmp(a->content, b->content) == 0 &&
           strcmp(a->device, b->device) == 0 && strcmp(a->residency, b->residency) == 0 &&
           strcmp(a->variant, b->variant) == 0;
}

static double pixels(const struct case_row *row)
{
    return (double)row->width * (double)row->height * (double)row->depth;
}

/* The neighbour of `row` with the next larger image in its series. */
static const struct case_row *next_larger(const struct case_row *rows, int count, const struct case_row *row)
{
    const struct case_row *next = NULL;
    for (int i = 0; i < count; i++)
        if (same_series(&rows[i], row) && !isnan(rows[i].speedup) && pixels(&rows[i]) > pixels(row) &&
            (!next || pixels(&rows[i]) < pixels(next)))
            next = &rows[i];
    return next;
}

static int64_t middle(int64_t a, int64_t b)
{
    return llround(sqrt((double)a * (double)b));
}

static bool is_group_of(const struct case_group *g, const struct case_row *row)
{
    return strcmp(g->op, row->operation) == 0 && strcmp(g->parameters, row->parameters) == 0 &&
           strcmp(pixel_type_name(g->type), row->type) == 0 && strcmp(case_group_content(g), row->content) == 0 &&
           strcmp(op_variant_name(g->variant), row->variant) == 0;
}

static bool make_group(const struct case_row *low, const struct case_row *high, const struct case_group *groups, int count,
                       struct case_group *next)
{
    struct shape shape = {middle(low->width, high->width), middle(low->height, high->height), middle(low->depth, high->depth)};
    const struct case_group *pattern = NULL;
    for (int i = 0; i < count; i++) {
        if (!is_group_of(&groups[i], low))
            continue;
        if (shape_equal(groups[i].shape, shape))
            return false;
        pattern = &groups[i];
    }
    if (!pattern)
        return false;
    *next = *pattern;
    next->shape = shape;
    return true;
}

bool refine_next(const struct case_row *rows, int row_count, const struct case_group *groups, int group_count,
                 struct case_group *next)
{
    double widest = NARROW;
    for (int i = 0; i < row_count; i++) {
        const struct case_row *low = &rows[i];
        if (isnan(low->speedup) || strcmp(low->device_type, "cpu") == 0)
            continue;
        const struct case_row *high = next_larger(rows, row_count, low);
        if (!high || (low->speedup < 1) == (high->speedup < 1))
            continue;
        struct case_group candidate;
        double width = pixels(high) / pixels(low);
        if (width > widest && make_group(low, high, groups, group_count, &candidate)) {
            widest = width;
            *next = candidate;
        }
    }
    return widest > NARROW;
}
