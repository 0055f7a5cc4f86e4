/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/gate.h"

static int exit_of(enum gate_verdict a, enum gate_verdict b, bool measured, const char *environment)
{
    struct gate_row rows[] = {{.verdict = a, .pairs = measured ? 10 : 0}, {.verdict = b, .pairs = measured ? 10 : 0}};
    struct gate_result result = {.rows = rows, .count = 2};
    snprintf(result.environment, sizeof result.environment, "%s", environment);
    return gate_exit_code(&result);
}

Test(gate, exit_status_says_which_of_six_things_happened)
{
    cr_expect_eq(exit_of(GATE_FINE, GATE_FASTER_HEAD, true, ""), 0);
    cr_expect_eq(exit_of(GATE_FINE, GATE_NOT_CONFIRMED, true, ""), 0);
    cr_expect_eq(exit_of(GATE_FINE, GATE_NEW, true, ""), 0);
    cr_expect_eq(exit_of(GATE_FINE, GATE_TOO_NOISY, true, ""), 0);
    cr_expect_eq(exit_of(GATE_FINE, GATE_REGRESSION, true, ""), 1);
    cr_expect_eq(exit_of(GATE_COUNTS_DIFFER, GATE_FINE, false, ""), 1);
    cr_expect_eq(exit_of(GATE_INCONCLUSIVE, GATE_REGRESSION, true, ""), 1, "what is sure comes before what is not");
    cr_expect_eq(exit_of(GATE_INCONCLUSIVE, GATE_FINE, true, ""), 3);
    cr_expect_eq(exit_of(GATE_FINE, GATE_FINE, true, "Environment changed"), 3);
    cr_expect_eq(exit_of(GATE_NOT_COMPARABLE, GATE_NOT_COMPARABLE, false, ""), 3);
    cr_expect_eq(exit_of(GATE_WRONG, GATE_REGRESSION, true, ""), 4);
    cr_expect_eq(exit_of(GATE_CRASHED, GATE_REGRESSION, true, ""), 5);
    cr_expect_eq(exit_of(GATE_TOO_NOISY, GATE_NOT_CONFIRMED, false, ""), 5, "nothing was measured");
    cr_expect_eq(gate_exit_code(&(struct gate_result){0}), 5);
    for (int status = STATUS_OK; status <= STATUS_STORE; status++)
        cr_expect_neq(gate_status_exit_code((enum status)status), 1, "1 is a finding, not a failure");
}

Test(gate, command_is_quoted_for_a_shell)
{
    char text[GATE_ROW_COMMAND];
    const struct gate_options o = {
        .base = {.path = "a b/it's"}, .head = {.path = "./head"}, .threshold = GATE_DEDICATED, .device = 2};
    gate_command_text(&o, "flip(axes=x) uint8 8x8 openmp", text, sizeof text);
    cr_expect_str_eq(
        text, "breakeven gate --base 'a b/it'\\''s' --head ./head --cases 'flip(axes=x) uint8 8x8 openmp' --device 2 "
              "--dedicated");
}

Test(gate_report, rows_are_sorted_by_what_asks_for_action)
{
    struct gate_row rows[] = {{.name = "a", .verdict = GATE_FINE, .change = 0.01},
                              {.name = "b", .verdict = GATE_REGRESSION, .change = 0.2},
                              {.name = "c", .verdict = GATE_FINE, .change = NAN},
                              {.name = "d", .verdict = GATE_REGRESSION, .change = 0.4},
                              {.name = "e", .verdict = GATE_WRONG, .change = NAN}};
    char order[6] = "";
    gate_rows_sort(rows, 5);
    for (int i = 0; i < 5; i++)
        order[i] = rows[i].name[0];
    cr_expect_str_eq(order, "edbac");
}

/* What a writer makes of one row with a hostile name; to be freed. */
static char *written(void (*write)(FILE *, const struct gate_report *))
{
    char text[8192];
    struct gate_row row = {.name = "a<b>&\"|@x: %,\n::error::",
                           .verdict = GATE_REGRESSION,
                           .pairs = 10,
                           .base_ns = 1e6,
                           .head_ns = 1.2e6,
                           .change = 0.2,
                           .low = 0.1,
                           .high = INFINITY,
                           .again = NAN,
                           .threshold = 0.1,
                           .reason = "20 % slower",
                           .command = "breakeven gate --cases 'x'"};
    const struct gate_report report = {.title = "Head against base",
                                       .environment = "",
                                       .note = "",
                                       .rows = &row,
                                       .count = 1,
                                       .exit_code = 1,
                                       .seconds = 2};
    FILE *out = fmemopen(text, sizeof text, "w");
    write(out, &report);
    fclose(out);
    return strdup(text);
}

static void print_terminal(FILE *out, const struct gate_report *report)
{
    gate_report_print(&(struct terminal){.out = out, .width = 80}, report);
}

Test(gate_report, writers_make_names_harmless)
{
    char *xml = written(gate_report_junit), *markdown = written(gate_report_markdown),
         *github = written(gate_report_github), *terminal = written(print_terminal);
    cr_expect(strstr(xml, "name=\"a&#60;b&#62;&#38;&#34;|@x: %,?::error::\" time=\"0.001200000\""), "%s", xml);
    cr_expect(strstr(xml, "failures=\"1\" errors=\"0\" skipped=\"0\""), "%s", xml);
    cr_expect_not(strstr(markdown, "<b>"), "%s", markdown);
    cr_expect(strstr(markdown, "1.00 ms | 1.20 ms | +20.0 % | +10.0 % | 10 | 10 % | - |"), "%s", markdown);
    cr_expect(
        strstr(github, "::error title=slower%3A a<b>&\"|@x%3A %25%2C?%3A%3Aerror%3A%3A::+20.0 %25 20 %25 slower%0A"),
        "%s", github);
    cr_expect_eq(strchr(github, '\n')[1], 0, "one line: %s", github);
    cr_expect(strstr(terminal, "1 slower in 2 s; exit status 1"), "%s", terminal);
    cr_expect_not(strstr(terminal, "inf"), "%s", terminal);
    free(xml);
    free(markdown);
    free(github);
    free(terminal);
}
