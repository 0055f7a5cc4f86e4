/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "reports/compare_report.h"
#include "reports/markdown.h"
#include "tests/expected_file.h"
#include "tests/made_up_rows.h"

/* A laptop with a CPU and a GPU, a workstation that is 2 times faster on the CPU, 5 times on the GPU. */
static struct case_row laptop[6], workstation[6];
static struct compare_machine machines[2];

static struct case_row timed(struct case_row row, double median_ns)
{
    row.median_ns = median_ns;
    row.ci_low_ns = 0.9 * median_ns;
    row.ci_high_ns = 1.1 * median_ns;
    return row;
}

static void make(void)
{
    laptop[0] = timed(cpu_row("flip", 256, "resident", 0), 1000);
    laptop[1] = timed(gpu_row("flip", 256, "resident", 4), 250);
    laptop[2] = timed(cpu_row("flip", 512, "resident", 0), 4000);
    laptop[3] = timed(gpu_row("flip", 512, "resident", 4), 1000);
    laptop[4] = timed(cpu_row("median", 256, "resident", 0), 9000);
    for (int i = 0; i < 5; i++) {
        workstation[i] = timed(laptop[i], laptop[i].median_ns / (i % 2 ? 5 : 2));
        if (i % 2)
            workstation[i].speedup = 10, workstation[i].speedup_low = 9.5,
            workstation[i].speedup_high = 10.5; /* 500 / 50 */
    }
    strcpy(workstation[1].device, "NVIDIA A100");
    strcpy(workstation[3].device, "NVIDIA A100");
    workstation[0].threads = 64;
    machines[0] =
        (struct compare_machine){.name = "laptop",
                                 .source = "run 1 of a.db",
                                 .cases = laptop,
                                 .count = 4,
                                 .environment = "{\"cpu\":{\"model\":\"i7\",\"cores\":4},\"host\":{\"name\":\"ann\"}}"};
    machines[1] = (struct compare_machine){
        .name = "ws",
        .source = "run 1 of b.db",
        .cases = workstation,
        .count = 5,
        .environment = "{\"cpu\":{\"model\":\"Xeon\",\"cores\":4},\"host\":{\"name\":\"bob\"}}"};
}

TestSuite(compare, .init = make);

static struct comparison compared(const char *baseline)
{
    struct comparison c;
    cr_assert_eq(comparison_make(machines, 2, baseline, &c), STATUS_OK, "%s", status_text());
    return c;
}

Test(compare, columns_are_devices_of_machines)
{
    struct comparison c = compared(NULL);
    cr_assert_eq(c.column_count, 4);
    cr_expect_str_eq(c.columns[0].name, "laptop/cpu");
    cr_expect_str_eq(c.columns[1].name, "laptop/NVIDIA H100");
    cr_expect_str_eq(c.columns[2].name, "ws/cpu");
    cr_expect_str_eq(c.columns[3].name, "ws/NVIDIA A100");
    cr_expect_eq(c.columns[3].own_cpu, 2);
    cr_expect_eq(c.baseline, 0);
    comparison_free(&c);
}

Test(compare, over_the_baseline_and_over_the_own_cpu)
{
    struct comparison c = compared(NULL);
    cr_assert_eq(c.line_count, 2);
    cr_expect_eq(c.alone[0], 0);
    cr_expect_eq(c.alone[1], 1, "median of the workstation has no partner");
    struct compare_ratio ratio = comparison_ratio(&c, 0, 3, 0); /* 1000 / 50, although the threads differ */
    cr_expect_float_eq(ratio.speedup, 20, 1e-9);
    cr_expect_float_eq(ratio.low, 20 * 0.9 / 1.1, 1e-9);
    cr_expect_float_eq(ratio.high, 20 * 1.1 / 0.9, 1e-9);
    ratio = comparison_ratio(&c, 0, 3, 2);
    cr_expect_float_eq(ratio.speedup, 10, 1e-9);
    cr_expect_float_eq(comparison_ratio(&c, 1, 2, 0).speedup, 2, 1e-9);
    cr_expect_float_eq(comparison_ratio(&c, 1, 0, 0).speedup, 1, 1e-9);
    cr_expect(isnan(comparison_ratio(&c, 1, 0, -1).speedup));
    comparison_free(&c);
}

