/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The table of speedups that the lecture shows: 28 operations of CLIJ on an Intel UHD 620 and on an Nvidia Quadro
 * P6000, as published, against the CPU of the laptop that holds the UHD 620 (i7-8650U). Kept in
 * reports/reference/lecture.csv, which is part of the program, with the mean times in ms behind it and the cases of
 * ours that come nearest. Those cases are also what `breakeven run --suite lecture` measures.
 */
#ifndef REPORTS_REFERENCE_H
#define REPORTS_REFERENCE_H

#include "hardware/status.h"
#include "reports/row.h"

enum { REFERENCE_FOOTNOTES = 7 };

struct reference_row {
    char name[ROW_NAME];                                                               /* "Median2D" */
    char operation[ROW_NAME], parameters[ROW_TEXT], type[ROW_NAME], content[ROW_NAME]; /* as in case_row */
    int dimensions;
    int64_t width, height, depth;
    double uhd620_speedup, p6000_speedup;                  /* as published, rounded, both against the i7-8650U */
    double i7_8650u_ms, uhd620_ms, xeon_4110_ms, p6000_ms; /* means; the Xeon is the CPU beside the P6000 */
    char footnotes[ROW_NAME];                              /* "1 2 6" */
    char source[ROW_TEXT];
};

/* The rows of the reference data set of that name, which is "lecture", to be freed with free(). STATUS_USAGE for
 * another name. */
enum status reference_load(const char *name, struct reference_row **rows, int *count);

/* What is known to be wrong with these numbers; `number` from 1 to REFERENCE_FOOTNOTES. The last one holds for what the
 * lecture said beside the table. */
const char *reference_footnote(int number);

/* Whether a case is the one of this row: the operation with these parameters on an image of this size, type and
 * content, resident, as the lecture's times hold no transfer, and read from a buffer. */
bool reference_is_case(const struct reference_row *reference, const struct case_row *row);

#endif
