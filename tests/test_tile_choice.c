/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The tile that is chosen: fits, is a multiple of what the output is stored in, and was tried. What it is said to need
 * is what it takes.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <time.h>

#include "images/volume_synthetic.h"
#include "ops/chain.h"
#include "tests/open_device.h"
#include "tiles/tile_choice.h"

struct trial {
    struct chain chain;
    struct graph graph;
    struct tiling_request request;
    struct tile_limits limits;
    struct tile_choice choice;
};

static void begin(struct trial *t, const char *chain, const char *image)
{
    struct volume *volume;
    cr_assert_eq(volume_synthetic(image, &volume), STATUS_OK, "%s", status_text());
    cr_assert_eq(chain_parse(chain, volume->type, &t->chain), STATUS_OK, "%s", status_text());
    cr_assert_eq(graph_make(&t->chain, volume->shape, &t->graph), STATUS_OK, "%s", status_text());
    t->request = (struct tiling_request){
        .graph = &t->graph, .backend = BACKEND_OPENMP, .threads = 2, .uniform = true, .overlap = true};
    t->request.in[0] = volume;
    t->limits = (struct tile_limits){
        .host_bytes = SIZE_MAX, .device_bytes = SIZE_MAX, .multiple = {96, 64, 1}, .pixels_per_label = 1000};
}

static void end(struct trial *t)
{
    volume_close(t->request.in[0]);
    chain_free(&t->chain);
}

Test(tile_choice, is_the_fastest_of_those_tried)
{
    static struct trial t;
    begin(&t, "gaussian_blur(sigma=2) | auto_threshold | label", "synthetic:cells:1000x900:uint16");
    cr_assert_eq(tile_choose(&t.request, &t.limits, &t.choice), STATUS_OK, "%s", status_text());
    cr_expect_gt(t.choice.count, 2);
    for (int i = 0; i < t.choice.count; i++) {
        cr_expect_eq(t.choice.tile[i].width % 96, 0);
        cr_expect_eq(t.choice.tile[i].height % 64, 0);
        if (!isnan(t.choice.expected_ns[i]))
            cr_expect_leq(t.choice.expected_ns[t.choice.best], 1.1 * t.choice.expected_ns[i]);
    }
    cr_expect(shape_equal(t.request.tile, t.choice.tile[t.choice.best]));
    end(&t);
}

Test(tile_choice, fits_in_the_memory)
{
    static struct trial t;
    bool fits;
    static struct tiling_need need;
    begin(&t, "median(radius=2)", "synthetic:cells:4000x4000:uint8");
    t.limits.host_bytes = 4 << 20;
    cr_assert_eq(tile_choose(&t.request, &t.limits, &t.choice), STATUS_OK, "%s", status_text());
    cr_assert_eq(tiling_need(&t.request, 1000, &need), STATUS_OK);
    cr_expect_leq(need.everything.host_bytes, 4u << 20);
    t.request.tile = (struct shape){3840, 3840, 1};
    cr_assert_eq(tile_fits(&t.request, &t.limits, &fits), STATUS_OK);
    cr_expect_not(fits, "everything is said to fit");
    end(&t);
}

/* What is said beforehand against what a run then takes: each pass, and the memory of the host and of the device. */
static void expect_need_is_taken(const char *chain, enum backend backend, struct opencl *opencl)
{
    static struct trial t;
    static struct tiling_report report;
    static struct tiling_need need;
    size_t host = 0;
    begin(&t, chain, "synthetic:cells:1200x1000:uint16");
    t.request.backend = backend;
    t.request.opencl = opencl;
    t.request.tile = (struct shape){768, 384, 1};
    const struct shape result = t.graph.shapes[t.graph.spaces - 1];
    const enum pixel_type type = t.graph.nodes[t.graph.count - 1].type;
    cr_assert_eq(volume_null(result, type, t.request.tile, &t.request.out), STATUS_OK);
    cr_assert_eq(tiling_need(&t.request, 1000, &need), STATUS_OK, "%s", status_text());
    cr_assert_eq(tiling_run(&t.request, &report), STATUS_OK, "%s", status_text());
    cr_assert_eq(report.sweep_count, need.pass_count, "%s", chain);
    for (int i = 0; i < need.pass_count; i++) {
        const struct tiling_pass *p = &need.passes[i];
        cr_expect_str_eq(p->purpose, report.sweeps[i].purpose, "%s", chain);
        cr_expect_arr_eq(p->margin_px, report.sweeps[i].margin_px, sizeof p->margin_px, "%s", chain);
        host = p->need.host_bytes > host ? p->need.host_bytes : host;
    }
    cr_expect_eq(report.host_bytes, host, "%s: %zu planned, %zu taken", chain, host, report.host_bytes);
    cr_expect_eq(report.device_bytes, need.everything.device_bytes, "%s: %zu planned, %zu taken", chain,
                 need.everything.device_bytes, report.device_bytes);
    cr_expect_geq(need.everything.host_bytes, host + need.labels_bytes);
    cr_expect_eq(need.scratch_bytes, report.labels >= 0 ? 4u * 1200 * 1000 : 0);
    /* The planted error: smaller tiles are no measure of these. */
    t.request.tile = (struct shape){384, 384, 1};
    cr_assert_eq(tiling_need(&t.request, 1000, &need), STATUS_OK);
    cr_expect_lt(need.passes[need.pass_count - 1].need.host_bytes, host);
    volume_close(t.request.out);
    end(&t);
}

