/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Steps of made-up curves, whose answers are known, on the grid of working sets that the profile uses: powers of two
 * and one and a half times each.
 */
#include <criterion/criterion.h>
#include <stdint.h>

#include "hardware/cache_steps.h"

enum { POINTS = 29 }; /* 16 KiB to 256 MiB */
#define KIB 1024LL
#define MIB (1024 * KIB)

static int64_t bytes[POINTS];
static double rate[POINTS];
static struct cache_plateau found[CACHE_PLATEAUS];

/* A curve of up to four flat parts: rates[i] up to ends[i], the last one to the end. */
static void make(const double *rates, const int64_t *ends, int steps)
{
    for (int i = 0; i < POINTS; i++) {
        bytes[i] = (i % 2 ? 24 * KIB : 16 * KIB) << (i / 2);
        int step = 0;
        while (step < steps && bytes[i] > ends[step])
            step++;
        rate[i] = rates[step];
    }
}

static const double rates[] = {200, 100, 50, 20};
static const int64_t server[] = {48 * KIB, MIB, 32 * MIB};

static void make_server(void)
{
    make(rates, server, 3);
}

static int find(void)
{
    return cache_plateaus(bytes, rate, POINTS, found);
}

/* True if what was found is the server's four plateaus, within 10 % of the rate. */
static int is_server(int count)
{
    int same = count == 4;
    for (int i = 0; i < count && same; i++)
        same = found[i].rate > 0.9 * rates[i] && found[i].rate < 1.1 * rates[i] &&
               (i == 3 || found[i].last_bytes == server[i]);
    return same;
}

Test(cache_steps, three_steps)
{
    make_server();
    cr_assert(is_server(find()));
    cr_expect_eq(found[1].first_bytes, 64 * KIB);
    cr_expect_eq(found[3].last_bytes, 256 * MIB);
    cr_expect_eq(found[0].points, 4);
    cr_expect_float_eq(found[2].rate, 50, 1e-9);
}

Test(cache_steps, a_planted_wrong_curve_is_not_taken_for_the_server)
{
    make_server();
    for (int i = 0; i < POINTS; i++)
        if (bytes[i] > MIB && bytes[i] <= 4 * MIB)
            rate[i] = 100; /* as if L2 were larger */
    cr_expect_not(is_server(find()));
    cr_expect_eq(found[1].last_bytes, 4 * MIB);
}

Test(cache_steps, two_steps_and_no_third)
{
    make((double[]){200, 80, 20}, (int64_t[]){32 * KIB, 8 * MIB}, 2);
    cr_assert_eq(find(), 3);
    cr_expect_eq(found[0].last_bytes, 32 * KIB);
    cr_expect_eq(found[1].last_bytes, 8 * MIB);
}

Test(cache_steps, a_flat_curve_has_no_step)
{
    make((double[]){20}, NULL, 0);
    cr_assert_eq(find(), 1);
    cr_expect_eq(found[0].first_bytes, 16 * KIB);
    cr_expect_eq(found[0].last_bytes, 256 * MIB);
}

/* From 2 % to 40 % per point: nowhere an edge. */
Test(cache_steps, a_slope_has_no_steps)
{
    for (double factor = 0.98; factor > 0.6; factor -= 0.01) {
        make_server();
        rate[0] = 200;
        for (int i = 1; i < POINTS; i++)
            rate[i] = rate[i - 1] * factor;
        cr_expect(find() <= 1, "%d plateaus in a slope of %g per point", find(), factor);
    }
}

Test(cache_steps, noise_of_five_percent_changes_nothing)
{
    uint32_t state = 1;
    for (int round = 0; round < 500; round++) {
        make_server();
        for (int i = 0; i < POINTS; i++) {
            state = state * 1664525u + 1013904223u;
            rate[i] *= 0.95 + 0.1 * (state >> 8) / (1 << 24);
        }
        cr_expect(is_server(find()), "round %d", round);
    }
}

/* Any one point, slower or faster by half. Next to an edge a wrong point may hide where the edge is. */
Test(cache_steps, one_outlier_invents_no_step)
{
    for (int i = 0; i < POINTS; i++)
        for (int up = 0; up < 2; up++) {
            make_server();
            rate[i] *= up ? 1.5 : 0.5;
            int count = find();
            cr_expect_eq(count, 4, "point %d, up %d", i, up);
            for (int k = 0; k < count; k++)
                cr_expect_float_eq(found[k].rate, rates[k], 0.1 * rates[k], "point %d, up %d: %g", i, up,
                                   found[k].rate);
        }
}

