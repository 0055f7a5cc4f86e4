/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven report: the results of a run for people, in the forms that --html, --markdown, --csv and --plot name, else
 * as tables on the terminal.
 */
#include <errno.h>

#include "bench/command.h"
#include "bench/report_html.h"
#include "bench/report_input.h"

enum option_key { OPTION_DB = 1000, OPTION_RUN, OPTION_HTML };

static const struct argp_option rows[] = {
    {"html", OPTION_HTML, "FILE", 0, "one page for a browser: figures, tables, filters; - is standard output", 0},
    {"db", OPTION_DB, "FILE", 0, "the store (default breakeven.db)", 0},
    {"run", OPTION_RUN, "N", 0, "this run (default: the newest)", 0},
    {0},
};

struct request {
    const char *database, *html;
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
    case ARGP_KEY_ARG:
        status = status_fail(STATUS_USAGE, "report: '%s' is no option", text);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return status == STATUS_OK ? 0 : ENOTSUP;
}

int command_report(int argc, char **argv)
{
    int usage;
    static const struct argp argp = {rows, parse_option, NULL, "Writes the results of a run for people.", 0, 0, 0};
    struct request r = {.database = "breakeven.db"};
    struct report_input input = {0};
    enum status status;
    if (!command_parse(&argp, argc, argv, &r, &usage))
        return usage;
    TRY(report_input_load(r.database, r.run, &input));
    if (r.html)
        TRY(report_html(&input, r.html));
done:
    report_input_free(&input);
    return command_end(status);
}
