/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The margin that is measured is the one that an operation's descriptor states, for every operation that states one, in
 * 2D and in 3D; and where a descriptor does not know, measuring does.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "ops/registry.h"
#include "tiles/margin_search.h"

enum { THREADS = 2 };

static const struct shape flat = {256, 256, 1}, deep = {64, 64, 64};

static struct margin_found search(const char *text, struct shape shape, enum pixel_type type, enum content content)
{
    struct chain chain;
    struct margin_found found;
    cr_assert_eq(chain_parse(text, type, &chain), STATUS_OK, "%s", status_text());
    const struct margin_request r = {
        .chain = &chain, .shape = shape, .content = content, .seed = 1, .threads = THREADS};
    cr_assert_eq(margin_search(&r, &found), STATUS_OK, "%s: %s", text, status_text());
    chain_free(&chain);
    return found;
}

static void expect_agreement(const char *text, struct shape shape, enum content content)
{
    const struct margin_found f = search(text, shape, PIXEL_F32, content);
    for (int axis = 0; axis < 3; axis++)
        cr_expect_eq(f.measured_px[axis], f.automatic_px[axis], "%s, %lldx%lldx%lld, axis %d: %lld, not %lld px", text,
                     (long long)shape.width, (long long)shape.height, (long long)shape.depth, axis,
                     (long long)f.measured_px[axis], (long long)f.automatic_px[axis]);
    cr_expect(!f.grows && f.growth_px == -1);
}

static bool is_binary(const struct op *op)
{
    return strcmp(op->name, "erode") == 0 || strcmp(op->name, "dilate") == 0;
}

/* "gaussian_blur(sigma=1)": blurs narrow enough for a small image, other parameters at their defaults. */
static void chain_of(const struct op *op, char *text, size_t bytes)
{
    size_t used = (size_t)snprintf(text, bytes, "%s(%s", op->name, op->inputs == 2 ? "with=b.tif" : "");
    int sigmas = 0;
    for (int i = 0; op->params[i].name; i++)
        if (strncmp(op->params[i].name, "sigma", 5) == 0 && !op->params[i].follows)
            used += (size_t)snprintf(text + used, bytes - used, "%s%s=%d", text[used - 1] == '(' ? "" : ",",
                                     op->params[i].name, ++sigmas);
    snprintf(text + used, bytes - used, ")");
}

Test(margin_search, measured_is_automatic_for_every_operation_with_an_exact_margin)
{
    char text[128];
    int count = 0;
    for (int i = 0; i < ops_count(); i++) {
        const struct op *op = op_at(i, PIXEL_F32, cpu_level_best());
        if (op->margin != MARGIN_PIXELS)
            continue;
        chain_of(op, text, sizeof text);
        const enum content content = is_binary(op) ? CONTENT_PATCHES : CONTENT_NOISE;
        if (op->dimensions == OP_2D_AND_3D)
            expect_agreement(text, flat, content);
        expect_agreement(text, deep, content);
        count++;
    }
    cr_expect_gt(count, 10);
}

Test(margin_search, margins_of_chains_and_axes_add_up)
{
    expect_agreement("gaussian_blur(sigma=1) | median(radius=1) | top_hat(radius=2)", flat, CONTENT_NOISE);
    expect_agreement("gaussian_blur(sigma_x=3,sigma_y=1)", flat, CONTENT_NOISE);
    expect_agreement("top_hat(radius=6)", flat, CONTENT_NOISE);
    cr_expect_eq(search("top_hat(radius=6)", flat, PIXEL_U16, CONTENT_NOISE).measured_px[0], 12);
}

/* Margins larger than a quarter of the first piece. */
Test(margin_search, pieces_grow)
{
    expect_agreement("gaussian_blur(sigma=10)", flat, CONTENT_NOISE);
    expect_agreement("maximum(radius=9)", (struct shape){64, 64, 20}, CONTENT_NOISE);
}

/* More than the image is never needed. */
Test(margin_search, axes_shorter_than_the_margin)
{
    const struct margin_found f = search("gaussian_blur(sigma=2)", (struct shape){50, 7, 1}, PIXEL_F32, CONTENT_NOISE);
    cr_expect_eq(f.automatic_px[1], 8);
    cr_expect_eq(f.measured_px[0], 8);
    cr_expect_leq(f.measured_px[1], 7);
}

/* Levels and numbers come from all tiles. */
Test(margin_search, global_steps_need_no_margin_of_their_own)
{
    struct margin_found f = search("auto_threshold", flat, PIXEL_U16, CONTENT_CELLS);
    cr_expect(margin_largest(f.measured_px) == 0 && margin_largest(f.automatic_px) == 0);
    f = search("label", flat, PIXEL_U8, CONTENT_PATCHES);
    cr_expect(margin_largest(f.measured_px) == 0 && margin_largest(f.automatic_px) == 0);
    f = search("gaussian_blur(sigma=2) | auto_threshold | label", flat, PIXEL_U16, CONTENT_NOISE);
    cr_expect_eq(f.automatic_px[0], 8);
    cr_expect_eq(f.measured_px[0], 8);
}

Test(margin_search, growth_is_reported_as_what_it_took)
{
    const struct margin_found f = search("voronoi_otsu_labeling(spot_sigma=2)", flat, PIXEL_U16, CONTENT_CELLS);
    cr_expect(f.grows);
    cr_expect_gt(f.growth_px, 0);
    cr_expect_geq(f.measured_px[0], f.growth_px);
}

/* Planted: a flat image has no error at any seam, so that measuring finds less than what other images need. */
Test(margin_search, a_flat_image_shows_nothing)
{
    const struct margin_found f = search("median(radius=2)", flat, PIXEL_U16, CONTENT_FLAT);
    cr_expect_eq(f.measured_px[0], 0);
    cr_expect_eq(f.automatic_px[0], 2);
}

/* A given image: pieces are cut from it, and a structure in one place alone is found by confirmation or not at all. */
Test(margin_search, pieces_of_a_given_image)
{
    struct chain chain;
    struct image in;
    struct margin_found f;
    cr_assert_eq(image_alloc(&in, (struct shape){300, 280, 1}, PIXEL_F32, 0, 1), STATUS_OK);
    cr_assert_eq(synthetic_fill(&in, CONTENT_NOISE, 5), STATUS_OK);
    cr_assert_eq(chain_parse("add_images_weighted(with=b.tif) | mean(radius=3)", PIXEL_F32, &chain), STATUS_OK);
    const struct image *with[CHAIN_STEPS_MAX] = {&in};
    const struct margin_request r = {
        .chain = &chain, .shape = in.shape, .in = &in, .with = with, .seed = 3, .threads = THREADS};
    cr_assert_eq(margin_search(&r, &f), STATUS_OK, "%s", status_text());
    cr_expect_eq(f.measured_px[0], 3);
    cr_expect_eq(f.measured_px[1], 3);
    cr_expect_eq(f.measured_px[2], 0);
    chain_free(&chain);
    image_free(&in);
}
