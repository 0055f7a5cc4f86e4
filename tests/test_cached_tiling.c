/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Tiles that are read through a cache: the result is the same, whatever the chain does to the order of the windows; and
 * what the sweeps say of the windows to come is right, so that each of them reads each chunk once.
 */
#include "tests/watched_volume.h"

#include "ops/chain.h"
#include "tiles/tiling.h"

enum { THREADS = 2 };

struct trial {
    const char *chain;
    struct shape shape, tile, chunk;
    enum pixel_type type;
    bool overlap, uniform;
    const int64_t *only;
    int64_t only_count;
    size_t bytes; /* of the cache; 0: all but one chunk */
};

/* Runs the chain; what it gives is `tiled`, the most reads of a chunk *most. Returns the sweeps that read the input. */
static int run(const struct trial *t, struct image *in, struct image *tiled, int64_t *most)
{
    static struct tiling_report report;
    static struct graph graph;
    struct chain chain;
    struct watched *w = watch(in, t->chunk);
    struct tiling_request r = {.graph = &graph,
                               .backend = BACKEND_OPENMP,
                               .threads = THREADS,
                               .tile = t->tile,
                               .overlap = t->overlap,
                               .uniform = t->uniform,
                               .only = t->only,
                               .only_count = t->only_count};
    cr_assert_eq(chain_parse(t->chain, t->type, &chain), STATUS_OK, "%s", status_text());
    cr_assert_eq(graph_make(&chain, t->shape, &graph), STATUS_OK, "%s", status_text());
    const size_t all = volume_cache_bytes(&w->volume, SIZE_MAX);
    cr_assert_eq(volume_cached(&w->volume, t->bytes ? t->bytes : all - 1, &r.in[0]), STATUS_OK);
    cr_assert_eq(image_alloc(tiled, graph.shapes[graph.spaces - 1], graph.nodes[graph.count - 1].type, 0, 1),
                 STATUS_OK);
    cr_assert_eq(volume_of_image(tiled, t->tile, &r.out), STATUS_OK);
    cr_assert_eq(tiling_run(&r, &report), STATUS_OK, "%s: %s", t->chain, status_text());
    *most = most_reads(w);
    volume_close(r.in[0]);
    volume_close(r.out);
    chain_free(&chain);
    int sweeps = 0;
    for (int i = 0; i < report.sweep_count; i++)
        sweeps += strcmp(report.sweeps[i].purpose, "result") != 0 || report.sweep_count == 1;
    return sweeps;
}

static const struct shape flat = {397, 291, 1}, flat_tile = {100, 80, 1}, flat_chunk = {64, 48, 1};
static const struct shape deep = {67, 49, 31}, deep_tile = {20, 25, 15}, deep_chunk = {16, 12, 8};

static void expect_equal(struct trial t)
{
    struct image in = noise(t.shape, t.type), tiled, whole;
    struct chain chain;
    const struct image *with[CHAIN_STEPS_MAX] = {0};
    int64_t most;
    cr_assert_eq(chain_parse(t.chain, t.type, &chain), STATUS_OK, "%s", status_text());
    cr_assert_eq(chain_run(&chain, BACKEND_OPENMP, NULL, THREADS, &in, with, &whole), STATUS_OK, "%s", status_text());
    static const size_t limits[] = {1 << 15, 0, SIZE_MAX};
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        t.bytes = limits[i];
        run(&t, &in, &tiled, &most);
        cr_expect_eq(image_compare(&tiled, &whole, 0).pixels, 0, "%s with %zu bytes", t.chain, t.bytes);
        image_free(&tiled);
    }
    chain_free(&chain);
    image_free(&in);
    image_free(&whole);
}

Test(cached_tiling, the_result_is_the_same)
{
    static const char *const chains[] = {"gaussian_blur(sigma=2) | top_hat(radius=3)", "auto_threshold | label",
                                         "flip(axes=xy) | mean(radius=2)", "rotate(angle_z=30)",
                                         "voronoi_otsu_labeling(spot_sigma=3)"};
    for (size_t i = 0; i < sizeof chains / sizeof chains[0]; i++) {
        struct trial t = {.chain = chains[i], .shape = flat, .tile = flat_tile, .chunk = flat_chunk};
        t.type = PIXEL_U16;
        t.overlap = true;
        expect_equal(t);
        t.shape = deep, t.tile = deep_tile, t.chunk = deep_chunk;
        t.overlap = false;
        expect_equal(t);
    }
}

static void expect_reads(struct trial t, int passes_each)
{
    struct image in = noise(t.shape, t.type), tiled;
    int64_t most;
    const int sweeps = run(&t, &in, &tiled, &most);
    cr_expect_eq(most, passes_each ? sweeps * passes_each : 1, "%s: %lld reads of a chunk in %d sweeps", t.chain,
                 (long long)most, sweeps);
    image_free(&in);
    image_free(&tiled);
}

/* Margins are so small that not all chunks are needed at one time. */
Test(cached_tiling, each_sweep_reads_each_chunk_once)
{
    static const char *const chains[] = {"median(radius=1) | top_hat(radius=1)",
                                         "gaussian_blur(sigma=1) | auto_threshold | label"};
    for (int i = 0; i < 2 * 4; i++) {
        struct trial t = {.chain = chains[i / 4], .shape = flat, .tile = flat_tile, .chunk = flat_chunk};
        t.type = i & 1 ? PIXEL_F32 : PIXEL_U8;
        t.overlap = i & 2;
        t.uniform = i & 2;
        if (i & 1)
            t.shape = deep, t.tile = deep_tile, t.chunk = deep_chunk;
        expect_reads(t, 1);
        t.bytes = SIZE_MAX; /* all sweeps together */
        expect_reads(t, 0);
    }
}

/* Some tiles only, as where sizes are tried: a second run begins with nothing. */
Test(cached_tiling, some_tiles)
{
    static const int64_t only[] = {5, 6, 9};
    struct trial t = {.chain = "median(radius=2)", .shape = flat, .tile = flat_tile, .chunk = flat_chunk};
    struct image in = noise(t.shape, t.type), some, all;
    int64_t most;
    run(&t, &in, &all, &most);
    t.only = only;
    t.only_count = 3;
    run(&t, &in, &some, &most);
    cr_expect_leq(most, 1);
    for (int i = 0; i < 3; i++) {
        const int64_t x = only[i] % 4 * 100, y = only[i] / 4 * 80;
        const struct shape s = {397 - x < 100 ? 397 - x : 100, 80, 1};
        const struct image a = image_view(&some, x, y, 0, s), b = image_view(&all, x, y, 0, s);
        cr_expect_eq(image_compare(&a, &b, 0).pixels, 0, "tile %lld", (long long)only[i]);
    }
    image_free(&in);
    image_free(&some);
    image_free(&all);
}
