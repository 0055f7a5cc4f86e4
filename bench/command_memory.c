/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven memory 'CHAIN': what a chain needs, by the buffers that its plans would allocate, and whether that is
 * there. No image is made, nothing is compiled, so that a size can be asked for that this machine could never hold.
 */
#include <stdlib.h>

#include "bench/chain_request.h"
#include "bench/command.h"
#include "bench/memory_report.h"
#include "hardware/cpu.h"
#include "hardware/memory_available.h"
#include "reports/format.h"
#include "reports/terminal.h"

enum { OPTION_THREADS = 1000, OPTION_MEMORY };

static const struct argp_option rows[] = {
    CHAIN_REQUEST_ROWS,
    {"threads", OPTION_THREADS, "N", 0, "threads of the CPU, for its scratch memory (default: all cores)", 0},
    {"memory", OPTION_MEMORY, "BYTES", 0,
     "plan within so much host memory, 512M, 4G, as apply --memory does (default: what is available)", 0},
    {0},
};

struct request {
    struct chain_request chain;
    long long threads;    /* 0: all cores */
    int64_t memory_bytes; /* 0: not given */
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct request *r = state->input;
    if (key == OPTION_MEMORY)
        return command_bytes("--memory", text, &r->memory_bytes) == STATUS_OK ? 0 : ENOTSUP;
    if (key != OPTION_THREADS)
        return chain_request_option(key, text, &r->chain);
    enum status status = command_integer("--threads", text, 1, &r->threads);
    if (status == STATUS_OK && r->threads > 4096)
        status = status_fail(STATUS_USAGE, "--threads %s is too large", text);
    return status == STATUS_OK ? 0 : ENOTSUP;
}

static void print_head(const struct chain_request *r, double rule_of_thumb)
{
    char name[2048], bytes[2][32];
    const int steps = r->chain.count;
    struct terminal terminal = terminal_of(stdout);
    terminal.width = 80;
    terminal_wrap(&terminal, NULL, chain_request_name(r, name, sizeof name), 0, 2);
    snprintf(name, sizeof name, "Image %s; rule of thumb image x (%d step%s + 1): %s.",
             format_bytes(bytes[0], sizeof bytes[0], rule_of_thumb / (steps + 1)), steps, steps == 1 ? "" : "s",
             format_bytes(bytes[1], sizeof bytes[1], rule_of_thumb));
    terminal_wrap(&terminal, NULL, name, 0, 2);
}

static json_t *head_json(const struct chain_request *r, double rule_of_thumb, json_t *places)
{
    const int steps = r->chain.count;
    return json_pack("{s:s,s:[I,I,I],s:s,s:I,s:i,s:I,s:o}", "chain", r->text, "size", (json_int_t)r->shape.width,
                     (json_int_t)r->shape.height, (json_int_t)r->shape.depth, "type", pixel_type_name(r->pixel),
                     "image_bytes", (json_int_t)(rule_of_thumb / (steps + 1)), "steps", steps, "rule_of_thumb_bytes",
                     (json_int_t)rule_of_thumb, "places", places);
}

/* The devices that the user chose and, unless a device was asked for, the CPU. */
static enum status list_places(const struct request *r, struct memory_place **places, struct device **devices,
                               int *count)
{
    enum status status;
    const struct memory_place host = {.threads = r->threads ? (int)r->threads : cpu_cores(),
                                      .host_bytes = r->memory_bytes ? r->memory_bytes : memory_available("").bytes,
                                      .memory_bytes = r->memory_bytes};
    size_t found = 0;
    bool *chosen = NULL;
    *count = 0;
    TRY(devices_find(devices, &found));
    chosen = calloc(found + 1, sizeof *chosen);
    *places = calloc(found + 1, sizeof **places);
    if (!chosen || !*places) {
        status = status_fail(STATUS_MEMORY, "no host memory for the list of devices");
        goto done;
    }
    TRY(devices_choose(*devices, found, r->chain.device ? r->chain.device : "all", chosen));
    for (size_t i = 0; i < found; i++)
        if (chosen[i]) {
            (*places)[*count] = host;
            (*places)[(*count)++].device = &(*devices)[i];
        }
    if (!r->chain.device)
        (*places)[(*count)++] = host;
done:
    free(chosen);
    return status;
}

