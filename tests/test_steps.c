/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The answers are those of a plain recursion over all partitions in numpy (no pruning, no sums that are kept), with the
 * same noise, penalty and running median.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "bench/steps.h"

enum { POINTS = 30, MOST = 8 };

/* 100 with a wobble of 1.1 %, times `factor` from `at` on, to three digits. */
static void series(double *values, const double *factors, const int *starts, int levels)
{
    for (int i = 0; i < POINTS; i++) {
        double factor = 1;
        for (int k = 0; k < levels; k++)
            factor *= i >= starts[k] ? factors[k] : 1;
        values[i] = round(1000 * 100 * (1 + 0.001 * ((i * 37) % 23 - 11)) * factor) / 1000;
    }
}

static void expect_one(const double *values, int n, int at, double before, double after)
{
    struct step s[MOST];
    cr_assert_eq(steps_find(values, n, 0.05, s, MOST), 1);
    cr_expect_eq(s[0].at, at, "at %d", s[0].at);
    cr_expect_float_eq(s[0].before, before, 1e-9, "before %.9g", s[0].before);
    cr_expect_float_eq(s[0].after, after, 1e-9, "after %.9g", s[0].after);
}

Test(steps, one_step)
{
    double v[POINTS];
    series(v, (double[]){1.12}, (int[]){17}, 1);
    expect_one(v, POINTS, 17, 100.0, 111.888);
    expect_one((double[]){100, 101, 120, 121}, 4, 2, 100.5, 120.5);
}

Test(steps, two_steps)
{
    double v[POINTS];
    struct step s[MOST];
    series(v, (double[]){1.2, 0.9}, (int[]){9, 22}, 2);
    cr_assert_eq(steps_find(v, POINTS, 0.05, s, MOST), 2);
    cr_expect_eq(s[0].at, 9);
    cr_expect_float_eq(s[0].before, 99.9, 1e-9);
    cr_expect_float_eq(s[0].after, 120.12, 1e-9);
    cr_expect_eq(s[1].at, 22);
    cr_expect_float_eq(s[1].after, 107.838, 1e-9);
    cr_expect_eq(steps_find(v, POINTS, 0.05, s, 1), 1, "no more than there is room for");
}

/* Twice in a row, not once: the newest value alone may be an accident. */
Test(steps, two_new_values_are_a_step_and_one_is_not)
{
    double v[POINTS];
    struct step s[MOST];
    series(v, (double[]){1.1}, (int[]){28}, 1);
    expect_one(v, POINTS, 28, 99.95, 109.67);
    series(v, (double[]){1.3}, (int[]){29}, 1);
    cr_expect_eq(steps_find(v, POINTS, 0.05, s, MOST), 0);
}

Test(steps, spikes_and_small_changes_are_none)
{
    double v[POINTS];
    struct step s[MOST];
    series(v, NULL, NULL, 0);
    v[12] = 160;
    cr_expect_eq(steps_find(v, POINTS, 0.05, s, MOST), 0, "one odd value");
    series(v, (double[]){1.04}, (int[]){15}, 1);
    cr_expect_eq(steps_find(v, POINTS, 0.05, s, MOST), 0, "sure, but 4 %%");
    cr_expect_eq(steps_find(v, POINTS, 0.03, s, MOST), 1, "planted: a smaller least finds it");
    cr_expect_eq(steps_find(v, 3, 0.05, s, MOST), 0);
    cr_expect_eq(steps_find(v, 0, 0.05, s, MOST), 0);
}

Test(steps, a_long_series_is_searched_at_its_end)
{
    static double v[3000];
    struct step s[MOST];
    for (int i = 0; i < 3000; i++)
        v[i] = (i < 1000 ? 50 : i < 2900 ? 100 : 120) * (1 + 0.001 * ((i * 37) % 23 - 11));
    cr_assert_eq(steps_find(v, 3000, 0.05, s, MOST), 1);
    cr_expect_eq(s[0].at, 2900);
}
