/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The cells of one line of the terminal table, and the layout of a block of lines.
 */
#ifndef REPORTS_TABLE_LINE_H
#define REPORTS_TABLE_LINE_H

#include <stddef.h>

#include "reports/order.h"

enum column { SUBJECT, IMAGE, DATA, CPU, PUSH, COMPUTE, PULL, SPEEDUP, FASTER, COLUMNS };

enum { CELL_BYTES = 3 * ROW_TEXT, TEXT_BYTES = 4 * ROW_TEXT };

struct line {
    char cell[COLUMNS][CELL_BYTES];
    char flags[TEXT_BYTES];   /* "": none */
    char failure[TEXT_BYTES]; /* status and reason; "": the case is ok */
};

struct layout {
    const char *micro;   /* "µ" or "u" */
    bool subject_column; /* else the subject is a heading above its lines */
    bool squeezed;       /* "1.23ms" */
    int gap;             /* blanks before each column */
    int width[COLUMNS];  /* 0: the column is empty and left out */
};

/* The roomiest layout in which lines without their flags fit `width`, else the tightest. `line` is scratch. */
struct layout table_layout(const struct ordered_row *rows, int count, int width, const char *micro, struct line *line);

void table_line(const struct layout *layout, const struct ordered_row *row, struct line *line);

/* The title of a column in a block of rows of that class, and whether its cells stand to the right. */
const char *table_title(enum column column, enum row_class class);
bool table_stands_right(enum column column);

/* "gaussian_blur sigma=2, 2D u16, noise" */
void table_subject(char *text, size_t size, const struct case_row *row);

/* "end to end", "resident"; the cache is named where it is not the one that goes with the residency. */
void table_data(char *text, size_t size, const struct case_row *row);

#endif
