/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>

#include "reports/format.h"
#include "tests/made_up_rows.h"

static void expect_time(double ns, const char *expected)
{
    char text[FORMAT_MAX];
    cr_expect_str_eq(format_time(text, sizeof text, ns, "µ"), expected);
}

Test(format, times_have_three_digits_and_a_unit_that_fits)
{
    expect_time(0, "0.00 ns");
    expect_time(1.234, "1.23 ns");
    expect_time(999.4, "999 ns");
    expect_time(999.6, "1.00 µs");
    expect_time(9994, "9.99 µs");
    expect_time(9996, "10.0 µs");
    expect_time(99960, "100 µs");
    expect_time(999499, "999 µs");
    expect_time(999501, "1.00 ms");
    expect_time(1.5e9, "1.50 s");
    expect_time(3.6e12, "3600 s");
    expect_time(NAN, "-");
    char text[FORMAT_MAX];
    cr_expect_str_eq(format_time(text, sizeof text, 1500, "u"), "1.50 us");
}

static void expect_speedup(double speedup, double low, double high, const char *expected)
{
    char text[FORMAT_MAX];
    cr_expect_str_eq(format_speedup(text, sizeof text, speedup, low, high), expected);
}

Test(format, speedups_have_an_interval_with_the_same_decimals)
{
    expect_speedup(3.1, 2.9, 3.4, "3.1x [2.9-3.4]");
    expect_speedup(1.12, 1.094, 1.151, "1.12x [1.09-1.15]");
    expect_speedup(2, 1.9, 2.14, "2.0x [1.9-2.1]");
    expect_speedup(0.312, 0.3, 0.333, "0.31x [0.30-0.33]");
    expect_speedup(0.0042, 0.004, 0.0046, "0.0042x [0.0040-0.0046]");
    expect_speedup(12.4, 11.2, 13, "12x [11-13]");
    expect_speedup(1234, 1200, 1300, "1234x [1200-1300]");
    expect_speedup(3.1, NAN, NAN, "3.1x");
    expect_speedup(NAN, 1, 2, "-");
}

static void expect_quantity(double value, const char *unit, const char *expected)
{
    char text[FORMAT_MAX];
    cr_expect_str_eq(format_quantity(text, sizeof text, value, unit), expected);
}

Test(format, quantities_have_prefixes_that_fit)
{
    expect_quantity(3.02e12, "B/s", "3.02 TB/s");
    expect_quantity(999.4e9, "op/s", "999 Gop/s");
    expect_quantity(999.6e9, "op/s", "1.00 Top/s");
    expect_quantity(12, "B/s", "12.0 B/s");
    expect_quantity(12345, "ns", "12.3 us");
    expect_quantity(16384, "bytes", "16 KiB");
    expect_quantity(1023, "bytes", "1023 B");
    expect_quantity(1048575, "bytes", "1.00 MiB");
    expect_quantity(1.5 * 1073741824, "bytes", "1.50 GiB");
    expect_quantity(0.0123, "1", "0.0123");
    expect_quantity(NAN, "B/s", "-");
}

Test(format, shapes_and_sizes)
{
    char text[FORMAT_MAX];
    struct case_row row = cpu_row("flip", 512, "resident", 1);
    cr_expect_str_eq(format_shape(text, sizeof text, &row), "512x512");
    row.dimensions = 3;
    row.depth = 64;
    cr_expect_str_eq(format_shape(text, sizeof text, &row), "512x512x64");
    cr_expect_str_eq(format_pixels(text, sizeof text, 700 * 700, 2), "700x700");
    cr_expect_str_eq(format_pixels(text, sizeof text, 64, 2), "8x8");
    cr_expect_str_eq(format_pixels(text, sizeof text, 0.8e6, 3), "800000");
    cr_expect_str_eq(format_pixels(text, sizeof text, 3.44e6, 3), "3.4 million");
    cr_expect_str_eq(format_pixels(text, sizeof text, 123e6, 3), "120 million");
}

Test(format, only_a_gpu_is_called_one)
{
    struct case_row row = gpu_row("flip", 64, "resident", 2);
    cr_expect_str_eq(format_verdict(&row), "GPU");
    strcpy(row.device_type, "accelerator");
    cr_expect_str_eq(format_verdict(&row), "accelerator");
    strcpy(row.device_type, "cpu");
    cr_expect_str_eq(format_verdict(&row), "OpenCL");
    strcpy(row.verdict, "CPU");
    cr_expect_str_eq(format_verdict(&row), "OpenMP");
    strcpy(row.device_type, "gpu");
    cr_expect_str_eq(format_verdict(&row), "CPU");
    strcpy(row.verdict, "toss-up");
    cr_expect_str_eq(format_verdict(&row), "toss-up");
    row.verdict[0] = 0;
    cr_expect_str_eq(format_verdict(&row), "-");
}

static void expect_clean(const char *from, const char *expected)
{
    char text[16];
    cr_expect_str_eq(format_clean(text, sizeof text, from), expected);
}

/* Planted: what would clear the screen or set the terminal's title must not come through. */
Test(format, other_peoples_text_holds_no_commands)
{
    expect_clean("Tesla V100", "Tesla V100");
    expect_clean("\x1b[2Jcells", "?[2Jcells");
    expect_clean("a\tb\nc\x7f", "a?b?c?");
    expect_clean("\xc2\x9bH", "??H"); /* the control character U+009B */
    expect_clean("µ-Zelle ☃", "µ-Zelle ☃");
    expect_clean("\xff\xc3", "??");
    expect_clean("123456789012345678", "123456789012345");
    expect_clean("12345678901234µ", "12345678901234"); /* no half characters */
}

Test(format, width_counts_characters)
{
    cr_expect_eq(format_width("12 µs"), 5);
    cr_expect_eq(format_width(""), 0);
}
