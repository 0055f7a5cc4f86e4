/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A new field of a row is one name here. The order of case_fields is that of the CSV columns: new ones go to the end,
 * so that spreadsheets made for older files keep their columns.
 */
#include "reports/row_fields.h"

#include <math.h>
#include <string.h>

#define KIND(value) _Generic((value), char *: FIELD_TEXT, int: FIELD_INT, int64_t: FIELD_INT64, double: FIELD_REAL)
#define FIELD(row, field)                                                                                              \
    {#field, offsetof(struct row, field), sizeof((struct row *)0)->field, KIND(((struct row *)0)->field)}
#define CASE(field) FIELD(case_row, field)
#define LIMIT(field) FIELD(limit, field)
#define SERIES(field) FIELD(series_row, field)
#define SAMPLE(field) FIELD(sample_row, field)

const struct row_field case_fields[CASE_FIELDS] = {
    /* identity */
    CASE(operation), CASE(parameters), CASE(dimensions), CASE(width), CASE(height), CASE(depth), CASE(type),
    CASE(content), CASE(backend), CASE(device), CASE(threads), CASE(residency), CASE(cache),
    /* required */
    CASE(samples), CASE(median_ns), CASE(ci_low_ns), CASE(ci_high_ns), CASE(min_ns), CASE(push_ns), CASE(compute_ns),
    CASE(pull_ns), CASE(device_ns), CASE(bytes_min), CASE(flops), CASE(speedup), CASE(speedup_low), CASE(speedup_high),
    CASE(verdict), CASE(status), CASE(flags),
    /* further */
    CASE(device_type), CASE(reason), CASE(build_ns), CASE(prepare_ns), CASE(first_call_ns), CASE(bytes_pushed),
    CASE(bytes_pulled), CASE(bytes_device), CASE(launches), CASE(run),
    CASE(variant), CASE(bytes_read), CASE(bytes_images), CASE(achieved_bps), CASE(limit_percent), CASE(bound), CASE(energy_j),
    CASE(tile_width), CASE(tile_height), CASE(tile_depth), CASE(margin_px), CASE(work_factor), CASE(error_max),
    CASE(error_p99), CASE(wrong_px), CASE(seam_error_max),
};

const struct row_field sample_fields[SAMPLE_FIELDS] = {
    SAMPLE(sequence), SAMPLE(repeats), SAMPLE(total_ns), SAMPLE(push_ns), SAMPLE(compute_ns), SAMPLE(pull_ns),
    SAMPLE(queued_ns), SAMPLE(submit_ns), SAMPLE(start_ns), SAMPLE(end_ns), SAMPLE(events_ok),
};

const struct row_field limit_fields[LIMIT_FIELDS] = {
    LIMIT(device), LIMIT(driver), LIMIT(device_type), LIMIT(backend), LIMIT(stage), LIMIT(name), LIMIT(threads),
    LIMIT(bytes), LIMIT(value), LIMIT(low), LIMIT(high), LIMIT(samples), LIMIT(unit), LIMIT(reason),
};

const struct row_field series_fields[SERIES_FIELDS] = {
    SERIES(device), SERIES(backend), SERIES(load), SERIES(time_s), SERIES(rate), SERIES(clock_mhz),
    SERIES(memory_clock_mhz), SERIES(temperature_c), SERIES(power_w), SERIES(energy_j),
};

const struct row_field *row_field_find(const struct row_field *fields, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

void row_clear(void *row, const struct row_field *fields, int count)
{
    for (int i = 0; i < count; i++) {
        char *at = (char *)row + fields[i].offset;
        switch (fields[i].kind) {
        case FIELD_TEXT:
            *at = 0;
            break;
        case FIELD_INT:
            *(int *)at = -1;
            break;
        case FIELD_INT64:
            *(int64_t *)at = -1;
            break;
        case FIELD_REAL:
            *(double *)at = NAN;
            break;
        }
    }
}
