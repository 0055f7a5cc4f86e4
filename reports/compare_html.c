/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A comparison as a page. What it says is decided by compare.c, as for the other forms: the page gets the speedups and
 * works none out, so that it cannot differ from the CSV. Cells go by device, since all of a device are in one array.
 */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "reports/compare_report.h"
#include "reports/html_json.h"
#include "reports/html_page.h"

extern const char page_compare_script[];

static const char line_columns[] =
    "operation parameters dimensions width height depth type content variant residency cache";
static const char cell_columns[] = "backend threads samples median_ns ci_low_ns ci_high_ns status flags reason";

static const struct row_field ratio_fields[] = {
    {"speedup", offsetof(struct compare_ratio, speedup), sizeof(double), FIELD_REAL},
    {"low", offsetof(struct compare_ratio, low), sizeof(double), FIELD_REAL},
    {"high", offsetof(struct compare_ratio, high), sizeof(double), FIELD_REAL},
};

/* Room for the cells of one device: their lines, their places in the machine's rows, their speedups. */
struct cells {
    int *lines, *order, count;
    struct compare_ratio *ratios;
};

static void find_cells(const struct comparison *c, int column, struct cells *cells)
{
    cells->count = 0;
    for (int line = 0; line < c->line_count; line++) {
        const struct case_row *row = comparison_cell(c, line, column);
        if (!row)
            continue;
        cells->lines[cells->count] = line;
        cells->order[cells->count++] = (int)(row - c->machines[c->columns[column].machine].cases);
    }
}

static enum status write_ratios(FILE *out, const struct comparison *c, int column, int over, struct cells *cells)
{
    for (int i = 0; i < cells->count; i++)
        cells->ratios[i] = comparison_ratio(c, cells->lines[i], column, over);
    return html_json_columns(out, cells->ratios, sizeof *cells->ratios, NULL, cells->count, ratio_fields, 3,
                             "speedup low high");
}

static enum status write_column(FILE *out, const struct comparison *c, int i, struct cells *cells)
{
    enum status status;
    const struct compare_column *column = &c->columns[i];
    find_cells(c, i, cells);
    fprintf(out, "%s{\"machine\":%d,\"own_cpu\":%d,\"kind\":", i ? "," : "", column->machine, column->own_cpu);
    html_json_text(out, compare_kind(column->class));
    fputs(",\"name\":", out);
    html_json_text(out, column->name);
    fputs(",\"device\":", out);
    html_json_text(out, column->device->device);
    fputs(",\"lines\":[", out);
    for (int k = 0; k < cells->count; k++)
        fprintf(out, "%s%d", k ? "," : "", cells->lines[k]);
    fputs("],\"cells\":", out);
    TRY(html_json_columns(out, c->machines[column->machine].cases, sizeof(struct case_row), cells->order, cells->count,
                          case_fields, CASE_FIELDS, cell_columns));
    fputs(",\"over_baseline\":", out);
    TRY(write_ratios(out, c, i, c->baseline, cells));
    fputs(",\"over_own_cpu\":", out);
    TRY(write_ratios(out, c, i, column->own_cpu, cells));
    putc('}', out);
done:
    return status;
}

static enum status write_columns(FILE *out, const struct comparison *c)
{
    enum status status = STATUS_OK;
    const size_t most = (size_t)c->line_count + 1;
    struct cells cells = {.lines = malloc(most * sizeof(int)),
                          .order = malloc(most * sizeof(int)),
                          .ratios = malloc(most * sizeof *cells.ratios)};
    if (!cells.lines || !cells.order || !cells.ratios) {
        status = status_fail(STATUS_MEMORY, "no memory for a page of %d cases", c->line_count);
        goto done;
    }
    fputs("\"columns\":[", out);
    for (int i = 0; i < c->column_count; i++)
        TRY(write_column(out, c, i, &cells));
    fputs("],", out);
done:
    free(cells.lines);
    free(cells.order);
    free(cells.ratios);
    return status;
}

/* The rows that say which case a line is come from several arrays, hence the copy. */
static enum status write_lines(FILE *out, const struct comparison *c)
{
    struct case_row *rows = malloc(((size_t)c->line_count + 1) * sizeof *rows);
    if (!rows)
        return status_fail(STATUS_MEMORY, "no memory for a page of %d cases", c->line_count);
    for (int line = 0; line < c->line_count; line++)
        rows[line] = *comparison_line(c, line);
    fputs("\"lines\":", out);
    const enum status status =
        html_json_columns(out, rows, sizeof *rows, NULL, c->line_count, case_fields, CASE_FIELDS, line_columns);
    putc(',', out);
    free(rows);
    return status;
}