/* Planted: a stored speedup over some other row must not be taken for the one over this CPU. */
Test(compare, a_stored_speedup_that_does_not_fit_is_not_used)
{
    workstation[1].speedup = 77;
    struct comparison c = compared(NULL);
    cr_expect_float_eq(comparison_ratio(&c, 0, 3, 2).speedup, 10, 1e-9);
    comparison_free(&c);
}

Test(compare, every_field_of_the_identity_counts)
{
    struct comparison c;
    char *const texts[] = {laptop[0].operation, laptop[0].parameters, laptop[0].type,
                           laptop[0].content,   laptop[0].residency,  laptop[0].cache};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        make();
        strcpy(texts[i], "other");
        c = compared(NULL);
        cr_expect_eq(c.line_count, 1, "field %zu", i);
        comparison_free(&c);
    }
    int64_t *const sizes[] = {&laptop[0].width, &laptop[0].height, &laptop[0].depth};
    for (size_t i = 0; i < 3; i++) {
        make();
        *sizes[i] = 77;
        c = compared(NULL);
        cr_expect_eq(c.line_count, 1, "size %zu", i);
        comparison_free(&c);
    }
    make();
    strcpy(laptop[0].variant, "image");
    c = compared(NULL);
    cr_expect_eq(c.line_count, 1);
    comparison_free(&c);
}

Test(compare, failures_of_the_baseline_are_left_out_and_others_named)
{
    laptop[0] = failed_row(laptop[0], "wrong", "differs");
    workstation[3] = failed_row(workstation[3], "oom", "too large");
    struct comparison c = compared(NULL);
    cr_assert_eq(c.line_count, 1);
    cr_expect_eq(c.baseline_failed, 1);
    cr_expect(isnan(comparison_ratio(&c, 0, 3, 0).speedup));
    struct speedup_table table;
    cr_assert_eq(speedup_table_compare(&c, OVER_OWN_CPU, &table), STATUS_OK);
    char text[64];
    speedup_cell_text(text, sizeof text, speedup_table_cell(&table, 0, 1), true);
    cr_expect_str_eq(text, "oom");
    speedup_table_free(&table);
    comparison_free(&c);
}

Test(compare, baselines_are_found_by_name)
{
    struct comparison c;
    const char *const texts[] = {"ws/cpu", "ws", "laptop/gpu", "laptop/h100", "ws/NVIDIA A100"};
    const int columns[] = {2, 2, 1, 1, 3};
    for (int i = 0; i < 5; i++) {
        c = compared(texts[i]);
        cr_expect_eq(c.baseline, columns[i], "%s", texts[i]);
        comparison_free(&c);
    }
    cr_expect_eq(comparison_make(machines, 2, "ws/tpu", &c), STATUS_USAGE);
    cr_expect_str_eq(status_text(), "baseline 'ws/tpu' is no device of these machines; there are 'laptop/cpu', "
                                    "'laptop/NVIDIA H100', 'ws/cpu', 'ws/NVIDIA A100'");
    strcpy(laptop[1].device, "GPU 0");
    strcpy(laptop[3].device, "GPU 1");
    cr_expect_eq(comparison_make(machines, 2, "laptop/gpu", &c), STATUS_USAGE);
    cr_expect(strstr(status_text(), "fits several devices"), "%s", status_text());
    machines[0].count = 0;
    cr_expect_eq(comparison_make(machines, 2, NULL, &c), STATUS_USAGE);
    machines[1].count = 0;
    cr_expect_eq(comparison_make(machines, 2, NULL, &c), STATUS_USAGE);
}

