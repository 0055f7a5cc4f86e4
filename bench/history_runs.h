/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What the runs of a store were made with, as far as a series of results depends on it.
 */
#ifndef BENCH_HISTORY_RUNS_H
#define BENCH_HISTORY_RUNS_H

#include <sqlite3.h>
#include <stdint.h>

#include "hardware/status.h"

struct history_driver {
    char *device, *driver;
};

struct history_run {
    int64_t id, started_unix_s;
    char *machine;    /* host name; "" */
    char *build;      /* compiler and its options; "" */
    char version[32]; /* "0.1.0 4e30b1f" */
    struct history_driver *drivers;
    int driver_count;
};

struct history_runs {
    struct history_run *runs; /* by id */
    int count;
};

enum status history_runs_load(const char *path, sqlite3 *db, struct history_runs *runs);

/* NULL: there is none. */
const struct history_run *history_runs_find(const struct history_runs *runs, int64_t id);

/* The driver of a device in that run; "" where it is not known. */
const char *history_run_driver(const struct history_run *run, const char *device);

void history_runs_free(struct history_runs *runs);

#endif
