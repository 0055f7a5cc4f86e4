/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A profile's stages run in the workers, so that a driver's crash costs one stage. A stage that fails keeps the rows that it
 * has, and gets one more with the reason.
 */
#include "bench/worker_limits.h"

#include "hardware/limits.h"
#include "hardware/sustain.h"
#include "reports/row_json.h"

static void put_limits(json_t *answer, const struct limits *limits)
{
    json_t *rows = json_array();
    for (int i = 0; i < limits->count; i++)
        json_array_append_new(rows, row_to_json(&limits->rows[i], limit_fields, LIMIT_FIELDS));
    json_object_set_new(answer, "limits", rows);
}

/* A row with the reason, and a mark for the parent. */
static enum status add_failure(struct limits *limits, const char *stage, json_t *answer)
{
    struct limit failed = limit_row(stage, stage, "");
    json_object_set_new(answer, "failed", json_true());
    return limits_add_failure(limits, &failed);
}

enum status worker_limits(struct opencl *opencl, const json_t *request, json_t *answer)
{
    struct limits limits = {0};
    json_int_t stage = json_integer_value(json_object_get(request, "stage"));
    if (stage < 0 || stage >= LIMIT_STAGES)
        return status_fail(STATUS_USAGE, "there is no stage %lld", (long long)stage);
    const struct limit_stage *s = &limit_stages[stage];
    enum status status = opencl ? s->device(opencl, &limits) : s->cpu(&limits);
    if (status != STATUS_OK)
        status = add_failure(&limits, s->name, answer);
    put_limits(answer, &limits);
    limits_free(&limits);
    return status;
}

static void put_series(json_t *answer, const struct sustain_series *series)
{
    json_t *rows = json_array();
    for (int i = 0; i < series->count; i++) {
        const struct sustain_point *point = &series->points[i];
        const struct telemetry_reading *t = &point->telemetry;
        struct series_row row;
        row_clear(&row, series_fields, SERIES_FIELDS);
        row.time_s = point->time_s;
        row.rate = point->rate;
        row.clock_mhz = t->clock_mhz;
        row.memory_clock_mhz = t->memory_clock_mhz;
        row.temperature_c = t->temperature_c;
        row.power_w = t->power_w;
        row.energy_j = t->energy_j;
        json_array_append_new(rows, row_to_json(&row, series_fields, SERIES_FIELDS));
    }
    json_object_set_new(answer, "series", rows);
}

enum status worker_sustain(struct opencl *opencl, const json_t *request, json_t *answer, void (*alive)(void *),
                           void *context)
{
    struct limits limits = {0};
    struct sustain_series series = {0};
    json_int_t load = json_integer_value(json_object_get(request, "load"));
    double seconds = json_number_value(json_object_get(request, "seconds"));
    if (load < 0 || load >= SUSTAIN_LOADS)
        return status_fail(STATUS_USAGE, "there is no load %lld", (long long)load);
    enum status status = sustain_run(opencl, (enum sustain_load)load, seconds, alive, context, &series);
    if (status == STATUS_OK)
        status = sustain_limits(&series, &limits);
    if (status != STATUS_OK)
        status = add_failure(&limits, "sustained", answer);
    put_series(answer, &series);
    put_limits(answer, &limits);
    limits_free(&limits);
    sustain_free(&series);
    return status;
}
