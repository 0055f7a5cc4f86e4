/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven export and import: the store as CSV and back.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/command.h"
#include "bench/output.h"
#include "bench/store.h"
#include "bench/store_bound.h"
#include "reports/csv.h"

enum option_key { OPTION_CSV = 1000, OPTION_DB, OPTION_RUN, OPTION_SAMPLES };

struct request {
    const char *csv, *database;
    long long run; /* 0: all */
    bool samples;
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct request *r = state->input;
    enum status status = STATUS_OK;
    switch (key) {
    case OPTION_CSV:
        r->csv = text;
        break;
    case OPTION_DB:
        r->database = text;
        break;
    case OPTION_RUN:
        status = command_integer("--run", text, 1, &r->run);
        break;
    case OPTION_SAMPLES:
        r->samples = true;
        break;
    case ARGP_KEY_ARG:
        if (r->csv)
            status = status_fail(STATUS_USAGE, "'%s' is one file too many", text);
        r->csv = text;
        break;
    case ARGP_KEY_END:
        if (!r->csv)
            status = status_fail(STATUS_USAGE, "%s: the CSV file is missing", state->name);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return status == STATUS_OK ? 0 : ENOTSUP;
}

static enum status write_samples(struct store *store, FILE *file, const struct case_row *cases, int count)
{
    enum status status = csv_write_samples_header(file);
    for (int i = 0; i < count && status == STATUS_OK; i++) {
        struct sample_row *samples = NULL;
        int n = 0;
        status = store_samples(store, cases[i].id, &samples, &n);
        if (status == STATUS_OK)
            status = csv_write_samples(file, &cases[i], samples, n);
        free(samples);
    }
    return status;
}

static enum status write_file(const struct request *r, struct store *store, const struct case_row *cases, int count)
{
    struct output output;
    enum status status = output_open(&output, r->csv);
    if (status == STATUS_OK)
        status = r->samples ? write_samples(store, output.file, cases, count)
                            : csv_write_cases(output.file, cases, count);
    return output_close(&output, status);
}

static const struct argp_option export_rows[] = {
    {"csv", OPTION_CSV, "FILE", 0, "file to write; - is standard output", 0},
    {"samples", OPTION_SAMPLES, 0, 0, "one row per sample instead of one per case", 0},
    {"run", OPTION_RUN, "N", 0, "this run only (default: all)", 0},
    {"db", OPTION_DB, "FILE", 0, "the store (default breakeven.db)", 0},
    {0},
};

static const struct argp export_argp = {export_rows, parse_option, "[FILE]", "Writes stored results as CSV.", 0, 0, 0};

static int command_of_export(int argc, char **argv)
{
    int usage;
    struct request r = {.database = "breakeven.db"};
    struct store *store = NULL;
    struct case_row *cases = NULL;
    int count = 0;
    enum status status;
    if (!command_parse(&command_export, argc, argv, &r, &usage))
        return usage;
    TRY(store_open_read(r.database, &store));
    TRY(store_cases(store, r.run, &cases, &count));
    TRY(store_bound_cases(store, cases, count, NULL));
    TRY(write_file(&r, store, cases, count));
done:
    free(cases);
    store_close(store);
    return command_end(status);
}

const struct command command_export = {
    .name = "export",
    .help = "write stored results as CSV",
    .argp = &export_argp,
    .examples = {{"breakeven export results.csv", "all cases of all runs, one line each"},
                 {"breakeven export --samples --run 2 --db laptop.db --csv -",
                  "every single time of one run, on standard output"}},
    .run = command_of_export,
};

static enum status import(const struct request *r, struct case_row *cases, int count)
{
    enum status status;
    struct store *store = NULL;
    int64_t run;
    TRY(store_open(r->database, &store));
    TRY(store_begin_run(store, r->csv, "{}", "{}", &run));
    for (int i = 0; i < count; i++) {
        char key[64];
        const struct sample_row *none = NULL;
        const int no_samples = 0;
        snprintf(key, sizeof key, "row %d", i + 1);
        TRY(store_add_group(store, run, key, &cases[i], 1, &none, &no_samples));
    }
    TRY(store_finish_run(store, run));
    printf("%d cases imported into %s as run %lld\n", count, r->database, (long long)run);
done:
    store_close(store);
    return status;
}

static const struct argp_option import_rows[] = {
    {"db", OPTION_DB, "FILE", 0, "the store to add to (default breakeven.db)", 0},
    {0},
};

static const struct argp import_argp = {
    import_rows, parse_option, "FILE.csv", "Reads exported cases back into a store, as one run.", 0, 0, 0};

static int command_of_import(int argc, char **argv)
{
    int usage;
    struct request r = {.database = "breakeven.db"};
    struct case_row *cases = NULL;
    int count = 0;
    enum status status;
    if (!command_parse(&command_import, argc, argv, &r, &usage))
        return usage;
    TRY(csv_read_cases(r.csv, &cases, &count));
    TRY(import(&r, cases, count));
done:
    free(cases);
    return command_end(status);
}

const struct command command_import = {
    .name = "import",
    .help = "read such a CSV back into a store",
    .argp = &import_argp,
    .examples = {{"breakeven import results.csv", "adds them to breakeven.db as one run"},
                 {"breakeven import results.csv --db others.db", "to another store, which is made if need be"}},
    .run = command_of_import,
};