static struct environment_differences differences(bool anonymous)
{
    struct environment_differences d;
    cr_assert_eq(environment_differences_find(machines, 2, anonymous, &d), STATUS_OK, "%s", status_text());
    return d;
}

static const char *value(const struct environment_differences *d, const char *field, int machine)
{
    for (int i = 0; i < d->count; i++)
        if (strcmp(d->rows[i].field, field) == 0)
            return d->rows[i].values[machine];
    return NULL;
}

Test(compare, environments_are_compared_field_by_field)
{
    machines[0].environment =
        "{\"cpu\":{\"model\":\"i7\",\"cores\":4,\"governor\":null,\"memory_bytes\":8589934592},\"clock_overhead_ns\":"
        "20,"
        "\"host\":{\"name\":\"ann\",\"load_average_1min\":0.1},\"variables\":{\"OMP_NUM_THREADS\":\"4\"},"
        "\"opencl_devices\":[{\"index\":0,\"name\":\"H100\",\"driver\":\"1\",\"type\":\"gpu\"}]}";
    machines[1].environment =
        "{\"cpu\":{\"model\":\"i7\",\"cores\":8,\"governor\":\"powersave\",\"memory_bytes\":4294967296},"
        "\"clock_overhead_ns\":30,\"host\":{\"name\":\"bob\",\"load_average_1min\":0.3},\"variables\":{},"
        "\"opencl_devices\":[{\"index\":1,\"name\":\"H100\",\"driver\":\"2\",\"type\":\"gpu\"},{\"index\":0,\"name\":"
        "\"UHD\","
        "\"driver\":\"3\"}]}";
    struct environment_differences d = differences(false);
    cr_expect_eq(d.count, 7);
    cr_expect_null(value(&d, "cpu.model", 0));
    cr_expect_str_eq(value(&d, "cpu.cores", 1), "8");
    cr_expect_str_eq(value(&d, "cpu.governor", 0), "unknown");
    cr_expect_str_eq(value(&d, "cpu.memory_bytes", 0), "8 GiB");
    cr_expect_str_eq(value(&d, "host.name", 1), "bob");
    cr_expect_str_eq(value(&d, "variables.OMP_NUM_THREADS", 1), "not set");
    cr_expect_str_eq(value(&d, "OpenCL devices", 1), "H100; UHD");
    cr_expect_str_eq(value(&d, "H100: driver", 0), "1");
    cr_expect_null(value(&d, "UHD: driver", 0));
    environment_differences_free(&d);
    d = differences(true);
    cr_expect_null(value(&d, "host.name", 1));
    cr_expect_str_eq(value(&d, "variables.OMP_NUM_THREADS", 0), "value 1");
    environment_differences_free(&d);
}

/* That they differ is told, what they are is not. */
Test(compare, hidden_values_still_differ)
{
    machines[0].environment = "{\"variables\":{\"OMP_NUM_THREADS\":\"1\",\"OMP_PLACES\":\"cores\"}}";
    machines[1].environment = "{\"variables\":{\"OMP_NUM_THREADS\":\"64\",\"OMP_PLACES\":\"cores\"}}";
    struct environment_differences d = differences(true);
    cr_assert_eq(d.count, 1);
    cr_expect_str_eq(value(&d, "variables.OMP_NUM_THREADS", 0), "value 1");
    cr_expect_str_eq(value(&d, "variables.OMP_NUM_THREADS", 1), "value 2");
    environment_differences_free(&d);
}

Test(compare, a_low_load_is_no_unknown_one)
{
    machines[0].environment = "{\"host\":{\"load_average_1min\":0.1}}";
    machines[1].environment = "{\"host\":{\"load_average_1min\":3.2}}";
    struct environment_differences d = differences(false);
    cr_assert_eq(d.count, 1);
    cr_expect_str_eq(value(&d, "host.load_average_1min", 0), "below 0.5");
    cr_expect_str_eq(value(&d, "host.load_average_1min", 1), "3.2");
    environment_differences_free(&d);
    machines[1].environment = "{\"host\":{\"load_average_1min\":0.4}}";
    d = differences(false);
    cr_expect_eq(d.count, 0);
    environment_differences_free(&d);
}