/* A cache that is shared fades out: it has a rate in no clear sense, and the caches around it stay. */
Test(cache_steps, a_fading_cache_is_left_out)
{
    make_server();
    double last = 50;
    for (int i = 0; i < POINTS; i++)
        if (bytes[i] > MIB)
            rate[i] = last = last > 21.5 ? last * 0.93 : 20;
    int count = find(), level[CACHE_LEVELS + 1];
    cr_assert_eq(count, 3);
    cache_levels(found, count, 256 * MIB, (int64_t[]){48 * KIB, MIB, 32 * MIB}, level);
    cr_expect_eq(level[0], 0);
    cr_expect_eq(level[1], 1);
    cr_expect_eq(level[2], -1);
    cr_expect_eq(level[3], 2);
}

Test(cache_steps, soft_edges)
{
    make_server();
    for (int i = 1; i + 1 < POINTS; i++)
        if (rate[i - 1] > 1.5 * rate[i])
            rate[i] = 0.5 * (rate[i] + rate[i + 1]) + 0.2 * (rate[i - 1] - rate[i]);
    cr_assert(is_server(find()));
}

/* Two of three points interrupted, each to another length. */
Test(cache_steps, where_most_points_are_wrong_nothing_is_found)
{
    uint32_t state = 1;
    int plateaus = 0;
    for (int round = 0; round < 500; round++) {
        make_server();
        for (int i = 0; i < POINTS; i++) {
            state = state * 1664525u + 1013904223u;
            rate[i] /= (state >> 8) % 3 ? 1 + (state >> 12) % 1000 / 30.0 : 1;
        }
        plateaus += find();
    }
    cr_expect(plateaus < 100, "%d", plateaus);
}

/* 117 and 100 GB/s, L2 and L3 of a Zen 4. */
Test(cache_steps, a_small_step_shows_in_a_calm_curve_only)
{
    uint32_t state = 1;
    for (int noise_percent = 1; noise_percent <= 5; noise_percent += 4) {
        make((double[]){198, 117, 100, 31}, server, 3);
        for (int i = 0; i < POINTS; i++) {
            state = state * 1664525u + 1013904223u;
            rate[i] *= 1 + noise_percent / 100.0 * (2.0 * (state >> 8) / (1 << 24) - 1);
        }
        int count = find();
        cr_expect_eq(count, noise_percent == 1 ? 4 : 3);
        cr_expect_eq(found[count - 2].last_bytes, 32 * MIB);
    }
}

Test(cache_steps, what_is_no_curve_has_no_plateaus)
{
    make_server();
    rate[5] = 0;
    cr_expect_eq(find(), 0);
    make_server();
    bytes[5] = bytes[4];
    cr_expect_eq(find(), 0);
    cr_expect_eq(cache_plateaus(bytes, rate, 1, found), 0);
    cr_expect_eq(cache_plateaus(bytes, rate, CACHE_POINTS + 1, found), 0);
}

Test(cache_steps, names_follow_the_expected_sizes)
{
    int level[CACHE_LEVELS + 1];
    make((double[]){200, 80, 20}, (int64_t[]){32 * KIB, 8 * MIB}, 2);
    int count = find();
    cache_levels(found, count, 256 * MIB, (int64_t[]){32 * KIB, MIB, 16 * MIB}, level);
    cr_expect(level[0] == 0 && level[1] == -1 && level[2] == 1 && level[3] == 2, "the second is nearer to L3");
    cache_levels(found, count, 256 * MIB, (int64_t[]){32 * KIB, 4 * MIB, 64 * MIB}, level);
    cr_expect(level[0] == 0 && level[1] == 1 && level[2] == -1 && level[3] == 2, "the second is nearer to L2");
    cache_levels(found, count, 256 * MIB, (int64_t[]){-1, -1, -1}, level);
    cr_expect(level[0] == 0 && level[1] == 1 && level[2] == -1 && level[3] == 2, "without sizes in order");
}

Test(cache_steps, memory_lies_beyond_the_caches)
{
    int level[CACHE_LEVELS + 1];
    make_server();
    int count = find();
    cache_levels(found, count, 256 * MIB, (int64_t[]){48 * KIB, MIB, 200 * MIB}, level);
    cr_expect_eq(level[3], -1, "the curve ends before twice the cache that is said to be there");
    cache_levels(found, 0, 256 * MIB, (int64_t[]){48 * KIB, MIB, 32 * MIB}, level);
    cr_expect(level[0] == -1 && level[1] == -1 && level[2] == -1 && level[3] == -1);
}
