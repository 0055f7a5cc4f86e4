/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The rule of the gate: when is a case slower? The simulation of `breakeven gate --simulate` calls the same functions.
 *
 * Each pair of processes gives one difference, log(head / base). A case is slower when the Hodges-Lehmann estimate
 * reaches the threshold and the one-sided 99 % signed-rank bound is above 0; it is a regression when a rerun says so
 * again. Where the estimate reaches the threshold but pairs contradict each other, as many pairs are added once.
 */
#ifndef BENCH_GATE_RULE_H
#define BENCH_GATE_RULE_H

#include <stdbool.h>

#include "bench/gate_statistics.h"

enum { GATE_PAIRS = 10, GATE_PAIRS_LEAST = 7 /* with fewer there is no 99 % bound */ };

#define GATE_DEDICATED    0.05 /* threshold on a machine that does nothing else */
#define GATE_SHARED       0.10
#define GATE_NOISY        0.10 /* a case whose base-against-base differences reach this is not gated */
#define GATE_CANARY       0.10 /* a difference of the fixed piece of work */
#define GATE_MOVING_SHARE 0.30 /* of the cases */
#define GATE_MOVING_LEAST 3    /* cases: of two, one is half of all */

enum gate_finding { GATE_SAME, GATE_FASTER, GATE_SLOWER, GATE_UNSURE };

struct gate_test {
    enum gate_finding
        finding; /* GATE_UNSURE: the estimate reaches the threshold, its bound does not; or too few pairs */
    int pairs;
    double change, low, high; /* head / base - 1; 0.1 is 10 % slower; bounds one-sided 99 %, infinite with few pairs */
};

/* The differences of n pairs; `threshold` as a share, 0.1 for 10 %. */
struct gate_test gate_test(const double *differences, int n, double threshold);

/* The estimate reaches the threshold and its bound does not: as many pairs again, pooled with the first, decide. */
bool gate_wants_more(const struct gate_test *test);

/* max(least, 2 x the 95th percentile of |base against base|); NAN: not known. */
double gate_threshold(double least, double self_difference);

/* More than 30 % of the cases, and at least three, moved the same way by half their threshold, for sure: with their
 * bound on that side of 0. Tests without pairs do not count. */
bool gate_environment_changed(const struct gate_test *tests, const double *thresholds, int count);

/* The canary's differences: whether it is off by more than 10 %, by the same test. */
bool gate_canary_changed(const double *differences, int n, double *change);

#endif
