/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The checklist's answers from made-up numbers, each just above and just below its limit, and the times of a chain that
 * is really run.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/checklist.h"
#include "bench/checklist_bandwidth.h"
#include "bench/checklist_report.h"
#include "bench/store_limits.h"
#include "hardware/machine.h"
#include "images/synthetic.h"
#include "tests/expected_file.h"
#include "tests/open_device.h"

enum { LOADING, MEMORY, BANDWIDTH, CACHE, CHAIN };

static struct chain_cpu_times cpu;
static struct chain_device_times device;
static struct memory_fit fit;

/* A card on which everything passes. */
static struct checklist_facts good(void)
{
    cpu = (struct chain_cpu_times){.step_ns = {6e6, 6e6}, .total_ns = 12e6};
    device = (struct chain_device_times){.step_ns = {1e5, 1e5}, .total_ns = 2e5, .push_ns = 6e5, .pull_ns = 4e5};
    fit = (struct memory_fit){.verdict = MEMORY_FITS, .need = {.count = 2, .peak_bytes = 1000000}};
    return (struct checklist_facts){.device = "card",
                                    .steps = 2,
                                    .cpu = &cpu,
                                    .times = &device,
                                    .cpu_reason = "cpu reason",
                                    .device_reason = "device reason",
                                    .file_load_ns = NAN,
                                    .fit = &fit,
                                    .bandwidth = 900e9,
                                    .bandwidth_source = "made up",
                                    .image_bytes = 64e6,
                                    .cache_bytes = 32e6};
}

static enum check_result result_of(const struct checklist_facts *facts, int which)
{
    struct check checks[CHECKS];
    checklist_answer(facts, checks);
    cr_expect_gt(strlen(checks[which].found), 0);
    cr_expect_gt(strlen(checks[which].why), 0);
    return checks[which].result;
}

Test(checklist, all_pass)
{
    struct check checks[CHECKS];
    const struct checklist_facts f = good();
    checklist_answer(&f, checks);
    cr_expect_eq(checklist_passed(checks), 5);
    cr_expect_float_eq(checks[LOADING].value, 12, 1e-9);
    cr_expect_float_eq(checks[CHAIN].limit, 1, 0); /* the first step saves 5.9 ms, push and pull take 1 ms */
}

static void write_forms(FILE *out, const struct checklist_facts *facts)
{
    struct check checks[CHECKS];
    checklist_answer(facts, checks);
    checklist_print(out, "0: card (gpu)", checks);
    json_t *json = checklist_json(facts, checks);
    char *text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
    fprintf(out, "%s\n", text);
    free(text);
    json_decref(json);
}

/* All is known, then nothing that is measured. */
Test(checklist, text_and_json_as_expected)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    struct checklist_facts f = good();
    write_forms(out, &f);
    f.cpu = NULL;
    f.times = NULL;
    f.bandwidth = f.image_bytes = f.cache_bytes = NAN;
    write_forms(out, &f);
    fclose(out);
    expect_file(text, "checklist.txt");
    cr_expect(!strstr(text, "nan") && !strstr(text, "inf"), "%s", text);
    free(text);
}

Test(checklist, loading)
{
    struct checklist_facts f = good();
    cpu.total_ns = 10.1e6;
    cr_expect_eq(result_of(&f, LOADING), CHECK_PASSED);
    cpu.total_ns = 9.9e6;
    cr_expect_eq(result_of(&f, LOADING), CHECK_FAILED);
    f.file_load_ns = 0.9e6; /* a file that was read is what loading means, not the transfers */
    cr_expect_eq(result_of(&f, LOADING), CHECK_PASSED);
    f.file_load_ns = NAN;
    f.times = NULL;
    cr_expect_eq(result_of(&f, LOADING), CHECK_UNKNOWN);
    f = good();
    f.cpu = NULL;
    cr_expect_eq(result_of(&f, LOADING), CHECK_UNKNOWN);
}

