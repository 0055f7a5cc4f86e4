/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "bench/statistics.h"

enum { MANY = 300 };

/* 1, 2, ... n in a scrambled order; n must not be a multiple of 7. */
static void scrambled(double *values, int n)
{
    for (int i = 0; i < n; i++)
        values[i] = (i * 7) % n + 1;
}

static void expect_ranks(int n, double low, double high)
{
    double values[MANY];
    scrambled(values, n);
    struct summary s = summarise(values, n);
    cr_expect_eq(s.low, low, "n = %d: low is %g", n, s.low);
    cr_expect_eq(s.high, high, "n = %d: high is %g", n, s.high);
}

Test(statistics, nothing_is_all_zero)
{
    struct summary s = summarise(NULL, 0);
    cr_expect_eq(s.n, 0);
    cr_expect_eq(s.median, 0);
    cr_expect_eq(s.high, 0);
    cr_expect_eq(s.drift, 0);
    cr_expect_eq(median_of(NULL, 0), 0);
    cr_expect_eq(relative_width(&s), INFINITY);
}

Test(statistics, one_value)
{
    struct summary s = summarise((double[]){4}, 1);
    cr_expect_eq(s.median, 4);
    cr_expect_eq(s.low, 4);
    cr_expect_eq(s.high, 4);
    cr_expect_eq(s.q1, 4);
    cr_expect_eq(s.q3, 4);
    cr_expect_eq(s.severe, 0);
    cr_expect_eq(s.drift, 0);
    cr_expect_eq(relative_width(&s), 0);
}

Test(statistics, median_of_odd_and_even_counts_in_any_order)
{
    double values[] = {9, 1, 5, 7};
    cr_expect_eq(median_of(values, 3), 5);
    cr_expect_eq(median_of(values, 4), 6);
    cr_expect_eq(values[0], 9, "the input was changed");
}

/* Ranks of the binomial table: Conover, Practical Nonparametric Statistics, table A3. */
Test(statistics, interval_has_the_exact_binomial_ranks)
{
    expect_ranks(2, 1, 2);
    expect_ranks(5, 1, 5);
    expect_ranks(6, 1, 6);
    expect_ranks(8, 1, 8);
    expect_ranks(9, 2, 8);
    expect_ranks(15, 4, 12);
    expect_ranks(16, 4, 13);
    expect_ranks(50, 18, 33);
    expect_ranks(100, 40, 61);
    expect_ranks(300, 133, 168);
}

Test(statistics, relative_width_is_half_the_interval_over_the_median)
{
    double values[15];
    scrambled(values, 15);
    struct summary s = summarise(values, 15);
    cr_expect_eq(relative_width(&s), 0.5); /* (12 - 4) / 2 / 8 */
}

/* numpy.quantile([1, 2, 4, 8, 16, 32], [0.25, 0.75]) */
Test(statistics, quartiles_are_linear_between_values)
{
    struct summary s = summarise((double[]){32, 1, 16, 2, 8, 4}, 6);
    cr_expect_eq(s.min, 1);
    cr_expect_eq(s.q1, 2.5);
    cr_expect_eq(s.median, 6);
    cr_expect_eq(s.q3, 14);
    cr_expect_eq(s.max, 32);
}

Test(statistics, severe_outliers_are_beyond_three_quartile_distances)
{
    /* Quartiles 3 and 7: the fences are -9 and 19. */
    cr_expect_eq(summarise((double[]){1, 2, 3, 4, 5, 6, 7, 8, 19}, 9).severe, 0);
    cr_expect_eq(summarise((double[]){1, 2, 3, 4, 5, 6, 7, 8, 19.5}, 9).severe, 1);
    cr_expect_eq(summarise((double[]){-9.5, 2, 3, 4, 5, 6, 7, 8, 19.5}, 9).severe, 2);
}

