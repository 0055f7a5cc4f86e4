/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Automatic thresholds worked out by hand.
 */
#include "tests/literal.h"

#include <math.h>

#include "ops/histogram_threshold.h"

/* Split after 0: 2 * 4 * 191.25^2 = 292 612.5; after 51 and all empty bins up to 203: 3 * 3 * 221^2 = 439 569; after
 * 204 as after 0. The first of the largest is 51. */
Test(auto_threshold, otsu_of_a_histogram)
{
    uint64_t bins[HISTOGRAM_BINS] = {[0] = 2, [51] = 1, [204] = 1, [255] = 2};
    cr_expect_eq(histogram_threshold(bins, 0, 255, THRESHOLD_OTSU), 51.0f);
    cr_expect_eq(histogram_threshold(bins, -1, 0, THRESHOLD_OTSU), -0.8f);
    for (int i = 0; i < HISTOGRAM_BINS; i++)
        bins[i] <<= 40;
    cr_expect_eq(histogram_threshold(bins, 0, 255, THRESHOLD_OTSU), 51.0f, "more than 2^32 pixels");
}

/* The 20 pixels of bin 100 count as 9, 1.5 times the second highest. From i = 110 on, the means are (9 * 100 + 4 * 110)
 * / 13 = 103.08 and 200, their middle 151.54: less than i + 2 first for i = 150, and rounded 152. */
static const uint64_t dominated[HISTOGRAM_BINS] = {[0] = 1, [100] = 20, [110] = 4, [200] = 6, [255] = 1};

Test(auto_threshold, isodata_of_a_histogram)
{
    cr_expect_eq(histogram_threshold(dominated, 0, 255, THRESHOLD_ISODATA), 152.0f);
    cr_expect_eq(histogram_threshold(dominated, 0, 510, THRESHOLD_ISODATA), 304.0f);
}

/* 20 is not more than twice 10: the means are (20 * 100 + 4 * 110) / 24 = 101.67 and 205, their middle 153.33. 21 is,
 * and counts as 15: 102.11 and 205, their middle 153.55. */
Test(auto_threshold, isodata_cuts_a_dominant_bin_only)
{
    uint64_t bins[HISTOGRAM_BINS] = {[100] = 20, [110] = 4, [200] = 10, [210] = 10};
    cr_expect_eq(histogram_threshold(bins, 0, 255, THRESHOLD_ISODATA), 153.0f);
    bins[100] = 21;
    cr_expect_eq(histogram_threshold(bins, 0, 255, THRESHOLD_ISODATA), 154.0f);
}

Test(auto_threshold, isodata_of_few_bins)
{
    cr_expect_eq(histogram_threshold((uint64_t[HISTOGRAM_BINS]){[0] = 3, [255] = 3}, 0, 255, THRESHOLD_ISODATA),
                 128.0f);
    cr_expect_eq(
        histogram_threshold((uint64_t[HISTOGRAM_BINS]){[0] = 3, [7] = 1, [255] = 3}, 0, 255, THRESHOLD_ISODATA), 128.0f,
        "one bin between the ends");
    cr_expect_eq(histogram_threshold((uint64_t[HISTOGRAM_BINS]){[0] = 3, [100] = 1, [101] = 1, [255] = 3}, 0, 255,
                                     THRESHOLD_ISODATA),
                 101.0f, "100.5, rounded up");
}

static const struct literal otsu = {
    .op = "auto_threshold",
    .type = PIXEL_U8,
    .shape = {3, 2, 1},
    .a = (uint8_t[]){255, 51, 0, 204, 0, 255},
    .expected = (uint8_t[]){1, 0, 0, 1, 0, 1},
};

Test(auto_threshold, otsu_uint8)
{
    literal_holds(otsu);
    struct literal wrong = otsu;
    wrong.expected = (uint8_t[]){1, 1, 0, 1, 0, 1}; /* at the threshold is not above it */
    cr_expect_eq(literal_differences(&wrong, BACKEND_REFERENCE), 1);
    cr_expect_eq(literal_differences(&wrong, BACKEND_OPENMP), 1);
}

