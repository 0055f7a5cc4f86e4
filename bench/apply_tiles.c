/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Files are looked at, a tile is chosen within the limits, then channel after channel is read, computed and written.
 */
#include "bench/apply_tiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/apply_limits.h"
#include "bench/apply_report.h"
#include "hardware/memory_available.h"
#include "images/volume_cache.h"
#include "images/volume_synthetic.h"
#include "ops/chain.h"
#include "tiles/tile_choice.h"

/* What one channel of one time point after the other is done with. */
struct course {
    const struct apply_tiles *request;
    struct input_file input;
    struct input_file second[CHAIN_STEPS_MAX]; /* of steps that take two images */
    struct chain chain;
    struct graph graph;
    struct output_file output;
    struct shape shape, chunk; /* of the result */
    enum pixel_type type;
    struct tiling_request tiling;
    struct tile_limits limits;
    struct volume *opened[GRAPH_NODES_MAX];
    size_t cache_bytes; /* for the chunks of each input */
    bool terminal;
};

static enum status look_at_files(struct course *c)
{
    enum status status;
    const struct apply_tiles *r = c->request;
    TRY(input_file_look(r->in, &r->choice, &c->input));
    TRY(apply_files_apart(r->in, r->out.path));
    TRY(chain_parse(r->chain, c->input.type, &c->chain));
    TRY(graph_make(&c->chain, c->input.shape, &c->graph));
    for (int i = 0; i < c->graph.count; i++) {
        const struct graph_node *n = &c->graph.nodes[i];
        if (n->kind != GRAPH_INPUT || n->step < 0)
            continue;
        struct input_file *second = &c->second[n->step];
        TRY(input_file_look(c->chain.steps[n->step].with, &r->choice, second));
        TRY(apply_files_apart(second->path, r->out.path));
        if (second->type != n->type || !shape_equal(second->shape, c->graph.shapes[n->space])) {
            status = status_fail(STATUS_INPUT,
                                 "%s: its size or pixel type differs from that of the image it is combined with",
                                 second->path);
            goto done;
        }
    }
    c->shape = c->graph.shapes[c->graph.spaces - 1];
    c->type = c->graph.nodes[c->graph.count - 1].type;
    c->chunk = output_chunk(&r->out, &c->input, c->shape);
done:
    return status;
}

static enum status open_inputs(struct course *c, int64_t channel, int64_t frame)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < c->graph.count; i++) {
        const struct graph_node *n = &c->graph.nodes[i];
        if (n->kind == GRAPH_INPUT) {
            const struct input_file *file = n->step < 0 ? &c->input : &c->second[n->step];
            TRY(input_file_open(file, channel < file->channels || !file->zarr ? channel : 0,
                                frame < file->frames || !file->zarr ? frame : 0, c->request->choice.level,
                                &c->opened[i]));
        }
    }
done:
    return status;
}

/* Inputs are read through caches, within the limits. */
static enum status cache_inputs(struct course *c)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < c->graph.count; i++) {
        struct volume *cached;
        if (!c->opened[i])
            continue;
        TRY(volume_cached(c->opened[i], c->cache_bytes, &cached));
        c->tiling.in[i] = c->opened[i] = cached;
    }
done:
    return status;
}

static void close_inputs(struct course *c)
{
    for (int i = 0; i < GRAPH_NODES_MAX; i++) {
        volume_close(c->opened[i]);
        c->opened[i] = NULL;
    }
}

static size_t chunk_bytes(const struct volume *v)
{
    return (size_t)shape_pixels(v->chunk) * pixel_bytes(v->type);
}

static void set_limits(struct course *c)
{
    const struct apply_tiles *r = c->request;
    const int64_t memory = r->memory_bytes > 0 ? r->memory_bytes : apply_memory(memory_available("").bytes);
    struct apply_need beside = {
        .threads = r->threads, .in_chunk_bytes = chunk_bytes(c->opened[0]), .out_chunk = c->chunk};
    size_t caches;
    int inputs = 0;
    for (int i = 0; i < c->graph.count; i++) {
        inputs += c->opened[i] != NULL;
        beside.cacheable_bytes += c->opened[i] ? volume_cache_bytes(c->opened[i], SIZE_MAX) : 0;
    }
    c->limits = apply_limits(memory, r->opencl ? &r->opencl->device : NULL, &beside, &caches);
    c->cache_bytes = caches / (size_t)inputs;
}

static bool divides(int64_t chunk, int64_t tile, int64_t whole)
{
    return tile >= whole || tile % chunk == 0;
}

static enum status take_tile(struct course *c)
{
    enum status status;
    bool fits;
    const struct shape t = c->request->tile, k = c->chunk;
    if (!divides(k.width, t.width, c->shape.width) || !divides(k.height, t.height, c->shape.height) ||
        !divides(k.depth, t.depth, c->shape.depth))
        return status_fail(STATUS_USAGE, "--tile %lldx%lldx%lld is no multiple of the output's chunks, %lldx%lldx%lld",
                           (long long)t.width, (long long)t.height, (long long)t.depth, (long long)k.width,
                           (long long)k.height, (long long)k.depth);
    c->tiling.tile = t;
    TRY(tile_fits(&c->tiling, &c->limits, &fits));
    if (!fits)
        status = status_fail(STATUS_MEMORY,
                             "tiles of %lldx%lldx%lld need more memory than the limit leaves for them, %zu MiB",
                             (long long)t.width, (long long)t.height, (long long)t.depth, c->limits.host_bytes >> 20);
done:
    return status;
}

