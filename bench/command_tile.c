/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven tile 'CHAIN': what cutting an image into tiles costs, and which margin it takes for the same result.
 *
 *   breakeven tile 'gaussian_blur(sigma=20)' --size 4096x4096 --tile 256,1024 --margin 0:80:10 --tolerance 1
 *   breakeven tile 'gaussian_blur | top_hat(radius=10)' --image cells.tif --margin auto,measured --csv tiles.csv
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/output.h"
#include "bench/tile_report.h"
#include "bench/tile_session.h"
#include "reports/csv.h"
#include "reports/format.h"
#include "reports/terminal.h"

enum { SAMPLES = 5 };

enum option_key {
    OPTION_TILE = 1000,
    OPTION_MARGIN,
    OPTION_CONTENT,
    OPTION_BACKENDS,
    OPTION_THREADS,
    OPTION_SAMPLES,
    OPTION_TOLERANCE,
    OPTION_DB,
    OPTION_NAME,
    OPTION_CSV,
};

static const struct argp_option rows[] = {
    {"tile", OPTION_TILE, "LIST", 0, "tiles: squares, in 3D cubes, or WxH[xD] (default 64,256,1024 as far as they fit)",
     0},
    {"margin", OPTION_MARGIN, "LIST", 0, "0,10,20 or LOW:HIGH:STEP pixels, auto, measured (default auto,measured)", 0},
    CHAIN_REQUEST_ROWS,
    {"content", OPTION_CONTENT, "NAME", 0, "of an image that is made: noise (the default), cells, patches, ...", 0},
    {"backends", OPTION_BACKENDS, "LIST", 0, "openmp,opencl (default both)", 0},
    {"threads", OPTION_THREADS, "N", 0, "threads of the CPU (default: all cores)", 0},
    {"samples", OPTION_SAMPLES, "N", 0, "samples of each setting, after one call that is not counted (default 5)", 0},
    {"tolerance", OPTION_TOLERANCE, "X", 0,
     "also name the fastest setting whose largest absolute error is at most X (default: not)", 0},
    {"db", OPTION_DB, "FILE", 0, "where results are kept (default breakeven.db)", 0},
    {"name", OPTION_NAME, "NAME", 0, "short name of this machine in comparisons (default: its host name)", 0},
    {"csv", OPTION_CSV, "FILE", 0, "write the rows as CSV too; - is standard output", 0},
    {0},
};

static enum status take_tolerance(const char *text, double *tolerance)
{
    char *end;
    *tolerance = strtod(text, &end);
    if (end == text || *end || !(*tolerance >= 0) || !isfinite(*tolerance))
        return status_fail(STATUS_USAGE, "--tolerance %s: a number of at least 0 is wanted", text);
    return STATUS_OK;
}

static enum status take_content(const char *text, struct tile_options *r)
{
    r->content = content_find(text);
    r->content_given = true;
#define X(code, name) " " name
    if (r->content == CONTENT_COUNT)
        return status_fail(STATUS_USAGE, "--content '%s'; valid:" CONTENT_LIST(X), text);
#undef X
    return STATUS_OK;
}

static enum status take_number(const char *option, const char *text, long long high, long long *value)
{
    const enum status status = command_integer(option, text, 1, value);
    return status == STATUS_OK && *value > high ? status_fail(STATUS_USAGE, "%s %s is too large", option, text)
                                                : status;
}

static enum status check_content(const struct tile_options *r)
{
    if (r->chain.image && r->content_given)
        return status_fail(STATUS_USAGE, "tile: --image %s has its own content; leave out --content", r->chain.image);
    return STATUS_OK;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct tile_options *r = state->input;
    enum status status = STATUS_OK;
    switch (key) {
    case OPTION_TILE:
        r->tiles = text;
        break;
    case OPTION_MARGIN:
        r->margins = text;
        break;
    case OPTION_CONTENT:
        status = take_content(text, r);
        break;
    case OPTION_BACKENDS:
        r->backends = text;
        break;
    case OPTION_THREADS:
        status = take_number("--threads", text, 4096, &r->threads);
        break;
    case OPTION_SAMPLES:
        status = take_number("--samples", text, TILE_SAMPLES_MAX, &r->samples);
        break;
    case OPTION_TOLERANCE:
        status = take_tolerance(text, &r->tolerance);
        break;
    case OPTION_DB:
        r->database = text;
        break;
    case OPTION_NAME:
        r->name = text;
        break;
    case OPTION_CSV:
        r->csv = text;
        break;
    case ARGP_KEY_END:
        if (!r->chain.image && !r->chain.size)
            r->chain.size = "1024x1024";
        status = check_content(r);
        return status == STATUS_OK ? chain_request_option(key, text, &r->chain) : ENOTSUP;
    default:
        return chain_request_option(key, text, &r->chain);
    }
    return status == STATUS_OK ? 0 : ENOTSUP;
}

