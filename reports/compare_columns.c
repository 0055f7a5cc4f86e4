/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A machine has one column for its CPU under OpenMP and one for each name of an OpenCL device. Names of machines and
 * devices may hold slashes themselves, so a baseline is compared with each column instead of being taken apart.
 */
#include "reports/compare_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"

static bool is_of(const struct compare_column *column, int machine, const struct case_row *row)
{
    return column->machine == machine && column->class == row_class(row) &&
           (column->class == ROW_OPENMP || strcmp(column->device->device, row->device) == 0);
}

int compare_column_of(const struct comparison *c, int machine, const struct case_row *row)
{
    for (int i = 0; i < c->column_count; i++)
        if (is_of(&c->columns[i], machine, row))
            return i;
    return -1;
}

static enum status add_column(struct comparison *c, int machine, const struct case_row *row)
{
    char joined[ROW_NAME + ROW_TEXT + 2];
    struct compare_column *larger = realloc(c->columns, (size_t)(c->column_count + 1) * sizeof *larger);
    if (!larger)
        return status_fail(STATUS_MEMORY, "no memory for the devices compared");
    c->columns = larger;
    struct compare_column *column = &larger[c->column_count++];
    *column = (struct compare_column){.machine = machine, .device = row, .class = row_class(row), .own_cpu = -1};
    snprintf(joined, sizeof joined, "%s/%s", c->machines[machine].name,
             column->class == ROW_OPENMP ? "cpu" : row->device);
    format_clean(column->name, sizeof column->name, joined);
    return STATUS_OK;
}

/* The CPU first, then GPUs, accelerators, and the CPU as OpenCL runs it. */
static int rank(const struct compare_column *column)
{
    return column->class == ROW_OPENMP ? -1 : (int)column->class;
}

static int compare_columns(const void *a, const void *b)
{
    const struct compare_column *x = a, *y = b;
    int order = x->machine - y->machine;
    order = order ? order : rank(x) - rank(y);
    return order ? order : strcmp(x->name, y->name);
}

enum status compare_columns_find(struct comparison *c)
{
    enum status status = STATUS_OK;
    for (int m = 0; m < c->machine_count; m++)
        for (int i = 0; i < c->machines[m].count; i++) {
            const struct case_row *row = &c->machines[m].cases[i];
            if (row_class(row) != ROW_REFERENCE && compare_column_of(c, m, row) < 0)
                TRY(add_column(c, m, row));
        }
    if (c->column_count == 0)
        return status_fail(STATUS_USAGE, "there is nothing to compare: no case has been measured");
    qsort(c->columns, (size_t)c->column_count, sizeof *c->columns, compare_columns);
    for (int i = 0, cpu = -1; i < c->column_count; i++) {
        if (c->columns[i].class == ROW_OPENMP)
            cpu = i;
        if (cpu >= 0 && c->columns[cpu].machine == c->columns[i].machine)
            c->columns[i].own_cpu = cpu;
    }
done:
    return status;
}

/* 2: named exactly; 1: fits; 0: not. */
static int fits(const struct comparison *c, const struct compare_column *column, const char *text)
{
    const char *machine = c->machines[column->machine].name;
    const size_t length = strlen(machine);
    if (strcmp(text, column->name) == 0)
        return 2;
    if (strncmp(text, machine, length) != 0)
        return 0;
    if (text[length] == 0)
        return column->class == ROW_OPENMP ? 2 : 0;
    if (text[length] != '/' || text[length + 1] == 0)
        return 0;
    const char *device = text + length + 1;
    if (strcmp(device, "cpu") == 0)
        return column->class == ROW_OPENMP ? 2 : 0;
    if (strcmp(device, "gpu") == 0)
        return column->class == ROW_GPU;
    return column->class != ROW_OPENMP && strcasestr(column->device->device, device) != NULL;
}

static enum status refuse(const struct comparison *c, const char *text, const char *why)
{
    char names[800] = "";
    for (int i = 0; i < c->column_count; i++) {
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s'%s'", i ? ", " : "", c->columns[i].name);
    }
    return status_fail(STATUS_USAGE, "baseline '%s' %s; there are %s", text, why, names);
}

enum status compare_columns_choose(struct comparison *c, const char *baseline)
{
    int best = 0, found = 0;
    if (!baseline) {
        c->baseline = c->columns[0].machine == 0 ? c->columns[0].own_cpu : -1;
        return c->baseline >= 0 ? STATUS_OK
                                : refuse(c, "(none)", "is no choice: the first machine has no times of its CPU, choose by --baseline");
    }
    for (int i = 0; i < c->column_count; i++) {
        const int fit = fits(c, &c->columns[i], baseline);
        if (fit > best) {
            best = fit;
            found = 0;
        }
        if (fit && fit == best) {
            c->baseline = i;
            found++;
        }
    }
    if (found == 0)
        return refuse(c, baseline, "is no device of these machines");
    return found == 1 ? STATUS_OK : refuse(c, baseline, "fits several devices");
}
