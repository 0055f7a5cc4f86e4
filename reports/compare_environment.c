/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The JSON of every machine is flattened to fields with a text each; the fields of all machines, in the order in which
 * they first appear, are then compared as texts.
 */
#include "reports/compare_environment.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"

static const char unknown[] = "unknown";

struct flattening {
    struct environment_differences *to;
    int machine;
    bool anonymous;
    enum status status;
};

/* The row of a field, added at the end if it is new. */
static struct environment_difference *find_row(struct flattening *f, const char *field)
{
    struct environment_differences *to = f->to;
    for (int i = 0; i < to->count; i++)
        if (strcmp(to->rows[i].field, field) == 0)
            return &to->rows[i];
    struct environment_difference *larger = realloc(to->rows, (size_t)(to->count + 1) * sizeof *larger);
    if (larger) {
        to->rows = larger;
        larger[to->count] =
            (struct environment_difference){strdup(field), calloc((size_t)to->machine_count, sizeof(char *))};
        if (larger[to->count].field && larger[to->count].values)
            return &larger[to->count++];
        free(larger[to->count].field);
        free(larger[to->count].values);
    }
    f->status = status_fail(STATUS_MEMORY, "no memory to compare environments");
    return NULL;
}

static void set(struct flattening *f, const char *field, const char *value)
{
    char clean[2 * ROW_TEXT], clean_field[2 * ROW_TEXT];
    if (f->status != STATUS_OK)
        return;
    struct environment_difference *row = find_row(f, format_clean(clean_field, sizeof clean_field, field));
    if (!row)
        return;
    free(row->values[f->machine]); /* two devices of one name: the last one counts */
    row->values[f->machine] = strdup(format_clean(clean, sizeof clean, value));
    if (!row->values[f->machine])
        f->status = status_fail(STATUS_MEMORY, "no memory to compare environments");
}

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static void value_text(const char *field, const json_t *value, char *text, size_t size)
{
    if (json_is_string(value))
        snprintf(text, size, "%s", json_string_value(value));
    else if (json_is_integer(value) && ends_with(field, "_bytes"))
        format_bytes(text, size, (double)json_integer_value(value));
    else if (json_is_number(value))
        snprintf(text, size, "%.6g", json_number_value(value));
    else
        snprintf(text, size, "%s", json_is_boolean(value) ? (json_is_true(value) ? "yes" : "no") : unknown);
}

/* What differs from start to start, or is told elsewhere. */
static bool is_passing(const struct flattening *f, const char *field)
{
    static const char *const names[] = {"clock_overhead_ns", "host.load_average_5min", "host.load_average_15min"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(field, names[i]) == 0)
            return true;
    return f->anonymous && strcmp(field, "host.name") == 0;
}

/* A machine with nothing to do: its exact load is chance. */
static bool is_low_load(const char *field, const json_t *value)
{
    return strcmp(field, "host.load_average_1min") == 0 && json_is_number(value) && json_number_value(value) < 0.5;
}

static void flatten_object(struct flattening *f, json_t *object, const char *prefix)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        char field[ROW_TEXT], text[2 * ROW_TEXT];
        snprintf(field, sizeof field, "%s%s", prefix, key);
        if (json_is_array(value) || is_passing(f, field))
            continue;
        if (json_is_object(value)) {
            char deeper[ROW_TEXT];
            snprintf(deeper, sizeof deeper, "%s.", key);
            flatten_object(f, value, deeper);
            continue;
        }
        value_text(field, value, text, sizeof text);
        set(f, field, is_low_load(field, value) ? "below 0.5" : text);
    }
}

/* The names of all devices as one field, then the fields of each. */
static void flatten_devices(struct flattening *f, json_t *devices)
{
    char names[2 * ROW_TEXT] = "";
    size_t i;
    json_t *device;
    json_array_foreach(devices, i, device)
    {
        const char *name = json_string_value(json_object_get(device, "name"));
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", used ? "; " : "", name ? name : unknown);
    }
    set(f, "OpenCL devices", *names ? names : "none");
    json_array_foreach(devices, i, device)
    {
        const char *name = json_string_value(json_object_get(device, "name")), *key;
        json_t *value;
        json_object_foreach(device, key, value)
        {
            char field[2 * ROW_TEXT], text[2 * ROW_TEXT];
            if (!name || strcmp(key, "name") == 0 || strcmp(key, "index") == 0)
                continue;
            snprintf(field, sizeof field, "%s: %s", name, key);
            value_text(key, value, text, sizeof text);
            set(f, field, text);
        }
    }
}

