/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What the writers share, and the table for the terminal: a line per case, what asks for action first; what is the same
 * comes last and short. Below, each finding's reason and the command that measures it again.
 */
#include "reports/gate_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"

static const char *const names[GATE_VERDICTS] = {
#define X(code, name) [code] = name,
    GATE_VERDICT_LIST(X)
#undef X
};

const char *gate_verdict_name(enum gate_verdict verdict)
{
    return names[verdict];
}

bool gate_verdict_is_finding(enum gate_verdict verdict)
{
    return verdict <= GATE_NOT_COMPARABLE;
}

static int compare_rows(const void *a, const void *b)
{
    const struct gate_row *x = a, *y = b;
    if (x->verdict != y->verdict)
        return x->verdict < y->verdict ? -1 : 1;
    const double p = isnan(x->change) ? -INFINITY : x->change, q = isnan(y->change) ? -INFINITY : y->change;
    if (p != q)
        return p > q ? -1 : 1;
    return strcmp(x->name, y->name);
}

void gate_rows_sort(struct gate_row *rows, int count)
{
    if (count > 0)
        qsort(rows, (size_t)count, sizeof *rows, compare_rows);
}

char *gate_report_summary(const struct gate_report *report, char *text, size_t bytes)
{
    int counts[GATE_VERDICTS] = {0};
    size_t used = 0;
    text[0] = 0;
    for (int i = 0; i < report->count; i++)
        counts[report->rows[i].verdict]++;
    for (int v = 0; v < GATE_VERDICTS && used < bytes; v++)
        if (counts[v])
            used += (size_t)snprintf(text + used, bytes - used, "%s%d %s", used ? ", " : "", counts[v], names[v]);
    if (report->count == 0)
        snprintf(text, bytes, "no cases");
    return text;
}

char *gate_percent(double change, char *text, size_t bytes)
{
    if (isfinite(change))
        snprintf(text, bytes, "%+.1f %%", 100 * change);
    else
        snprintf(text, bytes, "-");
    return text;
}

static const char *colour_of(enum gate_verdict verdict)
{
    if (verdict <= GATE_COUNTS_DIFFER)
        return TERMINAL_RED;
    return verdict <= GATE_TOO_NOISY ? TERMINAL_YELLOW : verdict == GATE_FASTER_HEAD ? TERMINAL_GREEN : NULL;
}

static void print_row(const struct terminal *t, const struct gate_row *row, int name_width)
{
    char base[FORMAT_MAX], head[FORMAT_MAX], change[FORMAT_MAX], low[FORMAT_MAX], high[FORMAT_MAX],
        again[FORMAT_MAX] = "", verdict[FORMAT_MAX], name[GATE_ROW_NAME];
    const char *micro = t->utf8 ? "µ" : "u";
    snprintf(verdict, sizeof verdict, "%-15s", names[row->verdict]);
    terminal_print(t, colour_of(row->verdict), verdict);
    format_clean(name, sizeof name, row->name);
    fprintf(t->out, "%-*s", name_width, name);
    if (row->pairs > 0) {
        if (!isnan(row->again)) {
            strcpy(again, ", again ");
            gate_percent(row->again, again + strlen(again), sizeof again - strlen(again));
        }
        fprintf(t->out, "  %9s %9s %9s  [%s, %s]  %d pairs, T %.0f %%%s",
                format_time(base, sizeof base, row->base_ns, micro),
                format_time(head, sizeof head, row->head_ns, micro), gate_percent(row->change, change, sizeof change),
                gate_percent(row->low, low, sizeof low), gate_percent(row->high, high, sizeof high), row->pairs,
                100 * row->threshold, again);
    }
    fputc('\n', t->out);
}

static void print_finding(const struct terminal *t, const struct gate_row *row)
{
    char clean[GATE_ROW_COMMAND];
    if (row->reason[0]) {
        fprintf(t->out, "  %s: ", names[row->verdict]);
        terminal_print(t, TERMINAL_BOLD, format_clean(clean, sizeof clean, row->name));
        fprintf(t->out, ": %s\n", format_clean(clean, sizeof clean, row->reason));
    }
    if (row->command[0])
        fprintf(t->out, "    %s\n", format_clean(clean, sizeof clean, row->command));
}

void gate_report_print(const struct terminal *t, const struct gate_report *report)
{
    char text[GATE_ROW_TEXT], clean[2 * GATE_ROW_TEXT];
    int name_width = 0;
    bool findings = false, timed = false;
    for (int i = 0; i < report->count; i++) {
        const int width = format_width(report->rows[i].name);
        name_width = width > name_width ? width : name_width;
        findings = findings || gate_verdict_is_finding(report->rows[i].verdict);
        timed = timed || report->rows[i].pairs > 0;
    }
    fprintf(t->out, "%s\n", format_clean(clean, sizeof clean, report->title));
    if (timed)
        fprintf(t->out, "%-15s%-*s  %9s %9s %9s  [99 %% bounds]\n", "", name_width, "", "base", "head", "change");
    for (int i = 0; i < report->count; i++)
        print_row(t, &report->rows[i], name_width);
    if (findings)
        fprintf(t->out, "\nTo see it again:\n");
    for (int i = 0; i < report->count; i++)
        if (gate_verdict_is_finding(report->rows[i].verdict))
            print_finding(t, &report->rows[i]);
    if (report->environment[0])
        terminal_wrap(t, TERMINAL_YELLOW, format_clean(clean, sizeof clean, report->environment), 0, 0);
    if (report->note[0])
        terminal_wrap(t, NULL, format_clean(clean, sizeof clean, report->note), 0, 0);
    fprintf(t->out, "%s", gate_report_summary(report, text, sizeof text));
    if (report->seconds > 0)
        fprintf(t->out, " in %.0f s", report->seconds);
    fprintf(t->out, "; exit status %d\n", report->exit_code);
}
