/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Times as curves with the 95 % intervals of their medians: one figure per operation and data against image size, and
 * one per numeric parameter, with all devices.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"
#include "reports/plot_file.h"
#include "reports/table_line.h"

struct point {
    const struct case_row *row;
    double x;
    char name[ROW_NAME]; /* of the parameter */
    char rest[ROW_TEXT]; /* the other parameters */
    int device;          /* style of the device, by which curves are apart */
};

struct points {
    struct point *list;
    int count, capacity;
};

static enum status add(struct points *points, const struct plot_set *set, const struct case_row *row, double x)
{
    if (points->count == points->capacity) {
        const int capacity = 2 * points->capacity + 256;
        struct point *larger = realloc(points->list, (size_t)capacity * sizeof *larger);
        if (!larger)
            return status_fail(STATUS_MEMORY, "no memory for the figures");
        points->list = larger;
        points->capacity = capacity;
    }
    points->list[points->count++] = (struct point){.row = row, .x = x, .device = plot_device_style(set, row)};
    return STATUS_OK;
}

static int compare_numbers(double a, double b)
{
    return (a > b) - (a < b);
}

static int compare_data(const struct case_row *a, const struct case_row *b)
{
    const int order = strcmp(a->residency, b->residency);
    return order ? order : strcmp(a->cache, b->cache);
}

/* Within a figure by device, along the curve, and of several rows at one place the fastest first. */
static int compare_places(const struct point *a, const struct point *b)
{
    int order = a->device - b->device;
    order = order ? order : compare_numbers(a->x, b->x);
    return order ? order : compare_numbers(a->row->median_ns, b->row->median_ns);
}

/* What one figure is of: everything but the device and x. */
static int compare_kind(const struct case_row *a, const struct case_row *b)
{
    int order = strcmp(a->operation, b->operation);
    order = order ? order : a->dimensions - b->dimensions;
    order = order ? order : strcmp(a->type, b->type);
    order = order ? order : strcmp(a->content, b->content);
    order = order ? order : row_is_image(a) - row_is_image(b);
    return order ? order : compare_data(a, b);
}

static int compare_size_figures(const struct point *a, const struct point *b)
{
    const int order = strcmp(a->row->parameters, b->row->parameters);
    return order ? order : compare_kind(a->row, b->row);
}

static int by_size(const void *a, const void *b)
{
    const int order = compare_size_figures(a, b);
    return order ? order : compare_places(a, b);
}

static int compare_parameter_figures(const struct point *a, const struct point *b)
{
    int order = strcmp(a->name, b->name);
    order = order ? order : strcmp(a->rest, b->rest);
    return order ? order : compare_kind(a->row, b->row);
}

static int by_parameter(const void *a, const void *b)
{
    const struct point *p = a, *q = b;
    int order = compare_parameter_figures(p, q);
    order = order ? order : compare_numbers(row_pixels(q->row), row_pixels(p->row));
    order = order ? order : compare_numbers((double)p->row->width, (double)q->row->width);
    order = order ? order : compare_numbers((double)p->row->height, (double)q->row->height);
    return order ? order : compare_places(p, q);
}

static void draw_curve(struct plot_file *file, const struct point *points, int count)
{
    char name[2 * ROW_TEXT], what[3 * ROW_TEXT], how[128];
    plot_device_name(name, sizeof name, points[0].row);
    snprintf(what, sizeof what, "x median_ns ci_low_ns ci_high_ns: %s", name);
    const int block = plot_block(file, what);
    for (int i = 0; i < count; i++)
        if (i == 0 || points[i].x != points[i - 1].x)
            plot_numbers(
                file,
                (double[]){points[i].x, points[i].row->median_ns, points[i].row->ci_low_ns, points[i].row->ci_high_ns},
                4);
    /* Intervals first: gnuplot clears the ground around them. */
    snprintf(how, sizeof how, "using 1:($2*ns):($3*ns):($4*ns) with yerrorbars lt %d lw 1.5 pt 0", points[0].device);
    plot_draw(file, block, how, NULL);
    snprintf(how, sizeof how, "using 1:($2*ns) with linespoints lt %d lw 1.5 ps 0.7", points[0].device);
    plot_draw(file, block, how, name);
}

static void draw_curves(struct plot_file *file, const struct point *points, int count)
{
    fputs("set ylabel 'time of one call'\nset logscale y\nset format y '%.0s %cs'\n", file->script);
    for (int i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && points[end].device == points[i].device; end++)
            ;
        draw_curve(file, points + i, end - i);
    }
}

/* Sizes by their shapes; two shapes of as many pixels are one place on the axis. */
static void write_size_axis(FILE *script, const struct point *points, int count)
{
    char shape[FORMAT_MAX];
    double last = 0;
    fprintf(script, "set xlabel 'image size (%s)'\nset logscale x 2\nset xtics rotate by -35 (",
            points[0].row->dimensions == 3 ? "voxels" : "pixels");
    for (int found = 0;; found++) {
        const struct point *next = NULL;
        for (int i = 0; i < count; i++)
            if (points[i].x > last && (!next || points[i].x < next->x))
                next = &points[i];
        if (!next)
            break;
        fprintf(script, "%s'%s' %.0f", found ? ", " : "", format_shape(shape, sizeof shape, next->row), next->x);
        last = next->x;
    }
    fputs(")\nset offsets graph 0.03, graph 0.03, 0, 0\n", script);
}

