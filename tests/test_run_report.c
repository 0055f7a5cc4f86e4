/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>

#include "reports/run_report.h"
#include "tests/expected_file.h"
#include "tests/made_up_rows.h"

static const char environment[] =
    "{\"cpu\":{\"model\":\"Xeon\",\"cores\":8,\"threads\":16,\"memory_bytes\":34359738368},\"host\":{\"os\":\"Debian\"}"
    ","
    "\"tool\":{\"version\":\"0.1.0\"},\"opencl_devices\":[{\"name\":\"NVIDIA H100\",\"driver\":\"550\"}]}";

static struct case_row rows[8];
static struct run_report report;

static void make(void)
{
    rows[0] = cpu_row("flip", 256, "end_to_end", 500);
    rows[1] = gpu_row("flip", 256, "end_to_end", 0.5);
    rows[2] = cpu_row("flip", 1024, "end_to_end", 4000);
    rows[3] = gpu_row("flip", 1024, "end_to_end", 4);
    rows[4] = cpu_row("flip", 1024, "resident", 20000);
    rows[5] = gpu_row("flip", 1024, "resident", 20);
    rows[6] = cpu_row("median", 1024, "resident", 9000);
    rows[7] = failed_row(gpu_row("median", 1024, "resident", 9), "oom", "too large for 1 GiB");
    strcpy(rows[5].flags, "noisy drift");
    report = (struct run_report){"run 1, laptop", environment, rows, 8};
}

TestSuite(run_report, .init = make);

static enum status print_plain(FILE *out, const struct run_report *r)
{
    return run_report_print(&(struct terminal){.out = out, .width = 80}, r);
}

static enum status print_coloured(FILE *out, const struct run_report *r)
{
    return run_report_print(&(struct terminal){.out = out, .width = 80, .colour = true}, r);
}

static char *written(enum status (*write)(FILE *out, const struct run_report *r))
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert_eq(write(out, &report), STATUS_OK, "%s", status_text());
    fclose(out);
    return text;
}

Test(run_report, terminal_as_expected)
{
    char *text = written(print_plain);
    expect_file(text, "report.txt");
    cr_expect(!strchr(text, '\x1b'));
    free(text);
}

Test(run_report, markdown_as_expected)
{
    char *text = written(run_report_markdown);
    expect_file(text, "report.md");
    free(text);
}

Test(run_report, colours_tell_sure_wins_and_losses)
{
    char *text = written(print_coloured);
    cr_expect(strstr(text, "\x1b[32m20x\x1b[0m*"), "%s", text);
    cr_expect(strstr(text, "\x1b[31m0.50x\x1b[0m"), "%s", text);
    free(text);
    /* Planted: a speedup whose interval reaches below 1.10 must not be green. */
    rows[5].speedup_low = 1.05;
    text = written(print_coloured);
    cr_expect(strstr(text, "  20x*") && !strstr(text, "\x1b[32m20x"), "%s", text);
    free(text);
}

/* Planted: what is not finite or was not measured must not become a number. */
Test(run_report, what_is_not_known_is_no_number)
{
    rows[1].median_ns = rows[1].speedup = rows[1].speedup_low = rows[1].speedup_high = NAN;
    rows[3].median_ns = 0;
    rows[3].speedup = INFINITY;
    rows[5].median_ns = INFINITY;
    char *text = written(run_report_markdown), *plain = written(print_plain);
    cr_expect(strstr(text, "| 256x256 | end to end | - |"), "%s", text);
    cr_expect(strstr(text, "| 1024x1024 | end to end | - |"), "%s", text);
    cr_expect(strstr(text, "| 1024x1024 | resident | - |"), "%s", text);
    cr_expect(!strstr(text, "nan") && !strstr(plain, "nan"));
    cr_expect(!strstr(text, "infx") && !strstr(plain, "infx") && !strstr(text, "inf "), "%s", text);
    free(text);
    free(plain);
}

Test(run_report, the_cpu_alone_or_nothing)
{
    report.count = 1;
    char *text = written(run_report_markdown);
    cr_expect(strstr(text, "No OpenCL device was measured"), "%s", text);
    cr_expect(!strstr(text, "### Speedup"), "%s", text);
    free(text);
    report = (struct run_report){"run 1", NULL, NULL, 0};
    text = written(run_report_markdown);
    cr_expect(strstr(text, "Machine: not recorded"), "%s", text);
    free(text);
    text = written(print_plain);
    cr_expect(strstr(text, "Nothing was measured."), "%s", text);
    free(text);
}

Test(run_report, flags_are_whole_words)
{
    const char *flag, *meaning;
    strcpy(rows[0].flags, "noise_floor timeout");
    cr_expect(run_report_has_flag(&rows[0], "timeout"));
    cr_expect(run_report_has_flag(&rows[0], "noise_floor"));
    cr_expect_not(run_report_has_flag(&rows[0], "noise"));
    cr_expect_not(run_report_has_flag(&rows[0], "floor"));
    cr_expect_not(run_report_flag(99, &flag, &meaning));
}

Test(run_report, ten_thousand_cases_fit_a_comment)
{
    enum { COUNT = 10000 };
    struct case_row *many = calloc(COUNT, sizeof *many);
    for (int i = 0; i < COUNT; i++) {
        many[i] = i % 2 ? gpu_row("gaussian_blur", 64 + i / 2, "resident", 3)
                        : cpu_row("gaussian_blur", 64 + i / 2, "resident", 3000);
        snprintf(many[i].parameters, sizeof many[i].parameters, "sigma=%d", i / 2 % 200);
        strcpy(many[i].flags, i % 3 ? "" : "noisy timeout");
        if (i % 8 == 7)
            many[i] = failed_row(many[i], "oom", "a buffer of 3 GiB is more than the device gives at once");
    }
    report.cases = many;
    report.count = COUNT;
    char *text = written(run_report_markdown);
    cr_expect_lt(strlen(text), 65536);
    cr_expect(strstr(text, "further lines are left out here"));
    free(text);
    free(many);
}

Test(run_report, hostile_devices_stay_in_their_cell)
{
    for (int i = 1; i < 8; i += 2)
        strcpy(rows[i].device, "H100 | <img src=x> `\n# @all \x1b[2J");
    strcpy(rows[7].reason, "a\n\n# heading | <b>");
    report.title = "run 1, `|\n<script>";
    char *text = written(run_report_markdown), *plain = written(print_plain);
    cr_expect(!strstr(text, "<img") && !strstr(text, "<b>") && !strstr(text, "<script") && !strchr(text, '`'), "%s",
              text);
    cr_expect(!strstr(text, "\n# ") && !strchr(text, '\x1b') && !strchr(plain, '\x1b'), "%s", text);
    free(text);
    free(plain);
}