Test(compare, no_record_is_not_called_equal)
{
    struct comparison c = compared(NULL);
    struct environment_differences none = {.machine_count = 2};
    const struct compare_report report = {.comparison = &c, .differences = &none};
    machines[0].environment = machines[1].environment = "{}";
    cr_expect_str_eq(compare_no_difference(&report), "No environment is recorded, as in imported results");
    machines[0].environment = machines[1].environment = "{\"host\":{\"name\":\"a\"}}";
    cr_expect_str_eq(compare_no_difference(&report), "Their recorded environments do not differ");
    comparison_free(&c);
}

Test(compare, equal_and_missing_environments)
{
    machines[1].environment = machines[0].environment;
    struct environment_differences d = differences(false);
    cr_expect_eq(d.count, 0);
    environment_differences_free(&d);
    machines[1].environment = "{}";
    d = differences(false);
    cr_assert_eq(d.count, 1);
    cr_expect_str_eq(d.rows[0].values[1], "not recorded, as in imported results");
    environment_differences_free(&d);
}

/* All of one form of the comparison, to be freed. */
static char *written(enum status (*write)(FILE *out, const struct compare_report *report), bool reference)
{
    char *text = NULL;
    size_t bytes;
    struct comparison c = compared(NULL);
    struct environment_differences d = differences(false);
    struct compare_report report = {&c, &d, NULL, 0};
    struct reference_row *rows = NULL;
    if (reference)
        cr_assert_eq(reference_load("lecture", &rows, &report.reference_count), STATUS_OK);
    report.reference = rows;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert_eq(write(out, &report), STATUS_OK, "%s", status_text());
    fclose(out);
    free(rows);
    environment_differences_free(&d);
    comparison_free(&c);
    return text;
}

static enum status terminal(FILE *out, const struct compare_report *report)
{
    const struct terminal t = {.out = out, .width = 80};
    compare_print_facts(&t, report);
    return compare_print_speedups(&t, report);
}

Test(compare, terminal_as_expected)
{
    char *text = written(terminal, false);
    expect_file(text, "compare.txt");
    free(text);
}

Test(compare, markdown_as_expected)
{
    workstation[3] = failed_row(workstation[3], "oom", "too large");
    strcpy(workstation[1].flags, "noisy");
    char *text = written(compare_write_markdown, true);
    expect_file(text, "compare.md");
    free(text);
}

Test(compare, csv_as_expected)
{
    workstation[3] = failed_row(workstation[3], "oom", "too large");
    workstation[1].median_ns = NAN; /* ok, but without a time */
    char *text = written(compare_write_csv, false);
    expect_file(text, "compare.csv");
    cr_expect(!strstr(text, "nan") && !strstr(text, "inf"), "%s", text);
    free(text);
}

Test(compare, page_as_expected)
{
    workstation[3] = failed_row(workstation[3], "oom", "too large");
    strcpy(workstation[1].flags, "noisy");
    laptop[2].ci_low_ns = INFINITY;
    char *text = written(compare_write_html, true);
    expect_page_data(text, "compare.json");
    cr_expect(strstr(
        text, "<p id=\"verdict\">2 machines, 2 equal cases. Speedups are over laptop/cpu and over each machine's own "
              "CPU. The machines differ in 2 facts beside their devices' speed.</p>"));
    free(text);
}

