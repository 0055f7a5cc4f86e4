/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Options of apply: names, help and what they set.
 */
#include "bench/command_apply_options.h"

#include <stdio.h>
#include <string.h>

#include "bench/command.h"

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

const struct argp_option apply_options[] = {
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
static enum status parse_tiling(int key, const char *text, struct apply_request *r)
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

static enum status parse_threads(const char *text, struct apply_request *r)
{
    enum status status;
    TRY(command_integer("--threads", text, 1, &r->threads));
    if (r->threads > 4096)
        status = status_fail(STATUS_USAGE, "--threads %s is too large", text);
done:
    return status;
}

static enum status parse_argument(int key, const char *text, struct apply_request *r)
{
    if (key == ARGP_KEY_ARG && r->argument_count == 3)
        return status_fail(STATUS_USAGE, "apply: '%s' is one argument too many; wanted: CHAIN IN OUT", text);
    if (key == ARGP_KEY_ARG)
        r->arguments[r->argument_count++] = text;
    else if (r->argument_count < 3)
        return status_fail(STATUS_USAGE, "apply: an argument is missing; wanted: CHAIN IN OUT");
    return STATUS_OK;
}

error_t apply_option(int key, char *text, struct argp_state *state)
{
    struct apply_request *r = state->input;
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
