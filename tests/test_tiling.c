/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Tiled equals untiled, bit for bit: every operation, chains of them at random, on every backend; and one pixel less
 * than the margin does not.
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
            expect_equal(
                (struct trial){.chain = text, .shape = flat, .tile = flat_tile, .type = type, .content = content});
        expect_equal((struct trial){.chain = text, .shape = deep, .tile = deep_tile, .type = type, .content = content});
    }
}

/* Uniform windows, and all stages at once. */
Test(tiling, overlapped_stages_give_the_same)
{
    static const char *const chains[] = {"gaussian_blur(sigma=2) | top_hat(radius=3)", "auto_threshold | label",
                                         "gaussian_blur | gauss_otsu_labeling", "voronoi_otsu_labeling",
                                         "add_images_weighted(with=b.tif) | mean"};
    for (size_t i = 0; i < sizeof chains / sizeof chains[0]; i++) {
        struct trial t = {.chain = chains[i], .type = PIXEL_U16, .content = CONTENT_CELLS, .overlap = true};
        t.shape = flat, t.tile = flat_tile;
        expect_equal(t);
        t.shape = deep, t.tile = deep_tile;
        expect_equal(t);
    }
}

Test(tiling, labels_of_hard_images)
{
    static const enum content contents[] = {CONTENT_SPIRAL, CONTENT_CHECKERBOARD, CONTENT_PATCHES, CONTENT_FLAT};
    static const struct shape tiles[] = {{5, 5, 5}, {1, 7, 2}, {64, 3, 1}, {3, 64, 64}};
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++)
        for (size_t k = 0; k < sizeof tiles / sizeof tiles[0]; k++) {
            struct trial t = {.chain = "label", .tile = tiles[k], .type = PIXEL_U8, .content = contents[i]};
            struct tiling_report report;
            for (int sphere = 0; sphere < 2; sphere++) {
                t.chain = sphere ? "label(connectivity=sphere)" : "label(connectivity=box)";
                t.backend = BACKEND_OPENMP;
                t.shape = (struct shape){61, 43, 1};
                cr_expect_eq(differing(&t, &report), 0, "%s of %s in 2D", t.chain, content_name(contents[i]));
                t.shape = (struct shape){19, 17, 13};
                cr_expect_eq(differing(&t, &report), 0, "%s of %s in 3D", t.chain, content_name(contents[i]));
            }
        }
}

/* Seeds at one end of outlines that go through all tiles: no margin but the image's size is enough. */
Test(tiling, growth_looks_again_where_a_margin_was_too_small)
{
    const struct shape shape = {600, 40, 1};
    struct tiling_report report;
    const struct trial t = {.chain = "eroded_otsu_labeling(number_of_erosions=8,outline_sigma=0)",
                            .shape = shape,
                            .tile = {50, 40, 1},
                            .type = PIXEL_U8,
                            .content = CONTENT_PATCHES,
                            .backend = BACKEND_OPENMP};
    cr_expect_eq(differing(&t, &report), 0);
    cr_expect_gt(report.grown_tiles, 0, "the image is too easy to show anything");
}

/* Where pixels are compared with their neighbours in noise, a margin of one pixel less leaves a seam. */
static void expect_tight(const char *text, struct shape shape, struct shape tile)
{
    struct chain chain;
    static struct graph graph;
    struct sweep sweep;
    struct tiling_report report;
    const bool binary = strncmp(text, "erode", 5) == 0 || strncmp(text, "dilate", 6) == 0;
    struct trial t = {.chain = text,
                      .shape = shape,
                      .tile = tile,
                      .type = PIXEL_F32,
                      .content = binary ? CONTENT_PATCHES : CONTENT_NOISE,
                      .backend = BACKEND_OPENMP};
    cr_assert_eq(chain_parse(text, PIXEL_F32, &chain), STATUS_OK, "%s", status_text());
    cr_assert_eq(graph_make(&chain, shape, &graph), STATUS_OK, "%s", status_text());
    sweep_make(&graph, graph.count - 1, -1, 0, NULL, &sweep);
    t.margin_px = sweep.margin_px[0];
    cr_expect_eq(differing(&t, &report), 0, "%s", text);
    for (int axis = 0; axis < (shape.depth > 1 ? 3 : 2); axis++) {
        int64_t less[3] = {sweep.margin_px[0][0], sweep.margin_px[0][1], sweep.margin_px[0][2]};
        cr_assert_gt(less[axis], 0, "%s has no margin", text);
        less[axis]--;
        t.margin_px = less;
        cr_expect_gt(differing(&t, &report), 0, "%s: the margin along axis %d is larger than needed", text, axis);
    }
    chain_free(&chain);
}

