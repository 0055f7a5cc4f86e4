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
#include <unistd.h>

#include "bench/chain_request.h"
#include "bench/command.h"
#include "bench/output.h"
#include "bench/store.h"
#include "bench/tile_images.h"
#include "bench/tile_report.h"
#include "hardware/cpu.h"
#include "hardware/environment.h"
#include "ops/registry.h"
#include "reports/csv.h"
#include "reports/terminal.h"

enum { SEED = 20261123, SAMPLES = 5 };

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
    {"tolerance", OPTION_TOLERANCE, "X", 0, "also name the fastest setting whose largest absolute error is at most X",
     0},
    {"db", OPTION_DB, "FILE", 0, "where results are kept (default breakeven.db)", 0},
    {"name", OPTION_NAME, "NAME", 0, "short name of this machine in comparisons", 0},
    {"csv", OPTION_CSV, "FILE", 0, "write the rows as CSV too; - is standard output", 0},
    {0},
};

struct request {
    struct chain_request chain;
    const char *tiles, *margins, *backends, *database, *name, *csv;
    enum content content;
    bool content_given, openmp, opencl;
    long long threads, samples;
    double tolerance;
};

/* Everything that is released at the end. */
struct session {
    struct graph graph;
    struct tile_settings settings;
    struct tile_images images;
    struct margin_found margins;
    struct opencl **devices;
    size_t device_count;
    struct store *store;
    int64_t run;
    struct tile_sweep sweep;
};

static enum status take_tolerance(const char *text, double *tolerance)
{
    char *end;
    *tolerance = strtod(text, &end);
    if (end == text || *end || !(*tolerance >= 0) || !isfinite(*tolerance))
        return status_fail(STATUS_USAGE, "--tolerance %s: a number of at least 0 is wanted", text);
    return STATUS_OK;
}

static enum status take_backends(const char *text, struct request *r)
{
    for (const char *item = text;; item++) {
        const size_t length = strcspn(item, ",");
        if (length == 6 && strncmp(item, "openmp", length) == 0)
            r->openmp = true;
        else if (length == 6 && strncmp(item, "opencl", length) == 0)
            r->opencl = true;
        else
            return status_fail(STATUS_USAGE, "backend '%.*s'; valid for tile: openmp, opencl", (int)length, item);
        item += length;
        if (!*item)
            return STATUS_OK;
    }
}

static enum status take_content(const char *text, struct request *r)
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

