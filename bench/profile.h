/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Measuring a machine's limits: every stage on the CPU and on the chosen devices, one device at a time, into the store.
 */
#ifndef BENCH_PROFILE_H
#define BENCH_PROFILE_H

#include <stdint.h>
#include <stdio.h>

#include "hardware/status.h"

struct profile_options {
    const char *backends; /* "openmp,opencl" */
    const char *device;   /* as devices_choose() */
    const char *stages;   /* names with commas; NULL: all */
    const char *database;
    double sustain_s;  /* of each sustained load; 0: none */
    double watchdog_s;
    FILE *notes;    /* what the user should know of the devices; NULL: silent */
    FILE *progress; /* NULL: silent */
};

struct profile_result {
    int64_t profile; /* its id in the store; 0: none was begun */
    int measured, failed; /* rows with a value, stages that crashed, hung or ended in a failure */
    double wall_s;
};

/* Measures what the options say. Each stage's rows are stored when it ends; a stage that crashes or hangs becomes a row
 * with the reason and the others go on. STATUS_CRASH when nothing could be measured. */
enum status profile_run(const struct profile_options *options, struct profile_result *result);

#endif
