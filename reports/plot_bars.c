/* SPDX-License-Identifier: BSD-3-Clause
 *
 * All operations in one figure, a line for each at its largest image: speedups of the devices, and where a device's
 * time goes. Long lists go on in a further figure.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"
#include "reports/plot_file.h"
#include "reports/table_line.h"

enum { MOST_LINES = 40 };

struct picks {
    const struct case_row **list;
    int count;
};

static int by_line(const void *a, const void *b)
{
    const struct case_row *x = *(const struct case_row *const *)a, *y = *(const struct case_row *const *)b;
    int order = x->dimensions - y->dimensions;
    order = order ? order : strcmp(x->residency, y->residency);
    order = order ? order : strcmp(x->cache, y->cache);
    order = order ? order : strcmp(x->operation, y->operation);
    order = order ? order : strcmp(x->parameters, y->parameters);
    order = order ? order : strcmp(x->type, y->type);
    order = order ? order : strcmp(x->content, y->content);
    return order ? order : row_is_image(x) - row_is_image(y);
}

/* The largest of each operation, device and data, lines beside each other that are of one operation. */
static enum status pick(const struct plot_set *set, bool (*wanted)(const struct case_row *row), struct picks *picks)
{
    picks->count = 0;
    picks->list = malloc(((size_t)set->report->case_count + 1) * sizeof *picks->list);
    if (!picks->list)
        return status_fail(STATUS_MEMORY, "no memory for the figures");
    for (int i = 0; i < set->report->case_count; i++)
        if (plot_is_largest(set, i, wanted))
            picks->list[picks->count++] = set->ordered[i].row;
    if (picks->count)
        qsort(picks->list, (size_t)picks->count, sizeof *picks->list, by_line);
    return STATUS_OK;
}

static bool same_line(const struct case_row *a, const struct case_row *b)
{
    return by_line(&a, &b) == 0;
}

/* The lines' names, the first on top, and how high the figure is. */
static void write_lines(struct plot_file *file, const struct case_row *const *rows, int count)
{
    char subject[TEXT_BYTES], shape[FORMAT_MAX], label[TEXT_BYTES + FORMAT_MAX];
    int line = 0;
    fputs("set ytics (", file->script);
    for (int i = 0; i < count; i++) {
        if (i && same_line(rows[i - 1], rows[i]))
            continue;
        table_subject(subject, sizeof subject, rows[i]);
        snprintf(label, sizeof label, "%s, %s", subject, format_shape(shape, sizeof shape, rows[i]));
        fputs(line ? ", " : "", file->script);
        plot_quoted(file->script, label, PLOT_LABEL_CHARACTERS);
        fprintf(file->script, " %d", line++);
    }
    fprintf(file->script,
            ") noenhanced\nset yrange [%d.6:-0.6]\nset lmargin at screen 0.45\nset rmargin at screen 0.96\n", line - 1);
    file->width_cm = 22;
    file->height_cm = 4.5 + 0.55 * line;
}

static void draw_device(const struct plot_set *set, struct plot_file *file, const struct case_row *device,
                        const struct case_row *const *rows, int count)
{
    char name[2 * ROW_TEXT], what[3 * ROW_TEXT], how[128];
    bool any = false;
    int block = 0;
    plot_device_name(name, sizeof name, device);
    snprintf(what, sizeof what, "line speedup speedup_low speedup_high: %s", name);
    for (int i = 0, line = -1; i < count; i++) {
        line += i == 0 || !same_line(rows[i - 1], rows[i]);
        if (!row_same_device(rows[i], device))
            continue;
        if (!any)
            block = plot_block(file, what);
        any = true;
        plot_numbers(file, (double[]){line, rows[i]->speedup, rows[i]->speedup_low, rows[i]->speedup_high}, 4);
    }
    if (!any)
        return;
    const int style = plot_device_style(set, device);
    snprintf(how, sizeof how, "using 2:1 with points lt %d lw 1.5", style);
    plot_draw(file, block, how, name);
    snprintf(how, sizeof how, "using 2:1:3:4 with xerrorbars lt %d lw 1.5 pt 0", style);
    plot_draw(file, block, how, NULL);
}

static enum status draw_speedups(struct plot_set *set, const struct case_row *const *rows, int count)
{
    char data[TEXT_BYTES], what[TEXT_BYTES + 64], title[2 * TEXT_BYTES];
    struct plot_file file;
    table_data(data, sizeof data, rows[0]);
    snprintf(what, sizeof what, "%dD %s", rows[0]->dimensions, data);
    snprintf(title, sizeof title, "Speedup over OpenMP on the CPU, %dD, %s, with 95 %% intervals", rows[0]->dimensions,
             data);
    const enum status status = plot_open(set, "speedup", what, title, &file);
    if (status == STATUS_OK) {
        write_lines(&file, rows, count);
        fputs("set xlabel 'times faster than the CPU'\nset logscale x\nset format x '%gx'\n"
              "set arrow 1 from first 1, graph 0 to first 1, graph 1 nohead lc rgb '#444b52' dt 2\nset xrange "
              "[*<0.9:1.1<*]\n",
              file.script);
        for (int i = 0; i < set->device_count; i++)
            draw_device(set, &file, set->devices[i], rows, count);
    }
    return plot_close(set, &file, status);
}

