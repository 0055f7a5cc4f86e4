/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven checklist 'CHAIN': the lecture's questions, answered on this machine for this image and this chain.
 */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/chain_images.h"
#include "bench/checklist_bandwidth.h"
#include "bench/checklist_report.h"
#include "bench/command.h"
#include "bench/memory_report.h"
#include "hardware/cpu.h"
#include "hardware/memory_available.h"
#include "reports/format.h"
#include "reports/terminal.h"

enum { OPTION_DB = 1000, SEED = 20261123 };

static const struct argp_option rows[] = {
    CHAIN_REQUEST_ROWS,
    {"db", OPTION_DB, "FILE", 0, "store with a profile of this machine (default breakeven.db, if it is there)", 0},
    {0},
};

struct request {
    struct chain_request chain;
    const char *database; /* NULL: not given */
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct request *r = state->input;
    if (key != OPTION_DB)
        return chain_request_option(key, text, &r->chain);
    r->database = text;
    return 0;
}

/* The image and all second images, read or made, and what the CPU does with them. */
struct session {
    struct chain_images images;
    struct image result;
    struct chain_cpu_times cpu;
    char cpu_reason[256]; /* not "": there are no images and no times */
    double file_load_ns;
    int64_t host_bytes; /* available before the images were there */
};

/* Somebody at a terminal sees what takes so long; what is printed afterwards overwrites it. */
static void tell(const char *what, const char *where)
{
    char clean[64];
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K%s%s\r", what, format_clean(clean, sizeof clean, where));
}

/* Images and times of the CPU, unless host memory is too small for them. */
static enum status begin(const struct chain_request *r, struct memory_fit *fit, struct session *s)
{
    enum status status;
    s->host_bytes = memory_available("").bytes;
    s->file_load_ns = NAN;
    const struct memory_place place = {.threads = cpu_threads(), .host_bytes = s->host_bytes};
    TRY(memory_fit(&r->chain, &place, r->shape, fit));
    if (fit->verdict == MEMORY_CANNOT_RUN)
        return status_fail(STATUS_UNSUPPORTED, "%s", fit->reason);
    if (fit->verdict != MEMORY_FITS) {
        snprintf(s->cpu_reason, sizeof s->cpu_reason, "%.255s", fit->reason);
        return STATUS_OK;
    }
    tell("loading the image", "");
    TRY(chain_images_get(r, CONTENT_NOISE, SEED, cpu_cores(), &s->images));
    if (r->image)
        TRY(chain_time_load(r->image, &r->selection, &s->file_load_ns));
    tell("timing the chain on the CPU", "");
    TRY(chain_time_cpu(&r->chain, &s->images.in, s->images.with, &s->cpu, &s->result));
done:
    return status;
}

static void end(struct session *s)
{
    chain_images_free(&s->images);
    image_free(&s->result);
}

/* All last-level caches together: the threads share out the image among them. */
static double last_level_cache(void)
{
    const struct cpu *cpu = cpu_facts();
    const struct cpu_cache *last = cpu->l3.bytes > 0 ? &cpu->l3 : cpu->l2.bytes > 0 ? &cpu->l2 : &cpu->l1d;
    return last->bytes > 0 ? (double)last->bytes * (last->count > 0 ? last->count : 1) : NAN;
}

static struct checklist_facts common_facts(const struct chain_request *r, const struct session *s)
{
    return (struct checklist_facts){
        .steps = r->chain.count,
        .cpu = s->cpu_reason[0] ? NULL : &s->cpu,
        .cpu_reason = s->cpu_reason,
        .device_reason = "there is no OpenCL device",
        .file_load_ns = s->file_load_ns,
        .bandwidth = NAN,
        .bandwidth_source = "",
        .image_bytes = (double)shape_pixels(r->shape) * (double)pixel_bytes(r->pixel),
        .cache_bytes = last_level_cache(),
    };
}

static void report(const struct chain_request *r, const char *name, const struct checklist_facts *facts, json_t *list)
{
    struct check checks[CHECKS];
    checklist_answer(facts, checks);
    if (r->json)
        json_array_append_new(list, checklist_json(facts, checks));
    else
        checklist_print(stdout, name, checks);
}

/* A result that is wrong ends the command with its status, after the report. */
static enum status look_at_device(const struct request *r, const struct session *s, struct opencl *opencl,
                                  struct memory_fit *fit, json_t *list)
{
    enum status status, timed = STATUS_OK;
    struct chain_device_times times;
    struct checklist_bandwidth bandwidth;
    char name[512], reason[512] = "";
    struct checklist_facts facts = common_facts(&r->chain, s);
    const struct memory_place place = {
        .device = &opencl->device, .threads = cpu_threads(), .host_bytes = s->host_bytes};
    TRY(memory_fit(&r->chain.chain, &place, r->chain.shape, fit));
    tell("bandwidth of ", opencl->device.name);
    TRY(checklist_bandwidth(opencl, r->database, &bandwidth));
    facts.device = opencl->device.name;
    facts.device_is_cpu = opencl->device.type == DEVICE_CPU;
    facts.fit = fit;
    facts.device_reason = reason;
    facts.bandwidth = bandwidth.bytes_per_s;
    facts.bandwidth_source = bandwidth.source;
    if (s->cpu_reason[0] || fit->verdict != MEMORY_FITS) {
        snprintf(reason, sizeof reason, "%s", s->cpu_reason[0] ? s->cpu_reason : fit->reason);
    } else {
        tell("timing the chain on ", opencl->device.name);
        timed = chain_time_device(&r->chain.chain, opencl, &s->images.in, s->images.with, &s->result, &times);
        snprintf(reason, sizeof reason, "%s", timed == STATUS_OK ? "" : status_text());
        facts.times = timed == STATUS_OK ? &times : NULL;
    }
    tell("", "");
    report(&r->chain, memory_place_name(name, sizeof name, &place), &facts, list);
    if (timed == STATUS_WRONG)
        status = status_fail(STATUS_WRONG, "%s", reason);
done:
    return status;
}

