/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Markdown as GitHub, GitLab and the summaries of CI show it. Names of devices, machines and files are other people's
 * text: nothing in them can end a table's cell, start HTML, a link or a code span, or call somebody by @name.
 */
#ifndef REPORTS_MARKDOWN_H
#define REPORTS_MARKDOWN_H

#include "hardware/limits.h"
#include "reports/speedup_table.h"

/* Other people's text, as one line. */
void markdown_text(FILE *out, const char *text);

/* A table of speedups with their intervals. After `lines_most` lines one sentence says how many were left out, so that
 * the whole stays below the 65 536 characters of a comment. */
void markdown_speedups(FILE *out, const struct speedup_table *table, int lines_most);

struct markdown_report {
    const char *title;       /* "Run 3 on laptop" */
    const char *environment; /* JSON of the run, or NULL */
    const struct case_row *cases;
    int count;
};

/* A report of one run: what it says in a sentence, the machine, speedups, break-even sizes, flagged and failed rows
 * with their reason. STATUS_IO when writing fails. */
enum status markdown_write_report(FILE *out, const struct markdown_report *report);

#endif
