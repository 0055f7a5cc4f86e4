/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Reports know rows; this is where those of a comparison come from: of every file the newest run with results of every
 * machine in it.
 */
#ifndef BENCH_COMPARE_INPUT_H
#define BENCH_COMPARE_INPUT_H

#include "bench/store.h"
#include "reports/compare.h"

struct compare_input {
    struct compare_machine *machines;
    struct store_run *runs;  /* of each machine, owns its environment */
    struct case_row **cases; /* the same */
    int count;
};

/* Machines have the name that was given at the run, else the host's, with `anonymous` "host-" and a hash of it; a name
 * that occurs again has " (2)" behind it. STATUS_USAGE: a file has no results. */
enum status compare_input_load(char *const *paths, int path_count, bool anonymous, struct compare_input *input);

void compare_input_free(struct compare_input *input);

#endif
