/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Lines have the size and residency in front; the subject is a heading above the lines that share it.
 */
#include "reports/speedup_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"
#include "reports/table_line.h"

enum { CELL_WIDTH = 9, LABEL_MAX = 44 };

enum status speedup_table_make(struct speedup_table *table, int columns, int lines)
{
    const size_t cells = (size_t)columns * (size_t)lines;
    *table = (struct speedup_table){.column_count = columns, .line_count = lines};
    table->heads = calloc((size_t)columns + 1, sizeof *table->heads);
    table->lines = calloc((size_t)lines + 1, sizeof *table->lines);
    table->cells = calloc(cells + 1, sizeof *table->cells);
    if (!table->heads || !table->lines || !table->cells) {
        speedup_table_free(table);
        return status_fail(STATUS_MEMORY, "no memory for a table of %d lines", lines);
    }
    for (size_t i = 0; i < cells; i++)
        table->cells[i].speedup = table->cells[i].low = table->cells[i].high = NAN;
    return STATUS_OK;
}

void speedup_table_free(struct speedup_table *table)
{
    free(table->heads);
    free(table->lines);
    free(table->cells);
    *table = (struct speedup_table){0};
}

struct speedup_cell *speedup_table_cell(const struct speedup_table *table, int line, int column)
{
    return &table->cells[(size_t)line * (size_t)table->column_count + (size_t)column];
}

void speedup_table_head(char *head, int column)
{
    if (column < 26)
        snprintf(head, 16, "%c", 'A' + column);
    else
        snprintf(head, 16, "%c%d", 'A' + column % 26, column / 26 + 1);
}

static bool is_shown(const struct comparison *c, enum compare_over over, int column)
{
    return over == OVER_BASELINE ? column != c->baseline : c->columns[column].class != ROW_OPENMP;
}

static bool has_flags(const struct case_row *row)
{
    return row && *row->flags;
}

enum status speedup_table_compare(const struct comparison *c, enum compare_over over, struct speedup_table *table)
{
    enum status status;
    int columns = 0;
    for (int i = 0; i < c->column_count; i++)
        columns += is_shown(c, over, i);
    TRY(speedup_table_make(table, columns, c->line_count));
    for (int i = 0, at = 0; i < c->column_count; i++) {
        const int base = over == OVER_BASELINE ? c->baseline : c->columns[i].own_cpu;
        if (!is_shown(c, over, i))
            continue;
        speedup_table_head(table->heads[at], i);
        for (int line = 0; line < c->line_count; line++) {
            const struct compare_ratio ratio = comparison_ratio(c, line, i, base);
            const struct case_row *row = comparison_cell(c, line, i);
            const struct case_row *other = base >= 0 ? comparison_cell(c, line, base) : NULL;
            struct speedup_cell *cell = speedup_table_cell(table, line, at);
            *cell = (struct speedup_cell){.speedup = ratio.speedup,
                                          .low = ratio.low,
                                          .high = ratio.high,
                                          .flagged = has_flags(row) || has_flags(other)};
            if (row && !row_ok(row))
                cell->instead = row->status;
        }
        at++;
    }
    for (int line = 0; line < c->line_count; line++)
        table->lines[line].row = comparison_line(c, line);
done:
    return status;
}

void speedup_cell_text(char *text, size_t size, const struct speedup_cell *cell, bool interval)
{
    const bool known = isfinite(cell->speedup) && cell->speedup > 0;
    const bool sure = interval && isfinite(cell->low) && isfinite(cell->high);
    if (known && cell->as_published)
        snprintf(text, size, "%gx", cell->speedup);
    else if (known)
        format_speedup(text, size, cell->speedup, sure ? cell->low : NAN, sure ? cell->high : NAN);
    else
        format_clean(text, size, cell->instead && *cell->instead ? cell->instead : "-");
}

static void line_label(char *text, size_t size, const struct speedup_line *line)
{
    char shape[FORMAT_MAX], data[TEXT_BYTES], joined[TEXT_BYTES + FORMAT_MAX];
    if (!line->row) {
        format_clean(text, size, line->label);
        return;
    }
    table_data(data, sizeof data, line->row);
    snprintf(joined, sizeof joined, "%s %s", format_shape(shape, sizeof shape, line->row), data);
    format_clean(text, size, joined);
}

static const char *colour_of(const struct speedup_cell *cell)
{
    return cell->low > 1.10 ? TERMINAL_GREEN : cell->high < 0.91 ? TERMINAL_RED : NULL;
}

static void print_cells(const struct terminal *t, const struct speedup_table *table, int line, int first, int last)
{
    char whole[FORMAT_MAX], text[CELL_WIDTH];
    for (int c = first; c < last; c++) {
        const struct speedup_cell *cell = speedup_table_cell(table, line, c);
        const bool known = isfinite(cell->speedup);
        speedup_cell_text(whole, sizeof whole, cell, false);
        format_clean(text, sizeof text, whole); /* a status may be longer than the column */
        fprintf(t->out, "%*s", CELL_WIDTH - 1 - format_width(text), "");
        terminal_print(t, known ? colour_of(cell) : NULL, text);
        if (known && cell->flagged)
            fputc('*', t->out);
        else if (c + 1 < last)
            fputc(' ', t->out);
    }
    fputc('\n', t->out);
}

static int label_width(const struct speedup_table *table)
{
    char label[LABEL_MAX];
    int widest = 12;
    for (int i = 0; i < table->line_count; i++) {
        line_label(label, sizeof label, &table->lines[i]);
        const int width = format_width(label);
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void print_block(const struct terminal *t, const struct speedup_table *table, int width, int first, int last)
{
    char label[LABEL_MAX], subject[TEXT_BYTES];
    fprintf(t->out, "%*s", width + 2, "");
    for (int c = first; c < last; c++) {
        fprintf(t->out, "%*s", CELL_WIDTH - 1 - format_width(table->heads[c]), "");
        terminal_print(t, TERMINAL_BOLD, table->heads[c]);
        fputs(c + 1 < last ? " " : "\n", t->out);
    }
    for (int i = 0; i < table->line_count; i++) {
        const struct case_row *row = table->lines[i].row, *before = i ? table->lines[i - 1].row : NULL;
        table_subject(subject, sizeof subject, row ? row : &(struct case_row){0});
        char last_subject[TEXT_BYTES] = "";
        if (before)
            table_subject(last_subject, sizeof last_subject, before);
        if (row && strcmp(subject, last_subject) != 0)
            terminal_wrap(t, NULL, subject, 0, 2);
        line_label(label, sizeof label, &table->lines[i]);
        fprintf(t->out, "  %s%*s", label, width - format_width(label), "");
        print_cells(t, table, i, first, last);
    }
}

void speedup_table_print(const struct terminal *t, const struct speedup_table *table)
{
    const int width = label_width(table);
    int fit = (t->width - width - 2) / CELL_WIDTH;
    fit = fit < 1 ? 1 : fit;
    for (int first = 0; first < table->column_count; first += fit) {
        const int last = first + fit < table->column_count ? first + fit : table->column_count;
        if (first > 0)
            fputc('\n', t->out);
        print_block(t, table, width, first, last);
    }
}
