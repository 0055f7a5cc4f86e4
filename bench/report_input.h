/* SPDX-License-Identifier: BSD-3-Clause
 *
 * All that a report of one run shows, taken from a store.
 */
#ifndef BENCH_REPORT_INPUT_H
#define BENCH_REPORT_INPUT_H

#include "bench/store.h"
#include "hardware/limits.h"

struct report_input {
    struct store_run run;
    struct case_row *cases; /* read against the limits where there are some */
    int case_count;
    struct limits limits; /* of the newest profile of the run's machine; count 0: none */
    struct series_row *series;
    int series_count;
};

/* The run of that id, or with 0 the newest. STATUS_USAGE when there is none. Release with report_input_free(). */
enum status report_input_load(const char *database, int64_t run, struct report_input *input);

void report_input_free(struct report_input *input);

#endif
