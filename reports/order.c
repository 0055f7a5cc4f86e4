/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One sort, then neighbours: a run may hold thousands of rows, too many to look for partners by walking all of them.
 */
#include "reports/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum row_class row_class(const struct case_row *row)
{
    if (strcmp(row->backend, "opencl") == 0)
        return strcmp(row->device_type, "gpu") == 0   ? ROW_GPU
               : strcmp(row->device_type, "cpu") == 0 ? ROW_CPU_DEVICE
                                                      : ROW_ACCELERATOR;
    return strcmp(row->backend, "openmp") == 0 ? ROW_OPENMP : ROW_REFERENCE;
}

bool row_ok(const struct case_row *row)
{
    return strcmp(row->status, "ok") == 0;
}

bool row_is_image(const struct case_row *row)
{
    return strcmp(row->variant, "image") == 0;
}

double row_pixels(const struct case_row *row)
{
    return (double)row->width * (double)row->height * (double)row->depth;
}

static int compare_numbers(double a, double b)
{
    return (a > b) - (a < b);
}

int row_compare_tiles(const struct case_row *a, const struct case_row *b)
{
    int order = compare_numbers((double)a->tile_width, (double)b->tile_width);
    order = order ? order : compare_numbers((double)a->tile_height, (double)b->tile_height);
    order = order ? order : compare_numbers((double)a->tile_depth, (double)b->tile_depth);
    return order ? order : compare_numbers((double)a->margin_px, (double)b->margin_px);
}

static int compare_devices(const struct case_row *a, const struct case_row *b)
{
    enum row_class class_a = row_class(a), class_b = row_class(b);
    if (class_a != class_b || class_a >= ROW_OPENMP)
        return (int)class_a - (int)class_b;
    return strcmp(a->device, b->device);
}

static int compare_subjects(const struct case_row *a, const struct case_row *b)
{
    int order = compare_numbers((double)a->run, (double)b->run);
    order = order ? order : strcmp(a->operation, b->operation);
    order = order ? order : strcmp(a->parameters, b->parameters);
    order = order ? order : a->dimensions - b->dimensions;
    order = order ? order : strcmp(a->type, b->type);
    order = order ? order : strcmp(a->content, b->content);
    order = order ? order : row_compare_tiles(a, b);
    return order ? order : row_is_image(a) - row_is_image(b);
}

static int compare_sizes(const struct case_row *a, const struct case_row *b)
{
    int order = compare_numbers(row_pixels(a), row_pixels(b));
    order = order ? order : compare_numbers((double)a->width, (double)b->width);
    return order ? order : compare_numbers((double)a->height, (double)b->height);
}

/* Everything but the device: equal for the two rows that a speedup compares. */
static int compare_work(const struct case_row *a, const struct case_row *b)
{
    int order = compare_subjects(a, b);
    order = order ? order : compare_sizes(a, b);
    order = order ? order : strcmp(a->residency, b->residency);
    return order ? order : strcmp(a->cache, b->cache);
}

static int compare_rows(const void *a, const void *b)
{
    const struct case_row *x = ((const struct ordered_row *)a)->row, *y = ((const struct ordered_row *)b)->row;
    int order = compare_devices(x, y);
    order = order ? order : compare_work(x, y);
    order = order ? order : x->threads - y->threads;
    return order ? order : compare_numbers((double)x->id, (double)y->id);
}

static bool is_faster(const struct case_row *a, const struct case_row *b)
{
    if (row_ok(a) != row_ok(b))
        return row_ok(a);
    return a->median_ns < b->median_ns || isnan(b->median_ns);
}

/* The fastest of the OpenMP rows [first, end) that did the same work; bisection to the first of them. */
static struct ordered_row *find_cpu(struct ordered_row *first, struct ordered_row *end, const struct case_row *row)
{
    struct ordered_row *last = end, *fastest = NULL;
    while (first < end) {
        struct ordered_row *half = first + (end - first) / 2;
        if (compare_work(half->row, row) < 0)
            first = half + 1;
        else
            end = half;
    }
    for (; first < last && compare_work(first->row, row) == 0; first++)
        if (!fastest || is_faster(first->row, fastest->row))
            fastest = first;
    return fastest;
}

enum status order_rows(const struct case_row *rows, int count, struct ordered_row **ordered)
{
    struct ordered_row *list = calloc((size_t)count + 1, sizeof *list);
    *ordered = list;
    if (!list)
        return status_fail(STATUS_MEMORY, "no memory to sort %d rows", count);
    for (int i = 0; i < count; i++)
        list[i].row = &rows[i];
    qsort(list, (size_t)count, sizeof *list, compare_rows);
    int devices = 0, cpus;
    while (devices < count && row_class(list[devices].row) < ROW_OPENMP)
        devices++;
    for (cpus = devices; cpus < count && row_class(list[cpus].row) == ROW_OPENMP;)
        cpus++;
    for (int i = 0; i < devices; i++) {
        struct ordered_row *cpu = find_cpu(list + devices, list + cpus, list[i].row);
        if (cpu) {
            list[i].cpu = cpu->row;
            cpu->compared = true;
        }
    }
    return STATUS_OK;
}

bool row_same_device(const struct case_row *a, const struct case_row *b)
{
    return compare_devices(a, b) == 0;
}

bool row_same_subject(const struct case_row *a, const struct case_row *b)
{
    return compare_subjects(a, b) == 0;
}

int order_same_device(const struct ordered_row *ordered, int count)
{
    int same = 0;
    while (same < count && row_same_device(ordered[0].row, ordered[same].row))
        same++;
    return same;
}

int order_same_subject(const struct ordered_row *ordered, int count)
{
    int same = 0;
    while (same < count && row_same_device(ordered[0].row, ordered[same].row) &&
           row_same_subject(ordered[0].row, ordered[same].row))
        same++;
    return same;
}

int order_same_size(const struct ordered_row *ordered, int count)
{
    int same = 0, subject = order_same_subject(ordered, count);
    while (same < subject && compare_sizes(ordered[0].row, ordered[same].row) == 0)
        same++;
    return same;
}
