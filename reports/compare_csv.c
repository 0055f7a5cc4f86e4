/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A comparison as a table for spreadsheets: long, one line for each case and device, so that any pivot can be made.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "reports/compare_report.h"
#include "reports/csv.h"

static void put_text(FILE *out, const char *text)
{
    if (*text)
        csv_put_text(out, text);
    fputc(',', out);
}

static void put_real(FILE *out, double value, char after)
{
    if (isfinite(value))
        csv_put_real(out, value);
    fputc(after, out);
}

static void put_ratio(FILE *out, struct compare_ratio ratio, char after)
{
    put_real(out, ratio.speedup, ',');
    put_real(out, ratio.low, ',');
    put_real(out, ratio.high, after);
}

static void put_case(FILE *out, const struct case_row *row)
{
    put_text(out, row->operation);
    put_text(out, row->parameters);
    fprintf(out, "%d,%lld,%lld,%lld,", row->dimensions, (long long)row->width, (long long)row->height,
            (long long)row->depth);
    put_text(out, row->type);
    put_text(out, row->content);
    put_text(out, row->variant);
    put_text(out, row->residency);
    put_text(out, row->cache);
}

static void put_cell(FILE *out, const struct comparison *c, int line, int i)
{
    const struct compare_column *column = &c->columns[i];
    const struct case_row *row = comparison_cell(c, line, i);
    put_case(out, comparison_line(c, line));
    put_text(out, c->machines[column->machine].name);
    put_text(out, row->device);
    put_text(out, row->device_type);
    put_text(out, row->backend);
    if (row->threads > 0)
        fprintf(out, "%d", row->threads);
    fputc(',', out);
    put_text(out, row->status);
    put_text(out, row->flags);
    const bool ok = row_ok(row);
    put_real(out, ok ? row->median_ns : NAN, ',');
    put_real(out, ok ? row->ci_low_ns : NAN, ',');
    put_real(out, ok ? row->ci_high_ns : NAN, ',');
    put_text(out, c->columns[c->baseline].name);
    put_ratio(out, comparison_ratio(c, line, i, c->baseline), ',');
    put_ratio(out, comparison_ratio(c, line, i, column->own_cpu), '\n');
}

/* The published speedups are the baseline's columns; those over the own CPU follow from the times, which are means and
 * therefore not in the column of medians. */
static void put_published(FILE *out, const struct reference_row *r, const char *device, double ms, double published,
                          double cpu_ms)
{
    put_text(out, r->operation);
    put_text(out, r->parameters);
    fprintf(out, "%d,%lld,%lld,%lld,", r->dimensions, (long long)r->width, (long long)r->height, (long long)r->depth);
    put_text(out, r->type);
    put_text(out, r->content);
    fputs("buffer,resident,,lecture,", out);
    put_text(out, device);
    fputs("gpu,", out);
    fputs("clij,,ok,,", out);
    fputs(",,,lecture/i7-8650U,", out);
    put_real(out, published, ',');
    fputs(",,", out);
    put_real(out, cpu_ms / ms, ',');
    fputs(",\n", out);
}

enum status compare_write_csv(FILE *out, const struct compare_report *r)
{
    const struct comparison *c = r->comparison;
    locale_t own, before = csv_locale_enter(&own);
    fputs("operation,parameters,dimensions,width,height,depth,type,content,variant,residency,cache,machine,device,"
          "device_type,backend,threads,status,flags,median_ns,ci_low_ns,ci_high_ns,baseline,speedup,speedup_low,"
          "speedup_high,own_cpu_speedup,own_cpu_speedup_low,own_cpu_speedup_high\n",
          out);
    for (int line = 0; line < c->line_count; line++)
        for (int i = 0; i < c->column_count; i++)
            if (comparison_cell(c, line, i))
                put_cell(out, c, line, i);
    for (int i = 0; i < r->reference_count; i++) {
        const struct reference_row *row = &r->reference[i];
        put_published(out, row, "Intel UHD 620", row->uhd620_ms, row->uhd620_speedup, row->i7_8650u_ms);
        put_published(out, row, "Nvidia Quadro P6000", row->p6000_ms, row->p6000_speedup, row->xeon_4110_ms);
    }
    csv_locale_leave(own, before);
    if (fflush(out) != 0 || ferror(out))
        return status_fail(STATUS_IO, "writing CSV: %s", strerror(errno));
    return STATUS_OK;
}
