/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A profile on the terminal: per device and stage the curves over size as a grid and everything else as a list. What could
 * not be measured stands with its reason.
 */
#ifndef REPORTS_PROFILE_TABLE_H
#define REPORTS_PROFILE_TABLE_H

#include <stdio.h>

#include "hardware/limits.h"
#include "hardware/specifications.h"

/* Prints all rows, grouped by device, backend and stage in the order they come; beside a device that the specifications
 * know, what is published. */
void profile_table_print(FILE *out, const struct limits *limits, const struct specifications *specifications);

/* Measured against published: the share of the published memory bandwidth that a copy of the largest set reached, 1 is all
 * of it. NAN where either is unknown. A share under PROFILE_SUSPICIOUS is flagged. */
double profile_share_of_published(const struct limits *limits, const char *device, const struct specification *published);

#define PROFILE_SUSPICIOUS 0.6

#endif
