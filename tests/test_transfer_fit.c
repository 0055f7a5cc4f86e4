/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Made-up links whose latency and bandwidth are known.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "hardware/transfer_fit.h"

enum { SIZES = 14 };

/* 4 KiB doubling to 1 MiB, then by 4 to 512 MiB, as the stage measures. */
static void make(struct transfer_point *points, double latency_ns, double bandwidth)
{
    double bytes = 4096;
    for (int i = 0; i < SIZES; i++) {
        points[i] = (struct transfer_point){bytes, latency_ns + bytes / bandwidth * 1e9};
        bytes *= i < 8 ? 2 : i < 12 ? 4 : 2;
    }
}

/* The same numbers on every machine, in [-1, 1). */
static double noise(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / (1 << 23) - 1;
}

static int is_near(double found, double wanted, double tolerance)
{
    return fabs(found - wanted) <= tolerance * wanted;
}

static struct transfer_fit fitted(const struct transfer_point *points, int count)
{
    struct transfer_fit fit;
    cr_assert_eq(transfer_fit(points, count, &fit), STATUS_OK, "%s", status_text());
    return fit;
}

Test(transfer_fit, exact_data_give_the_link_back)
{
    static const double links[][2] = {{8e3, 55e9}, {1e3, 8e9}, {5e5, 1e9}, {300, 400e9}};
    struct transfer_point points[SIZES];
    for (int i = 0; i < 4; i++) {
        make(points, links[i][0], links[i][1]);
        const struct transfer_fit fit = fitted(points, SIZES);
        cr_expect(is_near(fit.latency_ns, links[i][0], 1e-6), "%g", fit.latency_ns);
        cr_expect(is_near(fit.bandwidth, links[i][1], 1e-6), "%g", fit.bandwidth);
        cr_expect_lt(fit.error, 1e-6);
        cr_expect_eq(fit.points, SIZES);
    }
}

Test(transfer_fit, the_comparison_sees_another_link)
{
    struct transfer_point points[SIZES];
    make(points, 8e3, 55e9);
    const struct transfer_fit fit = fitted(points, SIZES);
    cr_expect_not(is_near(fit.latency_ns, 9e3, 0.1));
    cr_expect_not(is_near(fit.bandwidth, 50e9, 0.05));
}

Test(transfer_fit, noise_of_a_tenth_moves_it_little)
{
    for (unsigned seed = 1; seed <= 50; seed++) {
        struct transfer_point points[SIZES];
        unsigned state = seed;
        make(points, 8e3, 12e9);
        for (int i = 0; i < SIZES; i++)
            points[i].ns *= 1 + 0.1 * noise(&state);
        const struct transfer_fit fit = fitted(points, SIZES);
        cr_expect(is_near(fit.latency_ns, 8e3, 0.15), "seed %u: %g", seed, fit.latency_ns);
        cr_expect(is_near(fit.bandwidth, 12e9, 0.15), "seed %u: %g", seed, fit.bandwidth);
        cr_expect(fit.error > 0 && fit.error < 0.1, "seed %u: %g", seed, fit.error);
    }
}

Test(transfer_fit, slow_outliers_do_not_count)
{
    struct transfer_point points[SIZES];
    make(points, 8e3, 55e9);
    points[1].ns *= 20;
    points[6].ns *= 5;
    points[13].ns *= 3;
    const struct transfer_fit fit = fitted(points, SIZES);
    cr_expect(is_near(fit.latency_ns, 8e3, 0.01), "%g", fit.latency_ns);
    cr_expect(is_near(fit.bandwidth, 55e9, 0.01), "%g", fit.bandwidth);
    cr_expect_lt(fit.error, 0.01);
}

Test(transfer_fit, order_does_not_matter)
{
    struct transfer_point up[SIZES], down[SIZES];
    make(up, 2e4, 6e9);
    for (int i = 0; i < SIZES; i++)
        down[i] = up[SIZES - 1 - i];
    cr_expect(is_near(fitted(down, SIZES).bandwidth, fitted(up, SIZES).bandwidth, 1e-9));
}

