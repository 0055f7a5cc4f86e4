/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Made images: the same for any number of threads, and with the statistics they promise.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <omp.h>
#include <string.h>

#include "images/synthetic.h"

static struct image filled(struct shape shape, enum pixel_type type, enum content content, uint64_t seed)
{
    struct image image;
    cr_assert_eq(image_alloc(&image, shape, type, 0, 1), STATUS_OK, "%s", status_text());
    cr_assert_eq(synthetic_fill(&image, content, seed), STATUS_OK);
    cr_expect(image_guards_intact(&image));
    return image;
}

static double value_at(const struct image *image, int64_t x, int64_t y, int64_t z)
{
    const void *row = image_row(image, y, z);
    return image->type == PIXEL_U8    ? ((const uint8_t *)row)[x]
           : image->type == PIXEL_U16 ? ((const uint16_t *)row)[x]
                                      : (double)((const float *)row)[x];
}

struct statistics {
    double mean, variance, low, high;
    double fraction_above; /* of pixels above the limit */
};

static struct statistics measure(const struct image *image, double limit)
{
    double sum = 0, squares = 0, above = 0, count = (double)shape_pixels(image->shape);
    struct statistics s = {.low = INFINITY, .high = -INFINITY};
    for (int64_t z = 0; z < image->shape.depth; z++)
        for (int64_t y = 0; y < image->shape.height; y++)
            for (int64_t x = 0; x < image->shape.width; x++) {
                double value = value_at(image, x, y, z);
                sum += value;
                squares += value * value;
                above += value > limit;
                s.low = fmin(s.low, value);
                s.high = fmax(s.high, value);
            }
    s.mean = sum / count;
    s.variance = squares / count - s.mean * s.mean;
    s.fraction_above = above / count;
    return s;
}

Test(synthetic, same_image_for_any_number_of_threads)
{
    static const struct shape shapes[] = {{700, 400, 1}, {130, 70, 50}};
    for (int content = 0; content < CONTENT_COUNT; content++)
        for (int type = 0; type < PIXEL_INTENSITY_COUNT; type++)
            for (int i = 0; i < 2; i++) {
                omp_set_num_threads(1);
                struct image one = filled(shapes[i], (enum pixel_type)type, (enum content)content, 7);
                omp_set_num_threads(3);
                struct image three = filled(shapes[i], (enum pixel_type)type, (enum content)content, 7);
                cr_expect_eq(image_compare(&three, &one, 0).pixels, 0, "%s %s", content_name((enum content)content),
                             pixel_type_name((enum pixel_type)type));
                image_free(&one);
                image_free(&three);
            }
}

Test(synthetic, seeds_differ)
{
    static const enum content seeded[] = {CONTENT_NOISE, CONTENT_EXTREMES, CONTENT_CELLS, CONTENT_BINARY};
    for (int i = 0; i < 4; i++) {
        struct image a = filled((struct shape){200, 100, 1}, PIXEL_U16, seeded[i], 1);
        struct image b = filled((struct shape){200, 100, 1}, PIXEL_U16, seeded[i], 2);
        cr_expect_gt(image_compare(&a, &b, 0).pixels, 4000, "%s", content_name(seeded[i]));
        image_free(&a);
        image_free(&b);
    }
}

Test(synthetic, smallest_shapes)
{
    static const struct shape shapes[] = {{1, 1, 1}, {1, 1, 2}, {1, 1000, 1}, {1000, 1, 1}, {2, 1, 3}, {513, 2, 1}};
    for (int content = 0; content < CONTENT_COUNT; content++)
        for (int type = 0; type < PIXEL_INTENSITY_COUNT; type++)
            for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
                struct image image = filled(shapes[i], (enum pixel_type)type, (enum content)content, 1);
                image_free(&image);
            }
}

Test(synthetic, noise_is_uniform)
{
    struct image image = filled((struct shape){512, 512, 1}, PIXEL_U8, CONTENT_NOISE, 1);
    struct statistics s = measure(&image, 127);
    cr_expect_eq(s.low, 0);
    cr_expect_eq(s.high, 255);
    cr_expect_float_eq(s.mean, 127.5, 0.6);
    cr_expect_float_eq(s.variance, 65535.0 / 12, 50);
    image_free(&image);
    image = filled((struct shape){512, 512, 1}, PIXEL_F32, CONTENT_NOISE, 1);
    s = measure(&image, 32767.5);
    cr_expect_float_eq(s.fraction_above, 0.5, 0.004);
    cr_expect_lt(s.high, 65535.0);
    image_free(&image);
}

Test(synthetic, flat_and_extremes)
{
    struct image image = filled((struct shape){64, 64, 1}, PIXEL_U16, CONTENT_FLAT, 1);
    struct statistics s = measure(&image, 0);
    cr_expect_eq(s.low, 32768);
    cr_expect_eq(s.high, 32768);
    image_free(&image);
    image = filled((struct shape){64, 64, 1}, PIXEL_U8, CONTENT_EXTREMES, 1);
    s = measure(&image, 0);
    cr_expect_eq(s.low, 0);
    cr_expect_eq(s.high, 255);
    cr_expect_eq(s.variance + s.mean * s.mean, 255 * s.mean, "nothing between the extremes");
    image_free(&image);
}

