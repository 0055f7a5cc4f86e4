/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Blocks of lines, each with its heading and, for a device, the break-even sizes below. What other people wrote (names
 * of devices, files, failures) is printed through format_clean().
 */
#include "reports/table.h"

#include <stdlib.h>
#include <string.h>

#include "reports/bound_table.h"
#include "reports/break_even.h"
#include "reports/format.h"
#include "reports/headline.h"
#include "reports/table_line.h"
#include "reports/terminal.h"

/* Where a line being printed stands: after `at` columns, of which `column_at` belong to the table's columns so far. */
struct cursor {
    int at, column_at;
};

static void print_cell(const struct terminal *t, const struct layout *layout, enum column column, const char *colour,
                       const char *text, struct cursor *cursor)
{
    int width = format_width(text), start = cursor->column_at + layout->gap;
    if (!layout->width[column])
        return;
    cursor->column_at = start + layout->width[column];
    if (!width)
        return;
    if (table_stands_right(column))
        start = cursor->column_at - width;
    fprintf(t->out, "%*s", start - cursor->at, "");
    terminal_print(t, colour, text);
    cursor->at = start + width;
}

static void print_titles(const struct terminal *t, const struct layout *layout, enum row_class class)
{
    struct cursor cursor = {0};
    for (int c = 0; c < COLUMNS; c++)
        print_cell(t, layout, (enum column)c, TERMINAL_BOLD, table_title((enum column)c, class), &cursor);
    fputc('\n', t->out);
}

static void print_line(const struct terminal *t, const struct layout *layout, const struct case_row *row,
                       const struct line *line)
{
    struct cursor cursor = {0};
    const char *winner = strcmp(row->verdict, "GPU") == 0 ? TERMINAL_GREEN : NULL;
    int indent = layout->gap + layout->width[IMAGE] + layout->gap;
    if (layout->subject_column)
        indent += layout->width[SUBJECT] + layout->gap;
    for (int c = 0; c < (*line->failure ? CPU : COLUMNS); c++)
        print_cell(t, layout, (enum column)c, c == FASTER ? winner : NULL, line->cell[c], &cursor);
    bool beside = *line->flags && !*line->failure && cursor.at + 2 + format_width(line->flags) <= t->width;
    if (*line->failure) {
        cursor.column_at += layout->gap;
        fprintf(t->out, "%*s", cursor.column_at - cursor.at, "");
        terminal_wrap(t, TERMINAL_RED, line->failure, cursor.column_at, cursor.column_at);
    } else if (beside) {
        fputs("  ", t->out);
        terminal_wrap(t, TERMINAL_YELLOW, line->flags, cursor.at + 2, indent);
    } else {
        fputc('\n', t->out);
    }
    if (*line->flags && !beside) {
        fprintf(t->out, "%*s", indent, "");
        terminal_wrap(t, TERMINAL_YELLOW, line->flags, indent, indent);
    }
}

static void print_lines(const struct terminal *t, const struct ordered_row *rows, int count, struct line *line)
{
    struct layout layout = table_layout(rows, count, t->width, t->utf8 ? "µ" : "u", line);
    char subject[CELL_BYTES];
    print_titles(t, &layout, row_class(rows[0].row));
    for (int i = 0; i < count; i++) {
        const struct case_row *row = rows[i].row, *before = i ? rows[i - 1].row : NULL;
        bool same_subject = before && row_same_subject(before, row);
        if (!same_subject && !layout.subject_column) {
            table_subject(subject, sizeof subject, row);
            terminal_wrap(t, NULL, subject, 0, 2);
        }
        table_line(&layout, &rows[i], line);
        if (same_subject)
            line->cell[SUBJECT][0] = 0;
        if (same_subject && row->width == before->width && row->height == before->height && row->depth == before->depth)
            line->cell[IMAGE][0] = 0;
        print_line(t, &layout, row, line);
    }
}

static void print_heading(const struct terminal *t, const struct ordered_row *rows, int count)
{
    static const char *const kinds[] = {[ROW_GPU] = "GPU",
                                        [ROW_ACCELERATOR] = "accelerator",
                                        [ROW_CPU_DEVICE] = "this machine's CPU, through OpenCL",
                                        [ROW_OPENMP] = "OpenMP",
                                        [ROW_REFERENCE] = "plain reference"};
    char text[TEXT_BYTES], name[ROW_TEXT], cpu_name[ROW_TEXT];
    const struct case_row *cpu = NULL;
    for (int i = 0; i < count && !cpu; i++)
        cpu = rows[i].cpu;
    snprintf(text, sizeof text, "%s (%s)%s%s%s", format_clean(name, sizeof name, rows[0].row->device),
             kinds[row_class(rows[0].row)], cpu ? " against " : "",
             cpu ? format_clean(cpu_name, sizeof cpu_name, cpu->device) : "", cpu ? " (OpenMP)" : "");
    fputc('\n', t->out);
    terminal_wrap(t, TERMINAL_BOLD, text, 0, 2);
}

/* The break-even sizes and chains of all devices. */
struct break_evens {
    struct break_even *sizes;
    struct chain *chains;
    int size_count, chain_count;
};

