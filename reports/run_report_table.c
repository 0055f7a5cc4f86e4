/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A run on the terminal.
 */
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"
#include "reports/run_report.h"
#include "reports/table_line.h"

static void print_title(const struct terminal *t, const char *title)
{
    fputc('\n', t->out);
    terminal_wrap(t, TERMINAL_BOLD, title, 0, 2);
}

static void print_lines(const struct terminal *t, const char *text)
{
    char line[2 * ROW_TEXT + 64];
    for (const char *next; *text; text = next) {
        const size_t bytes = strcspn(text, "\n");
        next = text + bytes + (text[bytes] != 0);
        snprintf(line, sizeof line, "%.*s", (int)bytes, text);
        terminal_wrap(t, NULL, line, 0, 2);
    }
}

static void print_speedups(const struct terminal *t, const struct run_parts *p)
{
    char head[16], line[2 * ROW_TEXT], name[ROW_TEXT];
    const struct comparison *c = &p->comparison;
    if (c->line_count == 0)
        return;
    print_title(t, "Speedup over this machine's CPU (OpenMP)");
    for (int i = 0; i < c->column_count; i++) {
        if (i == c->baseline)
            continue;
        speedup_table_head(head, i);
        snprintf(line, sizeof line, "%s: %s", head, format_clean(name, sizeof name, c->columns[i].device->device));
        terminal_wrap(t, NULL, line, 0, 3);
    }
    speedup_table_print(t, &p->speedups);
    char legend[ROW_TEXT];
    snprintf(
        legend, sizeof legend,
        "end to end: with push to the device and pull back; resident: the image stays on the device. *: one of the "
        "two times is flagged.%s",
        t->colour ? " Green: above 1.10, red: below 0.91 with 95% confidence." : "");
    terminal_wrap(t, NULL, legend, 0, 0);
}

static bool same_series(const struct case_row *a, const struct case_row *b)
{
    return row_same_device(a, b) && row_same_subject(a, b);
}

static void print_break_evens(const struct terminal *t, const struct run_parts *p)
{
    char text[TEXT_BYTES], label[CELL_BYTES], line[TEXT_BYTES + CELL_BYTES];
    for (int i = 0; i < p->break_even_count; i++) {
        const struct case_row *row = p->break_evens[i].first, *before = i ? p->break_evens[i - 1].first : NULL;
        if (!before || !row_same_device(before, row)) {
            snprintf(line, sizeof line, "Image size from which it is faster than the CPU: %s",
                     format_clean(label, ROW_TEXT, row->device));
            print_title(t, line);
        }
        if (!before || !same_series(before, row)) {
            table_subject(label, sizeof label, row);
            fputs("  ", t->out);
            terminal_wrap(t, NULL, label, 2, 4);
        }
        table_data(label, sizeof label, row);
        snprintf(line, sizeof line, "%s: %s", label, break_even_text(text, sizeof text, &p->break_evens[i]));
        fputs("    ", t->out);
        terminal_wrap(t, NULL, line, 4, 6);
    }
}

static void print_failures(const struct terminal *t, const struct run_report *r)
{
    char name[3 * TEXT_BYTES], reason[TEXT_BYTES], line[4 * TEXT_BYTES];
    bool first = true;
    for (int i = 0; i < r->count; i++) {
        const struct case_row *row = &r->cases[i];
        if (row_ok(row))
            continue;
        if (first)
            print_title(t, "Failed");
        first = false;
        run_report_case(name, sizeof name, row);
        snprintf(line, sizeof line, "%s: %s%s%s", name, row->status, *row->reason ? ": " : "",
                 format_clean(reason, sizeof reason, row->reason));
        format_clean(name, sizeof name, line);
        fputs("  ", t->out);
        terminal_wrap(t, TERMINAL_RED, name, 2, 4);
    }
}

static void print_flags(const struct terminal *t, const struct run_report *r)
{
    const char *flag, *meaning;
    char line[ROW_TEXT];
    bool first = true;
    for (int f = 0; run_report_flag(f, &flag, &meaning); f++) {
        int count = 0;
        for (int i = 0; i < r->count; i++)
            count += run_report_has_flag(&r->cases[i], flag);
        if (!count)
            continue;
        if (first)
            print_title(t, "Flags");
        first = false;
        snprintf(line, sizeof line, "%s, %d of %d results: %s", flag, count, r->count, meaning);
        fputs("  ", t->out);
        terminal_wrap(t, NULL, line, 2, 4);
    }
}

enum status run_report_print(const struct terminal *t, const struct run_report *r)
{
    char title[ROW_TEXT];
    struct run_parts parts;
    enum status status = run_parts_make(r, &parts);
    if (status != STATUS_OK)
        return status;
    terminal_wrap(t, TERMINAL_BOLD, format_clean(title, sizeof title, r->title), 0, 2);
    terminal_wrap(t, NULL, parts.headline, 0, 0);
    fputc('\n', t->out);
    print_lines(t, parts.machine);
    print_speedups(t, &parts);
    print_break_evens(t, &parts);
    print_failures(t, r);
    print_flags(t, r);
    run_parts_free(&parts);
    return STATUS_OK;
}
