/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Tiled equals untiled, bit for bit: every operation, chains of them at random, on every backend; and one pixel less than
 * the margin does not.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "hardware/opencl.h"
#include "images/random.h"
#include "images/synthetic.h"
#include "ops/chain.h"
#include "ops/registry.h"
#include "tiles/sweep.h"
#include "tiles/tiling.h"

enum { THREADS = 2 };

static struct opencl *device; /* the first of the CPU; NULL: none */

static void open_device(void)
{
    struct device *devices;
    size_t count;
    cr_assert_eq(devices_find(&devices, &count), STATUS_OK);
    if (count > 0)
        cr_assert_eq(opencl_open(&devices[0], &device), STATUS_OK, "%s", status_text());
    free(devices);
}

static void close_device(void)
{
    opencl_close(device);
}

TestSuite(tiling, .init = open_device, .fini = close_device);

static struct image make(struct shape shape, enum pixel_type type, enum content content, uint64_t seed)
{
    struct image image;
    cr_assert_eq(image_alloc(&image, shape, type, 0, 1), STATUS_OK);
    cr_assert_eq(synthetic_fill(&image, content, seed), STATUS_OK);
    return image;
}

struct trial {
    const char *chain;
    struct shape shape, tile;
    enum pixel_type type;
    enum content content;
    enum backend backend;
    const int64_t *margin_px;
    bool uniform, overlap;
};

/* The chain whole by the reference and in tiles; how many pixels differ. */
static int64_t differing(const struct trial *t, struct tiling_report *report)
{
    struct image in = make(t->shape, t->type, t->content, 1), whole, tiled;
    struct image second = make(t->shape, t->type, t->content, 2);
    const struct image *with[CHAIN_STEPS_MAX] = {0};
    struct chain chain;
    static struct graph graph;
    struct tiling_request r = {.graph = &graph,
                               .backend = t->backend,
                               .opencl = device,
                               .threads = THREADS,
                               .tile = t->tile,
                               .margin_px = t->margin_px,
                               .uniform = t->uniform,
                               .overlap = t->overlap};
    cr_assert_eq(chain_parse(t->chain, t->type, &chain), STATUS_OK, "%s", status_text());
    for (int i = 0; i < chain.count; i++)
        with[i] = chain.steps[i].with ? &second : NULL;
    cr_assert_eq(chain_run(&chain, BACKEND_OPENMP, NULL, THREADS, &in, with, &whole), STATUS_OK, "%s: %s", t->chain,
                 status_text());
    cr_assert_eq(graph_make(&chain, t->shape, &graph), STATUS_OK, "%s", status_text());
    cr_assert(shape_equal(graph.shapes[graph.spaces - 1], whole.shape));
    cr_assert_eq(image_alloc(&tiled, whole.shape, whole.type, 0, 1), STATUS_OK);
    for (int i = 0; i < graph.count; i++)
        if (graph.nodes[i].kind == GRAPH_INPUT)
            cr_assert_eq(volume_of_image(i ? &second : &in, t->tile, &r.in[i]), STATUS_OK);
    cr_assert_eq(volume_of_image(&tiled, t->tile, &r.out), STATUS_OK);
    cr_assert_eq(tiling_run(&r, report), STATUS_OK, "%s: %s", t->chain, status_text());
    const struct image_difference d = image_compare(&tiled, &whole, 0);
    for (int i = 0; i < graph.count; i++)
        volume_close(r.in[i]);
    volume_close(r.out);
    chain_free(&chain);
    image_free(&in);
    image_free(&second);
    image_free(&whole);
    image_free(&tiled);
    return d.pixels;
}

static void expect_equal(struct trial t)
{
    struct tiling_report report;
    for (int i = 0; i < BACKEND_COUNT; i++) {
        t.backend = (enum backend)i;
        if (i == BACKEND_OPENCL && !device)
            continue;
        const int64_t pixels = differing(&t, &report);
        cr_expect_eq(pixels, 0, "%s %s, %lldx%lldx%lld in tiles of %lldx%lldx%lld, %s: %lld pixels differ", t.chain,
                     pixel_type_name(t.type), (long long)t.shape.width, (long long)t.shape.height,
                     (long long)t.shape.depth, (long long)t.tile.width, (long long)t.tile.height,
                     (long long)t.tile.depth, backend_name(t.backend), (long long)pixels);
    }
}

static const struct shape flat = {97, 61, 1}, flat_tile = {40, 17, 1}, deep = {37, 29, 23}, deep_tile = {16, 11, 9};

/* "name(with=b.tif)", with other parameters at their defaults. */
static void chain_of(const struct op *op, char *text, size_t bytes)
{
    snprintf(text, bytes, "%s%s", op->name, op->inputs == 2 ? "(with=b.tif)" : "");
}

Test(tiling, every_operation_is_the_same_in_tiles)
{
    char text[128];
    for (int i = 0; i < ops_count(); i++) {
        const enum pixel_type type = (enum pixel_type)(i % PIXEL_INTENSITY_COUNT);
        const struct op *op = op_at(i, type, cpu_level_best());
        const enum content content = op->margin == MARGIN_GLOBAL ? CONTENT_CELLS : CONTENT_NOISE;
        chain_of(op, text, sizeof text);
        if (op->dimensions == OP_2D_AND_3D)
            expect_equal((struct trial){.chain = text, .shape = flat, .tile = flat_tile, .type = type, .content = content});
        expect_equal((struct trial){.chain = text, .shape = deep, .tile = deep_tile, .type = type, .content = content});
    }
}