static enum status check_content(const struct request *r)
{
    if (r->chain.image && r->content_given)
        return status_fail(STATUS_USAGE, "tile: --image %s has its own content; leave out --content", r->chain.image);
    return STATUS_OK;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct request *r = state->input;
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

/* 64, 256 and 1024 where they fit; half of what is smaller. */
static void default_tiles(struct shape s, struct tile_settings *settings)
{
    for (int64_t side = 64; side <= 1024; side *= 4)
        if (side <= s.width && side <= s.height && (s.depth == 1 || side <= s.depth))
            settings->tiles[settings->tile_count++] = (struct shape){side, side, s.depth > 1 ? side : 1};
    if (settings->tile_count == 0)
        settings->tiles[settings->tile_count++] =
            (struct shape){(s.width + 1) / 2, (s.height + 1) / 2, (s.depth + 1) / 2};
}

/* Everything that can be wrong with the request, before anything is measured. */
static enum status plan(struct request *r, struct session *s)
{
    enum status status;
    TRY(take_backends(r->backends, r));
    TRY(chain_request_read(&r->chain));
    if (strlen(r->chain.text) >= ROW_TEXT) {
        status =
            status_fail(STATUS_USAGE, "tile: the chain's text has %zu bytes; results are kept under one of up to %d",
                        strlen(r->chain.text), ROW_TEXT - 1);
        goto done;
    }
    TRY(graph_make(&r->chain.chain, r->chain.shape, &s->graph));
    TRY(tile_settings_margins(r->margins, &s->settings));
    const struct shape result = s->graph.shapes[s->graph.spaces - 1];
    if (r->tiles)
        TRY(tile_settings_tiles(r->tiles, result, &s->settings));
    else
        default_tiles(result, &s->settings);
    if (r->opencl)
        TRY(command_open_devices(r->chain.device ? r->chain.device : "all", &s->devices, &s->device_count));
    if (!r->openmp && s->device_count == 0)
        status = status_fail(STATUS_USAGE, "tile: there is no OpenCL device, and --backends leaves the CPU out");
done:
    return status;
}

/* Somebody at a terminal sees what takes so long. */
static void tell(void *context, int done, int planned, const char *what)
{
    (void)context;
    if (isatty(STDERR_FILENO) && planned > 0)
        fprintf(stderr, "\r\033[K[%d/%d] %s", done + 1, planned, what);
    else if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K%s", what);
}

static enum status find_margins(const struct request *r, struct session *s)
{
    const struct margin_request request = {.chain = &r->chain.chain,
                                           .shape = r->chain.shape,
                                           .in = r->chain.image ? &s->images.in : NULL,
                                           .with = s->images.with,
                                           .content = r->content,
                                           .seed = SEED,
                                           .threads = (int)r->threads};
    if (tile_settings_want(&s->settings, TILE_MARGIN_MEASURED)) {
        tell(NULL, 0, 0, "measuring the margin");
        return margin_search(&request, &s->margins);
    }
    s->margins = (struct margin_found){.grows = margin_grows(&s->graph), .growth_px = -1, .measured_px = {-1, -1, -1}};
    margin_automatic(&s->graph, 0, s->margins.automatic_px);
    return STATUS_OK;
}

static enum status begin_run(const struct request *r, struct session *s)
{
    enum status status;
    struct device *devices = NULL;
    size_t count = 0;
    char *environment = NULL;
    const struct shape shape = r->chain.shape;
    json_t *json = json_pack("{s:{s:s,s:[I,I,I],s:s,s:s?,s:s,s:s,s:I}}", "tile", "chain", r->chain.text, "size",
                             (json_int_t)shape.width, (json_int_t)shape.height, (json_int_t)shape.depth, "type",
                             pixel_type_name(r->chain.pixel), "tiles", r->tiles, "margins", r->margins, "content",
                             s->images.content, "samples", (json_int_t)r->samples);
    char *configuration = json ? json_dumps(json, JSON_COMPACT) : NULL;
    if (!configuration) {
        status = status_fail(STATUS_USAGE, "tile: the chain or an option is no UTF-8 text");
        goto done;
    }
    TRY(devices_find(&devices, &count));
    TRY(environment_json(cpu_level_name(cpu_level_best()), devices, count, &environment));
    TRY(store_open(r->database, &s->store));
    TRY(store_begin_run(s->store, r->name ? r->name : "", configuration, environment, &s->run));
done:
    json_decref(json);
    free(configuration);
    free(environment);
    free(devices);
    return status;
}

/* A row is in the store as soon as it is there. */
static enum status store_row(void *context, struct tile_row *t)
{
    struct session *s = context;
    char key[64];
    snprintf(key, sizeof key, "tile row %d", s->sweep.count);
    return store_add_group(s->store, s->run, key, &t->row, 1, (const struct sample_row *[]){t->samples},
                           &t->row.samples);
}

static enum status measure(const struct request *r, struct session *s)
{
    enum status status;
    const struct tile_sweep_request request = {.chain = &r->chain.chain,
                                               .text = r->chain.text,
                                               .content = s->images.content,
                                               .in = &s->images.in,
                                               .with = s->images.with,
                                               .graph = &s->graph,
                                               .settings = &s->settings,
                                               .margins = &s->margins,
                                               .devices = s->devices,
                                               .device_count = s->device_count,
                                               .openmp = r->openmp,
                                               .threads = (int)r->threads,
                                               .samples = (int)r->samples,
                                               .take = store_row,
                                               .progress = tell,
                                               .context = s};
    TRY(begin_run(r, s));
    TRY(tile_sweep_run(&request, &s->sweep));
    TRY(store_finish_run(s->store, s->run));
done:
    return status;
}

static void print_text(const struct request *r, const struct session *s, const struct tile_report *report)
{
    char name[2048];
    struct terminal terminal = terminal_of(stdout);
    terminal.width = 100;
    terminal_wrap(&terminal, NULL, chain_request_name(&r->chain, name, sizeof name), 0, 2);
    tile_report_print(stdout, report);
    printf("Results are kept in %s (run %lld).\n", r->database, (long long)s->run);
}

static enum status print_json(const struct request *r, const struct tile_report *report)
{
    json_t *all = tile_report_json(report);
    if (!all || json_object_set_new(all, "chain", json_string(r->chain.text)) != 0)
        return status_fail(STATUS_MEMORY, "no host memory for JSON");
    json_dumpf(all, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(all);
    return STATUS_OK;
}

static enum status write_csv(const char *path, const struct tile_sweep *sweep)
{
    enum status status;
    struct output output;
    struct case_row *list = calloc((size_t)sweep->count + 1, sizeof *list);
    if (!list)
        return status_fail(STATUS_MEMORY, "no host memory for %d rows", sweep->count);
    for (int i = 0; i < sweep->count; i++)
        list[i] = sweep->rows[i].row;
    status = output_open(&output, path);
    if (status == STATUS_OK)
        status = csv_write_cases(output.file, list, sweep->count);
    free(list);
    return output_close(&output, status);
}

static enum status show(const struct request *r, const struct session *s)
{
    enum status status = STATUS_OK;
    const struct tile_report report = {.sweep = &s->sweep,
                                       .margins = &s->margins,
                                       .measured = tile_settings_want(&s->settings, TILE_MARGIN_MEASURED),
                                       .tolerance = r->tolerance};
    if (r->chain.json)
        TRY(print_json(r, &report));
    else
        print_text(r, s, &report);
    if (r->csv)
        TRY(write_csv(r->csv, &s->sweep));
    if (s->sweep.wrong)
        status = status_fail(STATUS_WRONG, "%d of %d settings gave wrong results", s->sweep.wrong, s->sweep.count);
    else if (s->sweep.failed)
        status = status_fail(STATUS_DEVICE, "%d of %d settings failed in the driver", s->sweep.failed, s->sweep.count);
done:
    return status;
}

static enum status tile(struct request *r)
{
    enum status status;
    struct session *s = calloc(1, sizeof *s);
    if (!s)
        return status_fail(STATUS_MEMORY, "no host memory for a sweep");
    r->threads = r->threads ? r->threads : cpu_cores();
    TRY(plan(r, s));
    tell(NULL, 0, 0, "making or reading the image");
    status = tile_images_get(&r->chain, r->content, SEED, (int)r->threads, &s->images);
    if (status == STATUS_OK)
        status = find_margins(r, s);
    if (status == STATUS_OK)
        status = measure(r, s);
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K");
    TRY(status);
    TRY(show(r, s));
done:
    store_close(s->store);
    tile_sweep_free(&s->sweep);
    command_close_devices(s->devices, s->device_count);
    tile_images_free(&s->images);
    chain_request_free(&r->chain);
    free(s);
    return status;
}

int command_tile(int argc, char **argv)
{
    int usage;
    static const struct argp argp = {
        rows,
        parse_option,
        "'CHAIN' [--size WxH[xD] | --image FILE.tif]",
        "A chain of operations on an image whole and in tiles: the time of every tile size with every margin on every "
        "device, how far the result is from the untiled one, and the fastest setting that is exact."
        "\vExamples:\n"
        "  breakeven tile 'gaussian_blur(sigma=20)' --size 4096x4096 --tile 256,1024 --margin 0:80:10\n"
        "  breakeven tile 'gaussian_blur | top_hat(radius=10)' --image cells.tif --csv tiles.csv\n\n"
        "Margin auto is what the operations state, measured the smallest without a wrong pixel on pieces of the image. "
        "Errors are absolute differences from the untiled result, of labels 0 or 1: the largest, what 99 % of all "
        "pixels do not exceed, the largest at seams (pixels that touch a border between two tiles), and the number of "
        "pixels whose bits differ. Times are wall time; total includes the copies of windows and tiles in host memory. "
        "The work factor is ((tile + 2 margin) / tile), once for each axis that is cut.\n\n"
        "Exit status: 0; 2 for bad input; 4 if a setting that must be exact is not.",
        0,
        0,
        0};
    struct request r = {.chain = {.command = "tile"},
                        .margins = "auto,measured",
                        .backends = "openmp,opencl",
                        .database = "breakeven.db",
                        .content = CONTENT_NOISE,
                        .samples = SAMPLES,
                        .tolerance = NAN};
    return command_parse(&argp, argc, argv, &r, &usage) ? command_end(tile(&r)) : usage;
}