Test(tile_choice, needs_are_what_is_taken)
{
    static const char *const chains[] = {
        "gaussian_blur(sigma=2) | mean", "gaussian_blur(sigma=2) | auto_threshold | label",
        "rotate(angle_z=30) | median", "flip | gauss_otsu_labeling", "voronoi_otsu_labeling"};
    for (size_t i = 0; i < sizeof chains / sizeof chains[0]; i++)
        expect_need_is_taken(chains[i], BACKEND_OPENMP, NULL);
}

Test(tile_choice, needs_are_what_is_taken_of_a_device)
{
    static const char *const chains[] = {"mean | auto_threshold | label", "rotate(angle_z=30) | mean"};
    struct opencl *opencl = open_device();
    for (size_t i = 0; i < sizeof chains / sizeof chains[0]; i++)
        expect_need_is_taken(chains[i], BACKEND_OPENCL, opencl);
    opencl_close(opencl);
}

Test(tile_choice, the_largest_is_within_the_limits)
{
    static struct trial t;
    static struct tiling_need need, larger;
    bool found;
    begin(&t, "gaussian_blur(sigma=2)", "synthetic:cells:9000x7000:uint16");
    t.limits.host_bytes = 64 << 20;
    cr_assert_eq(tile_largest(&t.request, &t.limits, &need, &found), STATUS_OK, "%s", status_text());
    cr_assert(found);
    cr_expect_leq(need.everything.host_bytes, t.limits.host_bytes);
    cr_expect_eq(t.request.tile.width % 96, 0);
    t.request.tile.width *= 2;
    t.request.tile.height *= 2;
    cr_assert_eq(tiling_need(&t.request, 1000, &larger), STATUS_OK);
    cr_expect_gt(larger.everything.host_bytes, t.limits.host_bytes, "a larger one would have fitted");
    t.limits.host_bytes = 1000;
    cr_assert_eq(tile_largest(&t.request, &t.limits, &need, &found), STATUS_OK);
    cr_expect_not(found);
    end(&t);
}

/* More pixels than 32-bit labels can number are a matter of the tile, not of the image. */
Test(tile_choice, labels_bound_the_tile_and_not_the_image)
{
    static struct trial t;
    static struct tiling_need need;
    begin(&t, "label", "synthetic:cells:90000x80000:uint8");
    t.request.tile = (struct shape){960, 960, 1};
    cr_expect_eq(tiling_need(&t.request, 1000, &need), STATUS_OK, "%s", status_text());
    t.request.tile = (struct shape){80000, 80000, 1};
    cr_expect_eq(tiling_need(&t.request, 1000, &need), STATUS_UNSUPPORTED);
    end(&t);
}

Test(tile_choice, nothing_fits)
{
    static struct trial t;
    begin(&t, "mean", "synthetic:cells:512x512:uint8");
    t.limits.host_bytes = 1000;
    cr_expect_eq(tile_choose(&t.request, &t.limits, &t.choice), STATUS_MEMORY);
    end(&t);
}

/* Reads the longer the larger the region is, out of proportion. */
struct slow_volume {
    struct volume volume;
    struct volume *inner;
};

static enum status read_slowly(struct volume *volume, const struct region *region, struct image *out)
{
    const double ms = pow((double)shape_pixels(region->shape) / 30000, 2);
    const struct timespec pause = {.tv_nsec = (long)(fmin(ms, 900) * 1e6)};
    nanosleep(&pause, NULL);
    return volume_read(((struct slow_volume *)volume)->inner, region, out);
}

static void close_slow(struct volume *volume)
{
    volume_close(((struct slow_volume *)volume)->inner);
}

/* Where the next larger size takes twice as long for the image, it is tried and not taken. */
Test(tile_choice, a_slower_size_is_not_taken)
{
    static const struct volume_kind kind = {.name = "slow", .read = read_slowly, .close = close_slow};
    static struct trial t;
    int slower = 0;
    begin(&t, "add_scalar", "synthetic:cells:1000x900:uint16");
    struct slow_volume slow = {.volume = *t.request.in[0], .inner = t.request.in[0]};
    slow.volume.kind = &kind;
    t.request.in[0] = &slow.volume;
    t.limits.trials_ns = 1e10;
    cr_assert_eq(tile_choose(&t.request, &t.limits, &t.choice), STATUS_OK, "%s", status_text());
    for (int i = 0; i < t.choice.count; i++)
        slower += t.choice.expected_ns[i] > 1.5 * t.choice.expected_ns[t.choice.best];
    cr_expect_gt(slower, 0, "no size was slower: the test shows nothing");
    cr_expect_eq(t.choice.best, 0);
    end(&t);
}
