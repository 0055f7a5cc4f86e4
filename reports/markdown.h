/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Markdown as GitHub, GitLab and the summaries of CI show it. Names of devices, machines and files are other people's
 * text: nothing in them can end a table's cell, start HTML, a link or a code span, or call somebody by @name.
 */
#ifndef REPORTS_MARKDOWN_H
#define REPORTS_MARKDOWN_H

#include <stdio.h>

#include "reports/speedup_table.h"

/* Other people's text, as one line. */
void markdown_text(FILE *out, const char *text);

/* A table of speedups with their intervals. After `lines_most` lines one sentence says how many were left out, so that
 * the whole stays below the 65 536 characters of a comment. */
void markdown_speedups(FILE *out, const struct speedup_table *table, int lines_most);

#endif
