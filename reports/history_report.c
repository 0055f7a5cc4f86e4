/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A sparkline shows a series in at most 40 parts, each the mean of as many results; a bar stands where driver or build
 * changed. The page needs no script: its figures are SVG, written here. Names are other people's text and are escaped.
 */
#include "reports/history_report.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "reports/format.h"

enum { SPARK_PARTS = 40, FIGURE_WIDTH = 360, FIGURE_HEIGHT = 48, FIGURE_POINTS = 500 };

static void range_of(const struct history_series *s, int from, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (int i = from; i < s->count; i++) {
        *low = fmin(*low, s->points[i].ns);
        *high = fmax(*high, s->points[i].ns);
    }
}

/* 0 to 1; a range under 5 % is not blown up to the whole height. */
static double height_of(double ns, double low, double high)
{
    const double span = fmax(high - low, 0.05 * high);
    return span > 0 ? (ns - low) / span : 0;
}

/* The mean of the i-th part of the series when it is shown in `parts`. */
static double part_ns(const struct history_series *s, int i, int parts, int *first)
{
    const int from = (int)((int64_t)i * s->count / parts), to = (int)((int64_t)(i + 1) * s->count / parts);
    double sum = 0;
    for (int k = from; k < to; k++)
        sum += s->points[k].ns;
    *first = from;
    return sum / (to - from);
}

static void print_spark(const struct terminal *t, const struct history_series *s)
{
    static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const letters[] = {"_", ".", "-", "~", "=", "+", "*", "#"};
    const int parts = s->count < SPARK_PARTS ? s->count : SPARK_PARTS;
    double ns[SPARK_PARTS], low = INFINITY, high = -INFINITY;
    int first[SPARK_PARTS];
    for (int i = 0; i < parts; i++) {
        ns[i] = part_ns(s, i, parts, &first[i]);
        low = fmin(low, ns[i]);
        high = fmax(high, ns[i]);
    }
    for (int i = 0; i < parts; i++) {
        const int level = (int)fmin(7, 8 * height_of(ns[i], low, high));
        if (i > 0 && s->points[first[i]].segment != s->points[first[i - 1]].segment)
            fputc('|', t->out);
        fputs((t->utf8 ? blocks : letters)[level], t->out);
    }
}

static void date_of(int64_t unix_s, char text[16])
{
    struct tm parts;
    const time_t seconds = (time_t)unix_s;
    if (!gmtime_r(&seconds, &parts) || strftime(text, 16, "%Y-%m-%d", &parts) == 0)
        text[0] = 0;
}

/* "2026-11-20 run 12 (0.1.0 4e30b1f): +12.3 %, 1.20 ms to 1.35 ms" */
static void step_text(const struct history_series *s, const struct history_step *step, const char *micro, char *text,
                      size_t bytes)
{
    char date[16], before[FORMAT_MAX], after[FORMAT_MAX];
    const struct history_point *p = &s->points[step->at];
    date_of(p->started_unix_s, date);
    snprintf(text, bytes, "%s run %lld%s%s%s: %+.1f %%, %s to %s", date, (long long)p->run, p->version[0] ? " (" : "",
             p->version, p->version[0] ? ")" : "", 100 * (step->after / step->before - 1),
             format_time(before, sizeof before, step->before, micro),
             format_time(after, sizeof after, step->after, micro));
}

static void print_series(const struct terminal *t, const struct history_series *s)
{
    char text[512], clean[512];
    const char *micro = t->utf8 ? "µ" : "u";
    terminal_print(t, s->step_count ? TERMINAL_BOLD : NULL, format_clean(clean, sizeof clean, s->name));
    fprintf(t->out, "  %s", format_clean(clean, sizeof clean, s->device));
    if (s->machine[0])
        fprintf(t->out, " on %s", format_clean(clean, sizeof clean, s->machine));
    fprintf(t->out, "\n    ");
    print_spark(t, s);
    fprintf(t->out, "  %s, %d result%s\n", format_time(text, sizeof text, s->points[s->count - 1].ns, micro), s->count,
            s->count == 1 ? "" : "s");
    for (int i = 0; i < s->step_count; i++) {
        step_text(s, &s->steps[i], micro, text, sizeof text);
        fputs("    ", t->out);
        terminal_print(t, s->steps[i].after > s->steps[i].before ? TERMINAL_RED : TERMINAL_GREEN,
                       format_clean(clean, sizeof clean, text));
        fputc('\n', t->out);
    }
}

