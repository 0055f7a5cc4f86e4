/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Verdicts and tiles on devices that are descriptions.
 */
#include <stdio.h>
#include <string.h>

#include "bench/memory_fit.h"
#include "bench/memory_report.h"
#include "tests/described_card.h"
#include "tests/expected_file.h"

static struct memory_fit fitted(const char *text, struct shape shape, const struct device *device, int64_t host_bytes)
{
    const struct memory_place place = {.device = device, .threads = 2, .host_bytes = host_bytes};
    struct chain chain = parsed(text, PIXEL_U16);
    struct memory_fit fit;
    cr_assert_eq(memory_fit(&chain, &place, shape, &fit), STATUS_OK, "%s", status_text());
    if (fit.verdict == MEMORY_FITS_IN_TILES) {
        const struct engine_need *need = &fit.tiles.need.everything;
        cr_expect_leq(need->host_bytes, (uint64_t)fit.tiles.memory_bytes);
        if (host_bytes > 0)
            cr_expect_leq(fit.tiles.memory_bytes, host_bytes);
        if (device) {
            cr_expect_leq(need->device_bytes, device->global_bytes * 90 / 100);
            cr_expect_leq(need->largest_bytes, device->max_alloc_bytes);
        }
        const struct shape c = fit.tiles.chunk, t = fit.tiles.tile, whole = fit.tiles.need.grid.image;
        cr_expect(t.width == whole.width || t.width % c.width == 0);
        cr_expect(t.height == whole.height || t.height % c.height == 0);
        cr_expect(t.depth == whole.depth || t.depth % c.depth == 0);
    }
    chain_free(&chain);
    return fit;
}

Test(memory_fit, verdicts)
{
    const struct shape shape = {1024, 2048, 100}, large = {4096, 4096, 400};
    struct memory_fit fit = fitted("gaussian_blur(sigma=2) | top_hat(radius=3)", shape, &card, 64000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS, "%s", fit.reason);

    fit = fitted("gaussian_blur(sigma=2) | top_hat(radius=3)", large, &card, 64000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS_IN_TILES, "%s", fit.reason);
    cr_expect_eq(fit.tiles.need.passes[0].margin_px[0], 8 + 6); /* int(4 * 2 + 0.5) and 2 * 3 */
    cr_expect_gt(grid_tiles(&fit.tiles.need.grid), 1);
    cr_expect(fit.tiles.by_default);

    /* Three buffers of the image would fit the memory, one does not fit the declared limit. */
    fit = fitted("add_scalar", (struct shape){32768, 32768, 1}, &card, 64000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS_IN_TILES);
    cr_expect_not_null(strstr(fit.reason, "largest buffer"), "%s", fit.reason);
    cr_expect_eq(grid_tiles(&fit.tiles.need.grid), 4);

    fit = fitted("maximum_z_projection", large, &card, 64000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS_IN_TILES);
    cr_expect(fit.tiles.whole_depth);
    cr_expect_eq(fit.tiles.tile.depth, 1); /* of the result */
    cr_expect_eq(fit.tiles.need.passes[0].source.depth, large.depth);

    /* Without room for the images on the host tiles need little; without anything at all, nothing goes. */
    fit = fitted("median(radius=1)", large, &card, 1000000000);
    cr_expect_eq(fit.verdict, MEMORY_FITS_IN_TILES, "%s", fit.obstacle);
    fit = fitted("median(radius=1)", large, &card, 100);
    cr_expect_eq(fit.verdict, MEMORY_DOES_NOT_FIT);
    cr_expect_not_null(strstr(fit.obstacle, "even tiles of 256x256x32"), "%s", fit.obstacle);
}

/* Operations on the whole image are passes over tiles, and moved pixels are looked up. */
Test(memory_fit, passes)
{
    const struct shape large = {4096, 4096, 400};
    struct memory_fit fit = fitted("auto_threshold", large, &card, 64000000000);
    cr_assert_eq(fit.verdict, MEMORY_FITS_IN_TILES, "%s", fit.obstacle);
    cr_expect_eq(fit.tiles.need.pass_count, 2);
    cr_expect_str_eq(fit.tiles.need.passes[0].purpose, "histogram");
    cr_expect_eq(fit.tiles.need.labels_bytes, 0);
    fit = fitted("rotate(angle_z=30)", large, &card, 64000000000);
    cr_assert_eq(fit.verdict, MEMORY_FITS_IN_TILES, "%s", fit.obstacle);
    cr_expect_gt(fit.tiles.need.passes[0].source.width, fit.tiles.tile.width);
    fit = fitted("voronoi_otsu_labeling", large, &card, 64000000000);
    cr_assert_eq(fit.verdict, MEMORY_FITS_IN_TILES, "%s", fit.obstacle);
    cr_expect(fit.tiles.grows);
    cr_expect_gt(fit.tiles.need.labels_bytes, 37 * 4096ull * 4096 * 400 / 1000);
}