Test(statistics, drift_is_the_rank_correlation_with_order)
{
    cr_expect_float_eq(summarise((double[]){1, 2, 3, 50}, 4).drift, 1, 1e-12);
    cr_expect_float_eq(summarise((double[]){9, 8, 3, 1}, 4).drift, -1, 1e-12);
    cr_expect_float_eq(summarise((double[]){1, 2, 2, 4}, 4).drift, 0.9486832980505138, 1e-12); /* 4.5 / sqrt(5 * 4.5) */
    cr_expect_float_eq(summarise((double[]){3, 1, 2}, 3).drift, -0.5, 1e-12);
    cr_expect_eq(summarise((double[]){2, 2, 2}, 3).drift, 0);
}

static void expect_ratio(struct ratio r, double estimate, double low, double high)
{
    cr_expect_float_eq(r.estimate, estimate, 1e-8, "estimate is %.9g", r.estimate);
    cr_expect_float_eq(r.low, low, 1e-7, "low is %.9g", r.low);
    cr_expect_float_eq(r.high, high, 1e-7, "high is %.9g", r.high);
}

/* Percentiles of all resamples, written out one by one. */
Test(statistics, ratio_equals_the_enumeration_of_all_resamples)
{
    expect_ratio(ratio_of_medians((double[]){6}, 1, (double[]){2}, 1), 3, 3, 3);
    expect_ratio(ratio_of_medians((double[]){1, 2}, 2, (double[]){1}, 1), 1.5, 1, 2);
    expect_ratio(ratio_of_medians((double[]){60, 10, 40, 20, 30, 90}, 6, (double[]){1}, 1), 35, 15, 75);
    expect_ratio(ratio_of_medians((double[]){3, 7, 8, 20, 21}, 5, (double[]){9, 5, 3, 2}, 4), 2, 0.75, 8);
    expect_ratio(ratio_of_medians((double[]){3, 3, 7, 8, 20, 21}, 6, (double[]){2, 3, 5, 9}, 4), 1.875, 6 / 11.0,
                 41 / 6.0);
}

Test(statistics, ratio_of_constant_sides_has_no_width)
{
    double a[MANY], b[MANY];
    for (int i = 0; i < MANY; i++) {
        a[i] = 5;
        b[i] = 2;
    }
    expect_ratio(ratio_of_medians(a, MANY, b, 15), 2.5, 2.5, 2.5);
}

Test(statistics, ratio_without_positive_values_is_not_known)
{
    double one = 1, zero = 0;
    cr_expect(isnan(ratio_of_medians(&one, 0, &one, 1).estimate));
    cr_expect(isnan(ratio_of_medians(&one, 1, &one, 0).low));
    cr_expect(isnan(ratio_of_medians(&one, 1, &zero, 1).high));
}

/* Interval: the r-th smallest and largest, r = scipy.stats.binom.ppf(0.025, 15, 0.5) = 4. Ratio: scipy.stats.bootstrap((a, b),
 * ..., n_resamples=400000, method="percentile"), SciPy 1.10.1, with two seeds the same. */
Test(statistics, intervals_are_those_of_scipy)
{
    static const double a[] = {10.2, 11.5, 9.8,  10.9, 12.4, 10.1, 10.7, 13.3,
                               9.9,  10.4, 11.1, 10.6, 10.3, 14.8, 11.9};
    static const double b[] = {5.1, 5.9, 4.8, 5.3, 6.2, 5.0, 5.2, 7.7, 5.4, 5.6, 5.05};
    const struct summary s = summarise(a, 15);
    cr_expect_eq(s.low, 10.2);
    cr_expect_eq(s.high, 11.9);
    expect_ratio(ratio_of_medians(a, 15, b, 11), 2.0188679245283017, 1.8135593220338981, 2.2452830188679247);
}

static double uniform(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return ((double)(*state >> 40) + 0.5) / (1 << 24);
}

/* Like times: a floor and a long tail. */
static void made_up_times(double *values, int n, double floor, uint64_t *state)
{
    for (int i = 0; i < n; i++)
        values[i] = floor * (1 - 0.1 * log(uniform(state)));
}

