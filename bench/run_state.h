/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A run between its parts: run_prepare.c fills it from the options, runner.c walks the groups.
 */
#ifndef BENCH_RUN_STATE_H
#define BENCH_RUN_STATE_H

#include "bench/configuration.h"
#include "bench/progress.h"
#include "bench/store.h"
#include "bench/watchman.h"

struct runner {
    const struct run_options *options;
    struct run_options resolved; /* with what a resumed run brings along */
    struct configuration resumed;
    struct bench bench;
    struct image image;
    struct device *devices; /* all of this machine */
    size_t device_count;
    struct store *store;
    int64_t run;
    struct case_group *groups;
    int group_count;
    struct progress progress;
    struct watchman watchman;
    struct run_result *result;
};

/* Finds devices, takes those that the options name, and makes their links; nothing is started yet. */
enum status run_choose_devices(struct runner *r);

/* The user's image, if there is one. */
enum status run_load_image(struct runner *r);

/* The groups of the sweep, shuffled. */
enum status run_plan_groups(struct runner *r);

/* Opens the store and begins a run in it. */
enum status run_open_run(struct runner *r);

/* Opens the store and takes up its newest unfinished run: its configuration replaces what was typed beside --resume. */
enum status run_resume_run(struct runner *r);

/* Seconds that all groups will take, a guess before anything was measured. */
double run_estimate_s(const struct runner *r);

#endif
