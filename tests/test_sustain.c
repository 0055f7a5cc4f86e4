/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What a series of rates says, on made-up series; and short real loads.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hardware/sustain.h"
#include "tests/open_device.h"

enum { MINUTE = 120, POINTS_MOST = 256 };

static struct sustain_point points[POINTS_MOST];

/* A series of points every half second whose rate is a function of its index. */
static struct sustain_series made_up(int count, double (*rate)(int i))
{
    for (int i = 0; i < count; i++)
        points[i] = (struct sustain_point){
            .time_s = 0.5 * (i + 1), .rate = rate(i), .telemetry = {1000.0 + i, NAN, 60, NAN, NAN}};
    return (struct sustain_series){
        .load = SUSTAIN_COMPUTE, .threads = 4, .bytes = -1, .points = points, .count = count, .capacity = POINTS_MOST};
}

static double flat(int i)
{
    (void)i;
    return 100;
}

static double drops_after_20_s(int i)
{
    return i < 40 ? 100 : 60;
}

/* Uniform in -1..1, always the same. */
static double noise(int i)
{
    uint32_t bits = (uint32_t)i * 2654435761u + 12345;
    bits ^= bits >> 15;
    bits *= 2246822519u;
    bits ^= bits >> 13;
    return (double)bits / 2147483648.0 - 1;
}

/* With a standard deviation of 5 %. */
static double noisy(int i)
{
    double sum = 0;
    for (int k = 0; k < 12; k++)
        sum += noise(12 * i + k) / 2;
    return 100 * (1 + 0.05 * sum);
}

static double noisy_and_drops(int i)
{
    return noisy(i) * (i < 40 ? 1 : 0.7);
}

static double creeps_down(int i)
{
    return 100 - 20.0 * i / MINUTE;
}

static double rises(int i)
{
    return 100 + i;
}

static double one_slow_point(int i)
{
    return i == 60 ? 10 : 100;
}

static double one_lucky_point(int i)
{
    return i == 2 ? 200 : 100;
}

static double slow_for_a_while(int i)
{
    return i >= 40 && i < 80 ? 50 : 100;
}

Test(sustain, a_flat_series_keeps_its_rate)
{
    const struct sustain_series series = made_up(MINUTE, flat);
    const struct sustain_judgement judgement = sustain_judge(&series);
    cr_expect_eq(judgement.best, 100);
    cr_expect_eq(judgement.last, 100);
    cr_expect_eq(judgement.fraction, 1);
    cr_expect(isnan(judgement.throttled_after_s));
}

Test(sustain, a_drop_is_found_with_its_time_and_fraction)
{
    const struct sustain_series series = made_up(MINUTE, drops_after_20_s);
    const struct sustain_judgement judgement = sustain_judge(&series);
    cr_expect_eq(judgement.best, 100);
    cr_expect_float_eq(judgement.fraction, 0.6, 1e-12);
    cr_expect_eq(judgement.throttled_after_s, 20);
}

Test(sustain, noise_of_5_percent_is_no_throttling)
{
    const struct sustain_series series = made_up(MINUTE, noisy);
    const struct sustain_judgement judgement = sustain_judge(&series);
    int under = 0;
    for (int i = 0; i < MINUTE; i++)
        under += points[i].rate < 0.9 * judgement.best;
    cr_expect_gt(under, 0, "the noise is too small to prove anything");
    cr_expect(isnan(judgement.throttled_after_s), "%g", judgement.throttled_after_s);
    cr_expect(judgement.fraction > 0.92, "%g", judgement.fraction);
}

Test(sustain, a_drop_is_found_below_noise)
{
    const struct sustain_series series = made_up(MINUTE, noisy_and_drops);
    const struct sustain_judgement judgement = sustain_judge(&series);
    cr_expect_float_eq(judgement.throttled_after_s, 20, 3);
    cr_expect_float_eq(judgement.fraction, 0.68, 0.05);
}

Test(sustain, a_slow_decline_counts_from_90_percent)
{
    const struct sustain_series series = made_up(MINUTE, creeps_down);
    const struct sustain_judgement judgement = sustain_judge(&series);
    cr_expect_float_eq(judgement.throttled_after_s, 30, 3);
    cr_expect_float_eq(judgement.fraction, 0.825, 0.01);
}

Test(sustain, a_rate_that_rises_did_not_fall)
{
    const struct sustain_series series = made_up(MINUTE, rises);
    cr_expect_eq(sustain_judge(&series).fraction, 1);
    cr_expect(isnan(sustain_judge(&series).throttled_after_s));
}

