/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The gate's findings for CI. Formats: Markdown as in markdown.h; JUnit XML as GitLab, Jenkins and GitHub's actions
 * read it (testsuite, testcase, failure, error, skipped); GitHub's workflow commands, ::error title=...::text, in which
 * %, line ends, and in properties ':' and ',' are escaped (docs.github.com, "Workflow commands for GitHub Actions").
 */
#include <math.h>
#include <string.h>

#include "reports/format.h"
#include "reports/gate_report.h"
#include "reports/markdown.h"

static void markdown_row(FILE *out, const struct gate_row *row)
{
    char text[FORMAT_MAX];
    const bool bold = gate_verdict_is_finding(row->verdict);
    fprintf(out, "| %s%s%s | ", bold ? "**" : "", gate_verdict_name(row->verdict), bold ? "**" : "");
    markdown_text(out, row->name);
    if (row->pairs > 0) {
        fprintf(out, " | %s", format_time(text, sizeof text, row->base_ns, "µ"));
        fprintf(out, " | %s", format_time(text, sizeof text, row->head_ns, "µ"));
        fprintf(out, " | %s", gate_percent(row->change, text, sizeof text));
        fprintf(out, " | %s", gate_percent(row->low, text, sizeof text));
        fprintf(out, " | %d | %.0f %% | %s |\n", row->pairs, 100 * row->threshold,
                gate_percent(row->again, text, sizeof text));
    } else {
        fprintf(out, " | - | - | - | - | - | - | - |\n");
    }
}

void gate_report_markdown(FILE *out, const struct gate_report *report)
{
    char text[GATE_ROW_TEXT];
    bool any = false;
    fprintf(out, "### ");
    markdown_text(out, report->title);
    fprintf(out, "\n\n");
    markdown_text(out, gate_report_summary(report, text, sizeof text));
    fprintf(out, "; exit status %d.\n\n", report->exit_code);
    if (report->environment[0]) {
        markdown_text(out, report->environment);
        fprintf(out, "\n\n");
    }
    fprintf(out, "| verdict | case | base | head | change | at least (99 %%) | pairs | threshold | again |\n"
                 "|---|---|---:|---:|---:|---:|---:|---:|---:|\n");
    for (int i = 0; i < report->count; i++)
        markdown_row(out, &report->rows[i]);
    for (int i = 0; i < report->count; i++) {
        const struct gate_row *row = &report->rows[i];
        if (!gate_verdict_is_finding(row->verdict))
            continue;
        fprintf(out, "%s\n- ", any ? "" : "\nTo see a finding again:\n");
        any = true;
        markdown_text(out, row->name);
        fprintf(out, ": ");
        markdown_text(out, row->reason[0] ? row->reason : gate_verdict_name(row->verdict));
        if (row->command[0]) {
            fprintf(out, "<br><code>");
            markdown_text(out, row->command);
            fprintf(out, "</code>");
        }
    }
    if (any)
        fputc('\n', out);
    if (report->note[0]) {
        fputc('\n', out);
        markdown_text(out, report->note);
        fputc('\n', out);
    }
}

static void xml_text(FILE *out, const char *text)
{
    char clean[GATE_ROW_COMMAND];
    for (const char *c = format_clean(clean, sizeof clean, text); *c; c++)
        if (strchr("<>&\"'", *c))
            fprintf(out, "&#%d;", *c);
        else
            fputc(*c, out);
}

static void junit_element(FILE *out, const char *element, const struct gate_row *row)
{
    fprintf(out, "    <%s message=\"%s", element, gate_verdict_name(row->verdict));
    if (isfinite(row->change) && row->pairs > 0)
        fprintf(out, ", %+.1f %%", 100 * row->change);
    fprintf(out, "\">");
    xml_text(out, row->reason);
    fputs(row->reason[0] ? "\n" : "", out);
    xml_text(out, row->command);
    fprintf(out, "</%s>\n", element);
}

/* failure: what the change did; error: what kept the test from running; skipped: nothing can be said. */
static const char *junit_kind(enum gate_verdict verdict)
{
    switch (verdict) {
    case GATE_WRONG:
    case GATE_REGRESSION:
    case GATE_COUNTS_DIFFER:
        return "failure";
    case GATE_CRASHED:
        return "error";
    case GATE_INCONCLUSIVE:
    case GATE_NOT_COMPARABLE:
    case GATE_TOO_NOISY:
    case GATE_NEW:
        return "skipped";
    default:
        return NULL;
    }
}

void gate_report_junit(FILE *out, const struct gate_report *report)
{
    int failures = 0, errors = 0, skipped = 0;
    for (int i = 0; i < report->count; i++) {
        const char *kind = junit_kind(report->rows[i].verdict);
        failures += kind && strcmp(kind, "failure") == 0;
        errors += kind && strcmp(kind, "error") == 0;
        skipped += kind && strcmp(kind, "skipped") == 0;
    }
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"breakeven gate\" tests=\"%d\" "
            "failures=\"%d\" errors=\"%d\" skipped=\"%d\" time=\"%.1f\">\n",
            report->count, failures, errors, skipped, report->seconds);
    for (int i = 0; i < report->count; i++) {
        const struct gate_row *row = &report->rows[i];
        fprintf(out, "  <testcase classname=\"breakeven.gate\" name=\"");
        xml_text(out, row->name);
        if (isfinite(row->head_ns))
            fprintf(out, "\" time=\"%.9f", row->head_ns * 1e-9);
        const char *kind = junit_kind(row->verdict);
        fprintf(out, kind ? "\">\n" : "\"/>\n");
        if (kind) {
            junit_element(out, kind, row);
            fprintf(out, "  </testcase>\n");
        }
    }
    fprintf(out, "</testsuite>\n</testsuites>\n");
}

static void github_text(FILE *out, const char *text, bool property)
{
    char clean[GATE_ROW_COMMAND];
    for (const char *c = format_clean(clean, sizeof clean, text); *c; c++)
        if (*c == '%' || (property && (*c == ':' || *c == ',')))
            fprintf(out, "%%%02X", (unsigned char)*c);
        else
            fputc(*c, out);
}

void gate_report_github(FILE *out, const struct gate_report *report)
{
    char change[FORMAT_MAX];
    for (int i = 0; i < report->count; i++) {
        const struct gate_row *row = &report->rows[i];
        if (!gate_verdict_is_finding(row->verdict))
            continue;
        fprintf(out, "::%s title=", row->verdict <= GATE_COUNTS_DIFFER ? "error" : "warning");
        github_text(out, gate_verdict_name(row->verdict), true);
        github_text(out, ": ", true);
        github_text(out, row->name, true);
        fprintf(out, "::");
        if (row->pairs > 0) {
            github_text(out, gate_percent(row->change, change, sizeof change), false);
            fprintf(out, " ");
        }
        github_text(out, row->reason, false);
        fprintf(out, "%%0A");
        github_text(out, row->command, false);
        fputc('\n', out);
    }
    if (report->environment[0]) {
        fprintf(out, "::warning title=environment changed::");
        github_text(out, report->environment, false);
        fputc('\n', out);
    }
}
