/* SPDX-License-Identifier: BSD-3-Clause
 *
 * That the loops do what they are timed for, at every CPU level of this machine; that a loop which does less is found;
 * and what holds for rows of any machine. No absolute rates.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hardware/limits_cpu_cache.h"
#include "hardware/limits_cpu_loops.h"
#include "hardware/limits_cpu_sweep.h"
#include "hardware/limits_cpu_team.h"
#include "hardware/limits_stages.h"

enum { ELEMENTS = 3 * STREAM_BLOCK, GUARD = 32 };

struct arrays {
    _Alignas(64) float a[GUARD + ELEMENTS + GUARD];
    _Alignas(64) float b[ELEMENTS], c[ELEMENTS];
};

static void fill(struct arrays *arrays)
{
    for (int i = 0; i < GUARD + ELEMENTS + GUARD; i++)
        arrays->a[i] = -1;
    for (int i = 0; i < ELEMENTS; i++) {
        arrays->b[i] = (float)(i + 1);
        arrays->c[i] = (float)(7 * i % 31);
    }
}

/* Every loop that writes, by ordinary stores and around the caches: all elements and none beside them. */
static void check_writes(const struct cpu_loops *loops, stream_loop *const *run, struct arrays *arrays)
{
    const struct stream_arrays s = {arrays->a + GUARD, arrays->b, arrays->c, 0.5f};
    for (int stream = STREAM_WRITE; stream < STREAM_COUNT; stream++) {
        if (!run[stream])
            continue;
        fill(arrays);
        cr_expect_eq(run[stream](&s, ELEMENTS), 0);
        for (int i = 0; i < ELEMENTS; i++) {
            float triad = arrays->b[i] + 0.5f * arrays->c[i]; /* exact */
            float expected = stream == STREAM_WRITE ? 0.5f : stream == STREAM_COPY ? arrays->b[i] : triad;
            cr_assert_eq(s.a[i], expected, "%s, stream %d: %g at %d", loops->name, stream, s.a[i], i);
        }
        for (int i = 0; i < GUARD; i++)
            cr_assert(arrays->a[i] == -1 && s.a[ELEMENTS + i] == -1, "%s, stream %d", loops->name, stream);
    }
}

Test(limits_cpu, loops_move_every_element)
{
    static struct arrays arrays;
    for (int level = 0; cpu_loops_at(level); level++) {
        const struct cpu_loops *loops = cpu_loops_at(level);
        check_writes(loops, loops->streams->run, &arrays);
        check_writes(loops, loops->streams->around, &arrays);
        uint32_t sum = 0;
        for (int i = 0; i < ELEMENTS; i++) {
            uint32_t bits;
            memcpy(&bits, &arrays.b[i], sizeof bits);
            sum += bits;
        }
        const struct stream_arrays s = {.a = arrays.b};
        cr_expect_eq(loops->streams->run[STREAM_READ](&s, ELEMENTS), sum, "%s", loops->name);
        cr_expect_neq(loops->streams->run[STREAM_READ](&s, ELEMENTS - STREAM_BLOCK), sum);
    }
}

/* With x -> 1 * x + 1 from 0 every number counts the steps it went through. */
Test(limits_cpu, chains_do_as_many_operations_as_they_say)
{
    for (int level = 0; cpu_loops_at(level); level++)
        for (int i = 0; i < CHAIN_COUNT; i++) {
            const struct cpu_chain *chain = &cpu_loops_at(level)->chains->chain[i];
            if (!chain->run)
                continue;
            double all = 50.0 * chain->numbers, sum = chain->run(50, 0, 1, 1);
            cr_expect_eq(sum, i == CHAIN_UINT8 ? fmod(all, 256) : all, "%s, chain %d", cpu_loops_at(level)->name, i);
            cr_expect_eq(chain->run(0, 0, 1, 1), 0);
            cr_expect_neq(chain->run(1, 1, 1, 0), chain->numbers, "chains start at different numbers");
        }
}

Test(limits_cpu, the_best_level_is_the_last)
{
    int count = 0;
    while (cpu_loops_at(count))
        count++;
    cr_assert(count >= 1);
    cr_expect_eq(cpu_loops_at(count - 1), cpu_loops_best());
    cr_expect_null(cpu_loops_at(-1));
    cr_expect(strstr(cpu_team_level(), cpu_loops_best()->name));
}

Test(limits_cpu, teams_rise)
{
    setenv("HWLOC_SYNTHETIC", "pack:1 core:6 pu:2", 1);
    int threads[CPU_TEAMS];
    cr_assert_eq(cpu_teams(threads), 4);
    cr_expect(threads[0] == 1 && threads[1] == 3 && threads[2] == 6 && threads[3] == 12);
}

