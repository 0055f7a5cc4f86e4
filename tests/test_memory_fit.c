/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Verdicts and tiles on devices that are descriptions, and margins of chains.
 */
#include <stdio.h>
#include <string.h>

#include "bench/memory_fit.h"
#include "bench/memory_report.h"
#include "images/synthetic.h"
#include "tests/described_card.h"
#include "tests/expected_file.h"

static struct memory_fit fitted(const char *text, struct shape shape, const struct device *device, int64_t host_bytes)
{
    const struct memory_place place = {.device = device, .threads = 2, .host_bytes = host_bytes};
    struct chain chain = parsed(text, PIXEL_U16);
    struct memory_fit fit;
    cr_assert_eq(memory_fit(&chain, &place, shape, &fit), STATUS_OK, "%s", status_text());
    if (fit.verdict == MEMORY_FITS_IN_TILES) {
        /* The tile fits, and a tile half as large again would have been wasted: the count is that of the shapes. */
        cr_expect_leq(fit.tile_need.peak_bytes, device ? device->global_bytes * 95 / 100 : (uint64_t)host_bytes);
        cr_expect_eq(fit.tile_count, chain_tile_count(shape, fit.tile));
        cr_expect_gt(fit.tile_count, 1);
    }
    chain_free(&chain); /* fit.tiles.obstacle is of no use from here on */
    return fit;
}

Test(memory_fit, verdicts)
{
    const struct shape shape = {1024, 2048, 100}, large = {4096, 4096, 400};
    struct memory_fit fit = fitted("gaussian_blur(sigma=2) | top_hat(radius=3)", shape, &card, 64000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS, "%s", fit.reason);

    fit = fitted("gaussian_blur(sigma=2) | top_hat(radius=3)", large, &card, 64000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS_IN_TILES, "%s", fit.reason);
    cr_expect_eq(fit.tiles.margin_px[0], 8 + 6); /* int(4 * 2 + 0.5) and 2 * 3 */
    cr_expect_not(fit.from_file);
    cr_expect_leq(fit.tile_need.largest_bytes, card.max_alloc_bytes);

    /* Three buffers of the image would fit the memory, one does not fit the declared limit. */
    fit = fitted("add_scalar", (struct shape){32768, 32768, 1}, &card, 64000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS_IN_TILES);
    cr_expect_not_null(strstr(fit.reason, "largest buffer"), "%s", fit.reason);
    cr_expect_eq(fit.tile_count, 2);

    fit = fitted("auto_threshold", large, &card, 64000000000);
    cr_expect_eq(fit.verdict, MEMORY_DOES_NOT_FIT);
    cr_expect_not_null(strstr(fit.obstacle, "auto_threshold needs the whole image"), "%s", fit.obstacle);
    fit = fitted("rotate", large, &card, 64000000000);
    cr_expect_eq(fit.verdict, MEMORY_DOES_NOT_FIT);
    cr_expect_not_null(strstr(fit.obstacle, "moves pixels"), "%s", fit.obstacle);

    fit = fitted("maximum_z_projection", large, &card, 64000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS_IN_TILES);
    cr_expect_eq(fit.tile.depth, large.depth);

    /* Without room for the images on the host, tiles come from files; without anything at all, nothing goes. */
    fit = fitted("median(radius=1)", large, &card, 1000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS_IN_TILES);
    cr_expect(fit.from_file);
    cr_expect_leq(fit.tile_need.host_bytes, 950000000);
    fit = fitted("median(radius=1)", large, &card, 100);
    cr_expect_eq(fit.verdict, MEMORY_DOES_NOT_FIT);
}

/* A device that cannot run a chain says why; that is no failure of the others. */
Test(memory_fit, a_device_that_cannot_run_it)
{
    struct device simple = card;
    simple.double_precision = false;
    const struct memory_place place = {.device = &simple, .host_bytes = -1};
    struct chain chain = parsed("auto_threshold", PIXEL_U16);
    struct memory_fit fit;
    cr_assert_eq(memory_fit(&chain, &place, (struct shape){37, 29, 5}, &fit), STATUS_OK, "%s", status_text());
    cr_expect_eq(fit.verdict, MEMORY_CANNOT_RUN);
    cr_expect_not_null(strstr(fit.reason, "double precision"), "%s", fit.reason);
    chain_free(&chain);
}

Test(memory_fit, of_the_cpu)
{
    const struct shape shape = {1024, 1024, 100};
    struct memory_fit fit = fitted("add_scalar", shape, NULL, 1000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS, "%s", fit.reason);
    cr_expect_eq(fit.need.peak_bytes, fit.need.host_bytes);
    fit = fitted("add_scalar | add_scalar", shape, NULL, 550000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS_IN_TILES, "%s", fit.reason);
    fit = fitted("add_scalar", shape, NULL, -1); /* unknown is not looked at */
    cr_expect_eq(fit.verdict, MEMORY_FITS);
}

