/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A profile on the terminal: per device and stage the curves over size as a grid and everything else as a list. What could
 * not be measured stands with its reason.
 */
#ifndef REPORTS_PROFILE_TABLE_H
#define REPORTS_PROFILE_TABLE_H

#include <stdio.h>

#include "hardware/limits.h"

/* Prints all rows, grouped by device, backend and stage in the order they come. */
void profile_table_print(FILE *out, const struct limits *limits);

#endif
