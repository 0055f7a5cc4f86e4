/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A comparison as Markdown, short enough for a comment: of long tables the first lines stand.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/compare_report.h"
#include "reports/markdown.h"

/* A comment has 65 536 characters at most: two tables of this size leave a quarter for all else. */
enum { TABLE_BYTES = 24000, LINE_BYTES = 80, CELL_BYTES = 28, DIFFERENCES_MOST = 40 };

static void write_differences(FILE *out, const struct compare_report *r)
{
    const struct comparison *c = r->comparison;
    if (r->differences->count == 0) {
        fprintf(out, "\n%s.\n", compare_no_difference(r));
        return;
    }
    fputs("\n### In what they differ\n\n| field |", out);
    for (int m = 0; m < c->machine_count; m++) {
        fputc(' ', out);
        markdown_text(out, c->machines[m].name);
        fputs(" |", out);
    }
    fputs("\n|---|", out);
    for (int m = 0; m < c->machine_count; m++)
        fputs("---|", out);
    fputc('\n', out);
    for (int i = 0; i < r->differences->count && i < DIFFERENCES_MOST; i++) {
        fputs("| ", out);
        markdown_text(out, r->differences->rows[i].field);
        fputs(" |", out);
        for (int m = 0; m < c->machine_count; m++) {
            fputc(' ', out);
            markdown_text(out, r->differences->rows[i].values[m]);
            fputs(" |", out);
        }
        fputc('\n', out);
    }
    if (r->differences->count > DIFFERENCES_MOST)
        fprintf(out, "\n%d further differences are left out here.\n", r->differences->count - DIFFERENCES_MOST);
}

static void write_columns(FILE *out, const struct comparison *c)
{
    char head[16];
    fputs("\n### Devices\n\n", out);
    for (int i = 0; i < c->column_count; i++) {
        speedup_table_head(head, i);
        fprintf(out, "- %s: ", head);
        markdown_text(out, c->columns[i].name);
        if (c->columns[i].class == ROW_OPENMP) {
            fputs(", ", out);
            markdown_text(out, c->columns[i].device->device);
        }
        fputs(i == c->baseline ? " (the baseline)\n" : "\n", out);
    }
}

static enum status write_over(FILE *out, const struct comparison *c, enum compare_over over)
{
    struct speedup_table table;
    enum status status = speedup_table_compare(c, over, &table);
    if (status != STATUS_OK)
        return status;
    fputs(over == OVER_BASELINE ? "\n### Speedup over the baseline " : "\n### Speedup over each machine's own CPU",
          out);
    if (over == OVER_BASELINE)
        markdown_text(out, c->columns[c->baseline].name);
    fputs("\n\n", out);
    if (table.column_count)
        markdown_speedups(out, &table, TABLE_BYTES / (LINE_BYTES + CELL_BYTES * table.column_count));
    else
        fputs("There is no device to compare.\n", out);
    speedup_table_free(&table);
    return STATUS_OK;
}

static enum status write_reference(FILE *out, const struct compare_report *r)
{
    enum status status;
    struct speedup_table table = {0};
    char(*labels)[64] = calloc((size_t)r->reference_count + 1, sizeof *labels);
    if (!labels)
        return status_fail(STATUS_MEMORY, "no memory for the reference table");
    TRY(compare_reference_table(r, labels, &table));
    fputs(
        "\n### Beside the lecture's table\n\nResident images. UHD620, P6000: as published, over the laptop's i7-8650U. "
        "P6000own: over the Xeon Silver 4110 beside it, from the published times. Then the devices above, each over "
        "its own machine's CPU.\n\n",
        out);
    markdown_speedups(out, &table, r->reference_count);
    fputc('\n', out);
    for (int n = 1; n <= REFERENCE_FOOTNOTES; n++)
        fprintf(out, "%d. %s\n", n, reference_footnote(n));
done:
    speedup_table_free(&table);
    free(labels);
    return status;
}

/* `context` is a FILE. */
static void write_item(void *context, const char *sentence)
{
    fputs("- ", context);
    markdown_text(context, sentence);
    fputc('\n', context);
}

enum status compare_write_markdown(FILE *out, const struct compare_report *r)
{
    enum status status = STATUS_OK;
    const struct comparison *c = r->comparison;
    fputs("## Machines side by side\n\n", out);
    for (int m = 0; m < c->machine_count; m++) {
        fputs("- ", out);
        markdown_text(out, c->machines[m].name);
        fprintf(out, ": %d results, ", c->machines[m].count);
        markdown_text(out, c->machines[m].source);
        fputc('\n', out);
    }
    if (c->machine_count > 1)
        write_differences(out, r);
    write_columns(out, c);
    fputc('\n', out);
    compare_left_out(c, write_item, out);
    if (c->line_count) {
        TRY(write_over(out, c, OVER_BASELINE));
        TRY(write_over(out, c, OVER_OWN_CPU));
        fputs("\nRatios of median times with 95 % intervals; above 1 the column is faster, bold where it surely is by "
              "1.10. &#42;: one of the two times is flagged. -: not measured.\n",
              out);
    }
    if (r->reference)
        TRY(write_reference(out, r));
    if (fflush(out) != 0 || ferror(out))
        return status_fail(STATUS_IO, "writing Markdown: %s", strerror(errno));
done:
    return status;
}
