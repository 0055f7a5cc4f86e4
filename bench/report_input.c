/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Reports know rows; this is where they come from.
 */
#include "bench/report_input.h"

#include <jansson.h>
#include <stdlib.h>

#include "bench/store_bound.h"
#include "bench/store_limits.h"

static enum status load_profile(struct store *store, struct report_input *input)
{
    enum status status = STATUS_OK;
    int64_t profile = 0;
    json_t *environment = json_loads(input->run.environment, 0, NULL);
    const char *host = json_string_value(json_object_get(json_object_get(environment, "host"), "name"));
    if (host && *host)
        TRY(store_newest_profile(store, host, &profile));
    if (profile) {
        TRY(store_limits(store, profile, &input->limits));
        TRY(store_series(store, profile, &input->series, &input->series_count));
    }
done:
    json_decref(environment);
    return status;
}

enum status report_input_load(const char *database, int64_t run, struct report_input *input)
{
    enum status status;
    struct store *store = NULL;
    *input = (struct report_input){0};
    TRY(store_open_read(database, &store));
    TRY(run ? store_get_run(store, run, &input->run) : store_last_run(store, false, &input->run));
    if (!input->run.id) {
        status = status_fail(STATUS_USAGE, "%s has no run; breakeven run measures one", database);
        goto done;
    }
    TRY(store_cases(store, input->run.id, &input->cases, &input->case_count));
    TRY(store_bound_cases(store, input->cases, input->case_count, NULL));
    TRY(load_profile(store, input));
done:
    store_close(store);
    if (status != STATUS_OK)
        report_input_free(input);
    return status;
}

void report_input_free(struct report_input *input)
{
    store_run_free(&input->run);
    free(input->cases);
    free(input->series);
    limits_free(&input->limits);
    *input = (struct report_input){0};
}
