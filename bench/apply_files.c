/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What a path is, and what an output becomes.
 */
#include "bench/apply_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "images/tiff_volume.h"
#include "images/volume_synthetic.h"

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '/')
        length--;
    return length >= strlen(end) && strncmp(text + length - strlen(end), end, strlen(end)) == 0;
}

static enum status look_at_zarr(const char *path, const struct input_choice *choice, struct input_file *file)
{
    enum status status;
    const struct zarr_selection selection = {-1, -1, choice->level};
    TRY(zarr_info(path, &selection, &file->info));
    file->shape = file->info.shape;
    file->type = file->info.type;
    file->channels = file->info.channels;
    file->frames = file->info.frames;
    if (choice->channel >= file->channels || choice->frame >= file->frames)
        status = status_fail(
            STATUS_USAGE, "%s: channel %lld of frame %lld is asked for; it has %lld channels and %lld frames", path,
            (long long)choice->channel, (long long)choice->frame, (long long)file->channels, (long long)file->frames);
done:
    return status;
}

enum status input_file_look(const char *path, const struct input_choice *choice, struct input_file *file)
{
    enum status status;
    struct volume *volume = NULL;
    *file = (struct input_file){.path = path, .channels = 1, .frames = 1};
    file->zarr = zarr_is_store(path) || ends_with(path, ".zarr");
    if (file->zarr)
        return look_at_zarr(path, choice, file);
    if (choice->level > 0)
        return status_fail(STATUS_USAGE, "--level goes with OME-Zarr, and %s is none", path);
    if (volume_is_synthetic(path)) {
        TRY(volume_synthetic(path, &volume));
        file->shape = volume->shape;
        file->type = volume->type;
    } else {
        const struct tiff_selection selection = {choice->channel < 0 ? 0 : choice->channel,
                                                 choice->frame < 0 ? 0 : choice->frame};
        TRY(tiff_shape(path, &selection, &file->shape, &file->type));
    }
done:
    volume_close(volume);
    return status;
}

enum status input_file_open(const struct input_file *file, int64_t channel, int64_t frame, int64_t level,
                            struct volume **volume)
{
    const struct zarr_selection selection = {channel, frame, level};
    const struct tiff_selection pages = {channel, frame};
    if (file->zarr)
        return zarr_open(file->path, &selection, volume);
    return volume_is_synthetic(file->path) ? volume_synthetic(file->path, volume)
                                           : tiff_volume_open(file->path, &pages, volume);
}

/* True if `folder` is `path` or leads to it. */
static bool holds(const char *folder, const char *path)
{
    const size_t length = strlen(folder);
    return strncmp(folder, path, length) == 0 && (path[length] == 0 || path[length] == '/');
}

enum status apply_files_apart(const char *in, const char *out)
{
    /* What is not there yet cannot be changed; but it may be made inside what is. */
    char *read = realpath(in, NULL), *folder = strdup(out), *written = NULL;
    while (folder && !(written = realpath(folder, NULL))) {
        char *slash = strrchr(folder, '/');
        if (!slash || slash == folder)
            break;
        *slash = 0;
    }
    const bool there = folder && strcmp(folder, out) == 0;
    const bool same = read && written && (holds(read, written) || (there && holds(written, read)));
    free(read);
    free(folder);
    free(written);
    return same ? status_fail(STATUS_USAGE, "%s: writing it would change the input %s", out, in) : STATUS_OK;
}

static bool is_zarr(const struct output_options *options)
{
    return ends_with(options->path, ".zarr");
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static bool chosen(struct shape s)
{
    return s.width > 0;
}

static struct shape at_most(struct shape chunk, struct shape shape)
{
    return (struct shape){smaller(chunk.width, shape.width), smaller(chunk.height, shape.height),
                          smaller(chunk.depth, shape.depth)};
}

static const struct shape flat = {512, 512, 1}, deep = {256, 256, 16};

struct shape output_usual_chunk(struct shape shape)
{
    return at_most(shape.depth > 1 ? deep : flat, shape);
}

struct shape output_chunk(const struct output_options *options, const struct input_file *input, struct shape shape)
{
    if (!is_zarr(options))
        return flat;
    if (chosen(options->chunk))
        return at_most(options->chunk, shape);
    return input->zarr ? at_most(input->info.chunk, shape) : output_usual_chunk(shape);
}

char *output_maker(const char *chain, const char *in, const struct input_choice *choice)
{
    char *made_by = NULL;
    size_t end = strlen(in);
    while (end > 1 && in[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && in[start - 1] != '/')
        start--;
    if (asprintf(&made_by, "%s of %.*s, channel %lld, frame %lld, level %lld", chain, (int)(end - start), in + start,
                 (long long)choice->channel, (long long)choice->frame, (long long)choice->level) < 0)
        return NULL;
    return made_by;
}

enum status output_file_begin(const struct output_options *options, const struct input_file *input, struct shape shape,
                              enum pixel_type type, int64_t channels, int64_t frames, struct output_file *file)
{
    *file = (struct output_file){.options = *options, .zarr = is_zarr(options), .frames = channels * frames};
    if (!options->overwrite && !options->resume && access(options->path, F_OK) == 0)
        return status_fail(STATUS_USAGE, "%s exists; --overwrite replaces it", options->path);
    if (!file->zarr) {
        if (options->resume)
            return status_fail(STATUS_USAGE, "--resume goes with a Zarr output, and %s is none", options->path);
        if (channels * frames > 1)
            return status_fail(
                STATUS_USAGE,
                "%s: a TIFF output holds one channel of one time point; choose by --channel and --frame, "
                "or write Zarr",
                options->path);
        return STATUS_OK;
    }
    const struct zarr_layout layout = {.version = options->zarr_version ? (int)options->zarr_version
                                                  : input->zarr         ? input->info.version
                                                                        : 2,
                                       .ome = options->ome || (input->zarr && *input->info.ome) ||
                                              ends_with(options->path, ".ome.zarr"),
                                       .shape = shape,
                                       .type = type,
                                       .chunk = output_chunk(options, input, shape),
                                       .channels = channels,
                                       .frames = frames,
                                       .compression = ZARR_BLOSC_LZ4,
                                       .like = input->zarr ? &input->info : NULL,
                                       .made_by = options->made_by};
    return zarr_create(options->path, &layout,
                       options->resume      ? ZARR_RESUME
                       : options->overwrite ? ZARR_OVERWRITE
                                            : ZARR_NEW,
                       &file->array);
}

enum status output_file_volume(const struct output_file *file, struct shape shape, enum pixel_type type,
                               int64_t channel, int64_t frame, struct volume **volume)
{
    return file->zarr ? zarr_output(file->array, channel, frame, volume)
                      : tiff_volume_create(file->options.path, shape, type, 0, volume);
}

enum status output_file_finish(struct output_file *file)
{
    return file->zarr ? zarr_finish(file->array) : STATUS_OK;
}

void output_file_close(struct output_file *file)
{
    zarr_close(file->array);
    *file = (struct output_file){0};
}