static enum status choose_tile(struct course *c)
{
    struct tile_choice choice;
    const enum status status = c->request->tile.width > 0 ? take_tile(c) : tile_choose(&c->tiling, &c->limits, &choice);
    if (status != STATUS_MEMORY || c->request->memory_bytes <= 0)
        return status;
    char why[512];
    snprintf(why, sizeof why, "%s", status_text());
    return status_fail(status,
                       "%s; the rest of the %lld MiB is for the program and for chunks that are read and written", why,
                       (long long)c->request->memory_bytes >> 20);
}

static enum status make_scratch(void *context, const char *purpose, struct shape shape, enum pixel_type type,
                                struct volume **volume)
{
    const struct course *c = context;
    return scratch_volume(c->request->out.path, purpose, shape, type, c->chunk, volume);
}

static bool is_done(void *context, const struct region *tile)
{
    const struct course *c = context;
    return zarr_chunk_present(c->tiling.out, tile);
}

static void show(void *context, const char *purpose, int64_t tile, int64_t tiles)
{
    const struct course *c = context;
    if (c->terminal)
        fprintf(stderr, "\r%s: tile %lld of %lld\033[K", purpose, (long long)tile + 1, (long long)tiles);
}

static enum status apply_one(struct course *c, int64_t channel, int64_t frame, int64_t out_channel, int64_t out_frame)
{
    enum status status;
    const struct apply_tiles *r = c->request;
    struct tiling_report *report = calloc(1, sizeof *report);
    if (!report)
        return status_fail(STATUS_MEMORY, "no host memory for a report");
    if (!c->opened[0]) {
        TRY(open_inputs(c, channel, frame));
        TRY(cache_inputs(c));
    }
    TRY(output_file_volume(&c->output, c->shape, c->type, out_channel, out_frame, &c->tiling.out));
    TRY(tiling_run(&c->tiling, report));
    TRY(volume_finish(c->tiling.out));
    const struct apply_summary summary = {.shape = c->shape,
                                          .tile = c->tiling.tile,
                                          .input_bytes =
                                              (double)shape_pixels(c->input.shape) * (double)pixel_bytes(c->input.type),
                                          .overlap = r->overlap,
                                          .channel = channel,
                                          .frame = frame,
                                          .nuclei = volume_synthetic_nuclei(r->in)};
    if (c->terminal)
        fprintf(stderr, "\r\033[K");
    r->json ? apply_print_json(&summary, report) : apply_print(&summary, report);
done:
    volume_close(c->tiling.out);
    c->tiling.out = NULL;
    close_inputs(c);
    free(report);
    return status;
}

static enum status apply_all(struct course *c)
{
    enum status status;
    const struct input_choice *choice = &c->request->choice;
    const bool every = c->input.zarr;
    const int64_t first_channel = choice->channel < 0 ? 0 : choice->channel,
                  first_frame = choice->frame < 0 ? 0 : choice->frame;
    const int64_t channels = every && choice->channel < 0 ? c->input.channels : 1;
    const int64_t frames = every && choice->frame < 0 ? c->input.frames : 1;
    TRY(open_inputs(c, first_channel, first_frame));
    set_limits(c);
    TRY(cache_inputs(c));
    TRY(choose_tile(c));
    c->tiling.host_bytes = c->limits.host_bytes;
    c->tiling.device_bytes = c->limits.device_bytes;
    c->tiling.shared_bytes = c->limits.shared_bytes;
    TRY(output_file_begin(&c->request->out, &c->input, c->shape, c->type, channels, frames, &c->output));
    for (int64_t frame = 0; frame < frames; frame++)
        for (int64_t channel = 0; channel < channels; channel++)
            TRY(apply_one(c, first_channel + channel, first_frame + frame, channel, frame));
    TRY(output_file_finish(&c->output));
    output_file_close(&c->output);
    if (c->request->levels > 1)
        TRY(zarr_pyramid(c->request->out.path, (int)c->request->levels));
done:
    close_inputs(c);
    output_file_close(&c->output);
    return status;
}

enum status apply_tiles(const struct apply_tiles *request)
{
    enum status status;
    struct course *c = calloc(1, sizeof *c);
    if (!c)
        return status_fail(STATUS_MEMORY, "no host memory for a run");
    c->request = request;
    c->terminal = isatty(STDERR_FILENO);
    TRY(look_at_files(c));
    c->tiling = (struct tiling_request){.graph = &c->graph,
                                        .backend = request->backend,
                                        .opencl = request->opencl,
                                        .threads = request->threads,
                                        .uniform = true,
                                        .overlap = request->overlap,
                                        .scratch = make_scratch,
                                        .done = request->out.resume ? is_done : NULL,
                                        .progress = show,
                                        .context = c};
    TRY(apply_all(c));
done:
    chain_free(&c->chain);
    free(c);
    return status;
}
