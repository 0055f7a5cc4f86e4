/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Texts are written with character references for everything that Markdown or HTML gives a meaning; references are text
 * to every reader of Markdown, also within a table's cell, where a backslash is not.
 */
#include "reports/markdown.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "reports/format.h"
#include "reports/table_line.h"

void markdown_text(FILE *out, const char *text)
{
    char clean[TEXT_BYTES];
    format_clean(clean, sizeof clean, text);
    for (const char *c = clean; *c; c++) {
        /* Inside a word, as in gaussian_blur, an underscore has no meaning. */
        const bool within = *c == '_' && c > clean && isalnum((unsigned char)c[-1]) && isalnum((unsigned char)c[1]);
        if (strchr("|`<>&*[]\\~!#$", *c) || (*c == '_' && !within) || (*c == ':' && c[1] == '/') ||
            (*c == '.' && c - clean >= 3 && strncasecmp(c - 3, "www", 3) == 0))
            fprintf(out, "&#%d;", *c);
        else if (*c == '@')
            fputs("@\xe2\x81\xa0", out); /* a word joiner: a reference alone would still call @name */
        else
            fputc(*c, out);
    }
}

static void write_cell(FILE *out, const struct speedup_cell *cell)
{
    char text[FORMAT_MAX];
    speedup_cell_text(text, sizeof text, cell, true);
    const bool known = isfinite(cell->speedup), sure = known && cell->low > 1.10;
    fputs(sure ? "**" : "", out);
    if (known)
        fputs(text, out);
    else
        markdown_text(out, text); /* of a status that may come from an imported file */
    fputs(sure ? "**" : "", out);
    fputs(known && cell->flagged ? "&#42; |" : " |", out);
}

static void write_line(FILE *out, const struct speedup_line *line)
{
    char subject[TEXT_BYTES], shape[FORMAT_MAX], data[TEXT_BYTES];
    fputs("| ", out);
    if (line->row) {
        table_subject(subject, sizeof subject, line->row);
        table_data(data, sizeof data, line->row);
        markdown_text(out, subject);
        fprintf(out, " | %s | ", format_shape(shape, sizeof shape, line->row));
        markdown_text(out, data);
    } else {
        markdown_text(out, line->label);
    }
    fputs(" |", out);
}

void markdown_speedups(FILE *out, const struct speedup_table *table, int lines_most)
{
    const bool rows = table->line_count > 0 && table->lines[0].row;
    fputs(rows ? "| operation | image | data |" : "| operation |", out);
    for (int c = 0; c < table->column_count; c++)
        fprintf(out, " %s |", table->heads[c]);
    fputs(rows ? "\n|---|---|---|" : "\n|---|", out);
    for (int c = 0; c < table->column_count; c++)
        fputs("---:|", out);
    fputc('\n', out);
    for (int i = 0; i < table->line_count && i < lines_most; i++) {
        write_line(out, &table->lines[i]);
        for (int c = 0; c < table->column_count; c++) {
            fputc(' ', out);
            write_cell(out, speedup_table_cell(table, i, c));
        }
        fputc('\n', out);
    }
    if (table->line_count > lines_most)
        fprintf(out, "\n%d further lines are left out here; the CSV has all.\n", table->line_count - lines_most);
}
