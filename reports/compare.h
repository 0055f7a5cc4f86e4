/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Machines side by side: the cases that they have in common, a line each, and a column for every device of every
 * machine.
 *
 * Two cases are equal when operation, parameters, dimensions, size, pixel type, content, variant, residency and cache
 * are; device, backend and threads are what is compared. A line is a case that the baseline has a valid time of and,
 * where there are several machines, at least two of them have. All others are counted as left out.
 */
#ifndef REPORTS_COMPARE_H
#define REPORTS_COMPARE_H

#include "hardware/status.h"
#include "reports/order.h"
#include "reports/row.h"

struct compare_machine {
    char name[ROW_NAME];     /* unique among those compared; other people's text */
    char source[ROW_TEXT];   /* the file and run it comes from */
    const char *environment; /* JSON of the run; NULL: unknown */
    const struct case_row *cases;
    int count;
};

struct compare_column {
    int machine;
    const struct case_row *device;  /* one of its rows, which says what the device is */
    enum row_class class;           /* ROW_OPENMP: the machine's CPU */
    int own_cpu;                    /* the column of the machine's CPU; -1: it has none */
    char name[ROW_NAME + ROW_TEXT]; /* "laptop/cpu", "laptop/NVIDIA H100"; clean, see format_clean() */
};

struct comparison {
    const struct compare_machine *machines; /* the caller's, as the rows are */
    int machine_count;
    struct compare_column *columns; /* by machine, the CPU first */
    int column_count;
    int baseline;                  /* a column */
    const struct case_row **cells; /* line_count times column_count; NULL: not measured. Of several rows the fastest */
    int line_count;                /* ordered by subject, then size */
    /* Left out: cases that one machine alone has (an array by machine), that the baseline does not have, and whose time
     * on the baseline is not valid. */
    int *alone, without_baseline, baseline_failed;
};

struct compare_ratio {
    double speedup, low, high; /* of the device over the other column; NAN: unknown */
};

/* Compares 1 or more machines. `baseline` is "machine/device", where device is "cpu", "gpu" or a part of a device's
 * name, or "machine" alone for its CPU; NULL: the CPU of the first machine. STATUS_USAGE: no such column, or several;
 * the text lists what there is. Release with comparison_free(). */
enum status comparison_make(const struct compare_machine *machines, int count, const char *baseline,
                            struct comparison *comparison);

void comparison_free(struct comparison *comparison);

/* How many times faster `column` is than the column `over`. Of a device over the CPU of its own machine it is the
 * speedup measured in turns, with its bootstrap interval. Between machines the interval goes from the worst to the best
 * ends of both medians' 95 % intervals, which is wider than a bootstrap interval would be. */
struct compare_ratio comparison_ratio(const struct comparison *comparison, int line, int column, int over);

/* The same of two rows; `own_cpu`: `base` is of the CPU beside `row`'s device. Either may be NULL. */
struct compare_ratio compare_rows_ratio(const struct case_row *row, const struct case_row *base, bool own_cpu);

/* Of two rows of one case the one that stands for it: that has a valid time, then the faster. `a` may be NULL. */
const struct case_row *compare_faster(const struct case_row *a, const struct case_row *b);

/* The cell, NULL if that was not measured. */
const struct case_row *comparison_cell(const struct comparison *comparison, int line, int column);

/* Some row of a line that says which case it is; of a device, if there is one. */
const struct case_row *comparison_line(const struct comparison *comparison, int line);

#endif