/* Memory that device and host share must hold both sides. */
Test(memory_fit, shared_memory_holds_both)
{
    struct device integrated = card;
    const struct shape shape = {1024, 1024, 400}; /* 839 MB as uint16 */
    integrated.unified_memory = true;
    struct memory_fit fit = fitted("add_scalar", shape, &card, 2600000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS, "%s", fit.reason);
    fit = fitted("add_scalar", shape, &integrated, 2600000000);
    cr_expect_neq(fit.verdict, MEMORY_FITS);
    cr_expect_gt(fit.need.shared_bytes, fit.need.peak_bytes);
}

Test(chain_tiles, with_margins)
{
    const struct chain_tiles tiles = {.margin_px = {8, 8, 2}};
    const struct shape image = {100, 100, 10};
    cr_expect_eq(chain_tile_count(image, (struct shape){50, 34, 10}), 6);
    const struct shape held = chain_tile_with_margin(&tiles, image, (struct shape){50, 25, 10});
    cr_expect_eq(held.width, 58); /* two tiles: one side is the image's border */
    cr_expect_eq(held.height, 41);
    cr_expect_eq(held.depth, 10);
    cr_expect_eq(chain_tile_with_margin(&tiles, image, (struct shape){95, 95, 5}).width,
                 100); /* never beyond the image */
}

/* Over a tile with the margin that is stated, the chain gives what it gives on the whole image; with less it does not.
 */
static bool tile_agrees(const struct chain *chain, const struct image *in, const struct image *whole,
                        const int64_t margin[2])
{
    const int64_t x = 30, y = 20, w = 16, h = 12;
    const struct image *with[CHAIN_STEPS_MAX] = {0};
    struct image tile, out;
    const struct image view =
        image_view(in, x - margin[0], y - margin[1], 0, (struct shape){w + 2 * margin[0], h + 2 * margin[1], 1});
    cr_assert_eq(image_alloc(&tile, view.shape, in->type, 0, 1), STATUS_OK);
    image_copy(&tile, &view);
    cr_assert_eq(chain_run(chain, BACKEND_OPENMP, NULL, 1, &tile, with, &out), STATUS_OK, "%s", status_text());
    const struct image found = image_view(&out, margin[0], margin[1], 0, (struct shape){w, h, 1});
    const struct image expected = image_view(whole, x, y, 0, (struct shape){w, h, 1});
    const bool equal = image_compare(&found, &expected, 0).pixels == 0;
    image_free(&tile);
    image_free(&out);
    return equal;
}

Test(chain_tiles, the_margin_of_a_chain_is_enough_and_needed)
{
    struct chain chain = parsed("gaussian_blur(sigma=1) | median(radius=1) | maximum(radius=2)", PIXEL_U16);
    const struct image *with[CHAIN_STEPS_MAX] = {0};
    struct image in = {0}, whole;
    const struct chain_tiles tiles = chain_tiles(&chain);
    cr_assert_null(tiles.obstacle);
    cr_expect_eq(tiles.margin_px[0], 4 + 1 + 2);
    cr_assert_eq(image_alloc(&in, (struct shape){90, 60, 1}, PIXEL_U16, 0, 1), STATUS_OK);
    cr_assert_eq(synthetic_fill(&in, CONTENT_NOISE, 3), STATUS_OK);
    cr_assert_eq(chain_run(&chain, BACKEND_OPENMP, NULL, 1, &in, with, &whole), STATUS_OK);
    cr_expect(tile_agrees(&chain, &in, &whole, tiles.margin_px));
    cr_expect_not(tile_agrees(&chain, &in, &whole, (int64_t[]){3, 3}));
    chain_free(&chain);
    image_free(&in);
    image_free(&whole);
}

static void write_forms(FILE *out, const char *text, struct shape shape)
{
    const struct memory_place place = {.device = &card, .host_bytes = 64000000000};
    struct chain chain = parsed(text, PIXEL_U16);
    struct memory_fit fit;
    cr_assert_eq(memory_fit(&chain, &place, shape, &fit), STATUS_OK, "%s", status_text());
    memory_report_print(out, &place, &fit, 4.0 * 1024 * 2048 * 100);
    json_t *json = memory_report_json(&place, &fit);
    char *dump = json_dumps(json, JSON_INDENT(1));
    fprintf(out, "%s\n", dump);
    free(dump);
    json_decref(json);
    chain_free(&chain);
}

/* Fits, fits in tiles, cannot run. */
Test(memory_fit, text_and_json_as_expected)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    write_forms(out, "gaussian_blur(sigma=2) | top_hat(radius=3)", (struct shape){1024, 2048, 100});
    write_forms(out, "gaussian_blur(sigma=2) | top_hat(radius=3)", (struct shape){4096, 4096, 400});
    write_forms(out, "radial_reslice", (struct shape){64, 64, 1});
    fclose(out);
    expect_file(text, "memory.txt");
    cr_expect(!strstr(text, "nan") && !strstr(text, "inf"), "%s", text);
    free(text);
}
