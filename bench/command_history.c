/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven history: what became slower or faster over the runs of a store.
 */
#include <errno.h>

#include "bench/command.h"
#include "bench/history.h"
#include "bench/output.h"

enum { LINES_MOST = 20 };
enum option_key { OPTION_DB = 1000, OPTION_HTML, OPTION_CASE, OPTION_ALL };

static const struct argp_option rows[] = {
    {"db", OPTION_DB, "FILE", 0, "the store (default breakeven.db); breakeven merge joins those of several runs", 0},
    {"html", OPTION_HTML, "FILE", 0, "write a page with a figure for each series; - is standard output", 0},
    {"case", OPTION_CASE, "TEXT", 0, "only cases whose name contains this, such as 'median' (default: all)", 0},
    {"all", OPTION_ALL, 0, 0, "also all series without a step", 0},
    {0},
};

struct request {
    const char *database, *html, *filter;
    bool all;
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct request *r = state->input;
    switch (key) {
    case OPTION_DB:
        r->database = text;
        return 0;
    case OPTION_HTML:
        r->html = text;
        return 0;
    case OPTION_CASE:
        r->filter = text;
        return 0;
    case OPTION_ALL:
        r->all = true;
        return 0;
    case ARGP_KEY_ARG:
        status_fail(STATUS_USAGE, "history: '%s' is no option", text);
        return ENOTSUP;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum status write_page(const char *path, const struct history *history)
{
    struct output output;
    const enum status status = output_open(&output, path);
    if (status == STATUS_OK)
        history_html(output.file, history);
    return output_close(&output, status);
}

static const struct argp argp = {
    rows, parse_option, NULL, "What became slower or faster over the runs of a store.", 0, 0, 0};

static int command(int argc, char **argv)
{
    int usage;
    struct request r = {.database = "breakeven.db"};
    struct history history = {0};
    struct history_runs runs = {0};
    enum status status;
    if (!command_parse(&command_history, argc, argv, &r, &usage))
        return usage;
    TRY(history_load(r.database, r.filter, &history, &runs));
    if (r.html) {
        TRY(write_page(r.html, &history));
    } else {
        const struct terminal terminal = terminal_of(stdout);
        history_print(&terminal, &history, r.all ? 0 : LINES_MOST);
    }
done:
    history_free(&history, &runs);
    return command_end(status);
}

const struct command command_history = {
    .name = "history",
    .help = "what became slower or faster over the runs of a store",
    .argp = &argp,
    .examples = {{"breakeven history --db all.db", "the series with steps, newest first"},
                 {"breakeven history --case median --all --html history.html",
                  "every series of one operation, as a page"}},
    .run = command,
};
