/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What a machine was measured to be able to do: bandwidth by working set, where caches show as steps, and the roofline
 * with the operations under it. S. Williams, A. Waterman, D. Patterson: Roofline, CACM 52 (2009),
 * doi 10.1145/1498765.1498785
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"
#include "reports/plot_file.h"

enum { MOST_LABELS = 60, MOST_CHARACTERS = 24 };

static const char *const streams[] = {"read", "write", "copy", "triad"};
enum { STREAMS = sizeof streams / sizeof streams[0] };

static bool is_bandwidth(const struct limit *limit, const char *name)
{
    return strcmp(limit->stage, "bandwidth") == 0 && strcmp(limit->name, name) == 0 && limit->bytes > 0 &&
           limit->value > 0 && isfinite(limit->value);
}

static bool same_device(const struct limit *a, const struct limit *b)
{
    return strcmp(a->device, b->device) == 0 && strcmp(a->backend, b->backend) == 0;
}

/* The fastest of the thread counts at the next size above `bytes`; NULL: there is none. */
static const struct limit *next_size(const struct limits *limits, const struct limit *device, const char *name,
                                     int64_t bytes)
{
    const struct limit *best = NULL;
    for (int i = 0; i < limits->count; i++) {
        const struct limit *one = &limits->rows[i];
        if (!same_device(one, device) || !is_bandwidth(one, name) || one->bytes <= bytes)
            continue;
        if (!best || one->bytes < best->bytes || (one->bytes == best->bytes && one->value > best->value))
            best = one;
    }
    return best;
}

static void limit_device_name(char *text, size_t size, const struct limit *limit)
{
    const bool opencl = strcmp(limit->backend, "opencl") == 0;
    snprintf(text, size, "%s%s", limit->device,
             !opencl                                  ? " (OpenMP)"
             : strcmp(limit->device_type, "cpu") == 0 ? " (OpenCL on the CPU)"
                                                      : "");
}

/* Powers of 4 from the smallest to the largest working set. */
static void write_bytes_axis(FILE *script, const struct limits *limits, const struct limit *device)
{
    char text[FORMAT_MAX];
    int64_t least = INT64_MAX, most = 0;
    for (int i = 0; i < limits->count; i++)
        for (int s = 0; s < STREAMS; s++)
            if (same_device(&limits->rows[i], device) && is_bandwidth(&limits->rows[i], streams[s])) {
                least = limits->rows[i].bytes < least ? limits->rows[i].bytes : least;
                most = limits->rows[i].bytes > most ? limits->rows[i].bytes : most;
            }
    fputs("set xtics rotate by -35 (", script);
    bool any = false;
    for (double bytes = 1; bytes <= (double)most; bytes *= 4) {
        if (bytes < (double)least)
            continue;
        fprintf(script, "%s'%s' %.0f", any ? ", " : "", format_bytes(text, sizeof text, bytes), bytes);
        any = true;
    }
    fputs(any ? ")\n" : "'' 1)\n", script);
}

static enum status draw_bandwidth(struct plot_set *set, const struct limit *device)
{
    char name[2 * LIMIT_DEVICE], title[3 * LIMIT_DEVICE], what[64], how[64];
    struct plot_file file;
    limit_device_name(name, sizeof name, device);
    snprintf(title, sizeof title, "Bandwidth by working set, %s", name);
    const enum status status = plot_open(set, "bandwidth", name, title, &file);
    if (status == STATUS_OK) {
        fputs("set xlabel 'working set of all arrays together'\nset ylabel 'bandwidth'\nset logscale x 2\nset logscale "
              "y\n"
              "set format y '%.0s %cB/s'\n",
              file.script);
        write_bytes_axis(file.script, set->report->limits, device);
        for (int s = 0; s < STREAMS; s++) {
            int64_t bytes = 0;
            const struct limit *one = next_size(set->report->limits, device, streams[s], bytes);
            if (!one)
                continue;
            snprintf(what, sizeof what, "bytes value low high (B/s): %s", streams[s]);
            const int block = plot_block(&file, what);
            for (; one; one = next_size(set->report->limits, device, streams[s], bytes)) {
                plot_numbers(&file, (double[]){(double)one->bytes, one->value, one->low, one->high}, 4);
                bytes = one->bytes;
            }
            snprintf(how, sizeof how, "using 1:2 with linespoints lt %d lw 1.5 ps 0.5", s + 1);
            plot_draw(&file, block, how, streams[s]);
        }
    }
    return plot_close(set, &file, status);
}

static bool is_counted(const struct case_row *row)
{
    return plot_has_time(row) && row->flops > 0 && row->bytes_min > 0 && isfinite(row->flops) &&
           isfinite(row->bytes_min) && strcmp(row->residency, "resident") == 0;
}

struct roofs {
    double memory, cache,
        peak; /* bytes per second of the largest working set and of the best one, operations per second */
};

/* 0 where nothing was measured. */
static struct roofs find_roofs(const struct limits *limits, const struct case_row *device)
{
    struct roofs roofs = {0};
    int64_t most = 0;
    for (int i = 0; i < limits->count; i++) {
        const struct limit *one = &limits->rows[i];
        if (strcmp(one->device, device->device) != 0 || strcmp(one->backend, device->backend) != 0)
            continue;
        if (strcmp(one->stage, "peak") == 0 && strcmp(one->name, "float32_fma") == 0)
            roofs.peak = fmax(roofs.peak, one->value);
        for (int s = 0; s < STREAMS; s++) {
            if (!is_bandwidth(one, streams[s]))
                continue;
            roofs.cache = fmax(roofs.cache, one->value);
            if (one->bytes >= most)
                roofs.memory = one->bytes > most ? one->value : fmax(roofs.memory, one->value);
            most = one->bytes > most ? one->bytes : most;
        }
    }
    return roofs;
}