static void write_machines(FILE *out, const struct compare_report *r)
{
    const struct comparison *c = r->comparison;
    fputs("\"machines\":[", out);
    for (int m = 0; m < c->machine_count; m++) {
        fputs(m ? ",{\"name\":" : "{\"name\":", out);
        html_json_text(out, c->machines[m].name);
        fputs(",\"source\":", out);
        html_json_text(out, c->machines[m].source);
        fprintf(out, ",\"results\":%d}", c->machines[m].count);
    }
    fprintf(out, "],\"baseline\":%d,\"no_difference\":", c->baseline);
    html_json_text(out, compare_no_difference(r));
    fputs(",\"differences\":[", out);
    for (int i = 0; i < r->differences->count; i++) {
        fputs(i ? ",[" : "[", out);
        html_json_text(out, r->differences->rows[i].field);
        for (int m = 0; m < c->machine_count; m++) {
            putc(',', out);
            html_json_text(out, r->differences->rows[i].values[m]);
        }
        putc(']', out);
    }
    fputs("],", out);
}

/* A list of texts that is being written. */
struct list {
    FILE *out;
    int count;
};

static void add_sentence(void *context, const char *sentence)
{
    struct list *list = context;
    fputs(list->count++ ? "," : "", list->out);
    html_json_text(list->out, sentence);
}

static void write_left_out(FILE *out, const struct comparison *c)
{
    fputs("\"left_out\":[", out);
    compare_left_out(c, add_sentence, &(struct list){.out = out});
    fputs("],", out);
}

/* A cell as [speedup, low, high, published, flagged, what stands instead]. */
static void write_reference_cell(FILE *out, const struct speedup_cell *cell)
{
    putc('[', out);
    html_json_real(out, cell->speedup);
    putc(',', out);
    html_json_real(out, cell->low);
    putc(',', out);
    html_json_real(out, cell->high);
    fprintf(out, ",%d,%d,", cell->as_published, cell->flagged);
    html_json_text(out, cell->instead);
    putc(']', out);
}

static void write_reference_rows(FILE *out, char (*labels)[64], const struct speedup_table *table)
{
    for (int line = 0; line < table->line_count; line++) {
        fputs(line ? ",{\"label\":" : "{\"label\":", out);
        html_json_text(out, labels[line]);
        fputs(",\"cells\":[", out);
        for (int i = 0; i < table->column_count; i++) {
            fputs(i ? "," : "", out);
            write_reference_cell(out, speedup_table_cell(table, line, i));
        }
        fputs("]}", out);
    }
}

/* The heads of devices are letters there; a page has room for names. */
static void write_reference_heads(FILE *out, const struct comparison *c, const struct speedup_table *table)
{
    int at = 0;
    for (; at < table->column_count && at < COMPARE_PUBLISHED; at++) {
        fputs(at ? "," : "", out);
        html_json_text(out, table->heads[at]);
    }
    for (int i = 0; i < c->column_count; i++)
        if (c->columns[i].class != ROW_OPENMP) {
            putc(',', out);
            html_json_text(out, c->columns[i].name);
        }
}

static enum status write_reference(FILE *out, const struct compare_report *r)
{
    enum status status;
    struct speedup_table table = {0};
    fputs("\"reference\":", out);
    if (!r->reference) {
        fputs("null", out);
        return STATUS_OK;
    }
    char(*labels)[64] = calloc((size_t)r->reference_count + 1, sizeof *labels);
    if (!labels)
        return status_fail(STATUS_MEMORY, "no memory for the reference table");
    TRY(compare_reference_table(r, labels, &table));
    fputs("{\"heads\":[", out);
    write_reference_heads(out, r->comparison, &table);
    fputs("],\"rows\":[", out);
    write_reference_rows(out, labels, &table);
    fputs("],\"footnotes\":[", out);
    for (int n = 1; n <= REFERENCE_FOOTNOTES; n++) {
        fputs(n > 1 ? "," : "", out);
        html_json_text(out, reference_footnote(n));
    }
    fputs("]}", out);
done:
    speedup_table_free(&table);
    free(labels);
    return status;
}

static enum status write_data(FILE *out, const void *data)
{
    enum status status;
    const struct compare_report *r = data;
    putc('{', out);
    write_machines(out, r);
    write_left_out(out, r->comparison);
    TRY(write_lines(out, r->comparison));
    TRY(write_columns(out, r->comparison));
    TRY(write_reference(out, r));
    putc('}', out);
done:
    return status;
}

static enum status write_headline(FILE *out, const void *data)
{
    const struct compare_report *r = data;
    const struct comparison *c = r->comparison;
    fprintf(out, "%d %s, %d equal %s. Speedups are over ", c->machine_count,
            c->machine_count == 1 ? "machine" : "machines", c->line_count, c->line_count == 1 ? "case" : "cases");
    html_page_text(out, c->columns[c->baseline].name);
    fputs(" and over each machine's own CPU.", out);
    if (c->machine_count > 1 && r->differences->count)
        fprintf(out, " The machines differ in %d %s beside their devices' speed.", r->differences->count,
                r->differences->count == 1 ? "fact" : "facts");
    return STATUS_OK;
}

enum status compare_write_html(FILE *out, const struct compare_report *report)
{
    const struct html_part parts[] = {
        {.name = "TITLE", .text = "machines side by side"},
        {.name = "HEADING", .text = "Machines side by side"},
        {.name = "HEADLINE", .write = write_headline, .data = report},
        {.name = "DATA", .write = write_data, .data = report},
        {.name = "SCRIPT", .text = page_compare_script},
    };
    return html_page_write(out, parts, sizeof parts / sizeof parts[0]);
}