Test(limits_cpu, one_core_is_one_team)
{
    setenv("HWLOC_SYNTHETIC", "pack:1 core:1 pu:1", 1);
    int threads[CPU_TEAMS];
    cr_assert_eq(cpu_teams(threads), 1);
    cr_expect_eq(threads[0], 1);
}

Test(limits_cpu, a_busy_machine_is_mentioned)
{
    struct limit row = {.value = 100, .low = 49, .high = 99};
    cpu_team_remark(&row, "text");
    cr_expect(strstr(row.reason, "text; other programs were busy"));
    row.low = 60;
    cpu_team_remark(&row, "text");
    cr_expect_str_eq(row.reason, "text");
    row.low = NAN;
    cpu_team_remark(&row, "");
    cr_expect_str_eq(row.reason, "");
}

/* Reads only half of what it is asked to, and writes nothing. */
static uint32_t lazy(const struct stream_arrays *arrays, int64_t elements)
{
    return cpu_loops_best()->streams->run[STREAM_READ](arrays, elements / 2 / STREAM_BLOCK * STREAM_BLOCK);
}

static uint32_t idle(const struct stream_arrays *arrays, int64_t elements)
{
    (void)arrays;
    (void)elements;
    return 0;
}

Test(limits_cpu, a_loop_that_does_not_work_has_no_rate)
{
    struct sweep_memory memory;
    struct limit row = limit_row("bandwidth", "read", "B/s");
    cr_assert_eq(sweep_memory_open(&memory, 2, 1 << 20), STATUS_OK, "%s", status_text());
    cr_expect_eq(sweep_measure(&memory, STREAM_READ, lazy, 1 << 20, 0, &row), STATUS_WRONG);
    for (int stream = STREAM_WRITE; stream < STREAM_COUNT; stream++)
        cr_expect_eq(sweep_measure(&memory, (enum stream)stream, lazy, 1 << 20, 0, &row), STATUS_WRONG);
    for (int stream = STREAM_WRITE; stream < STREAM_COUNT; stream++)
        cr_expect_eq(sweep_measure(&memory, (enum stream)stream, idle, 1 << 20, 0, &row), STATUS_WRONG);
    cr_expect(isnan(row.value));
    sweep_memory_close(&memory);
}

/* Sizes that threads cannot divide evenly; afterwards memory holds what the next point expects. */
Test(limits_cpu, sweeps_of_odd_sizes)
{
    struct sweep_memory memory;
    const struct cpu_streams *streams = cpu_loops_best()->streams;
    cr_assert_eq(sweep_memory_open(&memory, 3, 1 << 20), STATUS_OK, "%s", status_text());
    cr_expect_eq(sweep_least_bytes(1), 16384);
    cr_expect_eq(sweep_least_bytes(3), 32768);
    for (int64_t bytes = sweep_least_bytes(3); bytes <= 1 << 20; bytes = bytes * 5 / 2)
        for (int stream = 0; stream < STREAM_COUNT; stream++) {
            struct limit row = limit_row("bandwidth", sweep_name((enum stream)stream), "B/s");
            cr_assert_eq(sweep_measure(&memory, (enum stream)stream, streams->run[stream], bytes, 0, &row), STATUS_OK,
                         "%s", status_text());
            cr_expect(row.value > 0 && isfinite(row.value) && row.samples >= 3);
            cr_expect(row.low <= row.high && row.high <= row.value);
        }
    sweep_memory_close(&memory);
}

static void add(struct limits *limits, int threads, int64_t bytes, double rate)
{
    struct limit row = limit_row("bandwidth", "read", "B/s");
    row.threads = threads;
    row.bytes = bytes;
    row.value = rate;
    cr_assert_eq(limits_add(limits, &row), STATUS_OK);
}

static const struct limit *find(const struct limits *limits, const char *name, int threads)
{
    for (int i = 0; i < limits->count; i++)
        if (strcmp(limits->rows[i].name, name) == 0 && limits->rows[i].threads == threads)
            return &limits->rows[i];
    return NULL;
}