/* Judges all places. STATUS_UNSUPPORTED where the chain runs on none of them. */
static enum status judge(const struct chain_request *r, const struct memory_place *places, struct memory_fit *fits,
                         int count)
{
    enum status status = STATUS_OK;
    int running = 0;
    for (int i = 0; i < count; i++) {
        TRY(memory_fit(&r->chain, &places[i], r->shape, &fits[i]));
        running += fits[i].verdict != MEMORY_CANNOT_RUN;
    }
    if (running == 0)
        status = status_fail(STATUS_UNSUPPORTED, "%s", count ? fits[0].reason : "there is no device to look at");
done:
    return status;
}

static void print_all(const struct chain_request *r, const struct memory_place *places, const struct memory_fit *fits,
                      int count)
{
    const double rule_of_thumb = chain_memory_rule_of_thumb(&r->chain, r->shape);
    if (!r->json) {
        print_head(r, rule_of_thumb);
        for (int i = 0; i < count; i++)
            memory_report_print(stdout, &places[i], &fits[i], rule_of_thumb);
        return;
    }
    json_t *list = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(list, memory_report_json(&places[i], &fits[i]));
    json_t *all = head_json(r, rule_of_thumb, list);
    json_dumpf(all, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(all);
}

static enum status memory(struct request *r)
{
    enum status status;
    struct memory_place *places = NULL;
    struct device *devices = NULL;
    struct memory_fit *fits = NULL;
    int count = 0, fitting = 0;
    TRY(chain_request_read(&r->chain));
    TRY(list_places(r, &places, &devices, &count));
    fits = calloc((size_t)count + 1, sizeof *fits);
    if (!fits) {
        status = status_fail(STATUS_MEMORY, "no host memory for a plan");
        goto done;
    }
    TRY(judge(&r->chain, places, fits, count));
    print_all(&r->chain, places, fits, count);
    for (int i = 0; i < count; i++)
        fitting += fits[i].verdict == MEMORY_FITS || fits[i].verdict == MEMORY_FITS_IN_TILES;
    if (fitting == 0)
        status = status_fail(STATUS_MEMORY, "the chain fits nowhere, not even in tiles");
done:
    free(fits);
    free(places);
    free(devices);
    chain_request_free(&r->chain);
    return status;
}

static const struct argp argp = {
    rows,
    parse_option,
    "'CHAIN' --size WxH[xD] | --image FILE.tif",
    "What a chain of operations needs on each OpenCL device and on the CPU, and whether it fits."
    "\vThe figures are the buffers that a run would allocate, row padding included. A second image "
    "(with=FILE) is counted, not read. 95 % of device memory and of "
    "available host memory may be used. Without --device the CPU (OpenMP) is looked at too.\n\n"
    "What does not fit as a whole is planned as apply computes it in tiles, from file to file: the largest of the "
    "sizes that it tries whose need is within its limits (half of the available host memory, 90 % of the device's; "
    "nearly all host memory, by --memory, where half is not enough), the passes over all tiles, the margins. The "
    "output is taken for a Zarr store with the usual chunks.\n\n"
    "Exit status: 0 if the chain fits on at least one of the devices listed, as a whole or in tiles; 1 if it "
    "fits on none; 2 for bad input.",
    0,
    0,
    0};

static int command(int argc, char **argv)
{
    int usage;
    struct request r = {.chain = {.command = "memory"}};
    return command_parse(&command_memory, argc, argv, &r, &usage) ? command_end(memory(&r)) : usage;
}

const struct command command_memory = {
    .name = "memory",
    .help = "what a chain of operations needs, and whether it fits",
    .argp = &argp,
    .examples = {{"breakeven memory 'gaussian_blur(sigma=2) | top_hat' --size 1024x2048x100",
                  "whether a chain fits for a stack of uint16"},
                 {"breakeven memory voronoi_otsu_labeling --image cells.tif --device 0 --json",
                  "for an image that is there, on one device, as JSON"}},
    .run = command,
};
