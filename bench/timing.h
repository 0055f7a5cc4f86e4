/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Taking samples of a prepared execution, in the process that runs it.
 */
#ifndef BENCH_TIMING_H
#define BENCH_TIMING_H

#include "bench/case_group.h"
#include "reports/row.h"

/* When to stop warming up and sampling: the rules of the measurement protocol, for a full or a quick run. */
struct timing_rules {
    double warmup_least_s, warmup_most_s;
    int samples_least, samples_most;
    double sampling_least_s, sampling_most_s;
    double relative_width; /* of the confidence interval: (high - low) / 2 / median */
};

struct timing_rules timing_rules(bool quick);

/* One sample of `repeats` calls; the row's times are per call. end_to_end flushes the images from the caches first, outside
 * the sample; *flush_ns gets what that took. */
enum status timing_sample(struct execution *execution, enum residency residency, int repeats, struct sample_row *sample,
                          double *flush_ns);

/* `repeats` calls without a look at the clock; caches stay as they are. */
enum status timing_call(struct execution *execution, enum residency residency, int repeats);

struct warmup {
    double spent_ns;
    double call_ns; /* median of the last calls */
    int calls;
};

/* Calls until the time is stable; `alive` is called between calls. */
enum status timing_warm_up(struct execution *execution, enum residency residency, const struct timing_rules *rules,
                           void (*alive)(void *), void *context, struct warmup *warmup);

/* Which of the thread counts is the fastest: each is tried twice, in both orders, with the threads awake before the clock
 * starts. CPU only; leaves the execution with the best one. */
enum status timing_choose_threads(struct execution *execution, const int *candidates, int count, void (*alive)(void *),
                                  void *context, int *best);

/* How many calls a sample holds: resident calls under 1 ms are repeated, end-to-end calls never are. */
int timing_repeats(enum residency residency, double call_ns);

#endif
