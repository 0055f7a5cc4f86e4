/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The run that a sweep is in the store says "tile" first in its configuration: run --resume passes it over.
 */
#include "bench/tile_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "bench/command.h"
#include "hardware/cpu.h"
#include "hardware/environment.h"
#include "ops/registry.h"

enum { SEED = 20261123 };

static enum status take_backends(const char *text, struct tile_session *s)
{
    for (const char *item = text;; item++) {
        const size_t length = strcspn(item, ",");
        if (length == 6 && strncmp(item, "openmp", length) == 0)
            s->openmp = true;
        else if (length == 6 && strncmp(item, "opencl", length) == 0)
            s->opencl = true;
        else
            return status_fail(STATUS_USAGE, "backend '%.*s'; valid for tile: openmp, opencl", (int)length, item);
        item += length;
        if (!*item)
            return STATUS_OK;
    }
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
enum status tile_session_plan(struct tile_options *r, struct tile_session *s)
{
    enum status status;
    memset(s, 0, sizeof *s);
    s->options = r;
    r->threads = r->threads ? r->threads : cpu_cores();
    TRY(take_backends(r->backends, s));
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
    if (s->opencl)
        TRY(command_open_devices(r->chain.device ? r->chain.device : "all", &s->devices, &s->device_count));
    if (!s->openmp && s->device_count == 0)
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

static enum status find_margins(struct tile_session *s)
{
    const struct tile_options *r = s->options;
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

static enum status begin_run(struct tile_session *s)
{
    const struct tile_options *r = s->options;
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
    struct tile_session *s = context;
    char key[64];
    snprintf(key, sizeof key, "tile row %d", s->sweep.count);
    return store_add_group(s->store, s->run, key, &t->row, 1, (const struct sample_row *[]){t->samples},
                           &t->row.samples);
}

static enum status measure(struct tile_session *s)
{
    enum status status;
    const struct tile_options *r = s->options;
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
                                               .openmp = s->openmp,
                                               .threads = (int)r->threads,
                                               .samples = (int)r->samples,
                                               .take = store_row,
                                               .progress = tell,
                                               .context = s};
    TRY(begin_run(s));
    TRY(tile_sweep_run(&request, &s->sweep));
    TRY(store_finish_run(s->store, s->run));
done:
    return status;
}

enum status tile_session_measure(struct tile_session *s)
{
    enum status status;
    tell(NULL, 0, 0, "making or reading the image");
    TRY(chain_images_get(&s->options->chain, s->options->content, SEED, (int)s->options->threads, &s->images));
    TRY(find_margins(s));
    TRY(measure(s));
done:
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K");
    return status;
}

void tile_session_end(struct tile_session *s)
{
    store_close(s->store);
    tile_sweep_free(&s->sweep);
    command_close_devices(s->devices, s->device_count);
    chain_images_free(&s->images);
    chain_request_free(&s->options->chain);
}
