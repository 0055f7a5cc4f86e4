/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A table of speedups, operation by device, as the lecture shows it: filled by whoever knows the rows, printed on a
 * terminal here, and by markdown.h into a file.
 */
#ifndef REPORTS_SPEEDUP_TABLE_H
#define REPORTS_SPEEDUP_TABLE_H

#include "reports/compare.h"
#include "reports/terminal.h"

struct speedup_cell {
    double speedup, low, high; /* NAN: none */
    bool as_published;         /* rounded by whoever published it: shown with the digits that it has */
    bool flagged;              /* shown with '*' */
    const char *instead;       /* shown where there is no speedup, such as "oom"; NULL: "-" */
};

struct speedup_line {
    const struct case_row *row; /* subject, size and residency are told from it; NULL: `label` stands for all */
    const char *label;
};

struct speedup_table {
    int column_count, line_count;
    char (*heads)[16]; /* of the columns */
    struct speedup_line *lines;
    struct speedup_cell *cells; /* line_count times column_count */
};

/* Room for so many columns and lines, all cells empty. Release with speedup_table_free(). */
enum status speedup_table_make(struct speedup_table *table, int columns, int lines);

void speedup_table_free(struct speedup_table *table);

struct speedup_cell *speedup_table_cell(const struct speedup_table *table, int line, int column);

enum compare_over { OVER_BASELINE, OVER_OWN_CPU };

/* The table of a comparison; heads are "A", "B", ... by column, and the column that all are compared with, or the
 * CPUs, are left out. */
enum status speedup_table_compare(const struct comparison *comparison, enum compare_over over,
                                  struct speedup_table *table);

/* The letter of a column of a comparison. */
void speedup_table_head(char *head, int column);

/* A cell as text without its mark: "3.1x", with `interval` "3.1x [2.9-3.4]", or what stands instead. */
void speedup_cell_text(char *text, size_t size, const struct speedup_cell *cell, bool interval);

/* Prints it; columns that do not fit beside each other follow in further blocks. Green: surely faster by 1.10, red:
 * surely slower by 0.91. */
void speedup_table_print(const struct terminal *terminal, const struct speedup_table *table);

#endif
