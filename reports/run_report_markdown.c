/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A run as Markdown. Sizes of the parts add up to less than a comment may have.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"
#include "reports/markdown.h"
#include "reports/run_report.h"
#include "reports/table_line.h"

enum {
    TABLE_BYTES = 28000,
    LINE_BYTES = 80,
    CELL_WIDTH = 28,
    BREAK_EVENS_MOST = 80,
    FAILURES_MOST = 25,
    FLAGGED_MOST = 25
};

static void write_machine(FILE *out, char *text)
{
    for (char *line = text, *next; *line; line = next) {
        next = line + strcspn(line, "\n");
        if (*next)
            *next++ = 0;
        fputs("- ", out);
        markdown_text(out, line);
        fputc('\n', out);
    }
}

static void write_speedups(FILE *out, const struct run_parts *p)
{
    char head[16];
    const struct comparison *c = &p->comparison;
    if (c->line_count == 0)
        return;
    fputs("\n### Speedup over this machine's CPU\n\n", out);
    for (int i = 0; i < c->column_count; i++) {
        if (i == c->baseline)
            continue;
        speedup_table_head(head, i);
        fprintf(out, "- %s: ", head);
        markdown_text(out, c->columns[i].device->device);
        fputc('\n', out);
    }
    fputc('\n', out);
    markdown_speedups(out, &p->speedups, TABLE_BYTES / (LINE_BYTES + CELL_WIDTH * p->speedups.column_count));
    fputs("\nRatios of median times with 95 % intervals, bold where the device is surely faster by 1.10. &#42;: one of "
          "the two times is flagged.\n",
          out);
}

static void write_break_evens(FILE *out, const struct run_parts *p)
{
    char text[TEXT_BYTES], data[TEXT_BYTES];
    if (p->break_even_count == 0)
        return;
    fputs("\n### Image size from which a device is faster than the CPU\n\n"
          "| operation | device | data | from |\n|---|---|---|---|\n",
          out);
    for (int i = 0; i < p->break_even_count && i < BREAK_EVENS_MOST; i++) {
        const struct case_row *row = p->break_evens[i].first;
        table_subject(text, sizeof text, row);
        table_data(data, sizeof data, row);
        fputs("| ", out);
        markdown_text(out, text);
        fputs(" | ", out);
        markdown_text(out, row->device);
        fputs(" | ", out);
        markdown_text(out, data);
        fprintf(out, " | %s |\n", break_even_text(text, sizeof text, &p->break_evens[i]));
    }
    if (p->break_even_count > BREAK_EVENS_MOST)
        fprintf(out, "\n%d further lines are left out here.\n", p->break_even_count - BREAK_EVENS_MOST);
}

static void write_failures(FILE *out, const struct run_report *r)
{
    char name[3 * TEXT_BYTES];
    int count = 0;
    for (int i = 0; i < r->count; i++) {
        const struct case_row *row = &r->cases[i];
        if (row_ok(row) || count++ >= FAILURES_MOST)
            continue;
        if (count == 1)
            fputs("\n### Failed\n\n", out);
        run_report_case(name, sizeof name, row);
        fputs("- ", out);
        markdown_text(out, name);
        fputs(": ", out);
        markdown_text(out, row->status);
        fputs(*row->reason ? ": " : "", out);
        markdown_text(out, row->reason);
        fputc('\n', out);
    }
    if (count > FAILURES_MOST)
        fprintf(out, "- %d further failures are left out here.\n", count - FAILURES_MOST);
}

/* What each flag means, then the results that have one. */
static void write_flags(FILE *out, const struct run_report *r)
{
    const char *flag, *meaning;
    char name[3 * TEXT_BYTES];
    int count = 0;
    for (int i = 0; i < r->count; i++)
        count += *r->cases[i].flags != 0;
    if (count == 0)
        return;
    fprintf(out, "\n### Flagged: %d of %d results\n\n", count, r->count);
    for (int f = 0; run_report_flag(f, &flag, &meaning); f++) {
        int having = 0;
        for (int i = 0; i < r->count; i++)
            having += run_report_has_flag(&r->cases[i], flag);
        if (having)
            fprintf(out, "- %s, %d of %d results: %s\n", flag, having, r->count, meaning);
    }
    fputs("\n<details><summary>Which</summary>\n\n", out);
    count = 0;
    for (int i = 0; i < r->count; i++) {
        if (!*r->cases[i].flags || count++ >= FLAGGED_MOST)
            continue;
        run_report_case(name, sizeof name, &r->cases[i]);
        fputs("- ", out);
        markdown_text(out, name);
        fputs(": ", out);
        markdown_text(out, r->cases[i].flags);
        fputc('\n', out);
    }
    if (count > FLAGGED_MOST)
        fprintf(out, "- %d further ones are left out here; the CSV has all.\n", count - FLAGGED_MOST);
    fputs("\n</details>\n", out);
}

enum status run_report_markdown(FILE *out, const struct run_report *r)
{
    struct run_parts parts;
    enum status status = run_parts_make(r, &parts);
    if (status != STATUS_OK)
        return status;
    fputs("## breakeven: ", out);
    markdown_text(out, r->title);
    fputs("\n\n", out);
    /* The headline is cut at what markdown_text() takes at once. */
    for (const char *rest = parts.headline; *rest;) {
        char part[512];
        const size_t space = strlen(rest) < sizeof part - 1 ? strlen(rest) : sizeof part - 1;
        size_t bytes = space;
        while (bytes > 0 && rest[bytes] && rest[bytes] != ' ')
            bytes--;
        bytes = bytes ? bytes : space;
        snprintf(part, sizeof part, "%.*s", (int)bytes, rest);
        markdown_text(out, part);
        rest += bytes;
    }
    fputs("\n\n", out);
    write_machine(out, parts.machine);
    write_speedups(out, &parts);
    write_break_evens(out, &parts);
    write_failures(out, r);
    write_flags(out, r);
    run_parts_free(&parts);
    if (fflush(out) != 0 || ferror(out))
        return status_fail(STATUS_IO, "writing Markdown: %s", strerror(errno));
    return STATUS_OK;
}
