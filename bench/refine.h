/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Where to measure next: between the two sizes where CPU and device cross.
 */
#ifndef BENCH_REFINE_H
#define BENCH_REFINE_H

#include "bench/case_group.h"
#include "reports/row.h"

/* The next group that narrows the widest bracket around a break-even size to under 1.19 in pixels; false when all brackets
 * are that narrow. `groups` are those measured or planned so far: parameters, type and content are taken from them. Devices
 * of type cpu are left out: their crossing says nothing about a GPU. */
bool refine_next(const struct case_row *rows, int row_count, const struct case_group *groups, int group_count,
                 struct case_group *next);

#endif