/* One that cannot be opened has its reason in place of figures, and the others go on. */
static enum status look_at(const struct request *r, const struct session *s, const struct device *device,
                           struct memory_fit *fit, json_t *list)
{
    struct opencl *opencl = NULL;
    if (opencl_open(device, &opencl) == STATUS_OK) {
        enum status status = look_at_device(r, s, opencl, fit, list);
        opencl_close(opencl);
        return status;
    }
    char name[512], reason[512];
    const struct memory_place place = {.device = device, .host_bytes = s->host_bytes};
    struct checklist_facts facts = common_facts(&r->chain, s);
    snprintf(reason, sizeof reason, "%s", status_text());
    facts.device = device->name;
    facts.device_is_cpu = device->type == DEVICE_CPU;
    facts.device_reason = facts.bandwidth_source = reason;
    report(&r->chain, memory_place_name(name, sizeof name, &place), &facts, list);
    return STATUS_OK;
}

static enum status look_at_devices(const struct request *r, const struct session *s, struct memory_fit *fit,
                                   json_t *list)
{
    enum status status, wrong = STATUS_OK;
    struct device *devices = NULL;
    bool *chosen = NULL;
    size_t count = 0;
    TRY(devices_find(&devices, &count));
    chosen = calloc(count + 1, sizeof *chosen);
    if (!chosen) {
        status = status_fail(STATUS_MEMORY, "no host memory for the list of devices");
        goto done;
    }
    TRY(devices_choose(devices, count, r->chain.device ? r->chain.device : "all", chosen));
    for (size_t i = 0; i < count; i++) {
        if (!chosen[i])
            continue;
        status = look_at(r, s, &devices[i], fit, list);
        if (status == STATUS_WRONG)
            wrong = status;
        else if (status != STATUS_OK)
            goto done;
    }
    status = wrong;
    if (count == 0) {
        const struct checklist_facts facts = common_facts(&r->chain, s);
        report(&r->chain, "There is no OpenCL device.", &facts, list);
    }
done:
    free(chosen);
    free(devices);
    return status;
}

static void print_head(const struct chain_request *r)
{
    char name[2048];
    struct terminal terminal = terminal_of(stdout);
    terminal.width = 80;
    terminal_wrap(&terminal, NULL, chain_request_name(r, name, sizeof name), 0, 2);
}

static enum status checklist(struct request *r)
{
    enum status status;
    struct session *session = calloc(1, sizeof *session);
    struct memory_fit *fit = malloc(sizeof *fit);
    json_t *list = json_array();
    if (!session || !fit || !list) {
        status = status_fail(STATUS_MEMORY, "no host memory for a checklist");
        goto done;
    }
    TRY(chain_request_read(&r->chain));
    status = begin(&r->chain, fit, session);
    tell("", "");
    TRY(status);
    if (!r->chain.json)
        print_head(&r->chain);
    status = look_at_devices(r, session, fit, list);
    if (r->chain.json && json_array_size(list) > 0) {
        const struct shape s = r->chain.shape;
        json_t *all = json_pack("{s:s,s:[I,I,I],s:s,s:O}", "chain", r->chain.text, "size", (json_int_t)s.width,
                                (json_int_t)s.height, (json_int_t)s.depth, "type", pixel_type_name(r->chain.pixel),
                                "devices", list);
        json_dumpf(all, stdout, JSON_INDENT(2));
        printf("\n");
        json_decref(all);
    }
done:
    if (session)
        end(session);
    free(session);
    free(fit);
    json_decref(list);
    chain_request_free(&r->chain);
    return status;
}

static const struct argp argp = {
    rows,
    parse_option,
    "'CHAIN' --size WxH[xD] | --image FILE.tif",
    "Five questions that tell whether a GPU pays off for a chain of operations, answered in numbers of this "
    "machine."
    "\vThe chain is run a few times on the CPU (OpenMP, the fastest number of threads) and on each device, whose "
    "result must be the CPU's. Without --image the image is made noise, and loading it means bringing it to the "
    "device and the result back. The bandwidth is that of the newest profile of this machine (breakeven profile), "
    "or is measured.\n\n"
    "Exit status: 0 whatever the answers are; 2 for bad input; 4 if a device's result is wrong.",
    0,
    0,
    0};

static int command(int argc, char **argv)
{
    int usage;
    struct request r = {.chain = {.command = "checklist"}};
    return command_parse(&command_checklist, argc, argv, &r, &usage) ? command_end(checklist(&r)) : usage;
}

const struct command command_checklist = {
    .name = "checklist",
    .help = "whether a GPU pays off for a chain: five questions in numbers",
    .argp = &argp,
    .examples = {{"breakeven checklist 'gaussian_blur(sigma=2) | median' --image cells.tif",
                  "for your image, on the CPU and every device"},
                 {"breakeven checklist median --size 2048x2048 --type uint16 --device gpu",
                  "for a made image, on the GPU"}},
    .run = command,
};
