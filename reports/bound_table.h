/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The block of the terminal table that reads results against the measured limits.
 */
#ifndef REPORTS_BOUND_TABLE_H
#define REPORTS_BOUND_TABLE_H

#include "reports/order.h"
#include "reports/terminal.h"

/* For the rows of one device: per subject and residency the share of the limit and what binds, over the sizes; below them
 * the same of the CPU rows they are compared with. Nothing where no row has a share. */
void bound_table_print(const struct terminal *terminal, const struct ordered_row *rows, int count);

#endif