static void flatten(struct flattening *f, const char *text)
{
    json_t *environment = text ? json_loads(text, 0, NULL) : NULL;
    if (json_object_size(environment) == 0) {
        set(f, "environment", "not recorded, as in imported results");
    } else {
        set(f, "environment", "recorded");
        flatten_object(f, environment, "");
        flatten_devices(f, json_object_get(environment, "opencl_devices"));
    }
    json_decref(environment);
}

/* Of a device's field only the machines that have the device count; a machine without a record differs in that alone.
 */
static bool differs(const struct environment_difference *row, const struct environment_difference *record, int machines)
{
    const bool of_device = strstr(row->field, ": ") != NULL, of_variables = strncmp(row->field, "variables.", 10) == 0;
    const char *first = NULL;
    bool seen = false;
    for (int m = 0; m < machines; m++) {
        const char *value = row->values[m];
        if (row != record && strcmp(record->values[m], "recorded") != 0)
            continue;
        if (!value && of_device)
            continue;
        value = value ? value : of_variables ? "not set" : unknown;
        if (seen && strcmp(first, value) != 0)
            return true;
        first = value;
        seen = true;
    }
    return false;
}

static void free_row(struct environment_difference *row, int machines)
{
    for (int m = 0; m < machines; m++)
        free(row->values[m]);
    free(row->values);
    free(row->field);
}

/* "value 1", "value 2" in place of values: that they differ is told, not what they are. */
static void mask(struct environment_difference *row, int machines)
{
    char **masks = calloc((size_t)machines + 1, sizeof *masks);
    for (int m = 0, next = 1; masks && m < machines; m++) {
        char text[24];
        if (!row->values[m] || strcmp(row->values[m], "not set") == 0)
            continue;
        for (int before = 0; before < m && !masks[m]; before++)
            if (masks[before] && strcmp(row->values[before], row->values[m]) == 0)
                masks[m] = strdup(masks[before]);
        snprintf(text, sizeof text, "value %d", next);
        if (!masks[m] && (masks[m] = strdup(text)))
            next++;
    }
    for (int m = 0; m < machines; m++) {
        if (row->values[m] && strcmp(row->values[m], "not set") == 0)
            continue;
        free(row->values[m]);
        row->values[m] = masks ? masks[m] : NULL; /* without memory NULL, which the caller reports */
    }
    free(masks);
}

/* Fills gaps and takes away what does not differ; the first row tells which machines have a record. */
static enum status keep_differences(struct environment_differences *d, bool anonymous)
{
    int kept = 0;
    bool *keep = calloc((size_t)d->count + 1, sizeof *keep);
    if (!keep)
        return status_fail(STATUS_MEMORY, "no memory to compare environments");
    for (int i = 0; i < d->count; i++)
        keep[i] = differs(&d->rows[i], &d->rows[0], d->machine_count);
    for (int i = 0; i < d->count; i++) {
        if (!keep[i]) {
            free_row(&d->rows[i], d->machine_count);
            continue;
        }
        const bool of_variables = strncmp(d->rows[i].field, "variables.", 10) == 0;
        for (int m = 0; m < d->machine_count; m++)
            if (!d->rows[i].values[m])
                d->rows[i].values[m] = strdup(of_variables                     ? "not set"
                                              : strstr(d->rows[i].field, ": ") ? "no such device"
                                                                               : unknown);
        if (of_variables && anonymous)
            mask(&d->rows[i], d->machine_count);
        d->rows[kept++] = d->rows[i];
    }
    d->count = kept;
    free(keep);
    for (int i = 0; i < kept; i++)
        for (int m = 0; m < d->machine_count; m++)
            if (!d->rows[i].values[m])
                return status_fail(STATUS_MEMORY, "no memory to compare environments");
    return STATUS_OK;
}

enum status environment_differences_find(const struct compare_machine *machines, int count, bool anonymous,
                                         struct environment_differences *d)
{
    enum status status = STATUS_OK;
    *d = (struct environment_differences){.machine_count = count};
    for (int m = 0; m < count; m++) {
        struct flattening f = {.to = d, .machine = m, .anonymous = anonymous};
        flatten(&f, machines[m].environment);
        TRY(f.status);
    }
    TRY(keep_differences(d, anonymous));
done:
    if (status != STATUS_OK)
        environment_differences_free(d);
    return status;
}

void environment_differences_free(struct environment_differences *d)
{
    for (int i = 0; i < d->count; i++)
        free_row(&d->rows[i], d->machine_count);
    free(d->rows);
    *d = (struct environment_differences){0};
}