Test(checklist, memory_bandwidth_cache)
{
    struct checklist_facts f = good();
    fit.verdict = MEMORY_FITS_IN_TILES;
    cr_expect_eq(result_of(&f, MEMORY), CHECK_FAILED);
    fit.verdict = MEMORY_CANNOT_RUN;
    cr_expect_eq(result_of(&f, MEMORY), CHECK_FAILED);
    f.bandwidth = 399e9;
    cr_expect_eq(result_of(&f, BANDWIDTH), CHECK_FAILED);
    f.bandwidth = 401e9;
    cr_expect_eq(result_of(&f, BANDWIDTH), CHECK_PASSED);
    f.bandwidth = NAN;
    cr_expect_eq(result_of(&f, BANDWIDTH), CHECK_UNKNOWN);
    f.image_bytes = 32e6; /* as large as the cache is not larger */
    cr_expect_eq(result_of(&f, CACHE), CHECK_FAILED);
    f.cache_bytes = NAN;
    cr_expect_eq(result_of(&f, CACHE), CHECK_UNKNOWN);
}

Test(checklist, without_a_device_none_of_its_questions_passes)
{
    struct check checks[CHECKS];
    struct checklist_facts f = good();
    f.device = NULL;
    f.times = NULL;
    f.file_load_ns = 1e3;
    f.bandwidth = NAN;
    checklist_answer(&f, checks);
    cr_expect_eq(checks[MEMORY].result, CHECK_FAILED);
    cr_expect_eq(checks[BANDWIDTH].result, CHECK_FAILED);
    cr_expect_eq(checks[CHAIN].result, CHECK_FAILED);
    cr_expect_eq(checklist_passed(checks), 2);
}

Test(checklist, chains_that_repay)
{
    const double slow[4] = {10, 10, 10, 10}, fast[4] = {4, 4, 4, 4}, late[4] = {10, 4, 4, 4};
    cr_expect_eq(checklist_steps_to_repay(slow, fast, 4, 5), 1);   /* 6 saved */
    cr_expect_eq(checklist_steps_to_repay(slow, fast, 4, 6), 2);   /* 6 is not more than 6 */
    cr_expect_eq(checklist_steps_to_repay(slow, fast, 4, 23), 4);  /* 24 saved */
    cr_expect_eq(checklist_steps_to_repay(slow, fast, 4, 24), 5);  /* beyond the chain */
    cr_expect_eq(checklist_steps_to_repay(slow, fast, 4, 60), 11); /* 10 steps save 60, which is not more */
    cr_expect_eq(checklist_steps_to_repay(slow, late, 2, 5), 2);   /* the first saves nothing */
    cr_expect_eq(checklist_steps_to_repay(fast, slow, 4, 1), -1);
    cr_expect_eq(checklist_steps_to_repay(fast, fast, 4, 1), -1);

    struct checklist_facts f = good();
    device.push_ns = 20e6;
    cr_expect_eq(result_of(&f, CHAIN), CHECK_FAILED);
    device.step_ns[0] = device.step_ns[1] = 7e6;
    device.total_ns = 14e6;
    struct check checks[CHECKS];
    checklist_answer(&f, checks);
    cr_expect_eq(checks[CHAIN].result, CHECK_FAILED);
    cr_expect_not_null(strstr(checks[CHAIN].found, "never"));
    f.times = NULL;
    checklist_answer(&f, checks);
    cr_expect_eq(checks[CHAIN].result, CHECK_UNKNOWN);
    cr_expect_not_null(strstr(checks[CHAIN].found, "device reason"));
}

static void add_row(struct limits *limits, const char *name, const char *driver, int64_t bytes, double value)
{
    struct limit row = limit_row("bandwidth", name, "B/s");
    strcpy(row.backend, "opencl");
    strcpy(row.device, "card");
    strcpy(row.driver, driver);
    row.bytes = bytes;
    row.value = value;
    cr_assert_eq(limits_add(limits, &row), STATUS_OK);
}

Test(checklist, the_copy_that_no_cache_holds)
{
    struct limits limits = {0};
    const struct device card = {.name = "card", .driver = "2"}, other = {.name = "other", .driver = "2"};
    add_row(&limits, "copy", "2", 1 << 16, 9e12);
    add_row(&limits, "copy", "2", 1 << 28, 3e12);
    add_row(&limits, "copy", "2", 1 << 24, 4e12);
    add_row(&limits, "copy", "2", 1 << 30, NAN);
    add_row(&limits, "copy", "1", 1 << 30, 1e12);
    add_row(&limits, "read", "2", 1 << 30, 2e12);
    cr_expect_eq(checklist_copy_row(&limits, &card)->value, 3e12);
    cr_expect_eq(checklist_copy_row(&limits, NULL)->value, 1e12);
    cr_expect_null(checklist_copy_row(&limits, &other));
    limits_free(&limits);
}

