/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven apply 'CHAIN' IN OUT: a chain of operations on a file. Whole in memory from TIFF to TIFF; in tiles as soon
 * as something asks for them: a Zarr store, a made image, --tile or --memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/apply_tiles.h"
#include "bench/apply_whole.h"
#include "bench/command.h"
#include "hardware/cpu.h"
#include "images/volume_synthetic.h"
#include "ops/chain.h"

enum option_key {
    OPTION_BACKEND = 1000,
    OPTION_DEVICE,
    OPTION_THREADS,
    OPTION_CHANNEL,
    OPTION_FRAME,
    OPTION_VARIANT,
    OPTION_TILE,
    OPTION_MEMORY,
    OPTION_LEVEL,
    OPTION_CHUNK,
    OPTION_ZARR,
    OPTION_OME,
    OPTION_PYRAMID,
    OPTION_OVERWRITE,
    OPTION_RESUME,
    OPTION_ONE_BY_ONE,
    OPTION_JSON,
};

static const struct argp_option rows[] = {
    {"backend", OPTION_BACKEND, "NAME", 0, "reference, openmp or opencl (default openmp; opencl with --device)", 0},
    {"device", OPTION_DEVICE, "WHICH", 0, "OpenCL device: index, gpu, cpu, or part of a name (default: the only one)",
     0},
    {"variant", OPTION_VARIANT, "NAME", 0,
     "buffer (the default) or image: OpenCL images where an operation has that variant", 0},
    {"threads", OPTION_THREADS, "N", 0, "threads of the CPU (default: all cores)", 0},
    {"channel", OPTION_CHANNEL, "N", 0, "channel of the input, from 0 (default 0; all of a Zarr store)", 0},
    {"frame", OPTION_FRAME, "N", 0, "time point of the input, from 0 (default 0; all of a Zarr store)", 0},
    {"level", OPTION_LEVEL, "N", 0, "level of an OME-Zarr input (default 0, full size)", 0},
    {"tile", OPTION_TILE, "TILE", 0, "in tiles of WxH[xD] pixels (default auto: the fastest of those that fit)", 0},
    {"memory", OPTION_MEMORY, "BYTES", 0, "in tiles, within so much memory: 512M, 4G (default half of what is free)",
     0},
    {"chunk", OPTION_CHUNK, "WxH[xD]", 0, "chunks of a Zarr output (default as the input's)", 0},
    {"zarr", OPTION_ZARR, "VERSION", 0, "version of a Zarr output, 2 or 3 (default as the input's, or 2)", 0},
    {"ome", OPTION_OME, 0, 0, "OME-Zarr output (default if the input is, or for names that end with .ome.zarr)", 0},
    {"pyramid", OPTION_PYRAMID, "LEVELS", 0, "levels of an OME-Zarr output (default 1)", 0},
    {"overwrite", OPTION_OVERWRITE, 0, 0, "replace an output that exists (default: refused)", 0},
    {"resume", OPTION_RESUME, 0, 0, "go on with a Zarr output: only chunks that are missing are written", 0},
    {"one-by-one", OPTION_ONE_BY_ONE, 0, 0, "read, compute and write one after the other (default: at the same time)",
     0},
    {"json", OPTION_JSON, 0, 0, "print the times of a run in tiles as JSON", 0},
    {0},
};

struct request {
    const char *arguments[3]; /* chain, input, output */
    int argument_count;
    enum backend backend;
    enum op_variant variant;
    const char *device; /* NULL: not given */
    long long threads, channel, frame, level, zarr, pyramid;
    struct shape tile, chunk;
    int64_t memory_bytes;
    bool tiled, ome, overwrite, resume, one_by_one, json;
    const char *zarr_only; /* an option that means nothing for a TIFF output; NULL: none was given */
};

/* "2048x2048" or "256x256x64". */
static enum status parse_shape(const char *option, const char *text, struct shape *shape)
{
    char end;
    long long w, h, d = 1;
    const int fields = sscanf(text, "%lldx%lldx%lld%c", &w, &h, &d, &end);
    const bool two = fields == 2 && sscanf(text, "%lldx%lld%c", &w, &h, &end) == 2;
    if ((!two && fields != 3) || w < 1 || h < 1 || d < 1 || w > INT32_MAX || h > INT32_MAX || d > INT32_MAX)
        return status_fail(STATUS_USAGE, "%s %s: a size such as 1024x1024 or 256x256x64 is wanted", option, text);
    *shape = (struct shape){w, h, two ? 1 : d};
    return STATUS_OK;
}

