/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven apply 'CHAIN' IN OUT: a chain of operations on a file. Whole in memory from TIFF to TIFF; in tiles as soon
 * as something asks for them: a Zarr store, a made image, --tile or --memory.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/apply_tiles.h"
#include "bench/apply_whole.h"
#include "bench/command.h"
#include "bench/command_apply_options.h"
#include "hardware/cpu.h"
#include "images/volume_synthetic.h"
#include "ops/chain.h"

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

static enum status run_whole(const struct apply_request *r, enum backend backend, struct opencl *opencl, int threads)
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

static enum status run_tiles(const struct apply_request *r, enum backend backend, struct opencl *opencl, int threads)
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

static bool wants_tiles(const struct apply_request *r)
{
    const char *in = r->arguments[1], *out = r->arguments[2];
    return r->tiled || volume_is_synthetic(in) || zarr_is_store(in) || strstr(in, ".zarr") || ends_with_zarr(out);
}

static enum status apply(const struct apply_request *r)
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
    apply_options,
    apply_option,
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
    struct apply_request r = {.backend = BACKEND_COUNT, .channel = -1, .frame = -1};
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
