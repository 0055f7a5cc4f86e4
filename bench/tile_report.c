/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A device's rows are neighbours, the untiled one first. Text is at most 118 columns wide: it is all of a setting that
 * the store has.
 */
#include "bench/tile_report.h"

#include <math.h>
#include <string.h>

#include "reports/format.h"
#include "reports/order.h"
#include "reports/terminal.h"

enum { CELLS = 12, LINE_BYTES = 2048 };

static const int widths[CELLS] = {11, 15, 5, 8, 8, 8, 8, 8, 8, 8, 8, 10};

int tile_report_device_rows(const struct tile_sweep *sweep, int first)
{
    int end = first + 1;
    while (end < sweep->count && sweep->rows[end].tiled)
        end++;
    return end - first;
}

const struct tile_row *tile_report_fastest(const struct tile_row *rows, int count, double most, bool exact)
{
    const struct tile_row *fastest = NULL;
    for (int i = 0; i < count; i++) {
        const struct case_row *r = &rows[i].row;
        const bool good = rows[i].tiled && row_ok(r) && r->error_max <= most && (!exact || r->wrong_px == 0);
        if (good && (!fastest || r->median_ns < fastest->row.median_ns))
            fastest = &rows[i];
    }
    return fastest;
}

int64_t tile_report_exact_from_px(const struct tile_row *rows, int count)
{
    int64_t fails = -1, from = -1;
    for (int i = 0; i < count; i++)
        if (rows[i].tiled && row_ok(&rows[i].row) && rows[i].row.wrong_px > 0 && rows[i].row.margin_px > fails)
            fails = rows[i].row.margin_px;
    for (int i = 0; i < count; i++) {
        const int64_t px = rows[i].row.margin_px;
        if (rows[i].tiled && row_ok(&rows[i].row) && px > fails && (from < 0 || px < from))
            from = px;
    }
    return from;
}

static void print_cells(FILE *out, char cell[CELLS][FORMAT_MAX])
{
    for (int i = 0; i < CELLS; i++)
        fprintf(out, i ? " %*s" : "%-*s", widths[i], cell[i]);
    fputc('\n', out);
}

static void print_titles(FILE *out)
{
    static char titles[CELLS][FORMAT_MAX] = {"tile", "margin", "work",    "total", "push",     "compute",
                                             "pull", "copies", "largest", "99 %",  "at seams", "wrong px"};
    fprintf(out, "%*s\n", widths[0] + widths[1] + widths[2] + 5 * 9 + 2 + 3 * 9, "error, absolute");
    print_cells(out, titles);
}

static void shape_cell(char cell[FORMAT_MAX], const struct case_row *r)
{
    if (r->tile_depth > 1)
        snprintf(cell, FORMAT_MAX, "%lldx%lldx%lld", (long long)r->tile_width, (long long)r->tile_height,
                 (long long)r->tile_depth);
    else
        snprintf(cell, FORMAT_MAX, "%lldx%lld", (long long)r->tile_width, (long long)r->tile_height);
}

/* "80", "80 auto", "80 measured" */
static void margin_cell(char cell[FORMAT_MAX], const struct tile_row *t)
{
    static const char *const kinds[] = {"", " auto", " measured"};
    snprintf(cell, FORMAT_MAX, "%lld%s", (long long)t->row.margin_px, kinds[t->margin.kind]);
}

static void error_cell(char cell[FORMAT_MAX], double error)
{
    if (isnan(error))
        snprintf(cell, FORMAT_MAX, "-");
    else
        snprintf(cell, FORMAT_MAX, "%.3g", error);
}

static void print_row(FILE *out, const struct tile_row *t)
{
    char cell[CELLS][FORMAT_MAX] = {"untiled"}, reason[2 * ROW_TEXT];
    const struct case_row *r = &t->row;
    const double times[] = {r->median_ns, r->push_ns, r->compute_ns, r->pull_ns, t->copy_ns};
    const double errors[] = {r->error_max, r->error_p99, r->seam_error_max};
    if (t->tiled) {
        shape_cell(cell[0], r);
        margin_cell(cell[1], t);
        snprintf(cell[2], FORMAT_MAX, "%.3g", r->work_factor);
    }
    for (int i = 0; i < 5; i++)
        format_time(cell[3 + i], FORMAT_MAX, times[i], "u");
    for (int i = 0; i < 3; i++)
        error_cell(cell[8 + i], errors[i]);
    snprintf(cell[11], FORMAT_MAX, r->wrong_px < 0 ? "-" : "%lld", (long long)r->wrong_px);
    print_cells(out, cell);
    if (!row_ok(r))
        fprintf(out, "  %s: %s\n", r->status, format_clean(reason, sizeof reason, r->reason));
}

static void wrap(FILE *out, const char *text)
{
    struct terminal terminal = terminal_of(out);
    terminal.width = 100;
    terminal_wrap(&terminal, NULL, text, 0, 2);
}

