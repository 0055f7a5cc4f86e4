/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A whole run: plan, workers, store, budget, refinement of the break-even size, resume.
 */
#ifndef BENCH_RUNNER_H
#define BENCH_RUNNER_H

#include <stdio.h>

#include "bench/axes.h"
#include "bench/measure.h"

struct run_options {
    struct axes axes;
    const char *image_path; /* NULL: made images */
    int channel;            /* of the user's image, from 0 */
    const char *backends;   /* "openmp,opencl" */
    const char *device;     /* as devices_choose(); "all" by default */
    const char *database;
    const char *name;       /* of the machine in comparisons */
    double budget_s;        /* 0: none */
    double watchdog_s;
    int threads; /* 0: the best */
    bool refine; /* look for the break-even size between the sizes of the sweep */
    bool resume;
    FILE *notes;    /* what the user should know of the input; NULL: silent */
    FILE *progress; /* NULL: silent */
};

struct run_result {
    int64_t run; /* in the store */
    int groups, groups_measured, groups_kept, groups_left; /* planned; now; before; out of budget */
    int cases, wrong, ended, oom; /* rows; status wrong; crash or hang; out of device memory */
    int refused;                  /* rows with status device: the driver failed */
    struct time_account account;
    double idle_busy; /* CPU time of the idle side's processes over the time of the turns */
};

/* Measures and stores. STATUS_WRONG when a result was wrong, STATUS_CRASH when a case crashed or hung or nothing was
 * measured, STATUS_DEVICE when a driver failed: everything that could be measured is in the store then too. */
enum status run_suite(const struct run_options *options, struct run_result *result);

/* Prints what run_suite() would measure, one group a line, and the estimated time; as JSON an object with `groups`,
 * `cases` and `estimate_s`. */
enum status run_list(const struct run_options *options, bool json, FILE *out);

#endif