/* A store with a finished profile of this machine, in which the device copies with 123 GB/s. */
static void make_store(const char *path, const struct device *card)
{
    struct store *store;
    struct limits limits = {0};
    struct limit row = limit_row("bandwidth", "copy", "B/s");
    char environment[400];
    int64_t profile;
    const struct machine machine = machine_facts("");
    snprintf(environment, sizeof environment, "{\"host\": {\"name\": \"%s\"}}", machine.host);
    snprintf(row.device, sizeof row.device, "%s", card->name);
    snprintf(row.driver, sizeof row.driver, "%s", card->driver);
    strcpy(row.backend, "opencl");
    strcpy(row.device_type, "cpu");
    row.bytes = 1 << 28;
    row.value = 123e9;
    cr_assert_eq(limits_add(&limits, &row), STATUS_OK);
    cr_assert_eq(store_open(path, &store), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_begin_profile(store, "", environment, &profile), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_add_limits(store, profile, &limits), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_finish_profile(store, profile), STATUS_OK, "%s", status_text());
    store_close(store);
    limits_free(&limits);
}

Test(checklist, the_bandwidth_is_that_of_the_profile)
{
    char path[64];
    struct opencl *opencl = open_device();
    struct checklist_bandwidth found;
    snprintf(path, sizeof path, "/tmp/breakeven_checklist_%d.db", (int)getpid());
    make_store(path, &opencl->device);
    cr_expect_eq(checklist_bandwidth(opencl, path, &found), STATUS_OK, "%s", status_text());
    cr_expect_eq(found.bytes_per_s, 123e9);
    cr_expect_not_null(strstr(found.source, path), "%s", found.source);
    unlink(path);
    cr_expect_eq(checklist_bandwidth(opencl, path, &found), STATUS_STORE);
    opencl_close(opencl);
}

static void time_chain(const char *text, bool planted)
{
    struct opencl *opencl = open_device();
    struct image in, out;
    struct chain chain;
    const struct image *with[CHAIN_STEPS_MAX] = {0};
    cr_assert_eq(image_alloc(&in, (struct shape){120, 90, 1}, PIXEL_U16, 0, 1), STATUS_OK);
    cr_assert_eq(synthetic_fill(&in, CONTENT_CELLS, 1), STATUS_OK);
    cr_assert_eq(chain_parse(text, PIXEL_U16, &chain), STATUS_OK, "%s", status_text());
    with[0] = &in;
    cr_assert_eq(chain_time_cpu(&chain, &in, with, &cpu, &out), STATUS_OK, "%s", status_text());
    double sum = 0, device_sum = 0;
    if (planted)
        ((uint8_t *)image_row(&out, 3, 0))[5] ^= 1;
    const enum status status = chain_time_device(&chain, opencl, &in, with, &out, &device);
    cr_expect_eq(status, planted ? STATUS_WRONG : STATUS_OK, "%s", status_text());
    for (int i = 0; i < chain.count; i++) {
        cr_expect_gt(cpu.step_ns[i], 0);
        cr_expect_gt(device.step_ns[i], 0);
        cr_expect_gt(cpu.threads[i], 0);
        sum += cpu.step_ns[i];
        device_sum += device.step_ns[i];
    }
    cr_expect_eq(sum, cpu.total_ns);
    cr_expect_eq(device_sum, device.total_ns);
    cr_expect_gt(device.push_ns, 0);
    cr_expect_gt(device.pull_ns, 0);
    cr_expect_eq(opencl->allocated_bytes, 0);
    chain_free(&chain);
    image_free(&in);
    image_free(&out);
    opencl_close(opencl);
}

Test(chain_timing, of_a_chain)
{
    time_chain("add_images_weighted(with=a.tif) | maximum(radius=1) | auto_threshold", false);
}

/* One pixel of the expected result is changed: no time may be given. */
Test(chain_timing, a_wrong_result_is_told)
{
    time_chain("add_scalar | auto_threshold", true);
}
