/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One worker at a time is alive: a device is measured while nothing else of ours runs.
 */
#include "bench/profile.h"

#include <stdlib.h>
#include <string.h>

#include "bench/run_state.h"
#include "bench/store_limits.h"
#include "bench/worker.h"
#include "hardware/clock.h"
#include "hardware/environment.h"
#include "hardware/sustain.h"
#include "ops/registry.h"
#include "reports/row_json.h"

struct profiler {
    const struct profile_options *options;
    struct profile_result *result;
    struct run_options run_options;
    struct runner runner; /* for its devices and their links */
    struct store *store;
    struct progress progress;
    bool stages[LIMIT_STAGES];
    int planned;
};

static const char *const loads[SUSTAIN_LOADS] = {[SUSTAIN_MEMORY] = "memory", [SUSTAIN_COMPUTE] = "compute"};

static enum status unknown_stage(const char *name, size_t length)
{
    char valid[256] = "";
    for (int i = 0; i < LIMIT_STAGES; i++) {
        size_t used = strlen(valid);
        snprintf(valid + used, sizeof valid - used, "%s%s", i ? ", " : "", limit_stages[i].name);
    }
    return status_fail(STATUS_USAGE, "there is no stage '%.*s'; valid: %s", (int)length, name, valid);
}

static enum status choose_stages(struct profiler *p)
{
    const char *text = p->options->stages;
    for (int i = 0; i < LIMIT_STAGES; i++)
        p->stages[i] = !text;
    for (; text; text = *text ? text + 1 : NULL) {
        size_t length = strcspn(text, ",");
        int found = LIMIT_STAGES;
        for (int i = 0; i < LIMIT_STAGES; i++)
            if (strlen(limit_stages[i].name) == length && strncmp(limit_stages[i].name, text, length) == 0)
                found = i;
        if (found == LIMIT_STAGES)
            return unknown_stage(text, length);
        p->stages[found] = true;
        text += length;
    }
    return STATUS_OK;
}

static bool applies(const struct profiler *p, const struct worker_link *link, int stage)
{
    return p->stages[stage] && (link->device_index == WORKER_CPU ? limit_stages[stage].cpu != NULL : true);
}

static double estimate_s(const struct worker_link *link, int stage)
{
    return link->device_index == WORKER_CPU ? limit_stages[stage].cpu_s : limit_stages[stage].device_s;
}

static const char *driver_of(const struct profiler *p, const struct worker_link *link)
{
    return link->device_index == WORKER_CPU ? "" : p->runner.devices[link->device_index].driver;
}

static void set_device(const struct profiler *p, const struct worker_link *link, struct limit *row)
{
    bool is_cpu = link->device_index == WORKER_CPU;
    snprintf(row->device, sizeof row->device, "%s", link->name);
    snprintf(row->driver, sizeof row->driver, "%s", driver_of(p, link));
    snprintf(row->device_type, sizeof row->device_type, "%s", device_type_name(link->type));
    snprintf(row->backend, sizeof row->backend, "%s", backend_name(is_cpu ? BACKEND_OPENMP : BACKEND_OPENCL));
}

/* The rows of an answer, or with NULL one that says why there is none. */
static enum status store_answer(struct profiler *p, const struct worker_link *link, const char *stage,
                                const json_t *answer)
{
    enum status status = STATUS_OK;
    struct limits limits = {0};
    size_t i;
    json_t *object;
    if (!answer) {
        struct limit failed = limit_row(stage, stage, "");
        TRY(limits_add_failure(&limits, &failed));
        p->result->failed++;
    }
    json_array_foreach(json_object_get(answer, "limits"), i, object)
    {
        struct limit row;
        row_from_json(object, &row, limit_fields, LIMIT_FIELDS);
        p->result->measured += row.samples > 0;
        TRY(limits_add(&limits, &row));
    }
    for (int r = 0; r < limits.count; r++)
        set_device(p, link, &limits.rows[r]);
    TRY(store_add_limits(p->store, p->result->profile, &limits));
done:
    limits_free(&limits);
    return status;
}

static void show(struct profiler *p, const struct worker_link *link, const char *what)
{
    char text[512];
    snprintf(text, sizeof text, "%s: %s", link->name, what);
    progress_show(&p->progress, text);
}

/* Asks and keeps what comes. A worker's death is a row; only a store that cannot be written ends the profile. *answer is
 * NULL after a death. Takes `request`. */
static enum status ask(struct profiler *p, struct worker_link *link, const char *stage, json_t *request, json_t **answer)
{
    if (worker_ask(link, request, 1, answer) != STATUS_OK) {
        json_decref(*answer);
        *answer = NULL;
    }
    enum status status = store_answer(p, link, stage, *answer);
    if (json_is_true(json_object_get(*answer, "failed"))) {
        p->result->failed++;
        worker_stop(link); /* some failures leave a driver's context unusable */
    }
    p->progress.done++;
    return status;
}

