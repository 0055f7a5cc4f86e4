/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Tier 1 of the gate: base against head on this machine, in pairs of processes, in the order base head head base.
 */
#ifndef BENCH_GATE_H
#define BENCH_GATE_H

#include "bench/gate_noise.h"
#include "bench/gate_rule.h"
#include "bench/gate_visit.h"
#include "reports/gate_report.h"

struct gate_options {
    struct gate_program base, head;
    const struct gate_cases *cases; /* not of commands: they name their own */
    double threshold;               /* GATE_DEDICATED, GATE_SHARED or the user's */
    int pairs, samples, threads, device;
    double patience_s;
    const struct gate_noise *noise;
    FILE *progress; /* NULL: silent */
};

struct gate_result {
    struct gate_row *rows; /* sorted; free with gate_result_free() */
    int count;
    char environment[640]; /* why nothing can be said of the code; "" */
    char device[256];      /* that the OpenCL cases ran on; "": none did */
    bool device_is_cpu;
    double seconds;
    int flagged; /* slower in the first pairs */
};

/* STATUS_OK when base and head could be compared or it is known why not: see gate_exit_code(). STATUS_INPUT: one of the
 * two cannot be run. STATUS_USAGE: a case that neither knows. */
enum status gate_run(const struct gate_options *options, struct gate_result *result);

/* 0 fine, 1 a confirmed regression, 3 inconclusive or not comparable, 4 wrong results, 5 crashed or nothing measured.
 */
int gate_exit_code(const struct gate_result *result);

/* The same for what kept a gate from running: 2 for usage and input, 4 wrong, 5 the rest. Never 1, which is a finding.
 */
int gate_status_exit_code(enum status status);

/* "breakeven gate --base B --head H --cases 'CASE'" */
void gate_command_text(const struct gate_options *options, const char *name, char *text, size_t bytes);

/* "breakeven gate --counts FILE --head H --cases 'CASE'" */
void gate_counts_command(const struct gate_options *options, const char *path, const char *name, char *text,
                         size_t bytes);

void gate_result_free(struct gate_result *result);

#endif