/* The workstation alone has the case: left out of the comparison, but it stands beside the lecture's number. */
Test(compare, the_reference_is_beside_every_machine)
{
    static struct case_row alone[2];
    struct reference_row *rows;
    struct comparison c;
    struct speedup_table table;
    char(*labels)[64] = calloc(28, sizeof *labels);
    int count;
    cr_assert_eq(reference_load("lecture", &rows, &count), STATUS_OK);
    for (int i = 0; i < 2; i++) {
        alone[i] = workstation[i];
        strcpy(alone[i].operation, rows[0].operation);
        strcpy(alone[i].parameters, rows[0].parameters);
        strcpy(alone[i].type, rows[0].type);
        alone[i].width = alone[i].height = 2048;
    }
    machines[1].cases = alone;
    machines[1].count = 2;
    c = compared(NULL);
    cr_assert_eq(c.line_count, 0);
    const struct compare_report report = {&c, NULL, rows, count};
    cr_assert_eq(compare_reference_table(&report, labels, &table), STATUS_OK);
    cr_expect_str_eq(labels[0], "AddImagesWeighted2D [1 2 6]");
    cr_expect_eq(speedup_table_cell(&table, 0, 0)->speedup, 3);
    cr_expect_eq(speedup_table_cell(&table, 0, 1)->speedup, 8);
    cr_expect_float_eq(speedup_table_cell(&table, 0, 2)->speedup, 10.6 / 1.09, 1e-9);
    cr_expect(isnan(speedup_table_cell(&table, 0, 3)->speedup), "not measured on the laptop");
    cr_expect_float_eq(speedup_table_cell(&table, 0, 4)->speedup, 10, 1e-9);
    cr_expect(isnan(speedup_table_cell(&table, 1, 4)->speedup));
    speedup_table_free(&table);
    comparison_free(&c);
    free(labels);
    free(rows);
}

/* Planted: names that would end a table's cell, start HTML or an image, call somebody, or move the cursor. */
Test(compare, hostile_names_stay_names)
{
    strcpy(laptop[1].device, "a | b\n| c | `x` <script> ![i](http://x) @all *y* \x1b[2J _z_");
    strcpy(laptop[3].device, laptop[1].device);
    strcpy(machines[0].name, "lap|top\n# big");
    machines[0].environment = "{\"cpu\":{\"model\":\"<b>|\\n\\u001b[2J\"}}";
    char *text = written(compare_write_markdown, false);
    cr_expect(strstr(text, "- B: lap&#124;top?&#35; big/a &#124; b?&#124; c &#124; &#96;x&#96; &#60;script&#62; "
                           "&#33;&#91;i&#93;(http&#58;//x) @\xe2\x81\xa0"
                           "all &#42;y&#42; ?&#91;2J &#95;z&#95;\n"),
              "%s", text);
    cr_expect(!strchr(text, '<') && !strchr(text, '`') && !strchr(text, '\x1b'), "%s", text);
    cr_expect(strstr(text, "| cpu.model | &#60;b&#62;&#124;??&#91;2J | Xeon |"), "%s", text);
    free(text);
    text = written(terminal, false);
    cr_expect(!strchr(text, '\x1b'), "%s", text);
    free(text);
    strcpy(machines[1].name, "@DATA@</script><img src=x onerror=alert(1)><!--");
    text = written(compare_write_html, true);
    cr_expect(!strstr(text, "<img") && strstr(text, "\\u003cimg"), "a name became an element");
    free(text);
}

Test(compare, the_terminal_has_80_columns_with_many_devices)
{
    static struct case_row rows[26];
    for (int i = 0; i < 13; i++) {
        rows[2 * i] = laptop[0];
        rows[2 * i + 1] = laptop[1];
        snprintf(rows[2 * i + 1].device, ROW_TEXT, "GPU %d", i);
    }
    machines[0].cases = rows;
    machines[0].count = 26;
    char *text = written(terminal, true);
    for (char *line = text, *next; *line; line = next) {
        next = strchr(line, '\n') + 1;
        cr_expect_leq(next - line - 1, 80, "%.*s", (int)(next - line), line);
    }
    cr_expect(strstr(text, "4.0x"), "%s", text);
    free(text);
}