static enum status draw_size(struct plot_set *set, const struct point *points, int count)
{
    char subject[TEXT_BYTES], data[TEXT_BYTES], what[3 * TEXT_BYTES], title[3 * TEXT_BYTES];
    struct plot_file file;
    table_subject(subject, sizeof subject, points[0].row);
    table_data(data, sizeof data, points[0].row);
    /* A name that is cut loses the end of the content. */
    snprintf(what, sizeof what, "%s %s", data, subject);
    snprintf(title, sizeof title, "%s, %s", subject, data);
    const enum status status = plot_open(set, "time", what, title, &file);
    if (status == STATUS_OK) {
        write_size_axis(file.script, points, count);
        draw_curves(&file, points, count);
    }
    return plot_close(set, &file, status);
}

static bool is_shown(const struct case_row *row)
{
    return plot_has_time(row) && row_class(row) != ROW_REFERENCE;
}

enum status plot_times(struct plot_set *set)
{
    enum status status = STATUS_OK;
    struct points points = {0};
    for (int i = 0; i < set->report->case_count; i++)
        if (is_shown(set->ordered[i].row))
            TRY(add(&points, set, set->ordered[i].row, row_pixels(set->ordered[i].row)));
    if (points.count)
        qsort(points.list, (size_t)points.count, sizeof *points.list, by_size);
    for (int i = 0, end; i < points.count; i = end) {
        bool several = false;
        for (end = i + 1; end < points.count && compare_size_figures(&points.list[i], &points.list[end]) == 0; end++)
            several = several || points.list[end].x != points.list[i].x;
        if (several)
            TRY(draw_size(set, points.list + i, end - i));
    }
done:
    free(points.list);
    return status;
}

/* Adds the row once for each numeric parameter of "radius=2,shape=box". */
static enum status add_parameters(struct points *points, const struct plot_set *set, const struct case_row *row)
{
    enum status status = STATUS_OK;
    for (const char *at = row->parameters; *at;) {
        const size_t length = strcspn(at, ", "), name = strcspn(at, "=");
        char *end = NULL;
        const double x = name < length ? strtod(at + name + 1, &end) : NAN;
        if (name > 0 && name < ROW_NAME && isfinite(x) && end != at + name + 1 && end == at + length) {
            TRY(add(points, set, row, x));
            struct point *point = &points->list[points->count - 1];
            snprintf(point->name, sizeof point->name, "%.*s", (int)name, at);
            const char *after = at + length + strspn(at + length, ", ");
            snprintf(point->rest, sizeof point->rest, "%.*s%s", (int)(at - row->parameters), row->parameters, after);
            for (size_t last = strlen(point->rest); last && strchr(", ", point->rest[last - 1]);)
                point->rest[--last] = 0;
        }
        at += length + strspn(at + length, ", ");
    }
done:
    return status;
}

static enum status draw_parameter(struct plot_set *set, const struct point *points, int count)
{
    char data[TEXT_BYTES], shape[FORMAT_MAX], title[2 * TEXT_BYTES], what[3 * TEXT_BYTES];
    struct plot_file file;
    const struct case_row *row = points[0].row;
    table_data(data, sizeof data, row);
    snprintf(title, sizeof title, "%s against %s%s%s, %s %s, %s%s, %s", row->operation, points[0].name,
             *points[0].rest ? ", " : "", points[0].rest, format_shape(shape, sizeof shape, row), row->type,
             row->content, row_is_image(row) ? ", from an OpenCL image" : "", data);
    snprintf(what, sizeof what, "%s %s", data, title);
    const enum status status = plot_open(set, "parameter", what, title, &file);
    if (status == STATUS_OK) {
        fputs("set xlabel ", file.script);
        plot_quoted(file.script, points[0].name, PLOT_LABEL_CHARACTERS);
        fputs("\nset offsets graph 0.03, graph 0.03, 0, 0\n", file.script);
        draw_curves(&file, points, count);
    }
    return plot_close(set, &file, status);
}

static bool same_size(const struct case_row *a, const struct case_row *b)
{
    return a->width == b->width && a->height == b->height && a->depth == b->depth;
}

enum status plot_parameters(struct plot_set *set)
{
    enum status status = STATUS_OK;
    struct points points = {0};
    const struct point *drawn = NULL; /* of one figure the largest size alone: sizes descend */
    for (int i = 0; i < set->report->case_count; i++)
        if (is_shown(set->ordered[i].row))
            TRY(add_parameters(&points, set, set->ordered[i].row));
    if (points.count)
        qsort(points.list, (size_t)points.count, sizeof *points.list, by_parameter);
    for (int i = 0, end; i < points.count; i = end) {
        const struct point *first = &points.list[i];
        bool several = false;
        for (end = i + 1; end < points.count && compare_parameter_figures(first, &points.list[end]) == 0 &&
                          same_size(first->row, points.list[end].row);
             end++)
            several = several || points.list[end].x != first->x;
        if (!several || (drawn && compare_parameter_figures(drawn, first) == 0))
            continue;
        TRY(draw_parameter(set, first, end - i));
        drawn = first;
    }
done:
    free(points.list);
    return status;
}
