/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "reports/headline.h"
#include "tests/made_up_rows.h"

static void expect_headline(const struct case_row *rows, int count, const char *expected)
{
    char *text;
    cr_assert_eq(headline_text(rows, count, &text), STATUS_OK, "%s", status_text());
    cr_expect_str_eq(text, expected);
    free(text);
}

static struct case_row moved(const char *operation, int side, double speedup)
{
    return gpu_row(operation, side, "end_to_end", speedup);
}

Test(headline, names_the_size_from_which_all_counted_operations_pay_off)
{
    struct case_row rows[] = {
        moved("flip", 256, 0.5),  moved("flip", 512, 0.6), moved("flip", 1024, 0.7),
        moved("median", 256, 2),  moved("median", 512, 3), moved("median", 1024, 4),
        moved("erode", 256, 0.5), moved("erode", 512, 2),  moved("erode", 1024, 3),
    };
    expect_headline(rows, 9,
                    "On this machine the GPU (NVIDIA H100) pays off for images from about 512x512 in 2 of 3 operations "
                    "(median already from 256x256), counting transfer.");
}

Test(headline, with_the_images_kept_on_the_device)
{
    struct case_row rows[] = {
        moved("flip", 256, 0.5),
        moved("flip", 512, 0.6),
        gpu_row("flip", 256, "resident", 2),
        gpu_row("flip", 512, "resident", 3),
    };
    expect_headline(rows, 4,
                    "On this machine the GPU (NVIDIA H100) pays off in none of 1 operation for images up to 512x512, "
                    "counting transfer; with the images kept on it, for images of every size tested, from 256x256 to "
                    "512x512, in 1 of 1 operation.");
    expect_headline(rows + 2, 1,
                    "On this machine the GPU (NVIDIA H100) pays off with the images kept on it, for images of "
                    "256x256, the only size tested, in 1 of 1 operation.");
}

/* A win at a middle size that is lost again must not count. */
Test(headline, only_sizes_from_which_it_stays_ahead_count)
{
    struct case_row rows[] = {moved("flip", 256, 2), moved("flip", 512, 0.5), moved("flip", 1024, 2),
                              moved("flip", 2048, 2)};
    expect_headline(
        rows, 4,
        "On this machine the GPU (NVIDIA H100) pays off for images from about 1024x1024 in 1 of 1 operation, "
        "counting transfer.");
    expect_headline(rows, 2,
                    "On this machine the GPU (NVIDIA H100) pays off in none of 1 operation for images up to 512x512, "
                    "counting transfer.");
    strcpy(rows[3].verdict, "toss-up");
    expect_headline(rows, 4,
                    "On this machine the GPU (NVIDIA H100) pays off in none of 1 operation for images up to 2048x2048, "
                    "counting transfer.");
}

Test(headline, an_operation_that_pays_off_for_some_parameters_is_counted_apart)
{
    struct case_row rows[] = {moved("blur", 256, 2), moved("blur", 256, 0.5), moved("flip", 256, 2)};
    strcpy(rows[1].parameters, "sigma=1");
    expect_headline(
        rows, 3,
        "On this machine the GPU (NVIDIA H100) pays off for images of 256x256, the only size tested, in 1 of 2 "
        "operations, and in 1 more for some parameters, pixel types or contents, counting transfer.");
}

Test(headline, images_and_stacks_apart)
{
    struct case_row rows[] = {moved("flip", 256, 2), moved("flip", 64, 2), moved("flip", 32, 0.5)};
    rows[1].dimensions = rows[2].dimensions = 3;
    rows[1].depth = 64;
    rows[2].depth = 32;
    expect_headline(
        rows, 3,
        "On this machine the GPU (NVIDIA H100) pays off for images of 256x256, the only size tested, in 1 of 1 "
        "operation, counting transfer. It pays off for stacks from about 64x64x64 in 1 of 1 operation, counting "
        "transfer.");
}

Test(headline, a_cpu_is_never_called_a_gpu)
{
    struct case_row rows[] = {moved("flip", 256, 2), cpu_row("flip", 256, "end_to_end", 9)};
    strcpy(rows[0].device, "cpu-haswell");
    strcpy(rows[0].device_type, "cpu");
    expect_headline(
        rows, 2,
        "cpu-haswell is this machine's CPU, run through OpenCL. No GPU was measured, and this says nothing about "
        "one. It is faster than OpenMP for images of 256x256, the only size tested, in 1 of 1 operation, counting "
        "transfer.");
}

Test(headline, without_a_device)
{
    struct case_row row = cpu_row("flip", 256, "end_to_end", 9);
    expect_headline(
        &row, 1, "No OpenCL device was measured: these are times of the CPU alone, and they say nothing about a GPU.");
    expect_headline(NULL, 0, "Nothing was measured.");
}

/* Planted: were a failed case counted as a loss, or as a win, the first sentence would differ. */
Test(headline, failures_are_named_and_not_counted)
{
    struct case_row rows[] = {moved("flip", 256, 2), moved("flip", 512, 3), moved("flip", 1024, 4)};
    rows[2] = failed_row(rows[2], "device_memory", "too large");
    expect_headline(
        rows, 3,
        "On this machine the GPU (NVIDIA H100) pays off for images of every size tested, from 256x256 to 512x512, "
        "in 1 of 1 operation, counting transfer. 1 case failed and is not counted here.");
    rows[1] = failed_row(rows[1], "crash", "");
    rows[0] = failed_row(rows[0], "crash", "");
    expect_headline(rows, 3,
                    "No case has a time on both the CPU and NVIDIA H100. 3 cases failed and are not counted here.");
}
