/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A name that was measured at four sizes or more is a curve and becomes a column; of a CPU's curves the one with most
 * threads is shown, the others are in the store and in the JSON.
 */
#include "reports/profile_table.h"

#include <math.h>
#include <string.h>

#include "reports/format.h"
#include "reports/terminal.h"

enum { CURVE_SIZES = 4, NAMES_MOST = 64, SIZE_COLUMN = 12, GAP = 2, FIGURE_COLUMNS = 49 };

/* Rows of one device and stage: limits->rows[first .. first + count). */
struct part {
    const struct limit *rows;
    int count;
};

static const struct limit *find(const struct part *part, const char *name, int threads, int64_t bytes)
{
    for (int i = 0; i < part->count; i++) {
        const struct limit *row = &part->rows[i];
        if (strcmp(row->name, name) == 0 && row->threads == threads && row->bytes == bytes)
            return row;
    }
    return NULL;
}

static int most_threads(const struct part *part, const char *name)
{
    int most = -1;
    for (int i = 0; i < part->count; i++)
        if (strcmp(part->rows[i].name, name) == 0 && part->rows[i].threads > most)
            most = part->rows[i].threads;
    return most;
}

static bool is_curve(const struct part *part, const struct limit *of)
{
    int sizes = 0;
    for (int i = 0; i < part->count; i++) {
        const struct limit *row = &part->rows[i];
        sizes += strcmp(row->name, of->name) == 0 && row->threads == of->threads && row->bytes >= 0;
    }
    return sizes >= CURVE_SIZES;
}

/* Names of curves in the order they come. */
static int curve_names(const struct part *part, const char *names[NAMES_MOST])
{
    int count = 0;
    for (int i = 0; i < part->count && count < NAMES_MOST; i++) {
        bool known = !is_curve(part, &part->rows[i]);
        for (int n = 0; n < count && !known; n++)
            known = strcmp(names[n], part->rows[i].name) == 0;
        if (!known)
            names[count++] = part->rows[i].name;
    }
    return count;
}

/* The smallest size above `above` that any of the names has with its most threads; -1: none. */
static int64_t next_size(const struct part *part, const char *const *names, int count, int64_t above)
{
    int64_t next = -1;
    for (int i = 0; i < part->count; i++)
        for (int n = 0; n < count; n++) {
            const struct limit *row = &part->rows[i];
            if (strcmp(row->name, names[n]) == 0 && row->threads == most_threads(part, names[n]) &&
                row->bytes > above && (next < 0 || row->bytes < next))
                next = row->bytes;
        }
    return next;
}

static void print_grid(const struct terminal *t, const struct part *part, const char *const *names, int count)
{
    char text[FORMAT_MAX], label[LIMIT_NAME];
    fprintf(t->out, "  %-*s", SIZE_COLUMN, "size");
    for (int n = 0; n < count; n++)
        fprintf(t->out, "%*s%*s", GAP, "", (int)fmax(10, (double)strlen(names[n])),
                format_name(label, sizeof label, names[n]));
    fputc('\n', t->out);
    for (int64_t size = -1; (size = next_size(part, names, count, size)) >= 0;) {
        fprintf(t->out, "  %-*s", SIZE_COLUMN, format_bytes(text, sizeof text, (double)size));
        for (int n = 0; n < count; n++) {
            const struct limit *row = find(part, names[n], most_threads(part, names[n]), size);
            fprintf(t->out, "%*s%*s", GAP, "", (int)fmax(10, (double)strlen(names[n])),
                    row ? format_quantity(text, sizeof text, row->value, row->unit) : "");
        }
        fputc('\n', t->out);
    }
}

/* As many columns side by side as fit. */
static void print_curves(const struct terminal *t, const struct part *part)
{
    const char *names[NAMES_MOST];
    int count = curve_names(part, names);
    for (int first = 0; first < count;) {
        int width = 2 + SIZE_COLUMN, n = 0;
        while (first + n < count) {
            width += GAP + (int)fmax(10, (double)strlen(names[first + n]));
            if (n > 0 && width > t->width)
                break;
            n++;
        }
        print_grid(t, part, names + first, n);
        first += n;
    }
}

static void print_row(const struct terminal *t, const struct limit *row)
{
    char label[LIMIT_NAME + 64], value[FORMAT_MAX], clean[LIMIT_TEXT];
    size_t used;
    format_name(label, sizeof label, row->name);
    used = strlen(label);
    if (row->threads > 0)
        snprintf(label + used, sizeof label - used, ", %d thread%s", row->threads, row->threads > 1 ? "s" : "");
    used = strlen(label);
    if (row->bytes >= 0)
        snprintf(label + used, sizeof label - used, ", %s", format_bytes(value, sizeof value, (double)row->bytes));
    format_quantity(value, sizeof value, row->value, row->unit);
    fprintf(t->out, "  %-34s %12s", label, value);
    format_clean(clean, sizeof clean, row->reason);
    bool beside = FIGURE_COLUMNS + 2 + format_width(clean) <= t->width;
    if (!*clean || !beside)
        fputc('\n', t->out);
    if (*clean) {
        fprintf(t->out, "%*s", beside ? 2 : 6, "");
        terminal_wrap(t, NULL, clean, beside ? FIGURE_COLUMNS + 2 : 6, 6);
    }
}

