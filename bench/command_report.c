/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven report: the results of a run for people, in the forms that --html, --markdown, --csv and --plot name, else
 * as tables on the terminal.
 */
#include <errno.h>

#include "bench/command.h"
#include "bench/output.h"
#include "bench/report_html.h"
#include "bench/report_input.h"
#include "bench/report_plot.h"
#include "reports/csv.h"
#include "reports/run_report.h"

enum option_key { OPTION_DB = 1000, OPTION_RUN, OPTION_HTML, OPTION_MARKDOWN, OPTION_CSV, OPTION_PLOT };

static const struct argp_option rows[] = {
    {"html", OPTION_HTML, "FILE", 0, "one page for a browser: figures, tables, filters; - is standard output", 0},
    {"db", OPTION_DB, "FILE", 0, "the store (default breakeven.db)", 0},
    {"run", OPTION_RUN, "N", 0, "this run (default: the newest)", 0},
    {"markdown", OPTION_MARKDOWN, "FILE", 0, "write it as Markdown, for a comment or a summary; - is standard output",
     0},
    {"csv", OPTION_CSV, "FILE", 0, "write all results as CSV; - is standard output", 0},
    {"plot", OPTION_PLOT, "FOLDER", 0,
     "draw all figures as SVG and PDF with gnuplot, for papers; their tables and scripts stay beside them", 0},
    {0},
};

struct request {
    const char *database, *html, *markdown, *csv, *plot;
    long long run;
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct request *r = state->input;
    enum status status = STATUS_OK;
    switch (key) {
    case OPTION_DB:
        r->database = text;
        break;
    case OPTION_HTML:
        r->html = text;
        break;
    case OPTION_RUN:
        status = command_integer("--run", text, 1, &r->run);
        break;
    case OPTION_MARKDOWN:
        r->markdown = text;
        break;
    case OPTION_CSV:
        r->csv = text;
        break;
    case OPTION_PLOT:
        r->plot = text;
        break;
    case ARGP_KEY_ARG:
        status = status_fail(STATUS_USAGE, "report: '%s' is no option", text);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return status == STATUS_OK ? 0 : ENOTSUP;
}

static struct run_report run_report_of(const struct report_input *input, char *title, size_t size)
{
    snprintf(title, size, "run %lld%s%s", (long long)input->run.id, *input->run.name ? ", " : "", input->run.name);
    return (struct run_report){title, input->run.environment, input->cases, input->case_count};
}

static enum status write_terminal(const struct report_input *input)
{
    char title[ROW_TEXT];
    const struct terminal terminal = terminal_of(stdout);
    const struct run_report report = run_report_of(input, title, sizeof title);
    return run_report_print(&terminal, &report);
}

static enum status write_markdown(const struct report_input *input, const char *path)
{
    char title[ROW_TEXT];
    struct output output;
    const struct run_report report = run_report_of(input, title, sizeof title);
    enum status status = output_open(&output, path);
    if (status == STATUS_OK)
        status = run_report_markdown(output.file, &report);
    return output_close(&output, status);
}

static enum status write_csv(const struct report_input *input, const char *path)
{
    struct output output;
    enum status status = output_open(&output, path);
    if (status == STATUS_OK)
        status = csv_write_cases(output.file, input->cases, input->case_count);
    return output_close(&output, status);
}

/* How many is said on standard error: standard output may be a report's. */
static enum status draw_figures(const struct report_input *input, const char *folder)
{
    int drawn;
    const enum status status = report_plot(input, folder, &drawn);
    if (status == STATUS_OK)
        fprintf(stderr, "%d figures, each as SVG and PDF, in %s\n", drawn, folder);
    return status;
}

static const struct argp argp = {rows, parse_option, NULL, "Writes the results of a run for people.", 0, 0, 0};

static int command(int argc, char **argv)
{
    int usage;
    struct request r = {.database = "breakeven.db"};
    struct report_input input = {0};
    enum status status;
    if (!command_parse(&command_report, argc, argv, &r, &usage))
        return usage;
    TRY(report_input_load(r.database, r.run, &input));
    if (r.html)
        TRY(report_html(&input, r.html));
    if (r.markdown)
        TRY(write_markdown(&input, r.markdown));
    if (r.csv)
        TRY(write_csv(&input, r.csv));
    if (r.plot)
        TRY(draw_figures(&input, r.plot));
    if (!r.html && !r.markdown && !r.csv && !r.plot)
        TRY(write_terminal(&input));
done:
    report_input_free(&input);
    return command_end(status);
}

const struct command command_report = {
    .name = "report",
    .help = "write the results of a run: terminal, HTML, Markdown, CSV, figures",
    .argp = &argp,
    .examples = {{"breakeven report --html report.html", "the newest run as one page for a browser"},
                 {"breakeven report --db laptop.db --run 3 --markdown - --csv cases.csv",
                  "an older run as Markdown on standard output, and as CSV"}},
    .run = command,
};