Test(synthetic, cells_cover_an_eighth)
{
    static const struct shape shapes[] = {{1024, 1024, 1}, {256, 256, 32}};
    for (int i = 0; i < 2; i++)
        for (uint64_t seed = 1; seed < 4; seed++) {
            struct image image = filled(shapes[i], PIXEL_U16, CONTENT_CELLS, seed);
            struct statistics s = measure(&image, 450);
            cr_expect(s.fraction_above > 0.09 && s.fraction_above < 0.18, "%g", s.fraction_above);
            cr_expect(s.mean > 300 && s.mean < 600, "%g", s.mean);
            cr_expect_leq(s.high, 4095);
            cr_expect_gt(s.high, 1500);
            image_free(&image);
        }
}

Test(synthetic, cells_are_alike_in_every_type)
{
    const struct shape shape = {300, 200, 1};
    struct image wide = filled(shape, PIXEL_U16, CONTENT_CELLS, 5), exact = filled(shape, PIXEL_F32, CONTENT_CELLS, 5);
    struct image narrow = filled(shape, PIXEL_U8, CONTENT_CELLS, 5);
    for (int64_t y = 0; y < 200; y++)
        for (int64_t x = 0; x < 300; x++) {
            double value = value_at(&exact, x, y, 0);
            cr_assert_leq(fabs(value_at(&wide, x, y, 0) - value), 0.51);
            cr_assert_leq(fabs(value_at(&narrow, x, y, 0) * 4095 / 255 - value), 0.51 * 4095 / 255);
        }
    image_free(&wide);
    image_free(&exact);
    image_free(&narrow);
}

/* Shot and read noise: between neighbours in the background, half the variance of their difference is light + 36, where
 * light is the value less 100; and neighbours are independent. */
Test(synthetic, cells_have_the_noise_of_a_camera)
{
    struct image image = filled((struct shape){1024, 1024, 1}, PIXEL_F32, CONTENT_CELLS, 3);
    double squares = 0, light = 0, products = 0, count = 0;
    for (int64_t y = 0; y < 1024; y++)
        for (int64_t x = 0; x + 3 < 1024; x += 4) {
            double v[4], most = 0;
            for (int i = 0; i < 4; i++)
                most = fmax(most, v[i] = value_at(&image, x + i, y, 0));
            if (most > 345)
                continue;
            squares += (v[1] - v[0]) * (v[1] - v[0]) + (v[3] - v[2]) * (v[3] - v[2]);
            products += (v[1] - v[0]) * (v[3] - v[2]);
            light += (v[0] + v[1] + v[2] + v[3]) / 4 - 100;
            count++;
        }
    cr_assert_gt(count, 100000);
    cr_expect_float_eq(squares / count / 4, light / count + 36, 8);
    cr_expect_float_eq(products / squares, 0, 0.01);
    image_free(&image);
}

Test(synthetic, binary_is_solid_with_holes)
{
    static const struct shape shapes[] = {{600, 500, 1}, {100, 90, 40}};
    for (int type = 0; type < PIXEL_INTENSITY_COUNT; type++)
        for (int i = 0; i < 2; i++) {
            struct image image = filled(shapes[i], (enum pixel_type)type, CONTENT_BINARY, 2);
            struct statistics s = measure(&image, 0);
            cr_expect_eq(s.low, 0);
            cr_expect_eq(s.high, 1);
            cr_expect_eq(s.mean, s.fraction_above, "0 and 1 only");
            cr_expect(s.mean > 0.5 && s.mean < 0.85, "%g", s.mean);
            image_free(&image);
        }
}

static const struct shape pattern_shape = {600, 500, 1};

Test(synthetic, half_of_the_patches_is_set)
{
    struct image image = filled(pattern_shape, PIXEL_U8, CONTENT_PATCHES, 2);
    struct statistics s = measure(&image, 0);
    cr_expect_eq(s.high, 1);
    cr_expect(s.mean > 0.45 && s.mean < 0.55, "%g", s.mean);
    image_free(&image);
}

Test(synthetic, spiral_and_checkerboard)
{
    static const char *const spiral = "#######"
                                      "......#"
                                      "#####.#"
                                      "#...#.#"
                                      "#.###.#"
                                      "#.....#"
                                      "#######";
    struct image image = filled((struct shape){7, 7, 1}, PIXEL_F32, CONTENT_SPIRAL, 2);
    for (int64_t i = 0; i < 49; i++)
        cr_expect_eq(value_at(&image, i % 7, i / 7, 0), spiral[i] == '#', "%d", (int)i);
    image_free(&image);
    image = filled((struct shape){3, 3, 2}, PIXEL_U16, CONTENT_CHECKERBOARD, 2);
    for (int64_t i = 0; i < 18; i++)
        cr_expect_eq(value_at(&image, i % 3, i / 3 % 3, i / 9), (i % 3 + i / 3 % 3 + i / 9) % 2 == 0, "%d", (int)i);
    image_free(&image);
}

Test(synthetic, names)
{
    cr_expect_eq(content_find("cells"), CONTENT_CELLS);
    cr_expect_eq(content_find("clouds"), CONTENT_COUNT);
    cr_expect_str_eq(content_name(CONTENT_BINARY), "binary");
}
