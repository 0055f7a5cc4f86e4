/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Shares of limits from made-up limits: a machine of 100 GB/s and 1 Top/s.
 */
#include <criterion/criterion.h>

#include "reports/bound.h"
#include "tests/made_up_rows.h"

enum { LIMITS = 15 };

static struct limit limit(const char *device, const char *backend, const char *stage, const char *name, int64_t bytes,
                          double value)
{
    struct limit row;
    row_clear(&row, limit_fields, LIMIT_FIELDS);
    strcpy(row.device, device);
    strcpy(row.backend, backend);
    strcpy(row.stage, stage);
    strcpy(row.name, name);
    row.bytes = bytes;
    row.value = value;
    return row;
}

static struct limits limits_of_a_gpu(struct limit *rows)
{
    const char *gpu = "NVIDIA H100";
    int n = 0;
    rows[n++] = limit(gpu, "opencl", "bandwidth", "copy", 1 << 20, 400e9);
    rows[n++] = limit(gpu, "opencl", "bandwidth", "copy", 1 << 24, 100e9);
    rows[n++] = limit(gpu, "opencl", "bandwidth", "copy", 1 << 28, 90e9);
    rows[n++] = limit(gpu, "opencl", "bandwidth", "triad", 1 << 24, 110e9);
    rows[n++] = limit(gpu, "opencl", "bandwidth", "read", 1 << 24, 150e9);
    rows[n++] = limit(gpu, "opencl", "peak", "float32_fma", -1, 1e12);
    rows[n++] = limit(gpu, "opencl", "peak", "uint8", -1, 4e12);
    rows[n++] = limit(gpu, "opencl", "launch", "back_to_back", -1, 2000);
    rows[n++] = limit(gpu, "opencl", "transfer", "push_pageable", 1 << 20, 20e9);
    rows[n++] = limit(gpu, "opencl", "transfer", "push_pageable", 1 << 23, 10e9);
    rows[n++] = limit(gpu, "opencl", "transfer", "push_pageable", 1 << 24, 8e9);
    rows[n++] = limit(gpu, "opencl", "transfer", "push_pageable", 1 << 28, 12e9);
    rows[n++] = limit(gpu, "opencl", "transfer", "pull_pageable", 1 << 20, 5e9);
    rows[n++] = limit("Xeon", "openmp", "bandwidth", "copy", 1 << 24, 20e9);
    rows[n++] = limit("Xeon", "openmp", "bandwidth", "read", 1 << 28, 10e9);
    cr_assert_eq(n, LIMITS);
    return (struct limits){rows, n, n};
}

/* 16 MiB of images, half of it read, in `median_ns`. */
static struct case_row resident(double median_ns)
{
    struct case_row row = gpu_row("add_scalar", 2048, "resident", 2);
    row.median_ns = median_ns;
    row.bytes_images = row.bytes_min = 1 << 24;
    row.bytes_read = 1 << 23;
    row.flops = 1;
    row.launches = 1;
    return row;
}

static void expect(struct case_row row, const char *name, double percent)
{
    struct limit rows[LIMITS];
    struct limits limits = limits_of_a_gpu(rows);
    bound_rows(&row, 1, &limits);
    cr_expect_str_eq(row.bound, name);
    cr_expect_float_eq(row.limit_percent, percent, percent * 1e-6, "%g %%, wanted %g %%", row.limit_percent, percent);
}

Test(bound, memory_at_its_own_working_set)
{
    double least = (1 << 24) / 100e9 * 1e9;
    expect(resident(2 * least), "memory", 50);

    struct case_row small = resident(1e4);
    small.bytes_images = small.bytes_min = 1 << 20;
    small.bytes_read = 1 << 19;
    expect(small, "memory", 100.0 * (1 << 20) / 400e9 * 1e9 / 1e4);

    struct case_row between = resident(1e6); /* the better of the sizes around it */
    between.bytes_images = between.bytes_min = 1 << 26;
    between.bytes_read = 1 << 25;
    expect(between, "memory", 100.0 * (1 << 26) / 100e9 * 1e9 / 1e6);
}

Test(bound, the_mix_of_reads_and_writes_counts)
{
    struct case_row row = resident(1e6);
    row.bytes_read = row.bytes_min * 2 / 3;
    expect(row, "memory", 100.0 * (1 << 24) / 110e9 * 1e9 / 1e6);
    row.bytes_read = row.bytes_min * 0.8; /* between triad and read */
    expect(row, "memory", 100.0 * (1 << 24) / 150e9 * 1e9 / 1e6);
    row.bytes_read = row.bytes_min * 0.6; /* between copy and triad */
    expect(row, "memory", 100.0 * (1 << 24) / 110e9 * 1e9 / 1e6);
}

Test(bound, compute_launch_and_link)
{
    struct case_row row = resident(1e6);
    row.flops = 1e9; /* 1e9 / 4e12 s for integer pixels */
    expect(row, "compute", 25);
    strcpy(row.type, "float32");
    expect(row, "compute", 100);

    row = resident(1e6);
    row.launches = 250;
    expect(row, "launch", 50);

    row = resident(10e6);
    strcpy(row.residency, "end_to_end");
    row.bytes_pushed = 10000000;
    row.bytes_pulled = 5000000;
    double memory_ns = (1 << 24) / 100e9 * 1e9, link_ns = 1e6 + 1e6; /* 10 and 5 GB/s */
    expect(row, "link", 100 * (memory_ns + link_ns) / 10e6);
    row.bytes_pushed = 24000000; /* the best of the long messages */
    expect(row, "link", 100 * (memory_ns + 2e6 + 1e6) / 10e6);
}

Test(bound, cold_cpu_reads_come_from_memory)
{
    struct case_row row = cpu_row("add_scalar", 2048, "end_to_end", 1e7);
    row.bytes_images = row.bytes_min = 1 << 24;
    row.bytes_read = 1 << 23;
    expect(row, "memory", 100.0 * (1 << 23) / 10e9 * 1e9 / 1e7);
    strcpy(row.cache, "hot");
    expect(row, "memory", 100.0 * (1 << 24) / 20e9 * 1e9 / 1e7);
}

Test(bound, unknown_stays_unknown)
{
    struct limit rows[LIMITS];
    struct limits limits = limits_of_a_gpu(rows);
    struct case_row other = resident(1e6), failed = failed_row(resident(1e6), "oom", "too large");
    strcpy(other.device, "another GPU");
    bound_rows(&other, 1, &limits);
    bound_rows(&failed, 1, &limits);
    cr_expect(isnan(other.limit_percent) && !*other.bound);
    cr_expect_float_eq(other.achieved_bps, (1 << 24) / 1e-3, 1);
    cr_expect(isnan(failed.limit_percent) && isnan(failed.achieved_bps));
    rows[1].value = NAN; /* could not be measured */
    cr_expect_float_eq(limit_bandwidth(&limits, "NVIDIA H100", "opencl", 1 << 24, 0.5), 400e9, 1, "the sizes around it");
    cr_expect(isnan(limit_bandwidth(&limits, "Xeon", "openmp", 1 << 24, 0)));
}