/* On logarithmic axes a label takes about a decade and a tenth. */
static bool is_beside(const struct case_row *a, const struct case_row *b)
{
    return fabs(log10(a->flops / a->bytes_min) - log10(b->flops / b->bytes_min)) < 0.9 &&
           fabs(log10(a->flops / a->median_ns) - log10(b->flops / b->median_ns)) < 0.12;
}

/* Names where there is room for them; all points are in the table. */
static void write_labels(struct plot_file *file, const struct case_row *const *rows, int count)
{
    char label[2 * ROW_TEXT + 2];
    const struct case_row *labelled[MOST_LABELS];
    for (int i = 0, done = 0; i < count && done < MOST_LABELS; i++) {
        bool room = true;
        for (int k = 0; k < done; k++)
            room = room && !is_beside(labelled[k], rows[i]);
        if (!room)
            continue;
        labelled[done++] = rows[i];
        snprintf(label, sizeof label, "%s %s", rows[i]->operation, rows[i]->parameters);
        fputs("set label ", file->script);
        plot_quoted(file->script, label, MOST_CHARACTERS);
        fprintf(file->script, " at %.9g,%.9g left offset 0.8,0 font ',8'\n", rows[i]->flops / rows[i]->bytes_min,
                rows[i]->flops / rows[i]->median_ns * 1e9);
    }
}

static void draw_roofs(struct plot_file *file, const struct roofs *roofs)
{
    char how[160];
    if (!(roofs->peak > 0) || !(roofs->memory > 0))
        return;
    snprintf(how, sizeof how, "(%.9g*x < %.9g ? %.9g*x : %.9g) with lines lc rgb '#444b52' lw 2", roofs->memory,
             roofs->peak, roofs->memory, roofs->peak);
    plot_draw_function(file, how, "measured roof: memory and float32 multiply-add");
    if (!(roofs->cache > roofs->memory))
        return;
    snprintf(how, sizeof how, "(%.9g*x < %.9g ? %.9g*x : 1/0) with lines lc rgb '#444b52' lw 1.5 dt 2", roofs->cache,
             roofs->peak, roofs->cache);
    plot_draw_function(file, how, "the best bandwidth at any working set");
}

static enum status draw_roofline(struct plot_set *set, const struct case_row *const *rows, int count)
{
    char name[2 * ROW_TEXT], title[3 * ROW_TEXT], how[64];
    struct plot_file file;
    double low = INFINITY, high = 0;
    const struct roofs roofs = find_roofs(set->report->limits, rows[0]);
    plot_device_name(name, sizeof name, rows[0]);
    snprintf(title, sizeof title, "Roofline, resident, largest sizes: %s", name);
    const enum status status = plot_open(set, "roofline", name, title, &file);
    if (status == STATUS_OK) {
        const int block = plot_block(&file, "operations_per_byte operations_per_s");
        for (int i = 0; i < count; i++) {
            const double intensity = rows[i]->flops / rows[i]->bytes_min;
            low = fmin(low, intensity);
            high = fmax(high, intensity);
            plot_numbers(&file, (double[]){intensity, rows[i]->flops / rows[i]->median_ns * 1e9}, 2);
        }
        if (roofs.peak > 0 && roofs.memory > 0)
            high = fmax(high, roofs.peak / roofs.memory);
        write_labels(&file, rows, count);
        fprintf(file.script,
                "set xlabel 'operations per byte moved'\nset ylabel 'operations per second'\nset logscale xy\nset "
                "samples 500\n"
                "set format x '%%g'\nset format y '%%.0s %%cop/s'\nset xrange [%.9g:%.9g]\n",
                low / 2, high * 4);
        file.height_cm = 13;
        snprintf(how, sizeof how, "using 1:2 with points lt %d lw 1.5", plot_device_style(set, rows[0]));
        plot_draw(&file, block, how, "operations");
        draw_roofs(&file, &roofs);
    }
    return plot_close(set, &file, status);
}

static enum status plot_rooflines(struct plot_set *set)
{
    enum status status = STATUS_OK;
    const struct case_row **mine = malloc(((size_t)set->report->case_count + 1) * sizeof *mine);
    if (!mine)
        return status_fail(STATUS_MEMORY, "no memory for the figures");
    for (int d = 0; d < set->device_count && status == STATUS_OK; d++) {
        int count = 0;
        for (int i = 0; i < set->report->case_count; i++)
            if (row_class(set->devices[d]) != ROW_REFERENCE && row_same_device(set->ordered[i].row, set->devices[d]) &&
                plot_is_largest(set, i, is_counted))
                mine[count++] = set->ordered[i].row;
        if (count)
            status = draw_roofline(set, mine, count);
    }
    free(mine);
    return status;
}

enum status plot_limits(struct plot_set *set)
{
    const struct limits *limits = set->report->limits;
    enum status status = plot_rooflines(set);
    for (int i = 0; i < limits->count && status == STATUS_OK; i++) {
        bool first = false;
        for (int s = 0; s < STREAMS; s++)
            first = first || is_bandwidth(&limits->rows[i], streams[s]);
        for (int before = 0; before < i && first; before++)
            for (int s = 0; s < STREAMS; s++)
                first = first && !(same_device(&limits->rows[before], &limits->rows[i]) &&
                                   is_bandwidth(&limits->rows[before], streams[s]));
        if (first)
            status = draw_bandwidth(set, &limits->rows[i]);
    }
    return status;
}
