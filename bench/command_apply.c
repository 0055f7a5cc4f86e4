/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven apply 'CHAIN' IN.tif OUT.tif: a chain of operations on a file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "hardware/cpu.h"
#include "images/tiff.h"
#include "ops/chain.h"

enum option_key { OPTION_BACKEND = 1000, OPTION_DEVICE, OPTION_THREADS, OPTION_CHANNEL, OPTION_FRAME, OPTION_VARIANT };

static const struct argp_option rows[] = {
    {"backend", OPTION_BACKEND, "NAME", 0, "reference, openmp or opencl (default openmp; opencl with --device)", 0},
    {"device", OPTION_DEVICE, "WHICH", 0, "OpenCL device: index, gpu, cpu, or part of a name (default: the only one)",
     0},
    {"variant", OPTION_VARIANT, "NAME", 0,
     "buffer (the default) or image: OpenCL images where an operation has that variant", 0},
    {"threads", OPTION_THREADS, "N", 0, "threads of the CPU (default: all cores)", 0},
    {"channel", OPTION_CHANNEL, "N", 0, "channel of the input, from 0 (default 0)", 0},
    {"frame", OPTION_FRAME, "N", 0, "time point of the input, from 0 (default 0)", 0},
    {0},
};

struct request {
    const char *arguments[3]; /* chain, input, output */
    int argument_count;
    enum backend backend;
    enum op_variant variant;
    const char *device; /* NULL: not given */
    long long threads, channel, frame;
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct request *r = state->input;
    enum status status = STATUS_OK;
    switch (key) {
    case OPTION_BACKEND:
        r->backend = backend_find(text);
        if (r->backend == BACKEND_COUNT)
            status = status_fail(STATUS_USAGE, "backend '%s'; valid: reference, openmp, opencl", text);
        break;
    case OPTION_VARIANT:
        r->variant = op_variant_find(text);
        if (r->variant == VARIANT_COUNT)
            status = status_fail(STATUS_USAGE, "variant '%s'; valid: buffer, image", text);
        break;
    case OPTION_DEVICE:
        r->device = text;
        break;
    case OPTION_THREADS:
        status = command_integer("--threads", text, 1, &r->threads);
        if (status == STATUS_OK && r->threads > 4096)
            status = status_fail(STATUS_USAGE, "--threads %s is too large", text);
        break;
    case OPTION_CHANNEL:
        status = command_integer("--channel", text, 0, &r->channel);
        break;
    case OPTION_FRAME:
        status = command_integer("--frame", text, 0, &r->frame);
        break;
    case ARGP_KEY_ARG:
        if (r->argument_count == 3)
            status =
                status_fail(STATUS_USAGE, "apply: '%s' is one argument too many; wanted: CHAIN IN.tif OUT.tif", text);
        else
            r->arguments[r->argument_count++] = text;
        break;
    case ARGP_KEY_END:
        if (r->argument_count < 3)
            status = status_fail(STATUS_USAGE, "apply: an argument is missing; wanted: CHAIN IN.tif OUT.tif");
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return status == STATUS_OK ? 0 : ENOTSUP;
}

/* One device, never a silent choice: without --device there must be exactly one. */
static enum status open_one_device(const char *text, struct opencl ***opened, size_t *count)
{
    enum status status = command_open_devices(text ? text : "all", opened, count);
    if (status != STATUS_OK || *count == 1)
        return status;
    status = status_fail(STATUS_USAGE,
                         *count ? "%zu OpenCL devices match; choose one by --device (see breakeven devices)"
                                : "there is no OpenCL device (%zu found)",
                         *count);
    command_close_devices(*opened, *count);
    *opened = NULL;
    *count = 0;
    return status;
}

/* Steps that have the variant are run in it, the others on buffers. */
static enum status choose_variant(struct chain *chain, enum op_variant variant)
{
    bool any = variant == VARIANT_BUFFER;
    for (int i = 0; i < chain->count; i++) {
        const struct op *op = op_with_variant(chain->steps[i].op, variant);
        any = any || op;
        chain->steps[i].op = op ? op : chain->steps[i].op;
    }
    if (!any)
        return status_fail(STATUS_USAGE, "--variant %s: no operation of the chain has it (see breakeven ops)",
                           op_variant_name(variant));
    return STATUS_OK;
}

static enum status apply(const struct request *r)
{
    enum status status;
    struct tiff_selection selection = {.channel = r->channel, .frame = r->frame};
    struct image in = {0}, out = {0}, second[CHAIN_STEPS_MAX] = {0};
    const struct image *with[CHAIN_STEPS_MAX] = {0};
    struct chain chain = {0};
    struct opencl **opened = NULL;
    size_t count = 0;
    enum backend backend = r->backend != BACKEND_COUNT ? r->backend : r->device ? BACKEND_OPENCL : BACKEND_OPENMP;
    if (backend != BACKEND_OPENCL && r->device)
        return status_fail(STATUS_USAGE, "--device %s goes with --backend opencl, not %s", r->device,
                           backend_name(backend));

    if (backend != BACKEND_OPENCL && r->variant != VARIANT_BUFFER)
        return status_fail(STATUS_USAGE, "--variant %s goes with --backend opencl, not %s", op_variant_name(r->variant),
                           backend_name(backend));

    /* Mistakes in the chain are told before files are read: its types are checked again with the image's own. */
    TRY(chain_parse(r->arguments[0], PIXEL_F32, &chain));
    chain_free(&chain);
    TRY(tiff_read(r->arguments[1], &selection, &in, NULL));
    TRY(chain_parse(r->arguments[0], in.type, &chain));
    TRY(choose_variant(&chain, r->variant));
    for (int i = 0; i < chain.count; i++)
        if (chain.steps[i].with) {
            TRY(tiff_read(chain.steps[i].with, &selection, &second[i], NULL));
            with[i] = &second[i];
        }
    if (backend == BACKEND_OPENCL)
        TRY(open_one_device(r->device, &opened, &count));
    TRY(chain_run(&chain, backend, count ? opened[0] : NULL, r->threads ? (int)r->threads : cpu_cores(), &in, with,
                  &out));
    TRY(tiff_write(r->arguments[2], &out));
done:
    command_close_devices(opened, count);
    chain_free(&chain);
    for (int i = 0; i < CHAIN_STEPS_MAX; i++)
        image_free(&second[i]);
    image_free(&in);
    image_free(&out);
    return status;
}

static const struct argp argp = {
    rows,
    parse_option,
    "CHAIN IN.tif OUT.tif",
    "Runs a chain such as 'gaussian_blur(sigma=2) | auto_threshold' on a file. A second image is given by name: "
    "'add_images_weighted(factor2=-1, with=other.tif)'.",
    0,
    0,
    0};

static int command(int argc, char **argv)
{
    int usage;
    struct request r = {.backend = BACKEND_COUNT};
    return command_parse(&command_apply, argc, argv, &r, &usage) ? command_end(apply(&r)) : usage;
}

const struct command command_apply = {
    .name = "apply",
    .help = "run a chain of operations on a TIFF file",
    .argp = &argp,
    .examples = {{"breakeven apply 'gaussian_blur(sigma=2) | auto_threshold' cells.tif mask.tif",
                  "on the CPU with all cores"},
                 {"breakeven apply 'top_hat(radius=10)' cells.tif flat.tif --device gpu", "one operation, on the GPU"}},
    .run = command,
};
