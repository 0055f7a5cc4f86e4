/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven devices: one table of rows drives the text and the JSON.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"

enum option_key { OPTION_JSON = 1000 };

static const struct argp_option options[] = {
    {"json", OPTION_JSON, 0, 0, "print as JSON", 0},
    {0},
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    if (key == ARGP_KEY_ARG) {
        status_fail(STATUS_USAGE, "devices: '%s' is no option", text);
        return ENOTSUP;
    }
    if (key != OPTION_JSON)
        return ARGP_ERR_UNKNOWN;
    *(bool *)state->input = true;
    return 0;
}

/* What the driver does not tell is null: 0, and "" of a text. */
static json_t *number(uint64_t value)
{
    return value ? json_integer((json_int_t)value) : json_null();
}

static json_t *text(const char *value)
{
    return *value ? json_string(value) : json_null();
}

static json_t *numbers(const size_t *values, int count)
{
    json_t *list = json_array();
    if (values[0] == 0) {
        json_decref(list);
        return json_null();
    }
    for (int i = 0; i < count; i++)
        json_array_append_new(list, number(values[i]));
    return list;
}

static json_t *extensions_json(const struct device *d)
{
    char *names = NULL, *rest = NULL;
    if (device_extensions(d, &names) != STATUS_OK)
        return json_null();
    json_t *list = json_array();
    for (char *name = strtok_r(names, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
        json_array_append_new(list, json_string(name));
    free(names);
    return list;
}

static json_t *to_json(const struct device *d)
{
    const struct {
        const char *key;
        json_t *value;
    } members[] = {
        {"index", json_integer(d->index)},
        {"name", json_string(d->name)},
        {"platform", json_string(d->platform)},
        {"vendor", text(d->vendor)},
        {"driver", text(d->driver)},
        {"version", text(d->version)},
        {"type", d->type == DEVICE_UNKNOWN ? json_null() : json_string(device_type_name(d->type))},
        {"compute_units", number(d->compute_units)},
        {"clock_mhz", number(d->clock_mhz)},
        {"global_bytes", number(d->global_bytes)},
        {"local_bytes", number(d->local_bytes)},
        {"max_alloc_bytes", number(d->max_alloc_bytes)},
        {"cache_bytes", number(d->cache_bytes)},
        {"max_work_group", number(d->max_work_group)},
        {"image2d_max_px", numbers(d->image2d_max_px, 2)},
        {"image3d_max_px", numbers(d->image3d_max_px, 3)},
        {"images", json_boolean(d->images)},
        {"unified_memory", json_boolean(d->unified_memory)},
        {"double_precision", json_boolean(d->double_precision)},
        {"exact_division", json_boolean(d->exact_division)},
        {"extensions", extensions_json(d)},
        {"problem", text(d->problem)},
    };
    json_t *json = json_object();
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        json_object_set_new(json, members[i].key, members[i].value);
    return json;
}

/* "1.50 GiB", or "unknown". */
static const char *amount(char shown[32], uint64_t bytes, double unit, const char *name, int decimals)
{
    if (bytes)
        snprintf(shown, 32, "%.*f%s", decimals, (double)bytes / unit, name);
    else
        snprintf(shown, 32, "unknown");
    return shown;
}

static void print_text(const struct device *d)
{
    char units[32], clock[32], global[32], local[32], largest[32];
    printf("%d: %s\n", d->index, d->name);
    printf("   type %s, platform %s, driver %s, %s\n", device_type_name(d->type), d->platform,
           *d->driver ? d->driver : "unknown", *d->version ? d->version : "version unknown");
    printf("   compute units %s, clock %s, global memory %s, local memory %s\n", amount(units, d->compute_units, 1, "", 0),
           amount(clock, d->clock_mhz, 1, " MHz", 0), amount(global, d->global_bytes, 1 << 30, " GiB", 2),
           amount(local, d->local_bytes, 1 << 10, " KiB", 0));
    printf("   largest allocation %s, images %s\n", amount(largest, d->max_alloc_bytes, 1 << 30, " GiB", 2),
           d->images ? "yes" : "no");
    if (*d->problem)
        printf("   cannot be used: %s\n", d->problem);
}

static const struct argp argp = {
    options, parse_option, NULL, "Lists OpenCL devices; the number is what --device takes.", 0, 0, 0};

static int command(int argc, char **argv)
{
    int usage;
    bool as_json = false;
    struct device *devices = NULL;
    size_t count = 0;
    if (!command_parse(&command_devices, argc, argv, &as_json, &usage))
        return usage;
    enum status status = devices_find(&devices, &count);
    if (status == STATUS_OK && as_json) {
        json_t *list = json_array();
        for (size_t i = 0; i < count; i++)
            json_array_append_new(list, to_json(&devices[i]));
        json_dumpf(list, stdout, JSON_INDENT(2));
        printf("\n");
        json_decref(list);
    } else if (status == STATUS_OK) {
        for (size_t i = 0; i < count; i++)
            print_text(&devices[i]);
        if (count == 0)
            printf("no OpenCL device found: no driver is installed, or none has a device here\n");
    }
    if (status == STATUS_OK && *devices_left_out())
        fprintf(stderr, "breakeven: left out, because their devices cannot be listed: %s\n", devices_left_out());
    free(devices);
    return command_end(status);
}

const struct command command_devices = {
    .name = "devices",
    .help = "list OpenCL devices",
    .argp = &argp,
    .examples = {{"breakeven devices", "each with the number that --device takes"},
                 {"breakeven devices --json", "everything that is known of them, for programs"}},
    .run = command,
};