void history_print(const struct terminal *t, const struct history *h, int most)
{
    int stepped = 0, shown = 0;
    for (int i = 0; i < h->count; i++) {
        const bool step = h->series[i].step_count > 0;
        stepped += step;
        if (!step && most > 0 && shown >= most)
            continue;
        shown += !step;
        print_series(t, &h->series[i]);
    }
    fprintf(t->out, "%d results of %d runs in %d series; %d with a step of 5 %% or more", h->results, h->runs, h->count,
            stepped);
    if (shown < h->count - stepped)
        fprintf(t->out, "; %d without one are not shown, --all does", h->count - stepped - shown);
    fputs(".\n", t->out);
}

static void html_text(FILE *out, const char *text)
{
    char clean[1024];
    for (const char *c = format_clean(clean, sizeof clean, text); *c; c++)
        if (strchr("<>&\"'", *c))
            fprintf(out, "&#%d;", *c);
        else
            fputc(*c, out);
}

static void html_figure(FILE *out, const struct history_series *s)
{
    const int from = s->count > FIGURE_POINTS ? s->count - FIGURE_POINTS : 0, shown = s->count - from;
    const double across = shown > 1 ? (double)(FIGURE_WIDTH - 8) / (shown - 1) : 0;
    double low, high;
    range_of(s, from, &low, &high);
    fprintf(out, "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">", FIGURE_WIDTH, FIGURE_HEIGHT, FIGURE_WIDTH,
            FIGURE_HEIGHT);
    for (int i = from + 1; i < s->count; i++)
        if (s->points[i].segment != s->points[i - 1].segment)
            fprintf(out, "<path class=\"segment\" d=\"M%.1f 0V%d\"/>", 4 + (i - from - 0.5) * across, FIGURE_HEIGHT);
    fprintf(out, "<polyline points=\"");
    for (int i = from; i < s->count; i++)
        fprintf(out, "%.1f,%.1f ", 4 + (i - from) * across,
                FIGURE_HEIGHT - 4 - (FIGURE_HEIGHT - 8) * height_of(s->points[i].ns, low, high));
    fprintf(out, "\"/>");
    for (int i = 0; i < s->step_count; i++) {
        const struct history_step *step = &s->steps[i];
        if (step->at >= from)
            fprintf(out, "<circle class=\"%s\" r=\"4\" cx=\"%.1f\" cy=\"%.1f\"/>",
                    step->after > step->before ? "slower" : "faster", 4 + (step->at - from) * across,
                    FIGURE_HEIGHT - 4 - (FIGURE_HEIGHT - 8) * height_of(s->points[step->at].ns, low, high));
    }
    fprintf(out, "</svg>");
}

static void html_series(FILE *out, const struct history_series *s)
{
    char text[512];
    fprintf(out, "<tr><td>");
    html_text(out, s->name);
    fprintf(out, "<br><small>");
    html_text(out, s->device);
    fprintf(out, s->machine[0] ? " on " : "");
    html_text(out, s->machine);
    fprintf(out, "</small></td><td>");
    html_figure(out, s);
    fprintf(out, "</td><td>%s<br><small>%d results</small></td><td>",
            format_time(text, sizeof text, s->points[s->count - 1].ns, "µ"), s->count);
    for (int i = 0; i < s->step_count; i++) {
        step_text(s, &s->steps[i], "µ", text, sizeof text);
        fprintf(out, "%s<span class=\"%s\">", i ? "<br>" : "",
                s->steps[i].after > s->steps[i].before ? "slower" : "faster");
        html_text(out, text);
        fprintf(out, "</span>");
    }
    fprintf(out, "</td></tr>\n");
}

void history_html(FILE *out, const struct history *h)
{
    fprintf(out,
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>breakeven history</title>\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            "<style>body{font:15px sans-serif;margin:2em}table{border-collapse:collapse}td,th{padding:.4em "
            ".8em;text-align:left;"
            "vertical-align:top;border-bottom:1px solid "
            "#ccc}small{color:#555}polyline{fill:none;stroke:#1f5fa8;stroke-width:1.5}"
            ".segment{stroke:#999;stroke-dasharray:3}circle.slower{fill:#b3261e}circle.faster{fill:#1b7f3b}span.slower{"
            "color:#b3261e}"
            "span.faster{color:#1b7f3b}</style></head>\n<body><h1>History of ");
    html_text(out, h->source);
    fprintf(
        out,
        "</h1>\n<p>%d results of %d runs in %d series. A dot marks a step of 5 %% or more that was seen at least twice "
        "in a row, a "
        "dashed line a change of driver or build.</p>\n<table><tr><th>case</th><th>oldest to newest</th><th>newest</th>"
        "<th>steps</th></tr>\n",
        h->results, h->runs, h->count);
    for (int i = 0; i < h->count; i++)
        html_series(out, &h->series[i]);
    fprintf(out, "</table></body></html>\n");
}