/* Hands the lines of each dimension and data to `draw`, at most MOST_LINES at a time. */
static enum status draw_all(struct plot_set *set, const struct picks *picks,
                            enum status (*draw)(struct plot_set *set, const struct case_row *const *rows, int count))
{
    enum status status = STATUS_OK;
    for (int i = 0, end; i < picks->count && status == STATUS_OK; i = end) {
        const struct case_row *first = picks->list[i];
        int lines = 1;
        for (end = i + 1; end < picks->count; end++) {
            const struct case_row *row = picks->list[end];
            lines += !same_line(picks->list[end - 1], row);
            if (row->dimensions != first->dimensions || !plot_same_data(row, first) || lines > MOST_LINES)
                break;
        }
        status = draw(set, picks->list + i, end - i);
    }
    return status;
}

static bool has_speedup(const struct case_row *row)
{
    return plot_has_time(row) && row_class(row) < ROW_OPENMP && row->speedup > 0 && isfinite(row->speedup);
}

enum status plot_speedups(struct plot_set *set)
{
    struct picks picks;
    enum status status = pick(set, has_speedup, &picks);
    if (status == STATUS_OK)
        status = draw_all(set, &picks, draw_speedups);
    free(picks.list);
    return status;
}

static bool has_parts(const struct case_row *row)
{
    return plot_has_time(row) && row_class(row) < ROW_OPENMP && strcmp(row->residency, "end_to_end") == 0 &&
           row->push_ns + row->compute_ns + row->pull_ns > 0 && isfinite(row->push_ns + row->compute_ns + row->pull_ns);
}

static enum status draw_parts(struct plot_set *set, const struct case_row *const *rows, int count)
{
    char name[2 * ROW_TEXT], what[3 * ROW_TEXT], title[3 * ROW_TEXT];
    struct plot_file file;
    plot_device_name(name, sizeof name, rows[0]);
    snprintf(what, sizeof what, "%s %dD", name, rows[0]->dimensions);
    snprintf(title, sizeof title, "Push, compute and pull on %s", name);
    const enum status status = plot_open(set, "parts", what, title, &file);
    if (status == STATUS_OK) {
        write_lines(&file, rows, count);
        fputs("set xlabel 'share of their sum (%)'\nset xrange [0:100]\nset style fill solid 0.9 noborder\n",
              file.script);
        const int block = plot_block(&file, "line push_ns compute_ns pull_ns, medians");
        for (int i = 0; i < count; i++)
            plot_numbers(&file, (double[]){i, rows[i]->push_ns, rows[i]->compute_ns, rows[i]->pull_ns}, 4);
        plot_draw(&file, block,
                  "using (0):1:(0):(100*$2/($2+$3+$4)):($1-0.35):($1+0.35) with boxxyerror lc rgb '#e69f00'", "push");
        plot_draw(&file, block,
                  "using (0):1:(100*$2/($2+$3+$4)):(100*($2+$3)/($2+$3+$4)):($1-0.35):($1+0.35) with boxxyerror lc rgb "
                  "'#0072b2'",
                  "compute");
        plot_draw(&file, block,
                  "using (0):1:(100*($2+$3)/($2+$3+$4)):(100):($1-0.35):($1+0.35) with boxxyerror lc rgb '#1a936f'",
                  "pull");
    }
    return plot_close(set, &file, status);
}

enum status plot_parts(struct plot_set *set)
{
    struct picks picks, mine = {0};
    enum status status = pick(set, has_parts, &picks);
    mine.list = status == STATUS_OK ? malloc(((size_t)picks.count + 1) * sizeof *mine.list) : NULL;
    if (status == STATUS_OK && !mine.list)
        status = status_fail(STATUS_MEMORY, "no memory for the figures");
    for (int d = 0; d < set->device_count && status == STATUS_OK; d++) {
        mine.count = 0;
        for (int i = 0; i < picks.count; i++)
            if (row_same_device(picks.list[i], set->devices[d]) &&
                (mine.count == 0 || !same_line(mine.list[mine.count - 1], picks.list[i])))
                mine.list[mine.count++] = picks.list[i];
        status = draw_all(set, &mine, draw_parts);
    }
    free(picks.list);
    free(mine.list);
    return status;
}
