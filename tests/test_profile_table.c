/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/profile_table.h"
#include "reports/row_json.h"

static void add(struct limits *limits, const char *stage, const char *name, int threads, int64_t bytes, double value,
                const char *unit, const char *reason)
{
    struct limit row = limit_row(stage, name, unit);
    strcpy(row.device, "Xeon");
    strcpy(row.device_type, "cpu");
    strcpy(row.backend, threads > 0 ? "openmp" : "opencl");
    strcpy(row.driver, threads > 0 ? "" : "3.1\n");
    strcpy(row.reason, reason);
    row.threads = threads;
    row.bytes = bytes;
    row.value = value;
    cr_assert_eq(limits_add(limits, &row), STATUS_OK);
}

static void expect_print(const struct limits *limits, const char *expected)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    struct specifications specifications;
    cr_assert_eq(specifications_load(NULL, &specifications), STATUS_OK, "%s", status_text());
    profile_table_print(out, limits, &specifications);
    specifications_free(&specifications);
    fclose(out);
    cr_expect_str_eq(text, expected, "found:\n%s", text);
    free(text);
}

Test(profile_table, curves_and_figures)
{
    struct limits limits = {0};
    for (int threads = 1; threads <= 2; threads++)
        for (int i = 0; i < 4; i++) {
            add(&limits, "bandwidth", "read", threads, 16384LL << 4 * i, threads * 80e9 / (i + 1), "B/s", "");
            add(&limits, "bandwidth", "copy", threads, 16384LL << 4 * i, i == 3 ? NAN : threads * 30e9, "B/s", "");
        }
    add(&limits, "bandwidth", "read", 1, 8192, 50e9, "B/s", ""); /* in no row: one thread alone has this size */
    add(&limits, "bandwidth", "cache_l1_bytes", 1, -1, 32768, "bytes", "hwloc says 48 KiB");
    add(&limits, "launch", "launch_and_wait", -1, -1, 12345, "ns", "");
    add(&limits, "launch", "build_cold", -1, -1, NAN, "ns", "no \033compiler");
    expect_print(&limits, "\nXeon (CPU, OpenMP)\n"
                          "\nmemory bandwidth by working set\n"
                          "  size                read        copy\n"
                          "  16 KiB          160 GB/s   60.0 GB/s\n"
                          "  256 KiB        80.0 GB/s   60.0 GB/s\n"
                          "  4 MiB          53.3 GB/s   60.0 GB/s\n"
                          "  64 MiB         40.0 GB/s           -\n"
                          "  cache l1 bytes, 1 thread                 32 KiB  hwloc says 48 KiB\n"
                          "\nXeon (cpu: this machine's CPU, through OpenCL, driver 3.1?)\n"
                          "\ncost of launches, builds and first calls\n"
                          "  launch and wait                         12.3 us\n"
                          "  build cold                                    -  no ?compiler\n");
    limits_free(&limits);
}

/* The same card twice: as the sheet says, and with less than 60 % of it. */
Test(profile_table, published_figures_stand_beside)
{
    static const double rates[] = {240e9, 150e9};
    static const char *const says[] = {"94 % of that (NVIDIA", "59 % of that, which is little"};
    for (int i = 0; i < 2; i++) {
        struct limits limits = {0};
        char *text = NULL;
        size_t bytes;
        add(&limits, "bandwidth", "copy", -1, 1 << 20, 900e9, "B/s", "");
        add(&limits, "bandwidth", "copy", -1, 1 << 30, rates[i], "B/s", "");
        for (int r = 0; r < 2; r++)
            strcpy(limits.rows[r].device, "NVIDIA GeForce RTX 4070 Laptop GPU");
        FILE *out = open_memstream(&text, &bytes);
        struct specifications specifications;
        cr_assert_eq(specifications_load(NULL, &specifications), STATUS_OK, "%s", status_text());
        profile_table_print(out, &limits, &specifications);
        fclose(out);
        for (char *c = text; *c; c++)
            *c = *c == '\n' ? ' ' : *c;
        for (char *gap; (gap = strstr(text, "  "));)
            memmove(gap, gap + 1, strlen(gap));
        cr_expect(strstr(text, "published for GeForce RTX 4070 Laptop GPU: GDDR6, 256 GB/s"), "%s", text);
        cr_expect(strstr(text, says[i]), "%s", text);
        free(text);
        specifications_free(&specifications);
        limits_free(&limits);
    }
}

Test(profile_table, rows_survive_json)
{
    struct limits limits = {0};
    struct limit back;
    add(&limits, "launch", "build_cold", -1, 5000000000, 0.1, "ns", "quote \" and \\");
    add(&limits, "launch", "none", 3, -1, INFINITY, "ns", "");
    json_t *json = row_to_json(&limits.rows[0], limit_fields, LIMIT_FIELDS);
    row_from_json(json, &back, limit_fields, LIMIT_FIELDS);
    cr_expect_eq(back.bytes, 5000000000);
    cr_expect_eq(back.threads, -1);
    cr_expect_eq(back.value, 0.1);
    cr_expect(isnan(back.low));
    cr_expect_str_eq(back.reason, "quote \" and \\");
    json_decref(json);
    json = row_to_json(&limits.rows[1], limit_fields, LIMIT_FIELDS);
    cr_expect(json_is_null(json_object_get(json, "value")), "infinity is no number in JSON");
    json_object_set_new(json, "threads", json_string("many"));
    row_from_json(json, &back, limit_fields, LIMIT_FIELDS);
    cr_expect_eq(back.threads, -1);
    json_decref(json);
    limits_free(&limits);
}

Test(profile_table, figures_from_samples)
{
    struct limit row = limit_row("bandwidth", "copy", "B/s");
    struct limit_samples samples = {.ns = {4000, 1000, 2000, 8000, 5000}, .count = 5};
    limit_set_rate(&row, &samples, 1e6);
    cr_expect_float_eq(row.value, 1e12, 1, "the fastest sample");
    cr_expect_float_eq(row.low, 1e6 / 5000e-9, 1);
    cr_expect_float_eq(row.high, 1e6 / 2000e-9, 1);
    limit_set_time(&row, &samples, 10);
    cr_expect_float_eq(row.value, 400, 1e-9, "the median of one repetition");
    struct limit least = limit_row("launch", "enqueue", "ns");
    limit_set_least_time(&least, &samples, 10);
    cr_expect_float_eq(least.value, 100, 1e-9, "the fastest");
    cr_expect_float_eq(least.high, row.high, 1e-9);
    cr_expect_float_eq(row.low, 200, 1e-9);
    cr_expect_eq(row.samples, 5);
    samples = (struct limit_samples){.ns = {0}, .count = 1};
    row = limit_row("bandwidth", "copy", "B/s");
    limit_set_rate(&row, &samples, 1e6);
    cr_expect(isnan(row.value), "no time, no rate");
}