Test(sustain, single_points_decide_nothing)
{
    struct sustain_series series = made_up(MINUTE, one_slow_point);
    cr_expect(isnan(sustain_judge(&series).throttled_after_s));
    series = made_up(MINUTE, one_lucky_point);
    cr_expect_eq(sustain_judge(&series).best, 100);
    cr_expect_eq(sustain_judge(&series).fraction, 1);
}

Test(sustain, a_device_that_recovers_was_throttled_all_the_same)
{
    const struct sustain_series series = made_up(MINUTE, slow_for_a_while);
    cr_expect_eq(sustain_judge(&series).fraction, 1);
    cr_expect_eq(sustain_judge(&series).throttled_after_s, 20);
}

Test(sustain, short_series)
{
    struct sustain_series series = made_up(0, flat);
    cr_expect(isnan(sustain_judge(&series).best));
    cr_expect(isnan(sustain_judge(&series).fraction));
    cr_expect(isnan(sustain_judge(&series).throttled_after_s));
    series = made_up(1, flat);
    cr_expect_eq(sustain_judge(&series).best, 100);
    cr_expect_eq(sustain_judge(&series).fraction, 1);
    series = made_up(2, flat);
    points[1].rate = 50;
    cr_expect_eq(sustain_judge(&series).fraction, 0.5);
    cr_expect_eq(sustain_judge(&series).throttled_after_s, 0.5);
}

static const struct limit *row_named(const struct limits *limits, const char *name)
{
    for (int i = 0; i < limits->count; i++)
        if (strcmp(limits->rows[i].name, name) == 0)
            return &limits->rows[i];
    cr_assert_fail("no row %s", name);
    return NULL;
}

Test(sustain, rows_carry_units_and_reasons)
{
    struct limits limits = {0};
    struct sustain_series series = made_up(MINUTE, drops_after_20_s);
    cr_assert_eq(sustain_limits(&series, &limits), STATUS_OK);
    cr_expect_eq(limits.count, 7);
    cr_expect_str_eq(limits.rows[0].stage, "sustained");
    cr_expect_str_eq(row_named(&limits, "compute")->unit, "op/s");
    cr_expect_eq(row_named(&limits, "compute")->threads, 4);
    cr_expect_eq(row_named(&limits, "compute_throttled_after")->value, 20e9);
    cr_expect_eq(row_named(&limits, "compute_core_clock")->value, (1000 + 104.5) * 1e6); /* points 90 to 119 */
    cr_expect_eq(row_named(&limits, "compute_temperature")->value, 60);
    cr_expect(isnan(row_named(&limits, "compute_power")->value));
    cr_expect_neq(row_named(&limits, "compute_power")->reason[0], 0);
    limits_free(&limits);

    series = made_up(MINUTE, flat);
    series.load = SUSTAIN_MEMORY;
    cr_assert_eq(sustain_limits(&series, &limits), STATUS_OK);
    cr_expect_str_eq(row_named(&limits, "memory")->unit, "B/s");
    cr_expect(isnan(row_named(&limits, "memory_throttled_after")->value));
    cr_expect(strstr(row_named(&limits, "memory_throttled_after")->reason, "never fell"));
    limits_free(&limits);
}

static void count_calls(void *context)
{
    ++*(int *)context;
}

static void run_for_a_second(struct opencl *opencl, enum sustain_load load)
{
    struct sustain_series series;
    int calls = 0;
    cr_assert_eq(sustain_run(opencl, load, 1, count_calls, &calls, &series), STATUS_OK, "%s", status_text());
    cr_expect_geq(series.count, 1);
    cr_expect_eq(series.load, load);
    cr_expect_eq(calls, series.count);
    cr_expect_eq(series.threads > 0, opencl == NULL);
    cr_expect_eq(series.bytes > 0, load == SUSTAIN_MEMORY);
    double before = 0;
    for (int i = 0; i < series.count; i++) {
        cr_expect(isfinite(series.points[i].rate) && series.points[i].rate > 1e6, "%g", series.points[i].rate);
        cr_expect(series.points[i].time_s > before);
        before = series.points[i].time_s;
        cr_log_info("%s load %d: %.2f s %.3g /s\n", opencl ? "device" : "cpu", (int)load, before,
                    series.points[i].rate);
    }
    sustain_free(&series);
    cr_expect_null(series.points);
}

Test(sustain, loads_on_the_cpu)
{
    run_for_a_second(NULL, SUSTAIN_MEMORY);
    run_for_a_second(NULL, SUSTAIN_COMPUTE);
}

Test(sustain, loads_on_a_device)
{
    struct opencl *opencl = open_device();
    size_t before = opencl->allocated_bytes;
    run_for_a_second(opencl, SUSTAIN_MEMORY);
    run_for_a_second(opencl, SUSTAIN_COMPUTE);
    cr_expect_eq(opencl->allocated_bytes, before);
    opencl_close(opencl);
}