/* Sizes with one length are named together: "never up to 128x128, 7 at 256x256, 2 from 512x512 to 1024x1024". */
static void describe_chains(char *text, size_t size, const struct chain *chains, int count)
{
    size_t used = 0;
    *text = 0;
    for (int i = 0, end; i < count && used < size; i = end) {
        char length[24] = "never", from[FORMAT_MAX], to[FORMAT_MAX];
        for (end = i + 1; end < count && chains[end].length == chains[i].length; end++)
            ;
        if (chains[i].length)
            snprintf(length, sizeof length, "%lld", (long long)chains[i].length);
        format_shape(from, sizeof from, chains[i].row);
        format_shape(to, sizeof to, chains[end - 1].row);
        if (strcmp(from, to) == 0)
            used += (size_t)snprintf(text + used, size - used, "%s%s at %s", i ? ", " : "", length, to);
        else
            used += (size_t)snprintf(text + used, size - used, "%s%s from %s to %s", i ? ", " : "", length, from, to);
    }
}

static void print_labelled(const struct terminal *t, const char *label, const char *text)
{
    const int column = 16;
    int at = 4 + format_width(label);
    fprintf(t->out, "    %s%*s", label, at < column ? column - at : 1, "");
    terminal_wrap(t, NULL, text, at < column ? column : at + 1, column);
}

static bool same_series(const struct case_row *a, const struct case_row *b)
{
    return row_same_device(a, b) && row_same_subject(a, b);
}

static void print_chains(const struct terminal *t, const struct break_evens *b, const struct case_row *series)
{
    char text[TEXT_BYTES];
    int first = 0, end;
    while (first < b->chain_count && !same_series(b->chains[first].row, series))
        first++;
    for (end = first; end < b->chain_count && same_series(b->chains[end].row, series);)
        end++;
    describe_chains(text, sizeof text, b->chains + first, end - first);
    if (*text)
        print_labelled(t, "in a row", text);
}

static void print_break_even(const struct terminal *t, const struct break_evens *b, const struct case_row *device)
{
    char text[TEXT_BYTES], label[CELL_BYTES];
    const struct case_row *before = NULL;
    for (int i = 0; i < b->size_count; i++) {
        const struct case_row *row = b->sizes[i].first;
        if (!row_same_device(row, device))
            continue;
        if (!before) {
            fputc('\n', t->out);
            terminal_wrap(t, TERMINAL_BOLD,
                          "Break-even: image size from which it is faster than OpenMP on the CPU; number of "
                          "operations in a row that repay one push and pull",
                          0, 2);
        }
        if (!before || !same_series(before, row)) {
            table_subject(label, sizeof label, row);
            fputs("  ", t->out);
            terminal_wrap(t, NULL, label, 2, 4);
        }
        table_data(label, sizeof label, row);
        print_labelled(t, label, break_even_text(text, sizeof text, &b->sizes[i]));
        if (i + 1 == b->size_count || !same_series(b->sizes[i + 1].first, row))
            print_chains(t, b, row);
        before = row;
    }
}

static void print_legend(const struct terminal *t, bool devices, bool cpus)
{
    static const char device_legend[] =
        " speedup: CPU time / device time, with its 95% interval. faster: the winner where that interval lies above "
        "1.10 or below 0.91, otherwise toss-up. end to end: with push to the device and pull back; resident: the image "
        "stays on the device.";
    static const char cpu_legend[] = " low, high: 95% interval of the median. best: the shortest sample.";
    char text[TEXT_BYTES];
    snprintf(text, sizeof text, "Times are medians; 8t: 8 threads.%s%s", devices ? device_legend : "",
             cpus ? cpu_legend : "");
    fputc('\n', t->out);
    terminal_wrap(t, NULL, text, 0, 0);
}

/* Device rows as they are; of the CPU's, which follow, those that stand in no device's line. Returns the new count. */
static int drop_compared(struct ordered_row *rows, int count)
{
    int kept = 0;
    for (int i = 0; i < count; i++)
        if (!rows[i].compared || !row_ok(rows[i].row))
            rows[kept++] = rows[i];
    return kept;
}

static enum status print_all(const struct terminal *t, const struct case_row *rows, int count)
{
    enum status status;
    char *headline = NULL;
    struct ordered_row *ordered = NULL;
    struct break_evens b = {0};
    struct line *line = malloc(sizeof *line);
    if (!line)
        return status_fail(STATUS_MEMORY, "no memory for the table");
    TRY(headline_text(rows, count, &headline));
    TRY(order_rows(rows, count, &ordered));
    TRY(break_even_find(rows, count, &b.sizes, &b.size_count));
    TRY(chain_find(rows, count, &b.chains, &b.chain_count));
    terminal_wrap(t, NULL, headline, 0, 0);
    count = drop_compared(ordered, count);
    for (int i = 0, same; i < count; i += same) {
        same = order_same_device(ordered + i, count - i);
        print_heading(t, ordered + i, same);
        print_lines(t, ordered + i, same, line);
        print_break_even(t, &b, ordered[i].row);
        bound_table_print(t, ordered + i, same);
    }
    if (count)
        print_legend(t, row_class(ordered[0].row) < ROW_OPENMP, row_class(ordered[count - 1].row) >= ROW_OPENMP);
done:
    free(line);
    free(headline);
    free(ordered);
    free(b.sizes);
    free(b.chains);
    return status;
}

void table_print(FILE *out, const struct case_row *rows, int count, const struct table_options *options)
{
    struct terminal terminal = terminal_of(out);
    if (options->width > 0)
        terminal.width = options->width;
    terminal.colour = terminal.colour && !options->no_colour;
    terminal.utf8 = terminal.utf8 && !options->ascii;
    if (print_all(&terminal, rows, count) != STATUS_OK)
        fprintf(out, "%s\n", status_text());
}
