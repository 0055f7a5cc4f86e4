/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven check: the walk of check.h over what the user chose.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/axes.h"
#include "bench/check.h"
#include "bench/command.h"

enum option_key {
    OPTION_OPS = 1000,
    OPTION_TYPES,
    OPTION_BACKENDS,
    OPTION_DEVICE,
    OPTION_QUICK,
    OPTION_ALL,
    OPTION_SEED,
    OPTION_SIZES,
    OPTION_VARIANT
};

static const struct argp_option rows[] = {
    {"quick", OPTION_QUICK, 0, 0, "fewer sizes and contents", 0},
    {"all", OPTION_ALL, 0, 0, "every CPU level of this machine too", 0},
    {"ops", OPTION_OPS, "LIST", 0, "operations (default: all)", 0},
    {"types", OPTION_TYPES, "LIST", 0, "pixel types: uint8,uint16,float32 (default: all)", 0},
    {"backends", OPTION_BACKENDS, "LIST", 0, "openmp,opencl (default both)", 0},
    {"device", OPTION_DEVICE, "WHICH", 0, "OpenCL devices: index, all, gpu, cpu, or part of a name (default all)", 0},
    {"variant", OPTION_VARIANT, "LIST", 0, "on OpenCL devices: buffer,image (default both)", 0},
    {"sizes", OPTION_SIZES, "LIST", 0,
     "these sizes, as 46349x46341, with preset parameters and noise alone (default: a list of hard ones)", 0},
    {"seed", OPTION_SEED, "N", 0, "seed of the images (default 1)", 0},
    {0},
};

enum { SHAPES_MOST = 16 };

struct request {
    struct check_plan plan;
    const char *device;
    struct shape shapes[SHAPES_MOST];
};

/* Calls `take` with each item of a list in turn, until one is refused. */
static enum status each_item(struct request *r, const char *list,
                             enum status (*take)(struct request *r, const char *item))
{
    for (;; list++) {
        const size_t length = strcspn(list, ",");
        char item[64];
        snprintf(item, sizeof item, "%.*s", (int)length, list);
        const enum status status = take(r, item);
        list += length;
        if (status != STATUS_OK || !*list)
            return status;
    }
}

static bool selects(const char *name, const void *list)
{
    const size_t length = strlen(name);
    for (const char *at = list;; at++) {
        const size_t item = strcspn(at, ",");
        if (item == length && strncmp(at, name, length) == 0)
            return true;
        at += item;
        if (!*at)
            return false;
    }
}

static enum status take_op(struct request *r, const char *name)
{
    (void)r;
    return op_find(name, PIXEL_U8) ? STATUS_OK : op_unknown(name);
}

static enum status take_type(struct request *r, const char *name)
{
    const enum pixel_type type = pixel_type_find(name);
    if (type >= PIXEL_INTENSITY_COUNT)
        return status_fail(STATUS_USAGE, "pixel type '%s'; valid: uint8, uint16, float32", name);
    r->plan.types[type] = true;
    return STATUS_OK;
}

static enum status take_backend(struct request *r, const char *name)
{
    const enum backend backend = backend_find(name);
    if (backend != BACKEND_OPENMP && backend != BACKEND_OPENCL)
        return status_fail(STATUS_USAGE, "backend '%s'; valid for check: openmp, opencl", name);
    r->plan.backends[backend] = true;
    return STATUS_OK;
}

static enum status take_variant(struct request *r, const char *name)
{
    const enum op_variant variant = op_variant_find(name);
    if (variant == VARIANT_COUNT)
        return status_fail(STATUS_USAGE, "variant '%s'; valid: buffer, image", name);
    r->plan.variants[variant] = true;
    return STATUS_OK;
}

static enum status take_size(struct request *r, const char *size)
{
    if (r->plan.shape_count == SHAPES_MOST)
        return status_fail(STATUS_USAGE, "--sizes: more than %d sizes", SHAPES_MOST);
    r->plan.shapes = r->shapes;
    return shape_parse(size, &r->shapes[r->plan.shape_count++]);
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct request *r = state->input;
    enum status status = STATUS_OK;
    long long seed;
    switch (key) {
    case OPTION_QUICK:
        r->plan.quick = true;
        break;
    case OPTION_ALL:
        r->plan.all_levels = true;
        break;
    case OPTION_OPS:
        r->plan.selects_op = selects;
        r->plan.context = text;
        status = each_item(r, text, take_op);
        break;
    case OPTION_TYPES:
        memset(r->plan.types, 0, sizeof r->plan.types);
        status = each_item(r, text, take_type);
        break;
    case OPTION_BACKENDS:
        memset(r->plan.backends, 0, sizeof r->plan.backends);
        status = each_item(r, text, take_backend);
        break;
    case OPTION_DEVICE:
        r->device = text;
        break;
    case OPTION_VARIANT:
        memset(r->plan.variants, 0, sizeof r->plan.variants);
        status = each_item(r, text, take_variant);
        break;
    case OPTION_SIZES:
        r->plan.shape_count = 0;
        status = each_item(r, text, take_size);
        break;
    case OPTION_SEED:
        status = command_integer("--seed", text, 0, &seed);
        r->plan.seed = (uint64_t)seed;
        break;
    case ARGP_KEY_ARG:
        status = status_fail(STATUS_USAGE, "check: '%s' is no option; operations are given by --ops", text);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return status == STATUS_OK ? 0 : ENOTSUP;
}

static const struct argp argp = {
    rows, parse_option,
    NULL, "Compares every implementation with the plain reference, whole images with borders.",
    0,    0,
    0};

static int command(int argc, char **argv)
{
    int usage;
    struct request r = {.plan = {.types = {true, true, true},
                                 .backends = {[BACKEND_OPENMP] = true, [BACKEND_OPENCL] = true},
                                 .variants = {true, true},
                                 .seed = 1,
                                 .out = stdout},
                        .device = "all"};
    struct check_count count = {0};
    enum status status;
    if (!command_parse(&command_check, argc, argv, &r, &usage))
        return usage;
    if (r.plan.backends[BACKEND_OPENCL])
        TRY(command_open_devices(r.device, &r.plan.devices, &r.plan.device_count));
    if (r.plan.backends[BACKEND_OPENCL] && r.plan.device_count == 0)
        printf("no OpenCL device found: only the CPU's implementations are checked\n");
    for (size_t i = 0; i < r.plan.device_count; i++)
        printf("device %d: %s (%s, driver %s)\n", r.plan.devices[i]->device.index, r.plan.devices[i]->device.name,
               r.plan.devices[i]->device.platform, r.plan.devices[i]->device.driver);
    status = check_run(&r.plan, &count);
    printf("%lld comparisons, %lld wrong, %lld skipped as unsupported\n", (long long)count.compared,
           (long long)count.wrong, (long long)count.skipped);
done:
    command_close_devices(r.plan.devices, r.plan.device_count);
    return command_end(status);
}

const struct command command_check = {
    .name = "check",
    .help = "verify that all implementations agree, without timing",
    .argp = &argp,
    .examples = {{"breakeven check --quick", "every operation, with fewer sizes and contents"},
                 {"breakeven check --ops median --types uint16 --sizes 46349x46341 --device 0",
                  "one operation on one device at a size of your own"}},
    .run = command,
};
