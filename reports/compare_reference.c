/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The lecture's table and the cases of a comparison that are the same, side by side. Devices stand over their own CPU,
 * since the published speedups of the P6000 are over another machine's.
 */
#include <math.h>
#include <stdio.h>

#include "reports/compare_columns.h"
#include "reports/compare_report.h"

/* The row of that device, whether or not other machines or the baseline have the case too; NULL: none. */
static const struct case_row *find_row(const struct comparison *c, int column, const struct reference_row *reference)
{
    const struct case_row *found = NULL;
    if (column < 0)
        return NULL;
    const struct compare_machine *machine = &c->machines[c->columns[column].machine];
    for (int i = 0; i < machine->count; i++)
        if (reference_is_case(reference, &machine->cases[i]) &&
            compare_column_of(c, c->columns[column].machine, &machine->cases[i]) == column)
            found = compare_faster(found, &machine->cases[i]);
    return found;
}

static struct speedup_cell published(double speedup)
{
    return (struct speedup_cell){.speedup = speedup, .low = NAN, .high = NAN, .as_published = true};
}

static void fill_line(const struct compare_report *r, int line, struct speedup_table *table)
{
    const struct comparison *c = r->comparison;
    const struct reference_row *reference = &r->reference[line];
    *speedup_table_cell(table, line, 0) = published(reference->uhd620_speedup);
    *speedup_table_cell(table, line, 1) = published(reference->p6000_speedup);
    speedup_table_cell(table, line, 2)->speedup = reference->xeon_4110_ms / reference->p6000_ms;
    for (int i = 0, at = COMPARE_PUBLISHED; i < c->column_count; i++) {
        if (c->columns[i].class == ROW_OPENMP)
            continue;
        struct speedup_cell *cell = speedup_table_cell(table, line, at++);
        const struct case_row *row = find_row(c, i, reference), *cpu = find_row(c, c->columns[i].own_cpu, reference);
        if (!row)
            continue;
        const struct compare_ratio ratio = compare_rows_ratio(row, cpu, true);
        *cell = (struct speedup_cell){.speedup = ratio.speedup,
                                      .low = ratio.low,
                                      .high = ratio.high,
                                      .flagged = *row->flags || (cpu && *cpu->flags),
                                      .instead = row_ok(row) ? NULL : row->status};
    }
}

enum status compare_reference_table(const struct compare_report *r, char (*labels)[64], struct speedup_table *table)
{
    enum status status;
    const struct comparison *c = r->comparison;
    int columns = COMPARE_PUBLISHED;
    for (int i = 0; i < c->column_count; i++)
        columns += c->columns[i].class != ROW_OPENMP;
    TRY(speedup_table_make(table, columns, r->reference_count));
    snprintf(table->heads[0], sizeof table->heads[0], "UHD620");
    snprintf(table->heads[1], sizeof table->heads[1], "P6000");
    snprintf(table->heads[2], sizeof table->heads[2], "P6000own");
    for (int i = 0, at = COMPARE_PUBLISHED; i < c->column_count; i++)
        if (c->columns[i].class != ROW_OPENMP)
            speedup_table_head(table->heads[at++], i);
    for (int line = 0; line < r->reference_count; line++) {
        const struct reference_row *reference = &r->reference[line];
        snprintf(labels[line], sizeof labels[line], "%.24s [%.24s]", reference->name, reference->footnotes);
        table->lines[line].label = labels[line];
        fill_line(r, line, table);
    }
done:
    return status;
}
