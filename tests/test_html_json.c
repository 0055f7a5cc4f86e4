/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "reports/html.h"
#include "reports/html_json.h"
#include "tests/expected_file.h"
#include "tests/made_up_rows.h"

static char *text_of(const char *from)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    html_json_text(out, from);
    fclose(out);
    return text;
}

static void expect_text(const char *from, const char *expected)
{
    char *text = text_of(from);
    cr_expect_str_eq(text, expected);
    free(text);
}

Test(html_json, no_text_ends_the_script_it_stands_in)
{
    expect_text("</script><!-- &amp;", "\"\\u003c/script\\u003e\\u003c!-- \\u0026amp;\"");
    expect_text("a\"b\\c", "\"a\\\"b\\\\c\"");
    expect_text("\xe2\x80\xa8|\xe2\x80\xa9|\xe2\x82\xac", "\"\\u2028|\\u2029|\xe2\x82\xac\"");
    expect_text("a\nb\x01\xff", "\"a?b??\"");
    expect_text(NULL, "\"\"");
}

Test(html_json, others_json_is_made_harmless_too)
{
    const char *const given[] = {"{\"name\": \"</script>\xe2\x80\xa8\"}", "</script>", NULL};
    const char *const expected[] = {"{\"name\":\"\\u003c/script\\u003e\\u2028\"}", "null", "null"};
    for (int i = 0; i < 3; i++) {
        char *text = NULL;
        size_t bytes;
        FILE *out = open_memstream(&text, &bytes);
        html_json_copy(out, given[i]);
        fclose(out);
        cr_expect_str_eq(text, expected[i]);
        free(text);
    }
}

static void real_text(double value, char text[64])
{
    FILE *out = fmemopen(text, 64, "w");
    html_json_real(out, value);
    fclose(out);
}

Test(html_json, what_is_not_finite_is_no_number)
{
    char text[64];
    const double unknown[] = {NAN, INFINITY, -INFINITY};
    for (int i = 0; i < 3; i++) {
        real_text(unknown[i], text);
        cr_expect_str_eq(text, "null");
    }
    real_text(1e6, text);
    cr_expect_str_eq(text, "1000000");
    real_text(123456789.6, text);
    cr_expect_str_eq(text, "123456790");
    real_text(0.1 + 0.2, text);
    cr_expect_str_eq(text, "0.3");
}

Test(html_json, whole_numbers_keep_all_digits)
{
    struct limit rows[2] = {limit_row("bandwidth", "copy", "B/s"), limit_row("launch", "enqueue", "ns")};
    char *text = NULL;
    size_t bytes;
    rows[0].bytes = 17179869184;
    FILE *out = open_memstream(&text, &bytes);
    cr_expect_eq(html_json_columns(out, rows, sizeof *rows, NULL, 2, limit_fields, LIMIT_FIELDS, "bytes"), STATUS_OK);
    fclose(out);
    cr_expect_str_eq(text, "{\"bytes\":{\"v\":[17179869184,null]}}");
    free(text);
}

/* 1.995 is "2.00" to two decimals, 1.99499999 is not; seven digits alone would make the one of the other. */
Test(html_json, the_last_printed_digit_is_that_of_the_value)
{
    char seven[64], text[64], given[16], sent[16];
    snprintf(seven, sizeof seven, "%.7g", 1.99499999999);
    snprintf(given, sizeof given, "%.2f", 1.99499999999);
    snprintf(sent, sizeof sent, "%.2f", strtod("1.9950000001", NULL));
    cr_assert_str_eq(seven, "1.995");
    cr_assert_str_neq(given, sent);
    srand(1);
    for (int i = 0; i < 200000; i++) {
        double value = (100 + rand() % 900 + 0.5 + (rand() % 21 - 10) * 1e-8) * pow(10, rand() % 12 - 4);
        real_text(value, text);
        snprintf(given, sizeof given, "%.2e", value);
        snprintf(sent, sizeof sent, "%.2e", strtod(text, NULL));
        cr_assert_str_eq(sent, given, "%.17g was sent as %s", value, text);
    }
}