/* "tile 64x64, margin 80 px: 12 ms, 1.2 times the untiled 10 ms, work factor 1.3" */
static void setting_text(char *text, size_t bytes, const struct tile_row *t, const struct case_row *untiled)
{
    char shape[FORMAT_MAX], time[2][FORMAT_MAX], ratio[128] = "";
    shape_cell(shape, &t->row);
    if (untiled->median_ns > 0 && t->row.median_ns > 0)
        snprintf(ratio, sizeof ratio, ", %.3g times the untiled %s", t->row.median_ns / untiled->median_ns,
                 format_time(time[1], FORMAT_MAX, untiled->median_ns, "u"));
    snprintf(text, bytes, "tile %s, margin %lld px: %s%s, work factor %.3g", shape, (long long)t->row.margin_px,
             format_time(time[0], FORMAT_MAX, t->row.median_ns, "u"), ratio, t->row.work_factor);
}

static void print_verdict(FILE *out, const struct tile_report *report, const struct tile_row *rows, int count)
{
    char setting[512], line[LINE_BYTES];
    const struct tile_row *exact = tile_report_fastest(rows, count, INFINITY, true);
    const struct tile_row *near = tile_report_fastest(rows, count, report->tolerance, false);
    if (exact) {
        setting_text(setting, sizeof setting, exact, &rows->row);
        snprintf(line, sizeof line, "Fastest that is exact: %s.", setting);
    } else {
        snprintf(line, sizeof line, "No setting is exact.");
    }
    wrap(out, line);
    const int64_t from_px = tile_report_exact_from_px(rows, count);
    if (from_px >= 0) {
        snprintf(line, sizeof line, "Exact from margin %lld px on, of the margins tried.", (long long)from_px);
        wrap(out, line);
    }
    if (isnan(report->tolerance))
        return;
    if (near) {
        setting_text(setting, sizeof setting, near, &rows->row);
        snprintf(line, sizeof line, "Fastest within %g: %s, largest error %.3g.", report->tolerance, setting,
                 near->row.error_max);
    } else {
        snprintf(line, sizeof line, "No setting is within %g.", report->tolerance);
    }
    wrap(out, line);
}

/* "80 px", or "12 px along x, 8 along y, 4 along z" */
static void margin_text(char *text, size_t bytes, const int64_t px[3], bool deep)
{
    if (px[0] == px[1] && (!deep || px[1] == px[2]))
        snprintf(text, bytes, "%lld px", (long long)px[0]);
    else if (!deep)
        snprintf(text, bytes, "%lld px along x, %lld along y", (long long)px[0], (long long)px[1]);
    else
        snprintf(text, bytes, "%lld px along x, %lld along y, %lld along z", (long long)px[0], (long long)px[1],
                 (long long)px[2]);
}

static const char *judgement(const struct margin_found *m)
{
    bool less = false, more = false;
    for (int axis = 0; axis < 3; axis++) {
        if (m->measured_px[axis] < 0)
            return "no margin is exact on them, since rounding depends on where a tile begins";
        less = less || m->measured_px[axis] < m->automatic_px[axis];
        more = more || m->measured_px[axis] > m->automatic_px[axis];
    }
    return more   ? "more than the automatic margin, which is wrong"
           : less ? "this image needs no more, others may need the automatic one"
                  : "they agree";
}

static void print_margin(FILE *out, const struct tile_report *report, bool deep)
{
    const struct margin_found *m = report->margins;
    char text[2][128], line[LINE_BYTES];
    margin_text(text[0], sizeof text[0], m->automatic_px, deep);
    margin_text(text[1], sizeof text[1], m->measured_px, deep);
    if (m->grows && m->growth_px >= 0)
        snprintf(
            line, sizeof line,
            "Margin: labels grow as far as the image lets them, so none is known beforehand. On %lld pieces growth "
            "took at most %lld px, with the other steps %s. Every tile is checked, and computed again with more "
            "where that was not enough.",
            (long long)m->pieces, (long long)m->growth_px, text[0]);
    else if (m->grows)
        snprintf(line, sizeof line,
                 "Margin: labels grow as far as the image lets them, so none is known beforehand; the other steps need "
                 "%s. Every tile is checked, and computed again with more where that was not enough.",
                 text[0]);
    else if (!report->measured)
        snprintf(line, sizeof line, "Margin: automatic %s; not measured (--margin measured).", text[0]);
    else
        snprintf(line, sizeof line, "Margin: automatic %s; measured on %lld pieces in %lld tiled runs: %s%s%s.",
                 text[0], (long long)m->pieces, (long long)m->trials, m->measured_px[0] < 0 ? "" : text[1],
                 m->measured_px[0] < 0 ? "" : "; ", judgement(m));
    wrap(out, line);
}

void tile_report_print(FILE *out, const struct tile_report *report)
{
    char name[2 * ROW_TEXT];
    const struct tile_sweep *s = report->sweep;
    for (int i = 0, count; i < s->count; i += count) {
        const struct case_row *r = &s->rows[i].row;
        count = tile_report_device_rows(s, i);
        fprintf(out, "\n%s (%s", format_clean(name, sizeof name, r->device), r->backend);
        fprintf(out, r->threads > 0 ? ", %d threads)\n" : ")\n", r->threads);
        print_titles(out);
        for (int k = i; k < i + count; k++)
            print_row(out, &s->rows[k]);
        print_verdict(out, report, &s->rows[i], count);
    }
    fputc('\n', out);
    if (s->count > 0)
        print_margin(out, report, s->rows[0].row.dimensions == 3);
}