/* Options of runs in tiles. */
static enum status parse_tiling(int key, const char *text, struct request *r)
{
    r->tiled = true;
    switch (key) {
    case OPTION_TILE:
        return strcmp(text, "auto") == 0 ? STATUS_OK : parse_shape("--tile", text, &r->tile);
    case OPTION_MEMORY:
        return command_bytes("--memory", text, &r->memory_bytes);
    case OPTION_LEVEL:
        return command_integer("--level", text, 0, &r->level);
    case OPTION_CHUNK:
        r->zarr_only = "--chunk";
        return parse_shape("--chunk", text, &r->chunk);
    case OPTION_ZARR:
        r->zarr_only = "--zarr";
        if (strcmp(text, "2") != 0 && strcmp(text, "3") != 0)
            return status_fail(STATUS_USAGE, "--zarr %s; valid: 2, 3", text);
        return command_integer("--zarr", text, 2, &r->zarr);
    case OPTION_PYRAMID:
        r->zarr_only = "--pyramid";
        r->ome = true;
        return command_integer("--pyramid", text, 1, &r->pyramid);
    case OPTION_OME:
        r->zarr_only = "--ome";
        r->ome = true;
        return STATUS_OK;
    case OPTION_RESUME:
        r->resume = true;
        return STATUS_OK;
    case OPTION_ONE_BY_ONE:
        r->one_by_one = true;
        return STATUS_OK;
    default:
        r->json = true;
        return STATUS_OK;
    }
}

static enum status parse_threads(const char *text, struct request *r)
{
    enum status status;
    TRY(command_integer("--threads", text, 1, &r->threads));
    if (r->threads > 4096)
        status = status_fail(STATUS_USAGE, "--threads %s is too large", text);
done:
    return status;
}

