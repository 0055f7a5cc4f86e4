/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Over image sizes, times follow a power law piece by piece: a constant cost of launching, then one proportional to the
 * pixels. Between two neighbouring sizes the logarithm of the speedup is therefore taken as linear in the logarithm of
 * the pixels.
 */
#include "reports/break_even.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"
#include "reports/order.h"

static double estimate(const struct case_row *row)
{
    return row->speedup;
}

static double low_end(const struct case_row *row)
{
    return row->speedup_low;
}

static double high_end(const struct case_row *row)
{
    return row->speedup_high;
}

struct crossing {
    int above;     /* the first size after which the value stays above 1; the number of sizes when the last is not */
    int changes;   /* how often it crosses 1 */
    double pixels; /* 0 when above is the first size, INFINITY when there is none */
};

/* Sizes ascend. */
static struct crossing find_crossing(const struct case_row *const *sizes, int count,
                                     double (*value)(const struct case_row *))
{
    struct crossing c = {.above = count};
    for (int i = 0; i < count; i++)
        if (isnan(value(sizes[i])))
            return (struct crossing){.above = count, .pixels = NAN};
    while (c.above > 0 && value(sizes[c.above - 1]) > 1)
        c.above--;
    for (int i = 1; i < count; i++)
        c.changes += (value(sizes[i]) > 1) != (value(sizes[i - 1]) > 1);
    if (c.above == 0 || c.above == count) {
        c.pixels = c.above ? INFINITY : 0;
        return c;
    }
    const struct case_row *below = sizes[c.above - 1], *above = sizes[c.above];
    double from = log(row_pixels(below)), to = log(row_pixels(above));
    double share = log(value(below)) / (log(value(below)) - log(value(above)));
    c.pixels = exp(from + share * (to - from));
    return c;
}

static struct break_even of_series(const struct case_row *const *sizes, int count)
{
    struct crossing c = find_crossing(sizes, count, estimate);
    struct break_even b = {.first = sizes[0], .last = sizes[count - 1], .pixels = NAN};
    b.pixels_low = find_crossing(sizes, count, high_end).pixels;
    b.pixels_high = find_crossing(sizes, count, low_end).pixels;
    b.kind = c.above == 0 ? BREAK_EVEN_ALWAYS : c.above == count ? BREAK_EVEN_NEVER : BREAK_EVEN_CROSSES;
    b.several = c.changes > (b.kind == BREAK_EVEN_CROSSES);
    if (b.kind == BREAK_EVEN_CROSSES) {
        b.below = sizes[c.above - 1];
        b.above = sizes[c.above];
        b.pixels = c.pixels;
    }
    return b;
}

static bool has_speedup(const struct case_row *row)
{
    return row_ok(row) && row->speedup > 0 && row_pixels(row) > 0;
}

static bool same_residency(const struct case_row *a, const struct case_row *b)
{
    return strcmp(a->residency, b->residency) == 0 && strcmp(a->cache, b->cache) == 0;
}

/* The series of one subject, one for each residency and cache; `sizes` has room for `count`. */
static int of_subject(const struct ordered_row *rows, int count, const struct case_row **sizes, struct break_even *list)
{
    int found = 0;
    for (int i = 0; i < count; i++) {
        bool seen = !has_speedup(rows[i].row);
        for (int k = 0; k < found; k++)
            seen = seen || same_residency(list[k].first, rows[i].row);
        if (seen)
            continue;
        int size_count = 0;
        for (int k = i; k < count; k++)
            if (has_speedup(rows[k].row) && same_residency(rows[k].row, rows[i].row))
                sizes[size_count++] = rows[k].row;
        list[found++] = of_series(sizes, size_count);
    }
    return found;
}

enum status break_even_find(const struct case_row *rows, int count, struct break_even **list, int *found)
{
    enum status status;
    struct ordered_row *ordered = NULL;
    const struct case_row **sizes = malloc(((size_t)count + 1) * sizeof *sizes);
    *list = malloc(((size_t)count + 1) * sizeof **list);
    *found = 0;
    TRY(order_rows(rows, count, &ordered));
    if (!sizes || !*list) {
        status = status_fail(STATUS_MEMORY, "no memory for the break-even sizes of %d rows", count);
        goto done;
    }
    for (int i = 0, same; i < count && row_class(ordered[i].row) < ROW_OPENMP; i += same) {
        same = order_same_subject(ordered + i, count - i);
        *found += of_subject(ordered + i, same, sizes, *list + *found);
    }
done:
    if (status != STATUS_OK) {
        free(*list);
        *list = NULL;
    }
    free(sizes);
    free(ordered);
    return status;
}

