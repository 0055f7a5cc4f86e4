/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The figures of a report for papers: for each a table (NAME.dat) and a gnuplot script (NAME.gp) that makes NAME.svg
 * and NAME.pdf of it. Both are kept, so that a figure can be changed and made again: cd FOLDER && gnuplot NAME.gp.
 *
 * Each NAME says what the figure shows:
 *   time_*        time against image size of an operation, log-log, every device with its 95 % intervals
 *   parameter_*   time against a parameter, at the largest image size
 *   speedup_*     speedups over the CPU, all operations, at their largest sizes
 *   parts_*       shares of push, compute and pull on a device
 *   roofline_*    operations under the measured roofs of a device
 *   bandwidth_*   measured bandwidth by working set
 *
 * Tables have times in ns, sizes in pixels, rates in B/s and op/s; '?' is unknown. Names of devices and files are other
 * people's text: they stand in scripts only as quoted strings in which gnuplot replaces nothing, and in names of files
 * only as letters, digits and '_'.
 */
#ifndef REPORTS_PLOT_H
#define REPORTS_PLOT_H

#include "hardware/limits.h"
#include "hardware/status.h"
#include "reports/row.h"

enum { PLOT_NAME = 96 };

struct plot_report {
    const struct case_row *cases;
    int case_count;
    const struct limits *limits; /* count 0: the machine was not profiled */
};

struct plot_names {
    char (*rows)[PLOT_NAME];
    int count, capacity;
};

/* Writes tables and scripts into the folder, which is there. STATUS_INPUT when there is nothing to draw, STATUS_IO.
 * Release the names with free(names->rows), also after a failure. */
enum status plot_write(const char *folder, const struct plot_report *report, struct plot_names *names);

#endif