static void print_text(const struct tile_options *r, const struct tile_session *s, const struct tile_report *report)
{
    char line[1024], chain[2 * ROW_TEXT], content[2 * ROW_TEXT], size[FORMAT_MAX];
    struct terminal terminal = terminal_of(stdout);
    terminal.width = 100;
    snprintf(line, sizeof line, "%s on %s %s, %s; median of %lld sample%s",
             format_clean(chain, sizeof chain, r->chain.text), format_shape(size, sizeof size, &s->sweep.rows[0].row),
             pixel_type_name(r->chain.pixel), format_clean(content, sizeof content, s->images.content), r->samples,
             r->samples == 1 ? "" : "s");
    terminal_wrap(&terminal, NULL, line, 0, 2);
    tile_report_print(stdout, report);
    printf("Results are kept in %s (run %lld).\n", r->database, (long long)s->run);
}

static enum status print_json(const struct tile_options *r, const struct tile_report *report)
{
    json_t *all = tile_report_json(report);
    if (!all || json_object_set_new(all, "chain", json_string(r->chain.text)) != 0)
        return status_fail(STATUS_MEMORY, "no host memory for JSON");
    json_dumpf(all, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(all);
    return STATUS_OK;
}

static enum status write_csv(FILE *file, const struct tile_sweep *sweep)
{
    enum status status;
    struct case_row *list = calloc((size_t)sweep->count + 1, sizeof *list);
    if (!list)
        return status_fail(STATUS_MEMORY, "no host memory for %d rows", sweep->count);
    for (int i = 0; i < sweep->count; i++)
        list[i] = sweep->rows[i].row;
    status = csv_write_cases(file, list, sweep->count);
    free(list);
    return status;
}

static enum status show(const struct tile_options *r, const struct tile_session *s)
{
    const struct tile_report report = {.sweep = &s->sweep,
                                       .margins = &s->margins,
                                       .measured = tile_settings_want(&s->settings, TILE_MARGIN_MEASURED),
                                       .tolerance = r->tolerance};
    if (r->chain.json)
        return print_json(r, &report);
    print_text(r, s, &report);
    return STATUS_OK;
}

static enum status verdict_of(const struct tile_sweep *sweep)
{
    if (sweep->wrong)
        return status_fail(STATUS_WRONG, "%d of %d settings gave wrong results", sweep->wrong, sweep->count);
    if (sweep->failed)
        return status_fail(STATUS_DEVICE, "%d of %d settings failed in the driver", sweep->failed, sweep->count);
    return STATUS_OK;
}

static enum status tile(struct tile_options *r)
{
    enum status status;
    struct output csv = {0};
    struct tile_session *s = malloc(sizeof *s);
    if (!s)
        return status_fail(STATUS_MEMORY, "no host memory for a sweep");
    TRY(tile_session_plan(r, s));
    if (r->csv)
        TRY(output_open(&csv, r->csv));
    TRY(tile_session_measure(s));
    TRY(show(r, s));
    if (r->csv)
        TRY(write_csv(csv.file, &s->sweep));
done:
    if (r->csv)
        status = output_close(&csv, status);
    if (status == STATUS_OK)
        status = verdict_of(&s->sweep);
    tile_session_end(s);
    free(s);
    return status;
}

static const struct argp argp = {
    rows,
    parse_option,
    "CHAIN [--size WxH[xD] | --image FILE.tif]",
    "A chain of operations on an image whole and in tiles: the time of every tile size with every margin on every "
    "device, how far the result is from the untiled one, and the fastest setting that is exact."
    "\vMargin auto is what the operations state, measured the smallest without a wrong pixel on pieces of the image. "
    "Errors are absolute differences from the untiled result, of labels 0 or 1: the largest, what 99 % of all "
    "pixels do not exceed, the largest at seams (pixels that touch a border between two tiles), and the number of "
    "pixels whose bits differ. Times are wall time; total includes the copies of windows and tiles in host memory. "
    "The work factor is ((tile + 2 margin) / tile), once for each axis that is cut.\n\n"
    "Exit status: 0; 2 for bad input; 4 if a setting that must be exact is not.",
    0,
    0,
    0};

static int command(int argc, char **argv)
{
    int usage;
    struct tile_options r = {.chain = {.command = "tile"},
                             .margins = "auto,measured",
                             .backends = "openmp,opencl",
                             .database = "breakeven.db",
                             .content = CONTENT_NOISE,
                             .samples = SAMPLES,
                             .tolerance = NAN};
    return command_parse(&command_tile, argc, argv, &r, &usage) ? command_end(tile(&r)) : usage;
}

const struct command command_tile = {
    .name = "tile",
    .help = "what tiles cost, and which margin gives the same result",
    .argp = &argp,
    .examples = {{"breakeven tile 'gaussian_blur(sigma=20)' --size 4096x4096 --margin 0:80:10",
                  "the lecture's example: times and errors of each margin"},
                 {"breakeven tile 'gaussian_blur | top_hat' --image cells.tif --csv tiles.csv",
                  "a chain on your own image, as a table too"}},
    .run = command,
};