static enum status measure_stage(struct profiler *p, struct worker_link *link, int stage)
{
    json_t *answer = NULL, *request = json_pack("{s:s,s:i}", "do", "limits", "stage", stage);
    show(p, link, limit_stages[stage].what);
    enum status status = ask(p, link, limit_stages[stage].name, request, &answer);
    json_decref(answer);
    return status;
}

static enum status store_points(struct profiler *p, const struct worker_link *link, enum sustain_load load,
                                const json_t *answer)
{
    json_t *points = json_object_get(answer, "series");
    int count = (int)json_array_size(points);
    struct series_row *rows = calloc((size_t)count + 1, sizeof *rows);
    if (!rows)
        return status_fail(STATUS_MEMORY, "no host memory for the points of a load");
    for (int i = 0; i < count; i++) {
        row_from_json(json_array_get(points, (size_t)i), &rows[i], series_fields, SERIES_FIELDS);
        snprintf(rows[i].device, sizeof rows[i].device, "%s", link->name);
        snprintf(rows[i].backend, sizeof rows[i].backend, "%s",
                 backend_name(link->device_index == WORKER_CPU ? BACKEND_OPENMP : BACKEND_OPENCL));
        snprintf(rows[i].load, sizeof rows[i].load, "%s", loads[load]);
    }
    enum status status = store_add_series(p->store, p->result->profile, rows, count);
    free(rows);
    return status;
}

static enum status measure_load(struct profiler *p, struct worker_link *link, enum sustain_load load)
{
    enum status status = STATUS_OK;
    json_t *answer = NULL;
    show(p, link, load == SUSTAIN_MEMORY ? "sustained load on the memory" : "sustained load of arithmetic");
    json_t *request =
        json_pack("{s:s,s:i,s:f}", "do", "sustain", "load", (int)load, "seconds", p->options->sustain_s);
    TRY(ask(p, link, "sustained", request, &answer));
    if (answer)
        TRY(store_points(p, link, load, answer));
done:
    json_decref(answer);
    return status;
}

static enum status measure_link(struct profiler *p, struct worker_link *link)
{
    enum status status = STATUS_OK;
    for (int s = 0; s < LIMIT_STAGES; s++)
        if (applies(p, link, s))
            TRY(measure_stage(p, link, s));
    for (int load = 0; load < SUSTAIN_LOADS && p->options->sustain_s > 0; load++)
        TRY(measure_load(p, link, (enum sustain_load)load));
done:
    worker_stop(link);
    return status;
}

static void start_progress(struct profiler *p)
{
    const struct bench *bench = &p->runner.bench;
    double seconds = 0;
    for (int d = bench->measures_cpu ? -1 : 0; d < bench->device_count; d++) {
        const struct worker_link *link = d < 0 ? &bench->cpu : &bench->devices[d];
        for (int s = 0; s < LIMIT_STAGES; s++)
            if (applies(p, link, s)) {
                p->planned++;
                seconds += estimate_s(link, s);
            }
        if (p->options->sustain_s > 0) {
            p->planned += SUSTAIN_LOADS;
            seconds += SUSTAIN_LOADS * p->options->sustain_s;
        }
    }
    progress_start(&p->progress, p->options->progress, p->planned, p->planned ? seconds / p->planned : 0, 0);
}

static enum status begin(struct profiler *p)
{
    enum status status;
    char *environment = NULL;
    TRY(store_open(p->options->database, &p->store));
    TRY(environment_json(cpu_level_name(cpu_level_best()), p->runner.devices, p->runner.device_count, &environment));
    TRY(store_begin_profile(p->store, "", environment, &p->result->profile));
done:
    free(environment);
    return status;
}

enum status profile_run(const struct profile_options *options, struct profile_result *result)
{
    enum status status;
    struct profiler *p = calloc(1, sizeof *p);
    *result = (struct profile_result){0};
    if (!p)
        return status_fail(STATUS_MEMORY, "no host memory for a profile");
    p->options = options;
    p->result = result;
    p->run_options = (struct run_options){.backends = options->backends,
                                          .device = options->device,
                                          .watchdog_s = options->watchdog_s,
                                          .notes = options->notes};
    p->runner.options = &p->run_options;
    TRY(choose_stages(p));
    TRY(run_choose_devices(&p->runner));
    TRY(begin(p));
    int64_t start = clock_ns();
    struct bench *bench = &p->runner.bench;
    start_progress(p);
    if (bench->measures_cpu)
        TRY(measure_link(p, &bench->cpu));
    for (int d = 0; d < bench->device_count; d++)
        TRY(measure_link(p, &bench->devices[d]));
    result->wall_s = (double)(clock_ns() - start) * 1e-9;
    /* Left unfinished: it must not stand in for an older one that knows something. */
    if (result->measured == 0) {
        status = status_fail(STATUS_CRASH, "nothing was measured");
        goto done;
    }
    TRY(store_finish_profile(p->store, result->profile));
done:
    progress_end(&p->progress);
    store_close(p->store);
    free(p->runner.devices);
    free(p);
    return status;
}
