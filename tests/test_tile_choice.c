/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The tile that is chosen: fits, is a multiple of what the output is stored in, and was tried.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "images/volume_synthetic.h"
#include "ops/chain.h"
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
    size_t host, device;
    begin(&t, "median(radius=2)", "synthetic:cells:4000x4000:uint8");
    t.limits.host_bytes = 4 << 20;
    cr_assert_eq(tile_choose(&t.request, &t.limits, &t.choice), STATUS_OK, "%s", status_text());
    cr_assert_eq(tiling_need(&t.request, 1000, &host, &device), STATUS_OK);
    cr_expect_leq(host, 4u << 20);
    t.request.tile = (struct shape){3840, 3840, 1};
    cr_assert_eq(tile_fits(&t.request, &t.limits, &fits), STATUS_OK);
    cr_expect_not(fits, "everything is said to fit");
    end(&t);
}

Test(tile_choice, needs_are_what_is_taken)
{
    static struct trial t;
    static struct tiling_report report;
    size_t host, device;
    begin(&t, "gaussian_blur(sigma=2) | mean", "synthetic:cells:1200x1000:uint16");
    t.request.tile = (struct shape){384, 384, 1};
    cr_assert_eq(volume_null((struct shape){1200, 1000, 1}, PIXEL_U16, t.request.tile, &t.request.out), STATUS_OK);
    cr_assert_eq(tiling_need(&t.request, 1000, &host, &device), STATUS_OK);
    cr_assert_eq(tiling_run(&t.request, &report), STATUS_OK, "%s", status_text());
    cr_expect_eq(report.host_bytes, host);
    volume_close(t.request.out);
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
