/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One run for people: what it says in a sentence, the machine, a table of speedups with an operation's case on each
 * line and a column for each device, break-even sizes, and what failed or is flagged, in words.
 */
#ifndef REPORTS_RUN_REPORT_H
#define REPORTS_RUN_REPORT_H

#include "reports/break_even.h"
#include "reports/speedup_table.h"

struct run_report {
    const char *title;       /* "run 3, laptop": other people's text */
    const char *environment; /* JSON of the run; NULL: unknown */
    const struct case_row *cases;
    int count;
};

/* On a terminal; a file gets 80 columns and no colour. STATUS_MEMORY. */
enum status run_report_print(const struct terminal *terminal, const struct run_report *report);

/* As Markdown, below the 65 536 characters that a comment may have: of long tables the first lines stand. STATUS_IO
 * when writing fails. */
enum status run_report_markdown(FILE *out, const struct run_report *report);

/* The parts of a report. `machine` has one line for each fact, ended by a line break, with text of other people
 * cleaned; in the comparison the baseline is the CPU, and columns and lines are 0 where CPU or devices were not
 * measured. */
struct run_parts {
    char *headline, *machine;
    struct compare_machine alone;
    struct comparison comparison;
    struct speedup_table speedups;
    struct break_even *break_evens;
    int break_even_count;
};

/* Release with run_parts_free(). */
enum status run_parts_make(const struct run_report *report, struct run_parts *parts);

void run_parts_free(struct run_parts *parts);

/* "flip axes=x, 2D uint16, noise, 64x64 end to end on NVIDIA H100" */
void run_report_case(char *text, size_t size, const struct case_row *row);

/* What a flag means, by number from 0; false where there is no such number. */
bool run_report_flag(int number, const char **flag, const char **meaning);

/* Whether the row has that flag. */
bool run_report_has_flag(const struct case_row *row, const char *flag);

#endif
