/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The template is reports/page/report.html. A name between @ signs in it is where something goes in: @STYLE@ and
 * @SCRIPT@ our own sources, @CHART@ Chart.js, @HEADLINE@ the summary as text, so that it is there without JavaScript,
 * and @DATA@ the numbers. What goes in is never searched for such names.
 */
#include "reports/html.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/break_even.h"
#include "reports/format.h"
#include "reports/headline.h"
#include "reports/html_json.h"
#include "reports/order.h"

extern const char page_report[], page_style[], page_script[], page_chart[];

static const char case_columns[] =
    "operation parameters dimensions width height depth type content backend device device_type threads residency "
    "cache "
    "variant samples median_ns ci_low_ns ci_high_ns min_ns push_ns compute_ns pull_ns bytes_min flops bytes_images "
    "speedup speedup_low speedup_high verdict status flags reason build_ns first_call_ns limit_percent bound energy_j";
static const char limit_columns[] =
    "device backend device_type stage name threads bytes value low high samples unit reason";
static const char series_columns[] = "device backend load time_s rate clock_mhz memory_clock_mhz temperature_c power_w";

/* The cases in the order of reports, and where a row of the caller's array is among them. */
struct places {
    int *order, *place;
};

static enum status find_places(const struct html_report *report, struct places *places)
{
    enum status status;
    struct ordered_row *ordered = NULL;
    size_t bytes = ((size_t)report->case_count + 1) * sizeof(int);
    TRY(order_rows(report->cases, report->case_count, &ordered));
    places->order = malloc(bytes);
    places->place = malloc(bytes);
    if (!places->order || !places->place) {
        status = status_fail(STATUS_MEMORY, "no memory to place %d rows", report->case_count);
        goto done;
    }
    for (int i = 0; i < report->case_count; i++) {
        places->order[i] = (int)(ordered[i].row - report->cases);
        places->place[places->order[i]] = i;
    }
done:
    free(ordered);
    return status;
}

/* Each as [place of the series' smallest row, pixels, low, high, text]; 0 stands for below the smallest size tested and
 * null for unknown or above the largest. */
static enum status write_break_even(FILE *out, const struct html_report *report, const struct places *places)
{
    struct break_even *list = NULL;
    int count;
    enum status status = break_even_find(report->cases, report->case_count, &list, &count);
    fputs("\"break_even\":[", out);
    for (int i = 0; i < count && status == STATUS_OK; i++) {
        char text[ROW_TEXT];
        fprintf(out, "%s[%d,", i ? "," : "", places->place[list[i].first - report->cases]);
        html_json_real(out, list[i].pixels);
        putc(',', out);
        html_json_real(out, list[i].pixels_low);
        putc(',', out);
        html_json_real(out, list[i].pixels_high);
        putc(',', out);
        html_json_text(out, break_even_text(text, sizeof text, &list[i]));
        putc(']', out);
    }
    fputs("],", out);
    free(list);
    return status;
}

/* Each as [place of the resident row, number of operations, 0: never]. */
static enum status write_chains(FILE *out, const struct html_report *report, const struct places *places)
{
    struct chain *list = NULL;
    int count;
    enum status status = chain_find(report->cases, report->case_count, &list, &count);
    fputs("\"chains\":[", out);
    for (int i = 0; i < count && status == STATUS_OK; i++)
        fprintf(out, "%s[%d,%lld]", i ? "," : "", places->place[list[i].row - report->cases],
                (long long)list[i].length);
    fputs("],", out);
    free(list);
    return status;
}

static void write_second(FILE *out, int64_t unix_s)
{
    if (unix_s < 0)
        fputs("null", out);
    else
        fprintf(out, "%lld", (long long)unix_s);
}

static void write_run(FILE *out, const struct html_report *report)
{
    fputs("\"run\":{\"name\":", out);
    html_json_text(out, report->name);
    fprintf(out, ",\"id\":%lld,\"started_unix_s\":", (long long)report->run);
    write_second(out, report->started_unix_s);
    fputs(",\"finished_unix_s\":", out);
    write_second(out, report->finished_unix_s);
    fputs("},\"environment\":", out);
    html_json_copy(out, report->environment);
    putc(',', out);
}

static enum status write_data(FILE *out, const struct html_report *report)
{
    enum status status;
    struct places places = {0};
    putc('{', out);
    write_run(out, report);
    TRY(find_places(report, &places));
    TRY(write_break_even(out, report, &places));
    TRY(write_chains(out, report, &places));
    fputs("\"cases\":", out);
    TRY(html_json_columns(out, report->cases, sizeof *report->cases, places.order, report->case_count, case_fields,
                          CASE_FIELDS, case_columns));
    fputs(",\"limits\":", out);
    TRY(html_json_columns(out, report->limits->rows, sizeof *report->limits->rows, NULL, report->limits->count,
                          limit_fields, LIMIT_FIELDS, limit_columns));
    fputs(",\"series\":", out);
    TRY(html_json_columns(out, report->series, sizeof *report->series, NULL, report->series_count, series_fields,
                          SERIES_FIELDS, series_columns));
    putc('}', out);
done:
    free(places.order);
    free(places.place);
    return status;
}

static enum status write_headline(FILE *out, const struct html_report *report)
{
    char *text = NULL;
    enum status status = headline_text(report->cases, report->case_count, &text);
    for (const char *c = text; c && *c; c++)
        switch (*c) {
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        default:
            putc(*c, out);
        }
    free(text);
    return status;
}

/* What stands for a name of the template. */
static enum status write_part(FILE *out, const struct html_report *report, const char *name)
{
    if (strcmp(name, "DATA") == 0)
        return write_data(out, report);
    if (strcmp(name, "HEADLINE") == 0)
        return write_headline(out, report);
    fputs(strcmp(name, "STYLE") == 0    ? page_style
          : strcmp(name, "SCRIPT") == 0 ? page_script
          : strcmp(name, "CHART") == 0  ? page_chart
                                        : "",
          out);
    return STATUS_OK;
}

enum status html_write(FILE *out, const struct html_report *report)
{
    enum status status = STATUS_OK;
    const char *from = page_report, *at;
    while ((at = strchr(from, '@')) != NULL) {
        char name[16];
        size_t length = strcspn(at + 1, "@");
        snprintf(name, sizeof name, "%.*s", (int)length, at + 1);
        fwrite(from, 1, (size_t)(at - from), out);
        TRY(write_part(out, report, name));
        from = at + 1 + length + (at[1 + length] == '@');
    }
    fputs(from, out);
done:
    return status;
}
