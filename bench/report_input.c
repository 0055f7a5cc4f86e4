/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Reports know rows; this is where they come from.
 */
#include "bench/report_input.h"

#include <stdlib.h>

#include "bench/store_limits.h"
#include "reports/bound.h"

static enum status load_profile(struct store *store, struct report_input *input)
{
    enum status status = STATUS_OK;
    int64_t profile = 0;
    char host[ROW_TEXT];
    store_host(input->run.environment, host, sizeof host);
    if (!*host)
        return STATUS_OK;
    TRY(store_limits_of_host(store, host, &input->limits));
    TRY(store_newest_series(store, host, &profile));
    if (profile)
        TRY(store_series(store, profile, &input->series, &input->series_count));
done:
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
    TRY(load_profile(store, input));
    bound_rows(input->cases, input->case_count, &input->limits);
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
