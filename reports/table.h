/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The table on the terminal after a run: a paragraph for the hurried, then per device one line for each case, and the
 * image sizes from which the device is faster. No row is left out: failed cases stand with their status and reason,
 * rows of the CPU that no device row was compared with in a block of their own.
 */
#ifndef REPORTS_TABLE_H
#define REPORTS_TABLE_H

#include <stdio.h>

#include "reports/row.h"

/* All zero is the usual. */
struct table_options {
    int width;      /* columns; 0: those of the terminal, 80 where there is none */
    bool no_colour; /* else where `out` is a terminal that shows it, and NO_COLOR is not set */
    bool ascii;     /* "us" for "µs"; else as the environment's locale says */
};

/* Prints everything, or one line saying that memory is not enough. */
void table_print(FILE *out, const struct case_row *rows, int count, const struct table_options *options);

#endif