static enum status parse_argument(int key, const char *text, struct request *r)
{
    if (key == ARGP_KEY_ARG && r->argument_count == 3)
        return status_fail(STATUS_USAGE, "apply: '%s' is one argument too many; wanted: CHAIN IN OUT", text);
    if (key == ARGP_KEY_ARG)
        r->arguments[r->argument_count++] = text;
    else if (r->argument_count < 3)
        return status_fail(STATUS_USAGE, "apply: an argument is missing; wanted: CHAIN IN OUT");
    return STATUS_OK;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct request *r = state->input;
    enum status status = STATUS_OK;
    if (key >= OPTION_TILE && key <= OPTION_JSON && key != OPTION_OVERWRITE)
        return parse_tiling(key, text, r) == STATUS_OK ? 0 : ENOTSUP;
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
        status = parse_threads(text, r);
        break;
    case OPTION_CHANNEL:
        status = command_integer("--channel", text, 0, &r->channel);
        break;
    case OPTION_FRAME:
        status = command_integer("--frame", text, 0, &r->frame);
        break;
    case OPTION_OVERWRITE:
        r->overwrite = true;
        break;
    case ARGP_KEY_ARG:
    case ARGP_KEY_END:
        status = parse_argument(key, text, r);
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

static enum status run_whole(const struct request *r, enum backend backend, struct opencl *opencl, int threads)
{
    if (!r->overwrite && access(r->arguments[2], F_OK) == 0)
        return status_fail(STATUS_USAGE, "%s exists; --overwrite replaces it", r->arguments[2]);
    return apply_whole(&(struct apply_whole){.chain = r->arguments[0],
                                             .in = r->arguments[1],
                                             .out = r->arguments[2],
                                             .channel = r->channel < 0 ? 0 : r->channel,
                                             .frame = r->frame < 0 ? 0 : r->frame,
                                             .backend = backend,
                                             .variant = r->variant,
                                             .opencl = opencl,
                                             .threads = threads});
}

static bool ends_with_zarr(const char *path)
{
    size_t length = strlen(path);
    while (length > 0 && path[length - 1] == '/')
        length--;
    return length >= 5 && strncmp(path + length - 5, ".zarr", 5) == 0;
}

static enum status run_tiles(const struct request *r, enum backend backend, struct opencl *opencl, int threads)
{
    if (r->variant != VARIANT_BUFFER)
        return status_fail(STATUS_USAGE, "--variant %s goes with whole images, not with tiles",
                           op_variant_name(r->variant));
    if (r->overwrite && r->resume)
        return status_fail(STATUS_USAGE, "--overwrite and --resume: one of them");
    if (r->zarr_only && !ends_with_zarr(r->arguments[2]))
        return status_fail(STATUS_USAGE, "%s goes with a Zarr output, and %s is none", r->zarr_only, r->arguments[2]);
    char *made_by =
        output_maker(r->arguments[0], r->arguments[1], &(struct input_choice){r->channel, r->frame, r->level});
    const enum status status = apply_tiles(&(struct apply_tiles){.chain = r->arguments[0],
                                                                 .in = r->arguments[1],
                                                                 .choice = {r->channel, r->frame, r->level},
                                                                 .out = {.path = r->arguments[2],
                                                                         .chunk = r->chunk,
                                                                         .zarr_version = r->zarr,
                                                                         .ome = r->ome,
                                                                         .overwrite = r->overwrite,
                                                                         .resume = r->resume,
                                                                         .made_by = made_by},
                                                                 .backend = backend,
                                                                 .opencl = opencl,
                                                                 .threads = threads,
                                                                 .tile = r->tile,
                                                                 .memory_bytes = r->memory_bytes,
                                                                 .levels = r->pyramid,
                                                                 .overlap = !r->one_by_one,
                                                                 .json = r->json});
    free(made_by);
    return status;
}

static bool wants_tiles(const struct request *r)
{
    const char *in = r->arguments[1], *out = r->arguments[2];
    return r->tiled || volume_is_synthetic(in) || zarr_is_store(in) || strstr(in, ".zarr") || ends_with_zarr(out);
}

static enum status apply(const struct request *r)
{
    enum status status;
    struct chain chain = {0};
    struct opencl **opened = NULL;
    size_t count = 0;
    const enum backend backend = r->backend != BACKEND_COUNT ? r->backend : r->device ? BACKEND_OPENCL : BACKEND_OPENMP;
    const int threads = r->threads ? (int)r->threads : cpu_cores();
    if (backend != BACKEND_OPENCL && r->device)
        return status_fail(STATUS_USAGE, "--device %s goes with --backend opencl, not %s", r->device,
                           backend_name(backend));
    if (backend != BACKEND_OPENCL && r->variant != VARIANT_BUFFER)
        return status_fail(STATUS_USAGE, "--variant %s goes with --backend opencl, not %s", op_variant_name(r->variant),
                           backend_name(backend));
    /* Mistakes in the chain are told before files are read: its types are checked again with the image's own. */
    TRY(chain_parse(r->arguments[0], PIXEL_F32, &chain));
    if (backend == BACKEND_OPENCL)
        TRY(open_one_device(r->device, &opened, &count));
    TRY((wants_tiles(r) ? run_tiles : run_whole)(r, backend, count ? opened[0] : NULL, threads));
done:
    command_close_devices(opened, count);
    chain_free(&chain);
    return status;
}

static const struct argp argp = {
    rows,
    parse_option,
    "CHAIN FILE FILE",
    "Runs a chain such as 'gaussian_blur(sigma=2) | auto_threshold' on a file. A second image is given by name: "
    "'add_images_weighted(factor2=-1, with=other.tif)'. Files are TIFF or Zarr (a folder whose name ends with .zarr); "
    "an input may also be made: " VOLUME_SYNTHETIC_FORM
    ".\vIn tiles the image may be larger than memory. The result is "
    "the same, bit for bit: tiles carry the margin that the chain needs, thresholds come from the whole image, labels "
    "are joined across tiles.",
    0,
    0,
    0};

static int command(int argc, char **argv)
{
    int usage;
    struct request r = {.backend = BACKEND_COUNT, .channel = -1, .frame = -1};
    return command_parse(&command_apply, argc, argv, &r, &usage) ? command_end(apply(&r)) : usage;
}

const struct command command_apply = {
    .name = "apply",
    .help = "run a chain of operations on a file, in tiles if it is large",
    .argp = &argp,
    .examples = {{"breakeven apply 'gaussian_blur | auto_threshold' cells.tif mask.tif", "on the CPU with all cores"},
                 {"breakeven apply gauss_otsu_labeling big.zarr labels.zarr --memory 4G",
                  "an image of any size, in tiles"}},
    .run = command,
};
