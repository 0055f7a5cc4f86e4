/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven profile: what this machine can do, measured, kept and shown.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/output.h"
#include "bench/profile.h"
#include "bench/store_limits.h"
#include "hardware/specifications.h"
#include "reports/profile_table.h"
#include "reports/row_json.h"

enum { WATCHDOG_S = 120, SUSTAIN_S = 60 };

enum option_key {
    OPTION_JSON = 1000,
    OPTION_DEVICE,
    OPTION_BACKENDS,
    OPTION_STAGES,
    OPTION_SUSTAIN,
    OPTION_DB,
    OPTION_SHOW,
    OPTION_SPECIFICATIONS,
    OPTION_WATCHDOG,
    OPTION_PROGRESS,
};

static const struct argp_option rows[] = {
    {"device", OPTION_DEVICE, "WHICH", 0, "OpenCL devices: index, all, gpu, cpu, or part of a name (default all)", 0},
    {"backends", OPTION_BACKENDS, "LIST", 0, "openmp (the CPU), opencl (default both)", 0},
    {"stages", OPTION_STAGES, "LIST", 0,
     "some of bandwidth, peak, transfer, launch, atomics, sampling, allocation, with commas (default all)", 0},
    {"sustain", OPTION_SUSTAIN, "TIME", OPTION_ARG_OPTIONAL,
     "also a sustained load of memory and of arithmetic, each for TIME or 60s (default: none)", 0},
    {"json", OPTION_JSON, "FILE", 0, "write all figures as JSON; - is standard output", 0},
    {"specifications", OPTION_SPECIFICATIONS, "FILE.csv", 0,
     "published figures of further devices, see hardware/specifications.csv (default: those built in)", 0},
    {"show", OPTION_SHOW, 0, 0, "measure nothing, show the newest profile of the store", 0},
    {"db", OPTION_DB, "FILE", 0, "where it is kept (default breakeven.db)", 0},
    {"progress", OPTION_PROGRESS, 0, 0, "say what is being measured even where standard error is no terminal", 0},
    {"watchdog", OPTION_WATCHDOG, "TIME", 0, "end a stage that takes longer than this (default 120s)", 0},
    {0},
};

