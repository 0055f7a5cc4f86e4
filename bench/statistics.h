/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Statistics of samples. Nothing here removes a sample. Inputs are arrays of `n` finite values; they are not changed.
 * Where host memory is not enough for a sorted copy, results are NAN.
 */
#ifndef BENCH_STATISTICS_H
#define BENCH_STATISTICS_H

struct summary {
    int n;
    double median, low, high; /* 95 % order-statistic confidence interval of the median; the range when n < 6 */
    double min, q1, q3, max;
    int severe;   /* beyond q1 - 3 IQR or q3 + 3 IQR */
    double drift; /* Spearman rank correlation of value with order, ties averaged */
};

/* All zero for n = 0. */
struct summary summarise(const double *values, int n);

double median_of(const double *values, int n);

/* Half-width of the interval over the median: (high - low) / 2 / median; infinite when the median is not positive. */
double relative_width(const struct summary *summary);

struct ratio {
    double estimate, low, high; /* NAN when a side has no values, or one that is not positive */
};

/* Ratio of medians a / b with a 95 % percentile bootstrap interval, both sides resampled independently. Computed
 * exactly, as from infinitely many resamples, so that there is no seed and the same samples give the same interval. */
struct ratio ratio_of_medians(const double *a, int a_n, const double *b, int b_n);

/* "GPU" if the interval lies above 1.10, "CPU" if under 0.91, else "toss-up"; "" for NAN. `speedup` is CPU time over
 * device time. */
const char *verdict(const struct ratio *speedup);

#endif
