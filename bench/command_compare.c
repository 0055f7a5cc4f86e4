/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven compare: stores of several machines side by side.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/compare_input.h"
#include "bench/output.h"
#include "reports/compare_report.h"

enum option_key {
    OPTION_BASELINE = 1000,
    OPTION_REFERENCE,
    OPTION_ANONYMISE,
    OPTION_HTML,
    OPTION_MARKDOWN,
    OPTION_CSV
};

static const struct argp_option rows[] = {
    {"baseline", OPTION_BASELINE, "MACHINE/DEVICE", 0,
     "what all are compared with, e.g. laptop/cpu, laptop/gpu or laptop/H100 (default: the CPU of the first machine)",
     0},
    {"reference", OPTION_REFERENCE, "lecture", 0,
     "put the lecture's table of 28 operations beside it (default: no reference)", 0},
    {"anonymise", OPTION_ANONYMISE, 0, 0, "machines without a name get a hash instead of their host name", 0},
    {"html", OPTION_HTML, "FILE", 0, "write it as one page for a browser; - is standard output", 0},
    {"markdown", OPTION_MARKDOWN, "FILE", 0, "write it as Markdown; - is standard output", 0},
    {"csv", OPTION_CSV, "FILE", 0, "write it as CSV, one line for each case and device; - is standard output", 0},
    {0},
};

struct request {
    const char *baseline, *reference, *html, *markdown, *csv;
    bool anonymous;
    char **files; /* into argv */
    int file_count;
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct request *r = state->input;
    enum status status = STATUS_OK;
    switch (key) {
    case OPTION_BASELINE:
        r->baseline = text;
        break;
    case OPTION_REFERENCE:
        r->reference = text;
        break;
    case OPTION_ANONYMISE:
        r->anonymous = true;
        break;
    case OPTION_HTML:
        r->html = text;
        break;
    case OPTION_MARKDOWN:
        r->markdown = text;
        break;
    case OPTION_CSV:
        r->csv = text;
        break;
    case ARGP_KEY_ARG:
        r->files[r->file_count++] = text;
        break;
    case ARGP_KEY_END:
        if (r->file_count == 0)
            status = status_fail(STATUS_USAGE, "compare: no store is named, as in breakeven compare laptop.db gpu.db");
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return status == STATUS_OK ? 0 : ENOTSUP;
}

static enum status write_file(const struct compare_report *report, const char *path,
                              enum status (*write)(FILE *out, const struct compare_report *report))
{
    struct output output;
    if (!path)
        return STATUS_OK;
    enum status status = output_open(&output, path);
    if (status == STATUS_OK)
        status = write(output.file, report);
    return output_close(&output, status);
}

static bool is_stdout(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

/* What differs is said before any ratio is written, on standard error where standard output is a report's. */
static enum status write_all(const struct request *r, const struct compare_report *report)
{
    enum status status = STATUS_OK;
    const bool taken = is_stdout(r->html) || is_stdout(r->markdown) || is_stdout(r->csv);
    struct terminal terminal = terminal_of(taken ? stderr : stdout);
    compare_print_facts(&terminal, report);
    fflush(terminal.out);
    TRY(write_file(report, r->html, compare_write_html));
    TRY(write_file(report, r->markdown, compare_write_markdown));
    TRY(write_file(report, r->csv, compare_write_csv));
    if (!r->html && !r->markdown && !r->csv)
        TRY(compare_print_speedups(&terminal, report));
done:
    return status;
}

static enum status compare(const struct request *r)
{
    enum status status;
    struct compare_input input = {0};
    struct comparison comparison = {0};
    struct environment_differences differences = {0};
    struct reference_row *reference = NULL;
    int reference_count = 0;
    if (r->reference)
        TRY(reference_load(r->reference, &reference, &reference_count));
    TRY(compare_input_load(r->files, r->file_count, r->anonymous, &input));
    TRY(comparison_make(input.machines, input.count, r->baseline, &comparison));
    TRY(environment_differences_find(input.machines, input.count, r->anonymous, &differences));
    const struct compare_report report = {&comparison, &differences, reference, reference_count};
    TRY(write_all(r, &report));
done:
    environment_differences_free(&differences);
    comparison_free(&comparison);
    compare_input_free(&input);
    free(reference);
    return status;
}

static const struct argp argp = {rows,
                                 parse_option,
                                 "FILE.db...",
                                 "Puts the results of several machines side by side, each with its newest run.",
                                 0,
                                 0,
                                 0};

static int command(int argc, char **argv)
{
    int usage = 1;
    struct request r = {.files = calloc((size_t)argc + 1, sizeof(char *))};
    if (!r.files)
        usage = command_end(status_fail(STATUS_MEMORY, "no host memory"));
    else if (command_parse(&command_compare, argc, argv, &r, &usage))
        usage = command_end(compare(&r));
    free(r.files);
    return usage;
}

const struct command command_compare = {
    .name = "compare",
    .help = "machines side by side",
    .argp = &argp,
    .examples = {{"breakeven compare laptop.db workstation.db --baseline laptop/cpu",
                  "every device against the CPU of the laptop"},
                 {"breakeven compare breakeven.db --reference lecture --markdown table.md",
                  "this machine beside the lecture's table, as Markdown"}},
    .run = command,
};