Test(limits_cpu, cache_rows_stand_beside_what_hwloc_says)
{
    setenv("HWLOC_SYNTHETIC", "pack:1 l3:1(size=32MiB) l2:4(size=1MiB) l1d:1(size=48KiB) core:1 pu:1", 1);
    struct limits limits = {0};
    for (int64_t bytes = 16 << 10; bytes <= 256 << 20; bytes *= 2)
        add(&limits, 1, bytes, bytes <= 32 << 10 ? 200e9 : bytes <= 1 << 20 ? 100e9 : 20e9);
    for (int64_t bytes = 32 << 10; bytes <= 256 << 20; bytes *= 2)
        add(&limits, 4, bytes,
            bytes <= 128 << 10  ? 800e9
            : bytes <= 4 << 20  ? 400e9
            : bytes <= 32 << 20 ? 200e9
                                : 50e9);
    cr_assert_eq(limits_cpu_cache(&limits, 1), STATUS_OK);
    cr_assert_eq(limits_cpu_cache(&limits, 4), STATUS_OK);
    cr_expect_eq(find(&limits, "cache_l1_bytes", 1)->value, 32 << 10);
    cr_expect_str_eq(find(&limits, "cache_l1_bytes", 1)->reason, "hwloc says 48 KiB");
    cr_expect_str_eq(find(&limits, "cache_l1_bytes", 1)->unit, "bytes");
    cr_expect_eq(find(&limits, "cache_l2", 1)->value, 100e9);
    cr_expect_eq(find(&limits, "cache_l2", 1)->bytes, 1 << 20);
    cr_expect(isnan(find(&limits, "cache_l3", 1)->value) && isnan(find(&limits, "cache_l3_bytes", 1)->value));
    cr_expect_str_eq(find(&limits, "cache_l3", 1)->reason,
                     "no clear step in the curve of read rates; hwloc says 32 MiB");
    cr_expect_eq(find(&limits, "memory", 1)->value, 20e9);
    cr_expect_eq(find(&limits, "cache_l2", 4)->value, 400e9);
    cr_expect_str_eq(find(&limits, "cache_l2", 4)->reason, "hwloc says 4 MiB");
    cr_expect_eq(find(&limits, "cache_l3", 4)->value, 200e9);
    cr_expect_eq(find(&limits, "memory", 4)->value, 50e9);
    cr_expect_null(find(&limits, "cache_l1_bytes", 4));
    limits_free(&limits);
}

Test(limits_cpu, without_a_curve_there_are_reasons)
{
    struct limits limits = {0};
    cr_assert_eq(limits_cpu_cache(&limits, 1), STATUS_OK);
    cr_assert_eq(limits.count, 7);
    for (int i = 0; i < limits.count; i++)
        cr_expect(isnan(limits.rows[i].value) && limits.rows[i].reason[0]);
    limits_free(&limits);
}

/* What holds for every row: a value, or a reason why not. */
static void check_rows(const struct limits *limits, const char *stage)
{
    cr_expect(limits->count > 0);
    for (int i = 0; i < limits->count; i++) {
        const struct limit *row = &limits->rows[i];
        cr_expect_str_eq(row->stage, stage);
        if (isnan(row->value))
            cr_expect(row->reason[0], "%s has neither value nor reason", row->name);
        else
            cr_expect(row->value > 0 && isfinite(row->value), "%s is %g", row->name, row->value);
    }
}

/* On a made-up machine with little memory, to be quick. */
Test(limits_cpu, rows_of_bandwidth)
{
    setenv("HWLOC_SYNTHETIC", "numa(memory=32MiB) l3:1(size=4MiB) l2:2(size=1MiB) l1d:1(size=32KiB) core:1 pu:1", 1);
    struct limits limits = {0};
    cr_assert_eq(limits_cpu_bandwidth_within(0.1e9, &limits), STATUS_OK, "%s", status_text());
    check_rows(&limits, "bandwidth");
    for (int i = 0; i < STREAM_COUNT; i++) {
        const struct limit *row = find(&limits, sweep_name((enum stream)i), 1);
        cr_assert_not_null(row);
        cr_expect_eq(row->bytes, 16384);
        cr_expect_str_eq(row->unit, "B/s");
    }
    cr_expect_not_null(find(&limits, "memory", 1));
    limits_free(&limits);
}

Test(limits_cpu, rows_of_peak)
{
    struct limits limits = {0};
    cr_assert_eq(limits_cpu_peak(&limits), STATUS_OK, "%s", status_text());
    check_rows(&limits, "peak");
    cr_expect(find(&limits, "float32_fma", 1)->value > find(&limits, "float64_fma", 1)->value);
    cr_expect(find(&limits, "uint8", 1)->value > find(&limits, "int32", 1)->value);
    limits_free(&limits);
}

Test(limits_cpu, rows_of_launch_and_allocation)
{
    struct limits limits = {0};
    cr_assert_eq(limits_cpu_launch(&limits), STATUS_OK, "%s", status_text());
    check_rows(&limits, "launch");
    limits_free(&limits);
    cr_assert_eq(limits_cpu_allocation(&limits), STATUS_OK, "%s", status_text());
    check_rows(&limits, "allocation");
    cr_expect_eq(find(&limits, "memory_total", -1)->samples, 0);
    limits_free(&limits);
}
