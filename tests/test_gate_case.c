/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "bench/gate_case.h"
#include "bench/gate_commands.h"

static void expect_key(const char *text, const char *key)
{
    struct gate_case one;
    char found[GATE_CASE_TEXT];
    cr_assert_eq(gate_case_parse(text, &one), STATUS_OK, "%s: %s", text, status_text());
    cr_expect_str_eq(gate_case_key(&one, found, sizeof found), key);
}

static void expect_refused(const char *text, const char *word)
{
    struct gate_case one;
    cr_expect_eq(gate_case_parse(text, &one), STATUS_USAGE, "%s", text);
    cr_expect(strstr(status_text(), word), "%s: %s", text, status_text());
}

Test(gate_case, text_and_back)
{
    expect_key("flip uint8 64x48 openmp", "flip(axes=x) uint8 64x48x1 noise openmp");
    expect_key("  median(radius=2)  uint16 32 opencl cells end_to_end",
               "median(radius=2,shape=box) uint16 32x32x1 cells opencl end_to_end");
    struct gate_case one;
    cr_assert_eq(gate_case_parse("flip uint8 8x8x8 opencl repeats=40 batches=3", &one), STATUS_OK);
    cr_expect_eq(one.repeats, 40);
    cr_expect_eq(one.batches, 3);
    cr_expect_eq(one.group.shape.depth, 8);
}

Test(gate_case, refusals_name_the_case)
{
    expect_refused("", "OPERATION TYPE SIZE");
    expect_refused("flip uint8", "OPERATION TYPE SIZE");
    expect_refused("flop uint8 8x8 openmp", "flop");
    expect_refused("flip uint8 8y8 openmp", "8y8");
    expect_refused("flip uint32 8x8 openmp", "uint32");
    expect_refused("flip uint8 8x8", "backend");
    expect_refused("flip uint8 8x8 reference", "reference");
    expect_refused("flip(axes=x uint8 8x8 openmp", ")");
    expect_refused("flip(axes=q) uint8 8x8 openmp", "axes");
    expect_refused("flip uint8 8x8 openmp repeats=100000", "repeats");
    expect_refused("flip uint8 8x8 openmp repeats=", "repeats");
    expect_refused("flip uint8 8x8 openmp batches=many", "batches");
    expect_refused("flip uint8 8x8 openmp batches=-1", "batches");
}

Test(gate_case, lists)
{
    struct gate_cases cases;
    cr_assert_eq(gate_cases_split(" a b ;\n# a comment\n;c\r\n", &cases), STATUS_OK);
    cr_assert_eq(cases.count, 2);
    cr_expect_str_eq(cases.text[0], "a b");
    cr_expect_str_eq(cases.text[1], "c");
    gate_cases_free(&cases);
    cr_expect_eq(gate_cases_split(" ; ;", &cases), STATUS_USAGE);
    cr_expect_eq(gate_cases_read("/nowhere/list", &cases), STATUS_INPUT);
}

Test(gate_case, sentinels_are_24_valid_cases)
{
    struct gate_cases cases;
    struct gate_case one;
    cr_assert_eq(gate_cases_sentinels(false, true, &cases), STATUS_OK);
    cr_expect_eq(cases.count, 24);
    for (int i = 0; i < cases.count; i++)
        cr_expect_eq(gate_case_parse(cases.text[i], &one), STATUS_OK, "%s", status_text());
    gate_cases_free(&cases);
    cr_assert_eq(gate_cases_sentinels(true, true, &cases), STATUS_OK);
    cr_expect_eq(cases.count, 4);
    gate_cases_free(&cases);
    cr_assert_eq(gate_cases_sentinels(false, false, &cases), STATUS_OK);
    cr_expect_eq(cases.count, 12);
    gate_cases_free(&cases);
}

static void expect_time(const char *line, const char *name, double ns)
{
    char found[64];
    double time = 0;
    cr_assert(gate_commands_read_time(line, found, sizeof found, &time), "%s", line);
    cr_expect_str_eq(found, name, "%s: '%s'", line, found);
    cr_expect_float_eq(time, ns, ns * 1e-12, "%s: %g", line, time);
}

Test(gate_commands, lines_with_a_time)
{
    expect_time("12.5", "", 12.5e9);
    expect_time("12.5 ms", "", 12.5e6);
    expect_time("blur 12.5ms", "blur", 12.5e6);
    expect_time("  blur of 2 images: 3e2 us \r", "blur of 2 images", 3e5);
    expect_time("t=5ns", "t", 5);
    expect_time("load: 0.4 s", "load", 0.4e9);
}

Test(gate_commands, lines_without_one)
{
    static const char *const lines[] = {"",        "   ",      "done",    "12 apples", "took 5 minutes",
                                        "x -3 ms", "x nan ms", "x inf s", "0"};
    char name[64];
    double ns;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        cr_expect_not(gate_commands_read_time(lines[i], name, sizeof name, &ns), "%s", lines[i]);
}