static void print_stage(const struct terminal *t, const struct part *part)
{
    char heading[LIMIT_NAME + 128];
    const char *what = part->rows[0].stage;
    for (int s = 0; s < LIMIT_STAGES; s++)
        if (strcmp(limit_stages[s].name, what) == 0)
            what = limit_stages[s].what;
    snprintf(heading, sizeof heading, "%s\n", what);
    fputc('\n', t->out);
    terminal_print(t, TERMINAL_BOLD, heading);
    print_curves(t, part);
    for (int i = 0; i < part->count; i++)
        if (!is_curve(part, &part->rows[i]))
            print_row(t, &part->rows[i]);
}

static bool same_device(const struct limit *a, const struct limit *b)
{
    return strcmp(a->device, b->device) == 0 && strcmp(a->backend, b->backend) == 0 && strcmp(a->driver, b->driver) == 0;
}

static void print_device(const struct terminal *t, const struct limit *row)
{
    char text[3 * LIMIT_DEVICE], name[LIMIT_DEVICE], driver[LIMIT_DEVICE];
    format_clean(name, sizeof name, row->device);
    format_clean(driver, sizeof driver, row->driver);
    if (strcmp(row->backend, "opencl") == 0)
        snprintf(text, sizeof text, "%s (%s%s, driver %s)", name, row->device_type,
                 strcmp(row->device_type, "cpu") == 0 ? ": this machine's CPU, through OpenCL" : "", driver);
    else
        snprintf(text, sizeof text, "%s (CPU, OpenMP)", name);
    fputc('\n', t->out);
    terminal_wrap(t, TERMINAL_BOLD, text, 0, 2);
}

double profile_share_of_published(const struct limits *limits, const char *device, const struct specification *published)
{
    const struct limit *largest = NULL;
    for (int i = 0; i < limits->count; i++) {
        const struct limit *row = &limits->rows[i];
        if (strcmp(row->device, device) == 0 && strcmp(row->backend, "opencl") == 0 &&
            strcmp(row->stage, "bandwidth") == 0 && strcmp(row->name, "copy") == 0 && !isnan(row->value) &&
            (!largest || row->bytes > largest->bytes))
            largest = row;
    }
    return largest && published ? largest->value / published->bandwidth_bytes_per_s : NAN;
}

static void print_published(const struct terminal *t, const struct limits *limits, const char *device,
                            const struct specification *published)
{
    char text[1024], bandwidth[FORMAT_MAX];
    double share = profile_share_of_published(limits, device, published);
    size_t used = (size_t)snprintf(text, sizeof text, "published for %s: %s%s%s of memory bandwidth", published->name,
                                   published->memory_type, *published->memory_type ? ", " : "",
                                   format_quantity(bandwidth, sizeof bandwidth, published->bandwidth_bytes_per_s, "B/s"));
    if (!isnan(published->power_limit_w))
        used += (size_t)snprintf(text + used, sizeof text - used, ", %.0f W", published->power_limit_w);
    if (!isnan(share))
        used += (size_t)snprintf(text + used, sizeof text - used, "; measured copy: %.0f %% of that%s", 100 * share,
                                 share < PROFILE_SUSPICIOUS
                                     ? ", which is little: is it throttled, shared, or another card of that name?"
                                     : "");
    snprintf(text + used, sizeof text - used, " (%s)", published->source);
    fputs("  ", t->out);
    terminal_wrap(t, share < PROFILE_SUSPICIOUS ? TERMINAL_YELLOW : NULL, text, 2, 4);
}

void profile_table_print(FILE *out, const struct limits *limits, const struct specifications *specifications)
{
    struct terminal t = terminal_of(out);
    for (int i = 0; i < limits->count;) {
        const struct limit *row = &limits->rows[i];
        struct part part = {row, 0};
        if (i == 0 || !same_device(row, row - 1)) {
            const struct specification *published =
                strcmp(row->backend, "opencl") == 0 ? specification_find(specifications, row->device) : NULL;
            print_device(&t, row);
            if (published)
                print_published(&t, limits, row->device, published);
        }
        while (i < limits->count && same_device(&limits->rows[i], row) && strcmp(limits->rows[i].stage, row->stage) == 0) {
            part.count++;
            i++;
        }
        print_stage(&t, &part);
    }
}