/* Half a bin per grey value, halves to even: the bins are 0, 0, 252, 255, split after 0 (4 * 253.5^2 against 3 *
 * 171^2). Its centre is 1000, so the pixel of 1001 is foreground although it lies in bin 0. */
Test(auto_threshold, otsu_uint16_compares_with_the_centre)
{
    literal_holds((struct literal){.op = "auto_threshold",
                                   .type = PIXEL_U16,
                                   .shape = {2, 1, 2},
                                   .a = (uint16_t[]){1000, 1001, 1505, 1510},
                                   .expected = (uint8_t[]){0, 1, 1, 1}});
}

/* 1003 is at 1.5 and 1005 at 2.5, both in bin 2, whose centre 1004 is the threshold. With halves rounded up 1005 were
 * in bin 3, with the threshold 1006. */
Test(auto_threshold, bins_round_half_to_even)
{
    literal_holds((struct literal){.op = "auto_threshold",
                                   .type = PIXEL_U16,
                                   .shape = {4, 1, 1},
                                   .a = (uint16_t[]){1000, 1003, 1005, 1510},
                                   .expected = (uint8_t[]){0, 0, 1, 1}});
}

/* The bins are 0, 16, 223, 255; the split after 16 is the largest, 4 * 231^2; its centre is -1.249. */
Test(auto_threshold, otsu_float32)
{
    literal_holds((struct literal){.op = "auto_threshold",
                                   .type = PIXEL_F32,
                                   .shape = {4, 1, 1},
                                   .a = (float[]){-1.5f, 2.5f, -1.25f, 2.0f},
                                   .expected = (uint8_t[]){0, 1, 0, 1}});
}

Test(auto_threshold, isodata_uint8)
{
    uint8_t pixels[32], expected[32];
    int n = 0;
    for (int value = 0; value < HISTOGRAM_BINS; value++)
        for (uint64_t i = 0; i < dominated[value]; i++, n++) {
            pixels[n] = (uint8_t)value;
            expected[n] = value > 152;
        }
    cr_assert_eq(n, 32);
    literal_holds((struct literal){.op = "auto_threshold",
                                   .args = "method=isodata",
                                   .type = PIXEL_U8,
                                   .shape = {8, 2, 2},
                                   .a = pixels,
                                   .expected = expected});
}

Test(auto_threshold, constant_image_is_background)
{
    struct literal l = {.op = "auto_threshold", .shape = {2, 1, 2}, .expected = (uint8_t[]){0, 0, 0, 0}};
    for (int method = 0; method < 2; method++) {
        l.args = method == THRESHOLD_OTSU ? "method=otsu" : "method=isodata";
        l.type = PIXEL_U8, l.a = (uint8_t[]){9, 9, 9, 9};
        literal_holds(l);
        l.type = PIXEL_U16, l.a = (uint16_t[]){65535, 65535, 65535, 65535};
        literal_holds(l);
        l.type = PIXEL_F32, l.a = (float[]){-2.5f, -2.5f, -2.5f, -2.5f};
        literal_holds(l);
        l.a = (float[]){NAN, NAN, NAN, NAN};
        literal_holds(l);
    }
}

Test(auto_threshold, nan_and_infinity_are_survived)
{
    struct literal l = {.op = "auto_threshold",
                        .type = PIXEL_F32,
                        .shape = {4, 1, 1},
                        .a = (float[]){NAN, 0.0f, 10.0f, 10.0f},
                        .expected = (uint8_t[]){0, 0, 1, 1}};
    literal_holds(l);
    l.a = (float[]){-INFINITY, 0.0f, INFINITY, NAN}, l.expected = (uint8_t[]){0, 0, 0, 0};
    literal_holds(l);
}

Test(auto_threshold, result_is_binary_and_global)
{
    const struct op *op = op_find("auto_threshold", PIXEL_F32);
    cr_expect_eq(op_result_type(op), PIXEL_U8);
    cr_expect_eq(op->margin, MARGIN_GLOBAL);
}