/* What no label operation can take as a whole is no matter for tiles. */
Test(memory_fit, more_pixels_than_labels)
{
    struct memory_fit fit = fitted("label", (struct shape){70000, 70000, 1}, &card, 64000000000);
    cr_assert_eq(fit.verdict, MEMORY_FITS_IN_TILES, "%s", fit.obstacle);
    cr_expect_eq(fit.need.count, 0);
    cr_expect_not_null(strstr(fit.reason, "32-bit labels"), "%s", fit.reason);
    cr_expect_eq(fit.tiles.need.scratch_bytes, 4ull * 70000 * 70000);
    fit = fitted("label", (struct shape){70000, 70000, 1}, &card, 300000000);
    cr_expect_eq(fit.verdict, MEMORY_DOES_NOT_FIT);
}

/* Where half of the available memory is not enough, --memory is asked for; --memory itself is what there is. */
Test(memory_fit, amounts_of_memory)
{
    const struct shape large = {40000, 40000, 1};
    struct memory_fit fit = fitted("mean", large, NULL, 100000000);
    cr_assert_eq(fit.verdict, MEMORY_FITS_IN_TILES, "%s", fit.obstacle);
    cr_expect_not(fit.tiles.by_default);
    cr_expect_eq(fit.tiles.memory_bytes, 90ll << 20);
    const struct memory_place place = {.threads = 2, .host_bytes = 1 << 30, .memory_bytes = 1 << 30};
    struct chain chain = parsed("mean", PIXEL_U16);
    cr_assert_eq(memory_fit(&chain, &place, large, &fit), STATUS_OK);
    cr_expect_eq(fit.tiles.memory_bytes, 1 << 30);
    chain_free(&chain);
}

/* A device that cannot run a chain says why; that is no failure of the others. */
Test(memory_fit, a_device_that_cannot_run_it)
{
    struct device simple = card;
    simple.double_precision = false;
    const struct memory_place place = {.device = &simple, .threads = 2, .host_bytes = -1};
    struct chain chain = parsed("auto_threshold", PIXEL_U16);
    struct memory_fit fit;
    cr_assert_eq(memory_fit(&chain, &place, (struct shape){37, 29, 5}, &fit), STATUS_OK, "%s", status_text());
    cr_expect_eq(fit.need.count, 0);
    cr_expect_not_null(strstr(fit.reason, "double precision"), "%s", fit.reason);
    /* In tiles the level is found by the host. */
    cr_expect_eq(fit.verdict, MEMORY_FITS_IN_TILES, "%s", fit.obstacle);
    strcpy(simple.problem, "it is broken");
    cr_assert_eq(memory_fit(&chain, &place, (struct shape){37, 29, 5}, &fit), STATUS_OK, "%s", status_text());
    cr_expect_eq(fit.verdict, MEMORY_CANNOT_RUN);
    cr_expect_str_eq(fit.reason, "it is broken");
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
    fit = fitted("add_scalar", (struct shape){8192, 8192, 100}, &integrated, 2600000000);
    cr_assert_eq(fit.verdict, MEMORY_FITS_IN_TILES, "%s", fit.obstacle);
    const struct engine_need *need = &fit.tiles.need.everything;
    cr_expect_leq(need->host_bytes + need->device_bytes, (uint64_t)fit.tiles.memory_bytes);
    /* A card of its own takes larger tiles beside the same host memory. */
    const uint64_t both = need->host_bytes + need->device_bytes;
    fit = fitted("add_scalar", (struct shape){8192, 8192, 100}, &card, 2600000000);
    cr_assert_eq(fit.verdict, MEMORY_FITS_IN_TILES, "%s", fit.obstacle);
    cr_expect_gt(fit.tiles.need.everything.host_bytes + fit.tiles.need.everything.device_bytes, both);
}

static void write_forms(FILE *out, const char *text, struct shape shape)
{
    const struct memory_place place = {.device = &card, .threads = 2, .host_bytes = 64000000000};
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

/* Fits, fits in tiles, in tiles alone, cannot run. */
Test(memory_fit, text_and_json_as_expected)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    write_forms(out, "gaussian_blur(sigma=2) | top_hat(radius=3)", (struct shape){1024, 2048, 100});
    write_forms(out, "gaussian_blur(sigma=2) | top_hat(radius=3)", (struct shape){4096, 4096, 400});
    write_forms(out, "gaussian_blur(sigma=2) | voronoi_otsu_labeling", (struct shape){70000, 70000, 1});
    write_forms(out, "radial_reslice", (struct shape){64, 64, 1});
    fclose(out);
    expect_file(text, "memory.txt");
    cr_expect(!strstr(text, "nan") && !strstr(text, "inf"), "%s", text);
    free(text);
}