Test(tiling, margins_are_tight)
{
    static const char *const chains[] = {"gaussian_blur(sigma=2)",
                                         "mean(radius=3)",
                                         "median(radius=2)",
                                         "minimum(radius=4)",
                                         "maximum(radius=2,shape=sphere)",
                                         "erode(radius=1)",
                                         "dilate(radius=2)",
                                         "top_hat(radius=3)",
                                         "difference_of_gaussian(sigma1=1,sigma2=3)",
                                         "subtract_gaussian_background(sigma=2)",
                                         "divide_by_gaussian_background(sigma=2)",
                                         "detect_maxima",
                                         "gaussian_blur(sigma=1) | median(radius=1) | top_hat(radius=2)"};
    for (size_t i = 0; i < sizeof chains / sizeof chains[0]; i++) {
        expect_tight(chains[i], (struct shape){300, 290, 1}, (struct shape){20, 20, 1});
        expect_tight(chains[i], (struct shape){50, 48, 44}, (struct shape){25, 24, 22});
    }
}

/* The lecture's exercise. */
Test(tiling, a_top_hat_of_radius_6_needs_12_pixels)
{
    struct tiling_report report;
    struct trial t = {.chain = "top_hat(radius=6)",
                      .shape = {200, 200, 1},
                      .tile = {50, 50, 1},
                      .type = PIXEL_U8,
                      .content = CONTENT_NOISE,
                      .backend = BACKEND_OPENMP};
    t.margin_px = (const int64_t[]){12, 12, 0};
    cr_expect_eq(differing(&t, &report), 0);
    t.margin_px = (const int64_t[]){11, 11, 0};
    cr_expect_gt(differing(&t, &report), 0);
}

Test(tiling, the_lectures_work_factors)
{
    const struct grid grid = grid_make((struct shape){4096, 4096, 1}, (struct shape){32, 32, 1});
    cr_expect_float_eq(grid_work_factor(&grid, (const int64_t[]){10, 10, 0}), 2.640625, 1e-12);
    cr_expect_float_eq(grid_work_factor(&grid, (const int64_t[]){20, 20, 0}), 5.0625, 1e-12);
}

/* A chain of one to four steps at random, of operations and parameters that fit what came before. */
static void random_chain(uint64_t seed, char *text, size_t bytes)
{
    static const char *const any[] = {"gaussian_blur(sigma=1.5)",
                                      "mean(radius=2)",
                                      "median(radius=1)",
                                      "minimum(radius=2)",
                                      "maximum(radius=1)",
                                      "top_hat(radius=2)",
                                      "add_scalar(scalar=3)",
                                      "multiply_scalar(scalar=1.5)",
                                      "flip(axes=xy)",
                                      "rotate(angle_z=30)",
                                      "difference_of_gaussian(sigma1=1,sigma2=2)",
                                      "add_images_weighted(with=b.tif)",
                                      "subtract_gaussian_background(sigma=2)",
                                      "erode(radius=1)",
                                      "dilate(radius=1)",
                                      "fixed_threshold(threshold=100)",
                                      "detect_maxima",
                                      "auto_threshold"};
    static const char *const last[] = {"label", "gauss_otsu_labeling", "voronoi_otsu_labeling(spot_sigma=2)",
                                       "eroded_otsu_labeling(number_of_erosions=1)", "auto_threshold(method=isodata)"};
    const int steps = 1 + (int)(random_bits(seed, 0) % 3);
    int with_second = 0;
    size_t used = 0;
    *text = 0;
    for (int i = 0; i < steps; i++) {
        const char *step = any[random_bits(seed, (uint64_t)i + 1) % (sizeof any / sizeof any[0])];
        const bool binary = i > 0; /* a second image has the type of the chain's input: only the first step takes one */
        if (strstr(step, "with=") && (binary || with_second++))
            continue;
        used += (size_t)snprintf(text + used, bytes - used, "%s%s", used ? " | " : "", step);
    }
    if (random_bits(seed, 9) % 2 || used == 0)
        snprintf(text + used, bytes - used, "%s%s", used ? " | " : "",
                 last[random_bits(seed, 10) % (sizeof last / sizeof last[0])]);
}

Test(tiling, fifty_random_chains)
{
    char text[512];
    for (uint64_t seed = 0; seed < 50; seed++) {
        const bool is_deep = seed % 3 == 0;
        struct tiling_report report;
        random_chain(seed, text, sizeof text);
        const struct trial t = {.chain = text,
                                .shape = is_deep ? deep : flat,
                                .tile = is_deep ? deep_tile : flat_tile,
                                .type = (enum pixel_type)(seed % PIXEL_INTENSITY_COUNT),
                                .content = CONTENT_CELLS,
                                .backend = device && seed % 2 ? BACKEND_OPENCL : BACKEND_OPENMP,
                                .overlap = seed % 4 == 3};
        cr_expect_eq(differing(&t, &report), 0, "%s", text);
    }
}
