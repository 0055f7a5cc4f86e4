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
    {"sizes", OPTION_SIZES, "LIST", 0, "these sizes, as 46349x46341, with preset parameters and noise alone", 0},
    {"seed", OPTION_SEED, "N", 0, "seed of the images", 0},
    {0},
};

enum { SHAPES_MOST = 16 };

struct request {
    struct check_plan plan;
    const char *ops, *device;
    bool failed;
    struct shape shapes[SHAPES_MOST];
};

static bool in_list(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (;; list++) {
        size_t item = strcspn(list, ",");
        if (item == length && strncmp(list, name, length) == 0)
            return true;
        list += item;
        if (!*list)
            return false;
    }
}

static bool selects(const char *name, const void *context)
{
    return in_list(context, name);
}

static enum status choose_types(struct check_plan *plan, const char *list)
{
    memset(plan->types, 0, sizeof plan->types);
    for (const char *item = list;; item++) {
        size_t length = strcspn(item, ",");
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)length, item);
        enum pixel_type type = pixel_type_find(name);
        if (type >= PIXEL_INTENSITY_COUNT)
            return status_fail(STATUS_USAGE, "pixel type '%s'; valid: uint8, uint16, float32", name);
        plan->types[type] = true;
        item += length;
        if (!*item)
            return STATUS_OK;
    }
}

static enum status choose_backends(struct check_plan *plan, const char *list)
{
    memset(plan->backends, 0, sizeof plan->backends);
    for (const char *item = list;; item++) {
        size_t length = strcspn(item, ",");
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)length, item);
        enum backend backend = backend_find(name);
        if (backend != BACKEND_OPENMP && backend != BACKEND_OPENCL)
            return status_fail(STATUS_USAGE, "backend '%s'; valid for check: openmp, opencl", name);
        plan->backends[backend] = true;
        item += length;
        if (!*item)
            return STATUS_OK;
    }
}

static enum status choose_variants(struct check_plan *plan, const char *list)
{
    memset(plan->variants, 0, sizeof plan->variants);
    for (const char *item = list;; item++) {
        size_t length = strcspn(item, ",");
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)length, item);
        enum op_variant variant = op_variant_find(name);
        if (variant == VARIANT_COUNT)
            return status_fail(STATUS_USAGE, "variant '%s'; valid: buffer, image", name);
        plan->variants[variant] = true;
        item += length;
        if (!*item)
            return STATUS_OK;
    }
}

static enum status choose_sizes(struct request *r, const char *list)
{
    r->plan.shapes = r->shapes;
    r->plan.shape_count = 0;
    for (const char *item = list;; item++) {
        size_t length = strcspn(item, ",");
        char size[64];
        snprintf(size, sizeof size, "%.*s", (int)length, item);
        if (r->plan.shape_count == SHAPES_MOST)
            return status_fail(STATUS_USAGE, "--sizes: more than %d sizes", SHAPES_MOST);
        enum status status = shape_parse(size, &r->shapes[r->plan.shape_count++]);
        item += length;
        if (status != STATUS_OK || !*item)
            return status;
    }
}

static enum status check_ops(const char *list)
{
    for (const char *item = list;; item++) {
        size_t length = strcspn(item, ",");
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)length, item);
        if (!op_find(name, PIXEL_U8))
            return op_unknown(name);
        item += length;
        if (!*item)
            return STATUS_OK;
    }
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
        status = check_ops(text);
        break;
    case OPTION_TYPES:
        status = choose_types(&r->plan, text);
        break;
    case OPTION_BACKENDS:
        status = choose_backends(&r->plan, text);
        break;
    case OPTION_DEVICE:
        r->device = text;
        break;
    case OPTION_VARIANT:
        status = choose_variants(&r->plan, text);
        break;
    case OPTION_SIZES:
        status = choose_sizes(r, text);
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

int command_check(int argc, char **argv)
{
    int usage;
    static const struct argp argp = {
        rows, parse_option,
        NULL, "Compares every implementation with the plain reference, whole images with borders.",
        0,    0,
        0};
    struct request r = {.plan = {.types = {true, true, true},
                                 .backends = {[BACKEND_OPENMP] = true, [BACKEND_OPENCL] = true},
                                 .variants = {true, true},
                                 .seed = 1,
                                 .out = stdout},
                        .device = "all"};
    struct check_count count = {0};
    enum status status;
    if (!command_parse(&argp, argc, argv, &r, &usage))
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