Test(html_json, columns_have_each_text_once_and_repeats_as_counts)
{
    struct case_row rows[] = {cpu_row("flip", 64, "resident", 5), cpu_row("flip", 64, "resident", 5),
                              cpu_row("mean", 64, "resident", NAN), cpu_row("flip", 64, "resident", INFINITY)};
    const int order[] = {3, 2, 1, 0};
    const char *const expected[] = {
        "{\"operation\":{\"t\":[\"flip\",\"mean\"],\"v\":[0,[1],1,0]},\"median_ns\":{\"v\":[5,[1],null,[1]]}}",
        "{\"operation\":{\"t\":[\"flip\",\"mean\"],\"v\":[0,1,0,[1]]},\"median_ns\":{\"v\":[null,[1],5,[1]]}}",
    };
    for (int i = 0; i < 2; i++) {
        char *text = NULL;
        size_t bytes;
        FILE *out = open_memstream(&text, &bytes);
        cr_expect_eq(html_json_columns(out, rows, sizeof *rows, i ? order : NULL, 4, case_fields, CASE_FIELDS,
                                       "operation nothing median_ns"),
                     STATUS_OK);
        fclose(out);
        cr_expect_str_eq(text, expected[i]);
        free(text);
    }
}

static char *page_of(const struct html_report *report)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert_eq(html_write(out, report), STATUS_OK, "%s", status_text());
    fclose(out);
    return text;
}

static int count(const char *text, const char *what)
{
    int found = 0;
    while ((text = strstr(text, what)) != NULL) {
        found++;
        text++;
    }
    return found;
}

Test(html, the_start_is_exact_to_the_second)
{
    struct limits no_limits = {0};
    char *page =
        page_of(&(struct html_report){.limits = &no_limits, .started_unix_s = 1763887152, .finished_unix_s = -1});
    cr_expect(strstr(page, "\"started_unix_s\":1763887152,"), "the second is not there");
    free(page);
}

Test(html, a_page_without_anything_is_a_page)
{
    struct limits none = {0};
    char *page = page_of(&(struct html_report){.limits = &none, .started_unix_s = -1, .finished_unix_s = -1});
    cr_expect(strstr(page, "Nothing was measured."));
    cr_expect(strstr(page, "\"environment\":null"));
    cr_expect_str_eq(page + strlen(page) - 8, "</html>\n");
    free(page);
}

/* A failed case, an unknown interval, a flag, a limit that could not be measured, a series. */
Test(html, data_as_expected)
{
    struct case_row rows[] = {cpu_row("flip", 64, "resident", 5000), gpu_row("flip", 64, "resident", 2),
                              cpu_row("flip", 512, "end_to_end", 80000), gpu_row("flip", 512, "end_to_end", 0.5)};
    struct limit measured[] = {limit_row("peak", "float32_fma", "op/s"), limit_row("peak", "float64_fma", "op/s")};
    struct limits limits = {measured, 2, 2};
    struct series_row series = {"NVIDIA H100", "opencl", "compute", 0.5, 4e13, 1980, NAN, 40, INFINITY, NAN};
    measured[0].value = 4e13;
    strcpy(measured[1].reason, "no such unit");
    rows[1].ci_low_ns = -INFINITY;
    strcpy(rows[0].flags, "noisy");
    rows[3] = failed_row(rows[3], "oom", "too large");
    char *page = page_of(&(struct html_report){.name = "laptop",
                                               .run = 3,
                                               .started_unix_s = 1763887152,
                                               .finished_unix_s = -1,
                                               .environment = "{\"cpu\":{\"cores\":4,\"governor\":null}}",
                                               .cases = rows,
                                               .case_count = 4,
                                               .limits = &limits,
                                               .series = &series,
                                               .series_count = 1});
    expect_page_data(page, "report.json");
    free(page);
}

Test(html, hostile_names_add_no_elements)
{
    struct limits none = {0};
    struct case_row rows[] = {cpu_row("flip", 64, "resident", 5), gpu_row("flip", 64, "resident", 2)};
    struct html_report report = {
        .limits = &none, .cases = rows, .case_count = 2, .environment = "{\"a\":\"</script>\"}"};
    char *plain = page_of(&report);
    strcpy(rows[1].device, "@DATA@</script><script>alert(1)</script><!--");
    strcpy(rows[0].content, "]]><img src=x onerror=alert(1)>@SCRIPT@");
    strcpy(rows[1].content, rows[0].content);
    char *hostile = page_of(&report);
    cr_expect_eq(count(hostile, "</script"), count(plain, "</script"));
    cr_expect_eq(count(hostile, "<!--"), count(plain, "<!--"));
    cr_expect_eq(count(hostile, "<img"), 0);
    cr_expect(strstr(hostile, "@DATA@&lt;/script&gt;"), "the headline names the device");
    free(plain);
    free(hostile);
}
