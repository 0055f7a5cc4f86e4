/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Pieces are copies: operations find them in memory as they find a whole image.
 */
#include "tiles/margin_sample.h"

#include <string.h>

#include "images/random.h"
#include "tiles/tile_error.h"

/* Small tiles have many seams, but windows of a few margins each: in 3D that is paid for three times. */
static const int64_t cuts_2d[] = {8, 5}, cuts_3d[] = {2, 3};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static struct shape tile_of(struct shape result, int index)
{
    const int64_t cuts = (result.depth > 1 ? cuts_3d : cuts_2d)[index > 0];
    return (struct shape){(result.width - 1) / cuts + 1, (result.height - 1) / cuts + 1, (result.depth - 1) / cuts + 1};
}

/* The first pixel of a piece along an axis. */
static int64_t place(uint64_t seed, uint64_t counter, int64_t piece, int64_t whole)
{
    return (int64_t)(random_bits(seed, counter) % (uint64_t)(whole - piece + 1));
}

static enum status cut(const struct image *whole, struct shape shape, uint64_t seed, struct image *piece, int threads)
{
    enum status status;
    if (whole->shape.width < shape.width || whole->shape.height < shape.height || whole->shape.depth < shape.depth)
        return status_fail(STATUS_INPUT, "a second image of %lldx%lldx%lld pixels is smaller than what it goes with",
                           (long long)whole->shape.width, (long long)whole->shape.height,
                           (long long)whole->shape.depth);
    const struct image view = image_view(whole, place(seed, 0, shape.width, whole->shape.width),
                                         place(seed, 1, shape.height, whole->shape.height),
                                         place(seed, 2, shape.depth, whole->shape.depth), shape);
    TRY(image_alloc(piece, shape, whole->type, 0, threads));
    image_copy(piece, &view);
done:
    return status;
}

static enum status make(enum content content, struct shape shape, enum pixel_type type, uint64_t seed,
                        struct image *piece, int threads)
{
    enum status status;
    TRY(image_alloc(piece, shape, type, 0, threads));
    TRY(synthetic_fill(piece, content, seed));
done:
    return status;
}

static enum status make_inputs(struct margin_sample *s, uint64_t seed)
{
    enum status status;
    const struct margin_request *r = s->request;
    struct shape shape = s->shape;
    TRY(r->in ? cut(r->in, shape, seed, &s->in, r->threads)
              : make(r->content, shape, r->chain->steps[0].op->type, seed, &s->in, r->threads));
    for (int i = 0; i < r->chain->count; i++) {
        const struct chain_step *step = &r->chain->steps[i];
        if (step->op->inputs == 2)
            TRY(r->in ? cut(r->with[i], shape, seed, &s->second[i], r->threads)
                      : make(r->content, shape, step->op->type, random_bits(seed, 3 + (uint64_t)i), &s->second[i],
                             r->threads));
        shape = op_result_shape(step->op, &step->args, shape);
    }
done:
    return status;
}

enum status margin_sample_make(const struct margin_request *r, struct shape shape, int index, struct margin_sample *s)
{
    enum status status;
    const struct image *with[CHAIN_STEPS_MAX] = {0};
    memset(s, 0, sizeof *s);
    s->request = r;
    s->shape = (struct shape){smaller(shape.width, r->shape.width), smaller(shape.height, r->shape.height),
                              smaller(shape.depth, r->shape.depth)};
    TRY(graph_make(r->chain, s->shape, &s->graph));
    TRY(make_inputs(s, r->seed + (uint64_t)index));
    for (int i = 0; i < r->chain->count; i++)
        with[i] = r->chain->steps[i].op->inputs == 2 ? &s->second[i] : NULL;
    TRY(chain_run(r->chain, BACKEND_OPENMP, NULL, r->threads, &s->in, with, &s->expected));
    TRY(image_alloc(&s->tiled, s->expected.shape, s->expected.type, 0, r->threads));
    s->tile = tile_of(s->expected.shape, index);
done:
    if (status != STATUS_OK)
        margin_sample_free(s);
    return status;
}

enum status margin_sample_wrong(struct margin_sample *s, const int64_t *margin_px, int64_t *wrong_px)
{
    enum status status = STATUS_OK;
    const struct graph *g = &s->graph;
    const struct grid grid = grid_make(s->expected.shape, s->tile);
    struct tiling_request r = {
        .graph = g, .backend = BACKEND_OPENMP, .threads = s->request->threads, .tile = s->tile, .margin_px = margin_px};
    struct tile_error error;
    for (int i = 0; i < g->count; i++)
        if (g->nodes[i].kind == GRAPH_INPUT)
            TRY(volume_of_image(i ? &s->second[g->nodes[i].step] : &s->in, s->tile, &r.in[i]));
    TRY(volume_of_image(&s->tiled, s->tile, &r.out));
    TRY(tiling_run(&r, &s->report));
    TRY(tile_error_measure(&s->tiled, &s->expected, &grid, s->expected.type == PIXEL_U32, r.threads, &error));
    *wrong_px = error.wrong_px;
done:
    for (int i = 0; i < g->count; i++)
        volume_close(r.in[i]);
    volume_close(r.out);
    return status;
}

void margin_sample_free(struct margin_sample *s)
{
    image_free(&s->in);
    image_free(&s->expected);
    image_free(&s->tiled);
    for (int i = 0; i < CHAIN_STEPS_MAX; i++)
        image_free(&s->second[i]);
}
