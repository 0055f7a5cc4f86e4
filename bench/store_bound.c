/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Done when results are read, not when they are measured: a profile may come after the run that it explains.
 */
#include "bench/store_bound.h"

#include "bench/store_limits.h"
#include "reports/bound.h"

/* Of the machine of a run; count is 0 where it has no name or no profile. */
static enum status limits_of_run(struct store *store, int64_t run, struct limits *limits)
{
    enum status status;
    struct store_run facts = {0};
    char host[ROW_TEXT];
    *limits = (struct limits){0};
    TRY(store_get_run(store, run, &facts));
    store_host(facts.environment, host, sizeof host);
    if (*host)
        TRY(store_limits_of_host(store, host, limits));
done:
    store_run_free(&facts);
    return status;
}

enum status store_bound_cases(struct store *store, struct case_row *cases, int count, bool *profiled)
{
    enum status status = STATUS_OK;
    struct limits limits = {0};
    if (profiled)
        *profiled = false;
    for (int i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && cases[end].run == cases[i].run; end++)
            ;
        TRY(limits_of_run(store, cases[i].run, &limits));
        bound_rows(cases + i, end - i, &limits);
        if (profiled && limits.count > 0)
            *profiled = true;
        limits_free(&limits);
    }
done:
    limits_free(&limits);
    return status;
}
