/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven devices: one table of rows drives the text and the JSON.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

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

static json_t *to_json(const struct device *d)
{
    return json_pack("{s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:o,s:I,s:I,s:I,s:b,s:b,s:b}", "index", d->index, "name", d->name,
                     "platform", d->platform, "vendor", d->vendor, "driver", d->driver, "version", d->version, "type",
                     device_type_name(d->type), "compute_units", (int)d->compute_units, "clock_mhz",
                     d->clock_mhz ? json_integer(d->clock_mhz) : json_null(), "global_bytes", (json_int_t)d->global_bytes,
                     "local_bytes", (json_int_t)d->local_bytes, "max_alloc_bytes", (json_int_t)d->max_alloc_bytes, "images",
                     d->images, "unified_memory", d->unified_memory, "double_precision", d->double_precision);
}

static void print_text(const struct device *d)
{
    char clock[32] = "clock unknown";
    if (d->clock_mhz)
        snprintf(clock, sizeof clock, "%u MHz", d->clock_mhz);
    printf("%d: %s\n", d->index, d->name);
    printf("   type %s, platform %s, driver %s, %s\n", device_type_name(d->type), d->platform, d->driver, d->version);
    printf("   %u compute units, %s, global memory %.2f GiB, local memory %" PRIu64 " KiB\n", d->compute_units, clock,
           (double)d->global_bytes / (1 << 30), d->local_bytes >> 10);
    printf("   largest allocation %.2f GiB, images %s\n", (double)d->max_alloc_bytes / (1 << 30), d->images ? "yes" : "no");
}

int command_devices(int argc, char **argv)
{
    int usage;
    static const struct argp argp = {options, parse_option, NULL, "Lists OpenCL devices; the number is what --device takes.", 0,
                                     0, 0};
    bool as_json = false;
    struct device *devices = NULL;
    size_t count = 0;
    if (!command_parse(&argp, argc, argv, &as_json, &usage))
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
    free(devices);
    return command_end(status);
}