struct request {
    struct profile_options options;
    const char *json, *specifications_path;
    struct specifications specifications;
    bool show, progress;
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct request *r = state->input;
    enum status status = STATUS_OK;
    switch (key) {
    case OPTION_DEVICE:
        r->options.device = text;
        break;
    case OPTION_BACKENDS:
        r->options.backends = text;
        break;
    case OPTION_STAGES:
        r->options.stages = text;
        break;
    case OPTION_SUSTAIN:
        r->options.sustain_s = SUSTAIN_S;
        if (text)
            status = command_seconds("--sustain", text, &r->options.sustain_s);
        break;
    case OPTION_JSON:
        r->json = text;
        break;
    case OPTION_SPECIFICATIONS:
        r->specifications_path = text;
        break;
    case OPTION_PROGRESS:
        r->progress = true;
        break;
    case OPTION_SHOW:
        r->show = true;
        break;
    case OPTION_DB:
        r->options.database = text;
        break;
    case OPTION_WATCHDOG:
        status = command_seconds("--watchdog", text, &r->options.watchdog_s);
        break;
    case ARGP_KEY_ARG:
        status = status_fail(STATUS_USAGE, "profile: '%s' is no option", text);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return status == STATUS_OK ? 0 : ENOTSUP;
}

static json_t *number_json(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *rows_json(const void *first, int count, size_t row_bytes, const struct row_field *fields, int field_count)
{
    json_t *list = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(list, row_to_json((const char *)first + (size_t)i * row_bytes, fields, field_count));
    return list;
}

/* What is published of the devices among the rows, with the share of it that was measured. */
static json_t *published_json(const struct limits *limits, const struct specifications *specifications)
{
    json_t *list = json_array();
    for (int i = 0; i < limits->count; i++) {
        const struct limit *row = &limits->rows[i];
        const struct specification *s = specification_find(specifications, row->device);
        bool seen = strcmp(row->backend, "opencl") != 0 || !s;
        for (int before = 0; before < i && !seen; before++)
            seen = strcmp(limits->rows[before].device, row->device) == 0;
        if (seen)
            continue;
        double share = profile_share_of_published(limits, row->device, s);
        json_array_append_new(
            list, json_pack("{s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:s}", "device", row->device, "name", s->name, "memory_type",
                            s->memory_type, "bandwidth_bytes_per_s", number_json(s->bandwidth_bytes_per_s), "power_limit_w",
                            number_json(s->power_limit_w), "float32_flops", number_json(s->float32_flops),
                            "measured_share", number_json(share), "source", s->source));
    }
    return list;
}

static enum status write_json(const char *path, json_t *json)
{
    struct output output;
    enum status status = output_open(&output, path);
    if (status == STATUS_OK && (json_dumpf(json, output.file, JSON_INDENT(2)) != 0 || fputc('\n', output.file) == EOF))
        status = status_fail(STATUS_IO, "%s: %s", path, strerror(errno));
    return output_close(&output, status);
}

static enum status show(const struct request *r, int64_t profile)
{
    enum status status;
    struct store *store = NULL;
    struct limits limits = {0};
    struct series_row *points = NULL;
    int count = 0;
    json_t *json = NULL;
    TRY(store_open_read(r->options.database, &store));
    if (!profile)
        TRY(store_newest_profile(store, "", &profile));
    if (!profile) {
        status = status_fail(STATUS_USAGE, "%s has no profile; breakeven profile measures one", r->options.database);
        goto done;
    }
    TRY(store_limits(store, profile, &limits));
    TRY(store_series(store, profile, &points, &count));
    if (r->json) {
        json = json_pack("{s:I,s:o,s:o,s:o}", "profile", (json_int_t)profile, "limits",
                         rows_json(limits.rows, limits.count, sizeof *limits.rows, limit_fields, LIMIT_FIELDS), "sustained",
                         rows_json(points, count, sizeof *points, series_fields, SERIES_FIELDS), "published",
                         published_json(&limits, &r->specifications));
        TRY(write_json(r->json, json));
    }
    if (!r->json || strcmp(r->json, "-") != 0)
        profile_table_print(stdout, &limits, &r->specifications);
done:
    json_decref(json);
    free(points);
    limits_free(&limits);
    store_close(store);
    return status;
}

static const struct argp argp = {
    rows,
    parse_option,
    NULL,
    "Measures what this machine can do: memory bandwidth by working set, arithmetic peaks, "
    "transfers, latencies, allocations. Later results are read against it.",
    0,
    0,
    0};

static int command(int argc, char **argv)
{
    int usage;
    struct request r = {.options = {.backends = "openmp,opencl",
                                    .device = "all",
                                    .database = "breakeven.db",
                                    .watchdog_s = WATCHDOG_S,
                                    .notes = stderr}};
    struct profile_result result = {0};
    if (!command_parse(&command_profile, argc, argv, &r, &usage))
        return usage;
    r.options.progress = command_progress(r.progress);
    enum status status = specifications_load(r.specifications_path, &r.specifications);
    if (status == STATUS_OK && !r.show)
        status = profile_run(&r.options, &result);
    if (status == STATUS_OK) {
        status = show(&r, result.profile);
    } else if (result.profile) {
        /* Nothing was measured: the reasons are shown, the run's own failure is what is reported. */
        char text[1024];
        snprintf(text, sizeof text, "%s", status_text());
        show(&r, result.profile);
        status_fail(status, "%s", text);
    }
    specifications_free(&r.specifications);
    if (status == STATUS_OK && !r.show && (!r.json || strcmp(r.json, "-") != 0))
        printf("\nMeasured %d figures in %.0f s; kept in %s (profile %lld). Results of breakeven run are read against them.\n",
               result.measured, result.wall_s, r.options.database, (long long)result.profile);
    if (status == STATUS_OK && result.failed)
        status = status_fail(STATUS_CRASH, "%d stages failed; the table names them", result.failed);
    return command_end(status);
}

const struct command command_profile = {
    .name = "profile",
    .help = "measure this machine: bandwidths, peaks, transfers, latencies",
    .argp = &argp,
    .examples = {{"breakeven profile", "everything but sustained load, about a minute for each device"},
                 {"breakeven profile --device gpu --stages bandwidth,transfer --sustain=30s",
                  "two stages and sustained load, on the GPU"}},
    .run = command,
};
