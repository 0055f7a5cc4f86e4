/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Statistics of paired differences, for the gate: every pair of processes gives one difference (the logarithm of a
 * ratio of times), and the question is how far the differences lie from 0 and how sure that is.
 */
#ifndef BENCH_GATE_STATISTICS_H
#define BENCH_GATE_STATISTICS_H

enum { GATE_PAIRS_MOST = 50 };

struct shift {
    int n;
    double estimate; /* Hodges-Lehmann: the median of the means of all pairs of values, each also with itself; NAN for n
                        = 0 */
    double low, high; /* one-sided bounds, each with the confidence asked for; infinite where n is too small for that */
};

/* `values` are n <= GATE_PAIRS_MOST finite differences. `confidence` is in (0.5, 1). The bounds are those of R's
 * wilcox.test(values, conf.int = TRUE, exact = TRUE, alternative = "greater" or "less"). */
struct shift signed_rank_shift(const double *values, int n, double confidence);

/* P(W <= w) of the signed-rank sum W of n <= GATE_PAIRS_MOST differences without ties: R's psignrank(w, n). */
double signed_rank_probability(int w, int n);

/* Linear between neighbours: R's quantile type 7, numpy's default. NAN for n = 0 or where memory is not enough. */
double quantile_of(const double *values, int n, double share);

/* The largest rate that `count` of `n` still agrees with: the one-sided Clopper-Pearson bound. 1 for n = 0. */
double rate_at_most(int count, int n, double confidence);

#endif