static double resampled_median(const double *values, int n, uint64_t *state)
{
    double resample[MANY];
    for (int i = 0; i < n; i++)
        resample[i] = values[(int)(uniform(state) * n)];
    return median_of(resample, n);
}

/* The share of plain resamples whose ratio is under, and up to, `ratio`. */
static void plain_bootstrap(const double *a, int a_n, const double *b, int b_n, double ratio, double *under,
                            double *up_to)
{
    enum { RESAMPLES = 4000 };
    uint64_t state = 99;
    *under = *up_to = 0;
    for (int i = 0; i < RESAMPLES; i++) {
        double found = resampled_median(a, a_n, &state) / resampled_median(b, b_n, &state);
        *under += (found < ratio * (1 - 1e-8)) / (double)RESAMPLES;
        *up_to += (found <= ratio * (1 + 1e-8)) / (double)RESAMPLES;
    }
}

/* A percentile is right when the share under it is not above, and the share up to it not below, but for four standard
 * errors of 4000 resamples: 4 sqrt(0.025 0.975 / 4000) = 0.0099. */
static bool is_percentile(const double *a, int a_n, const double *b, int b_n, double ratio, double share)
{
    double under, up_to;
    plain_bootstrap(a, a_n, b, b_n, ratio, &under, &up_to);
    return under <= share + 0.0099 && up_to >= share - 0.0099;
}

Test(statistics, ratio_agrees_with_a_plain_bootstrap)
{
    static const int counts[][2] = {{7, 7}, {15, 16}, {16, 50}, {51, 15}, {100, 99}};
    double a[MANY], b[MANY];
    uint64_t state = 1;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        int a_n = counts[i][0], b_n = counts[i][1];
        made_up_times(a, a_n, 3, &state);
        made_up_times(b, b_n, 2, &state);
        struct ratio r = ratio_of_medians(a, a_n, b, b_n);
        cr_expect(is_percentile(a, a_n, b, b_n, r.low, 0.025), "low of %d / %d", a_n, b_n);
        cr_expect(is_percentile(a, a_n, b, b_n, r.high, 0.975), "high of %d / %d", a_n, b_n);
    }
}

/* Planted: ends that are off by a fifth of the interval must not pass for percentiles. */
Test(statistics, plain_bootstrap_finds_a_wrong_end)
{
    double a[50], b[50];
    uint64_t state = 1;
    made_up_times(a, 50, 3, &state);
    made_up_times(b, 50, 2, &state);
    struct ratio r = ratio_of_medians(a, 50, b, 50);
    double fifth = (r.high - r.low) / 5;
    cr_expect_not(is_percentile(a, 50, b, 50, r.low + fifth, 0.025));
    cr_expect_not(is_percentile(a, 50, b, 50, r.high - fifth, 0.975));
}

Test(statistics, ratio_is_the_inverse_of_the_ratio_turned_round)
{
    double a[40], b[31];
    uint64_t state = 5;
    made_up_times(a, 40, 3, &state);
    made_up_times(b, 31, 2, &state);
    struct ratio r = ratio_of_medians(a, 40, b, 31), turned = ratio_of_medians(b, 31, a, 40);
    cr_expect_float_eq(r.estimate * turned.estimate, 1, 1e-12);
    cr_expect_float_eq(r.low * turned.high, 1, 1e-6);
}

Test(statistics, verdict_looks_at_the_near_end_of_the_interval)
{
    cr_expect_str_eq(verdict(&(struct ratio){2, 1.11, 3}), "GPU");
    cr_expect_str_eq(verdict(&(struct ratio){2, 1.10, 3}), "toss-up");
    cr_expect_str_eq(verdict(&(struct ratio){0.5, 0.2, 0.90}), "CPU");
    cr_expect_str_eq(verdict(&(struct ratio){0.5, 0.2, 0.91}), "toss-up");
    cr_expect_str_eq(verdict(&(struct ratio){1, 0.5, 2}), "toss-up");
    cr_expect_str_eq(verdict(&(struct ratio){NAN, NAN, NAN}), "");
}
