/* SPDX-License-Identifier: BSD-3-Clause
 *
 * From the environment's JSON of each run.
 */
#include "bench/history_runs.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "bench/store_file.h"

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static bool read_drivers(const json_t *devices, struct history_run *run)
{
    size_t i;
    const json_t *device;
    run->drivers = calloc(json_array_size(devices) + 1, sizeof *run->drivers);
    if (!run->drivers)
        return false;
    json_array_foreach(devices, i, device)
    {
        struct history_driver *d = &run->drivers[run->driver_count++];
        *d = (struct history_driver){strdup(text_of(device, "name")), strdup(text_of(device, "driver"))};
        if (!d->device || !d->driver)
            return false;
    }
    return true;
}

static bool read_run(sqlite3_stmt *statement, struct history_run *run)
{
    const char *environment = (const char *)sqlite3_column_text(statement, 2);
    json_t *json = environment ? json_loads(environment, 0, NULL) : NULL;
    const json_t *tool = json_object_get(json, "tool");
    *run = (struct history_run){.id = sqlite3_column_int64(statement, 0),
                                .started_unix_s = sqlite3_column_int64(statement, 1)};
    snprintf(run->version, sizeof run->version, "%.16s%s%.8s", text_of(tool, "version"),
             *text_of(tool, "commit") ? " " : "", text_of(tool, "commit"));
    run->machine = strdup(text_of(json_object_get(json, "host"), "name"));
    if (asprintf(&run->build, "%s %s", text_of(tool, "compiler"), text_of(tool, "flags")) < 0)
        run->build = NULL;
    const bool good = run->machine && run->build && read_drivers(json_object_get(json, "opencl_devices"), run);
    json_decref(json);
    return good;
}

enum status history_runs_load(const char *path, sqlite3 *db, struct history_runs *runs)
{
    enum status status = STATUS_OK;
    sqlite3_stmt *statement = NULL;
    int capacity = 0, code;
    *runs = (struct history_runs){0};
    if (sqlite3_prepare_v2(db, "SELECT id, started_unix_s, environment FROM run ORDER BY id", -1, &statement, NULL) !=
        SQLITE_OK)
        return store_file_fail(path, db, "reading runs");
    while (status == STATUS_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        if (runs->count == capacity) {
            capacity = capacity ? 2 * capacity : 64;
            struct history_run *grown = realloc(runs->runs, (size_t)capacity * sizeof *grown);
            if (!grown) {
                status = status_fail(STATUS_MEMORY, "%s: no memory for its runs", path);
                break;
            }
            runs->runs = grown;
        }
        if (!read_run(statement, &runs->runs[runs->count++]))
            status = status_fail(STATUS_MEMORY, "%s: no memory for its runs", path);
    }
    if (status == STATUS_OK && code != SQLITE_DONE)
        status = store_file_fail(path, db, "reading runs");
    sqlite3_finalize(statement);
    if (status != STATUS_OK)
        history_runs_free(runs);
    return status;
}

const struct history_run *history_runs_find(const struct history_runs *runs, int64_t id)
{
    int low = 0, high = runs->count - 1;
    while (low <= high) {
        const int middle = (low + high) / 2;
        if (runs->runs[middle].id == id)
            return &runs->runs[middle];
        if (runs->runs[middle].id < id)
            low = middle + 1;
        else
            high = middle - 1;
    }
    return NULL;
}

const char *history_run_driver(const struct history_run *run, const char *device)
{
    for (int i = 0; i < run->driver_count; i++)
        if (strcmp(run->drivers[i].device, device) == 0)
            return run->drivers[i].driver;
    return "";
}

void history_runs_free(struct history_runs *runs)
{
    for (int i = 0; i < runs->count; i++) {
        struct history_run *run = &runs->runs[i];
        for (int d = 0; d < run->driver_count; d++) {
            free(run->drivers[d].device);
            free(run->drivers[d].driver);
        }
        free(run->drivers);
        free(run->machine);
        free(run->build);
    }
    free(runs->runs);
    *runs = (struct history_runs){0};
}