__attribute__((format(printf, 3, 4))) static void add(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

static const char *pixel_word(const struct break_even *b)
{
    return b->first->dimensions == 3 ? "voxels" : "pixels";
}

/* One end of the interval: a size, or beyond the sizes tested. */
static char *interval_end(char *text, size_t size, double pixels, int dimensions)
{
    if (pixels > 0 && isfinite(pixels))
        return format_pixels(text, size, pixels, dimensions);
    snprintf(text, size, "%s", pixels > 0 ? "above the largest" : "below the smallest");
    return text;
}

static void add_crossing(char *text, size_t size, const struct break_even *b)
{
    char at[FORMAT_MAX], below[FORMAT_MAX], above[FORMAT_MAX];
    int dimensions = b->first->dimensions;
    add(text, size, "about %s %s, between %s and %s", format_pixels(at, sizeof at, b->pixels, dimensions),
        pixel_word(b), format_shape(below, sizeof below, b->below), format_shape(above, sizeof above, b->above));
    if (!isnan(b->pixels_low) && !isnan(b->pixels_high))
        add(text, size, " (95%%: %s to %s)", interval_end(below, sizeof below, b->pixels_low, dimensions),
            interval_end(above, sizeof above, b->pixels_high, dimensions));
    if (b->several)
        add(text, size, "; crosses more than once, this is the last");
}

static void add_always(char *text, size_t size, const struct break_even *b)
{
    char from[FORMAT_MAX], sure[FORMAT_MAX];
    add(text, size, b->first == b->last ? "faster at %s, the only size" : "always faster (from %s tested)",
        format_shape(from, sizeof from, b->first));
    if (isinf(b->pixels_high))
        add(text, size, ", but not surely");
    else if (b->pixels_high > 0)
        add(text, size, ", surely from about %s %s",
            format_pixels(sure, sizeof sure, b->pixels_high, b->first->dimensions), pixel_word(b));
}

static void add_never(char *text, size_t size, const struct break_even *b)
{
    char to[FORMAT_MAX], sure[FORMAT_MAX];
    format_shape(to, sizeof to, b->last);
    if (b->several) {
        add(text, size, "not at %s, though at some smaller sizes", to);
        return;
    }
    add(text, size, b->first == b->last ? "not faster at %s, the only size" : "never (up to %s)", to);
    if (b->pixels_low == 0)
        add(text, size, ", but not surely");
    else if (isfinite(b->pixels_low))
        add(text, size, ", surely up to about %s %s",
            format_pixels(sure, sizeof sure, b->pixels_low, b->first->dimensions), pixel_word(b));
}

char *break_even_text(char *text, size_t size, const struct break_even *b)
{
    *text = 0;
    if (b->kind == BREAK_EVEN_CROSSES)
        add_crossing(text, size, b);
    else if (b->kind == BREAK_EVEN_ALWAYS)
        add_always(text, size, b);
    else
        add_never(text, size, b);
    return text;
}

int64_t chain_length(double transfer_ns, double cpu_ns, double device_ns)
{
    double length = ceil(transfer_ns / (cpu_ns - device_ns));
    if (!(cpu_ns > device_ns) || !(length < 1e15))
        return 0;
    return length < 1 ? 1 : (int64_t)length;
}

/* The end-to-end case of the same size, which knows the transfer times; NULL if there is none. */
static const struct case_row *find_transfer(const struct ordered_row *rows, int count)
{
    for (int i = 0; i < count; i++)
        if (row_ok(rows[i].row) && strcmp(rows[i].row->residency, "end_to_end") == 0 && !isnan(rows[i].row->push_ns) &&
            !isnan(rows[i].row->pull_ns))
            return rows[i].row;
    return NULL;
}

static int of_size(const struct ordered_row *rows, int count, struct chain *list)
{
    int found = 0;
    const struct case_row *transfer = find_transfer(rows, count);
    for (int i = 0; i < count && transfer; i++) {
        const struct case_row *row = rows[i].row, *cpu = rows[i].cpu;
        if (!cpu || !row_ok(row) || !row_ok(cpu) || isnan(cpu->median_ns) || strcmp(row->residency, "resident") != 0)
            continue;
        list[found++] =
            (struct chain){row, chain_length(transfer->push_ns + transfer->pull_ns, cpu->median_ns, row->median_ns)};
    }
    return found;
}

enum status chain_find(const struct case_row *rows, int count, struct chain **list, int *found)
{
    enum status status;
    struct ordered_row *ordered = NULL;
    *list = malloc(((size_t)count + 1) * sizeof **list);
    *found = 0;
    TRY(order_rows(rows, count, &ordered));
    if (!*list) {
        status = status_fail(STATUS_MEMORY, "no memory for the chains of %d rows", count);
        goto done;
    }
    for (int i = 0, same; i < count && row_class(ordered[i].row) < ROW_OPENMP; i += same) {
        same = order_same_size(ordered + i, count - i);
        *found += of_size(ordered + i, same, *list + *found);
    }
done:
    if (status != STATUS_OK) {
        free(*list);
        *list = NULL;
    }
    free(ordered);
    return status;
}
