/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A comparison for people and programs. Each form says first in what the machines differ, and what was left out and
 * why; speedups come after that.
 */
#ifndef REPORTS_COMPARE_REPORT_H
#define REPORTS_COMPARE_REPORT_H

#include "reports/compare_environment.h"
#include "reports/reference.h"
#include "reports/speedup_table.h"

struct compare_report {
    const struct comparison *comparison;
    const struct environment_differences *differences;
    const struct reference_row *reference; /* NULL: none */
    int reference_count;
};

/* What is compared, in what the machines differ, and what is left out; no speedup. */
void compare_print_facts(const struct terminal *terminal, const struct compare_report *report);

/* "GPU", "CPU, OpenMP"; not for the plain reference, which is not compared. */
const char *compare_kind(enum row_class class);

/* What to say where there is no difference: none, or no record of any machine. */
const char *compare_no_difference(const struct compare_report *report);

/* The tables of speedups. STATUS_MEMORY. */
enum status compare_print_speedups(const struct terminal *terminal, const struct compare_report *report);

/* Both as Markdown. STATUS_IO when writing fails. */
enum status compare_write_markdown(FILE *out, const struct compare_report *report);

/* One line for each case and device: what identifies the case, machine, device, median with interval, speedup over the
 * baseline and over the machine's own CPU. With a reference its two GPUs are further lines, with the machine "lecture".
 * Unknown is an empty field. STATUS_IO when writing fails. */
enum status compare_write_csv(FILE *out, const struct compare_report *report);

/* All of it as one page for a browser that loads nothing, see reports/html_page.h. STATUS_MEMORY; whether writing to
 * `out` succeeded is for the caller to ask (ferror()). */
enum status compare_write_html(FILE *out, const struct compare_report *report);

/* Columns of the lecture's own devices, before those of the devices compared. */
enum { COMPARE_PUBLISHED = 3 };

/* The lecture's 28 rows with the devices' speedups over their own CPU beside them; labels are written to `labels`, one
 * for each row. Release with speedup_table_free(). */
enum status compare_reference_table(const struct compare_report *report, char (*labels)[64],
                                    struct speedup_table *table);

/* Hands over sentences: how many cases are compared, then what is left out, one for each reason. */
typedef void (*compare_say)(void *context, const char *sentence);
void compare_left_out(const struct comparison *comparison, compare_say say, void *context);

#endif