/* Planted: times that follow another law. The fit must say that it does not describe them. */
Test(transfer_fit, another_law_shows_in_the_error)
{
    struct transfer_point points[SIZES];
    make(points, 8e3, 55e9);
    for (int i = 0; i < SIZES; i++)
        points[i].ns = 1e-3 * points[i].bytes * points[i].bytes;
    cr_expect_gt(fitted(points, SIZES).error, 0.5);
    make(points, 8e3, 55e9);
    for (int i = 0; i < SIZES; i++)
        points[i].ns *= i % 2 ? 4 : 0.25;
    cr_expect_gt(fitted(points, SIZES).error, 0.25);
}

/* A device that shares the CPU's caches: short messages are the majority, and long ones six times slower. */
Test(transfer_fit, long_messages_off_the_line_are_seen)
{
    struct transfer_point points[SIZES];
    make(points, 8e3, 38e9);
    cr_expect_lt(fitted(points, SIZES).longest_error, 1e-6);
    for (int i = 11; i < SIZES; i++)
        points[i].ns *= 6;
    const struct transfer_fit fit = fitted(points, SIZES);
    cr_expect_lt(fit.error, 0.1);
    cr_expect_gt(fit.longest_error, 0.5);
}

Test(transfer_fit, a_latency_never_gets_negative)
{
    struct transfer_point points[SIZES];
    make(points, 0, 10e9);
    for (int i = 0; i < SIZES; i++)
        points[i].ns *= points[i].bytes > 1e6 ? 1.5 : 1;
    const struct transfer_fit fit = fitted(points, SIZES);
    cr_expect_geq(fit.latency_ns, 0);
    cr_expect_gt(fit.bandwidth, 0);
}

Test(transfer_fit, times_that_do_not_grow_have_no_bandwidth)
{
    struct transfer_point points[SIZES];
    struct transfer_fit fit;
    unsigned state = 7;
    make(points, 8e3, 55e9);
    for (int i = 0; i < SIZES; i++)
        points[i].ns = 3000 * (1 + 0.05 * noise(&state));
    cr_expect_eq(transfer_fit(points, SIZES, &fit), STATUS_UNSUPPORTED);
    cr_expect(isnan(fit.bandwidth) && isnan(fit.latency_ns) && isnan(fit.error));
    for (int i = 0; i < SIZES; i++)
        points[i].ns = 1e9 / (i + 1);
    cr_expect_eq(transfer_fit(points, SIZES, &fit), STATUS_UNSUPPORTED);
}

Test(transfer_fit, nonsense_is_left_out_or_refused)
{
    struct transfer_point points[SIZES], one_size[SIZES], many[TRANSFER_POINTS_MOST + 1];
    struct transfer_fit fit;
    make(points, 8e3, 55e9);
    points[0].ns = 0;
    points[3].ns = -5;
    points[5].ns = NAN;
    points[7].ns = INFINITY;
    points[9].bytes = 0;
    fit = fitted(points, SIZES);
    cr_expect_eq(fit.points, SIZES - 5);
    cr_expect(is_near(fit.bandwidth, 55e9, 1e-6));

    for (int i = 0; i < SIZES; i++)
        one_size[i] = (struct transfer_point){4096, 1000 + i};
    cr_expect_eq(transfer_fit(one_size, SIZES, &fit), STATUS_UNSUPPORTED);
    cr_expect_eq(transfer_fit(points, 0, &fit), STATUS_UNSUPPORTED);
    for (int i = 0; i <= TRANSFER_POINTS_MOST; i++)
        many[i] = (struct transfer_point){4096 * (i + 1), 1000 * (i + 1)};
    cr_expect_eq(transfer_fit(many, TRANSFER_POINTS_MOST + 1, &fit), STATUS_UNSUPPORTED);
}
