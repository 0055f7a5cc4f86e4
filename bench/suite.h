/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Suites: fixed lists of cases, in contrast to the sweeps of axes.h.
 */
#ifndef BENCH_SUITE_H
#define BENCH_SUITE_H

#include "bench/axes.h"

/* The groups of a suite, in the order of a shuffle by axes->seed, in an array to be freed with free(). The suite is
 * "lecture": the 28 cases of reports/reference.h. STATUS_USAGE: another name, or an axis is given beside the suite. */
enum status suite_groups(const struct axes *axes, struct case_group **groups, int *count);

#endif
