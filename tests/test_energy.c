/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Energy per call by counters that the test moves on: by so many joules at each call, where the answer is exact however
 * busy the machine is; and with the time, in the large steps of NVML (tests/fake_nvml.c).
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/energy.h"
#include "ops/args.h"
#include "ops/registry.h"

static char root[64], counter[256];
static long long counted_uj, uj_per_look;
static int looks;
static struct telemetry *telemetry;
static struct image in, out;
static struct execution execution;

static void put_counter(void)
{
    FILE *file = fopen(counter, "w");
    cr_assert(file);
    fprintf(file, "%lld\n", counted_uj);
    fclose(file);
}

static void make_rapl(void)
{
    char command[512];
    strcpy(root, "/tmp/breakeven-energy-XXXXXX");
    cr_assert(mkdtemp(root));
    snprintf(command, sizeof command,
             "d='%s/sys/class/powercap/intel-rapl:0' && mkdir -p \"$d\" && echo package-0 > \"$d/name\" && "
             "echo 262143328850 > \"$d/max_energy_range_uj\"",
             root);
    cr_assert_eq(system(command), 0);
    snprintf(counter, sizeof counter, "%s/sys/class/powercap/intel-rapl:0/energy_uj", root);
    counted_uj = 262143000000; /* starts again after 328850 uJ */
    put_counter();
}

static void setup(void)
{
    struct op_args args;
    const struct op *op = op_find("add_scalar", PIXEL_F32);
    const struct image *inputs[] = {&in};
    const struct shape shape = {64, 64, 1};
    make_rapl();
    cr_assert_eq(op_args_parse(op, "", &args), STATUS_OK, "%s", status_text());
    cr_assert_eq(image_alloc(&in, shape, PIXEL_F32, 0, 1), STATUS_OK);
    cr_assert_eq(image_alloc(&out, shape, PIXEL_F32, 0, 1), STATUS_OK);
    cr_assert_eq(execution_prepare(&execution, op, &args, BACKEND_OPENMP, NULL, 1, inputs, &out), STATUS_OK);
}

static void teardown(void)
{
    char command[128];
    telemetry_close(telemetry);
    execution_free(&execution);
    image_free(&in);
    image_free(&out);
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    cr_expect_eq(system(command), 0);
}

TestSuite(energy, .init = setup, .fini = teardown);

/* Called after each call, or after each `repeats` of them. */
static void move_on(void *context)
{
    (void)context;
    looks++;
    counted_uj = (counted_uj + uj_per_look) % 262143328850;
    put_counter();
}

static struct energy measure(int repeats, bool quick)
{
    struct energy energy;
    if (!telemetry)
        cr_assert_eq(telemetry_open(NULL, root, &telemetry), STATUS_OK);
    cr_assert_eq(
        energy_measure(&execution, RESIDENCY_END_TO_END, repeats, 1e5, quick, telemetry, move_on, NULL, &energy),
        STATUS_OK, "%s", status_text());
    return energy;
}

Test(energy, joules_per_call_are_exact)
{
    uj_per_look = 2500;
    struct energy energy = measure(1, false);
    cr_expect_float_eq(energy.call_j, 0.0025, 1e-12);
    cr_expect(energy.calls > 0 && energy.calls <= looks);
    cr_expect(energy.spent_ns > 50e6);
}

Test(energy, repeats_count_as_calls)
{
    uj_per_look = 2500;
    struct energy energy = measure(5, true);
    cr_expect_float_eq(energy.call_j, 0.0005, 1e-12);
    cr_expect_eq(energy.calls % 5, 0);
}

/* Planted: had the calls before the first advance been counted, or the energy of one look lost, this were not exact. */
Test(energy, another_energy_gives_another_answer)
{
    uj_per_look = 7500;
    cr_expect_float_eq(measure(1, false).call_j, 0.0075, 1e-12);
}

Test(energy, a_counter_that_stands_still_is_not_known)
{
    struct energy energy = measure(1, false);
    cr_expect(isnan(energy.call_j));
    cr_expect(energy.spent_ns > 0);
}

Test(energy, without_a_counter_nothing_is_called)
{
    struct energy energy;
    char nothing[128];
    snprintf(nothing, sizeof nothing, "%s/nothing", root);
    cr_assert_eq(telemetry_open(NULL, nothing, &telemetry), STATUS_OK);
    cr_assert_eq(energy_measure(&execution, RESIDENCY_END_TO_END, 1, 1e5, false, telemetry, move_on, NULL, &energy),
                 STATUS_OK);
    cr_expect(isnan(energy.call_j));
    cr_expect_eq(looks, 0);
}

static void count(void *context)
{
    ++*(int *)context;
}

static struct energy measure_by_nvml(bool quick, int *calls)
{
    const struct pci_address address = {.bus = 0x65};
    struct energy energy;
    setenv("BREAKEVEN_NVML", FAKE_NVML, 1);
    setenv("FAKE_NVML", "ticks", 1);
    cr_assert_eq(telemetry_open_gpu(&address, root, &telemetry), STATUS_OK);
    cr_assert_str_eq(telemetry_source(telemetry), "NVML");
    cr_assert_eq(energy_measure(&execution, RESIDENCY_RESIDENT, 100, 1e6, quick, telemetry, count, calls, &energy),
                 STATUS_OK);
    return energy;
}

/* 100 W in steps of 10 J: between two advances lie whole steps, and they take as long as they took. */
Test(energy, large_steps_are_measured_from_advance_to_advance)
{
    int blocks = 0;
    struct energy energy = measure_by_nvml(false, &blocks);
    double joules = energy.call_j * (double)energy.calls;
    cr_expect_float_eq(joules / 10, round(joules / 10), 1e-6);
    cr_expect_geq(joules, 100 - 1e-6);
    cr_expect_leq(joules, 100 * energy.spent_ns * 1e-9 + 10);
    cr_expect(energy.calls > 0 && energy.calls <= 100LL * blocks);
    cr_expect_float_eq(energy.call_j, 100 * energy.spent_ns * 1e-9 / (100.0 * blocks), 0.4 * energy.call_j);
}

Test(energy, a_quick_run_has_no_time_for_large_steps)
{
    int blocks = 0;
    cr_expect(isnan(measure_by_nvml(true, &blocks).call_j));
    cr_expect_eq(blocks, 0);
}
