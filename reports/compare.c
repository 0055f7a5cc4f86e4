/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One sort of all rows of all machines by the work they do; a run of neighbours is then one case.
 */
#include "reports/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/compare_columns.h"

struct entry {
    const struct case_row *row;
    int column;
};

static int compare_numbers(double a, double b)
{
    return (a > b) - (a < b);
}

/* Everything that makes two cases equal. */
static int compare_work(const struct case_row *a, const struct case_row *b)
{
    int order = strcmp(a->operation, b->operation);
    order = order ? order : strcmp(a->parameters, b->parameters);
    order = order ? order : a->dimensions - b->dimensions;
    order = order ? order : strcmp(a->type, b->type);
    order = order ? order : strcmp(a->content, b->content);
    order = order ? order : row_compare_tiles(a, b);
    order = order ? order : row_is_image(a) - row_is_image(b);
    order = order ? order : compare_numbers(row_pixels(a), row_pixels(b));
    order = order ? order : compare_numbers((double)a->width, (double)b->width);
    order = order ? order : compare_numbers((double)a->height, (double)b->height);
    order = order ? order : strcmp(a->residency, b->residency);
    return order ? order : strcmp(a->cache, b->cache);
}

static bool has_time(const struct case_row *row)
{
    return row && row_ok(row) && row->median_ns > 0 && isfinite(row->median_ns);
}

/* Within a case by column, and there what has a time first, the fastest first. */
static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = compare_work(x->row, y->row);
    order = order ? order : x->column - y->column;
    order = order ? order : has_time(y->row) - has_time(x->row);
    return order || !has_time(x->row) ? order : compare_numbers(x->row->median_ns, y->row->median_ns);
}

static enum status list_entries(const struct comparison *c, struct entry **entries, int *count)
{
    size_t most = 1;
    for (int m = 0; m < c->machine_count; m++)
        most += (size_t)c->machines[m].count;
    *count = 0;
    *entries = malloc(most * sizeof **entries);
    if (!*entries)
        return status_fail(STATUS_MEMORY, "no memory to compare %zu cases", most);
    for (int m = 0; m < c->machine_count; m++)
        for (int i = 0; i < c->machines[m].count; i++) {
            const int column = compare_column_of(c, m, &c->machines[m].cases[i]);
            if (column >= 0)
                (*entries)[(*count)++] = (struct entry){&c->machines[m].cases[i], column};
        }
    qsort(*entries, (size_t)*count, sizeof **entries, compare_entries);
    return STATUS_OK;
}

/* Puts one case into the next line, or counts it as left out. */
static void add_line(struct comparison *c, const struct entry *entries, int count)
{
    const struct case_row **cells = c->cells + (size_t)c->line_count * (size_t)c->column_count;
    int machines = 0, last = -1;
    memset(cells, 0, (size_t)c->column_count * sizeof *cells);
    for (int i = 0; i < count; i++) {
        const int machine = c->columns[entries[i].column].machine;
        if (!cells[entries[i].column])
            cells[entries[i].column] = entries[i].row;
        machines += machine != last; /* columns ascend, and with them machines */
        last = machine;
    }
    if (machines == 1 && c->machine_count > 1)
        c->alone[last]++;
    else if (!cells[c->baseline])
        c->without_baseline++;
    else if (!has_time(cells[c->baseline]))
        c->baseline_failed++;
    else
        c->line_count++;
}

static enum status fill_lines(struct comparison *c)
{
    enum status status;
    struct entry *entries = NULL;
    int count, groups = 0;
    TRY(list_entries(c, &entries, &count));
    for (int i = 0; i < count; i++)
        groups += i == 0 || compare_work(entries[i - 1].row, entries[i].row) != 0;
    c->alone = calloc((size_t)c->machine_count, sizeof *c->alone);
    c->cells = calloc(((size_t)groups + 1) * (size_t)c->column_count, sizeof *c->cells);
    if (!c->alone || !c->cells) {
        status = status_fail(STATUS_MEMORY, "no memory to compare %d cases", groups);
        goto done;
    }
    for (int i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && compare_work(entries[i].row, entries[end].row) == 0; end++)
            ;
        add_line(c, entries + i, end - i);
    }
done:
    free(entries);
    return status;
}

enum status comparison_make(const struct compare_machine *machines, int count, const char *baseline,
                            struct comparison *c)
{
    enum status status;
    *c = (struct comparison){.machines = machines, .machine_count = count};
    TRY(compare_columns_find(c));
    TRY(compare_columns_choose(c, baseline));
    TRY(fill_lines(c));
done:
    if (status != STATUS_OK)
        comparison_free(c);
    return status;
}

void comparison_free(struct comparison *c)
{
    free(c->columns);
    free(c->cells);
    free(c->alone);
    *c = (struct comparison){0};
}

const struct case_row *comparison_cell(const struct comparison *c, int line, int column)
{
    return c->cells[(size_t)line * (size_t)c->column_count + (size_t)column];
}

const struct case_row *comparison_line(const struct comparison *c, int line)
{
    const struct case_row *any = NULL;
    for (int column = 0; column < c->column_count; column++) {
        const struct case_row *row = comparison_cell(c, line, column);
        if (row && (!any || (c->columns[column].class < ROW_OPENMP && row_class(any) >= ROW_OPENMP)))
            any = row;
    }
    return any;
}

static double positive_ratio(double a, double b)
{
    return a > 0 && b > 0 && isfinite(a) && isfinite(b) ? a / b : NAN;
}

struct compare_ratio compare_rows_ratio(const struct case_row *row, const struct case_row *base, bool own_cpu)
{
    struct compare_ratio ratio = {NAN, NAN, NAN};
    if (!has_time(row) || !has_time(base))
        return ratio;
    ratio.speedup = base->median_ns / row->median_ns;
    /* The stored speedup may be over another row of this CPU, in a store that was put together by hand. */
    if (own_cpu && fabs(row->speedup / ratio.speedup - 1) < 1e-3) {
        ratio = (struct compare_ratio){row->speedup, row->speedup_low, row->speedup_high};
    } else if (row != base) {
        ratio.low = positive_ratio(base->ci_low_ns, row->ci_high_ns);
        ratio.high = positive_ratio(base->ci_high_ns, row->ci_low_ns);
    }
    return ratio;
}

struct compare_ratio comparison_ratio(const struct comparison *c, int line, int column, int over)
{
    const struct case_row *base = over < 0 ? NULL : comparison_cell(c, line, over);
    return compare_rows_ratio(comparison_cell(c, line, column), base, c->columns[column].own_cpu == over);
}

const struct case_row *compare_faster(const struct case_row *a, const struct case_row *b)
{
    if (!a || has_time(a) != has_time(b))
        return a && has_time(a) ? a : b;
    return has_time(b) && b->median_ns < a->median_ns ? b : a;
}
