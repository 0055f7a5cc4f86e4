/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The columns of a comparison: which devices there are, and which of them is the baseline.
 */
#ifndef REPORTS_COMPARE_COLUMNS_H
#define REPORTS_COMPARE_COLUMNS_H

#include "reports/compare.h"

/* Fills columns and column_count from the machines' rows. STATUS_USAGE: there is no row at all. */
enum status compare_columns_find(struct comparison *comparison);

/* Sets the baseline, see comparison_make(). */
enum status compare_columns_choose(struct comparison *comparison, const char *baseline);

/* The column of a row of that machine; -1 for a row of the plain reference, which is not compared. */
int compare_column_of(const struct comparison *comparison, int machine, const struct case_row *row);

#endif
