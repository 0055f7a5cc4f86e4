/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "images/fit.h"

/* A uint8 image from one character per pixel, planes one behind the other. */
static struct image image_of(const char *text, int64_t width, int64_t height, int64_t depth)
{
    struct image image;
    cr_assert_eq((int64_t)strlen(text), width * height * depth);
    cr_assert_eq(image_alloc(&image, (struct shape){width, height, depth}, PIXEL_U8, 0, 1), STATUS_OK);
    for (int64_t row = 0; row < height * depth; row++)
        memcpy(image_row(&image, row % height, row / height), text + row * width, (size_t)width);
    return image;
}

/* Rows of `from`, fitted into `shape`, that are not as wanted. */
static int wrong_rows(const char *from, struct shape from_shape, struct shape shape, const char *wanted)
{
    int wrong = 0;
    struct image image = image_of(from, from_shape.width, from_shape.height, from_shape.depth), fitted;
    cr_assert_eq(image_fit(&image, shape, &fitted), STATUS_OK, "%s", status_text());
    cr_assert(shape_equal(fitted.shape, shape));
    cr_expect(image_guards_intact(&fitted));
    for (int64_t row = 0; row < shape.height * shape.depth; row++)
        wrong += memcmp(image_row(&fitted, row % shape.height, row / shape.height), wanted + row * shape.width,
                        (size_t)shape.width) != 0;
    image_free(&image);
    image_free(&fitted);
    return wrong;
}

static void expect_fit(const char *from, struct shape from_shape, struct shape shape, const char *wanted)
{
    cr_expect_eq(wrong_rows(from, from_shape, shape, wanted), 0, "%s", wanted);
}

Test(fit, the_comparison_sees_a_wrong_row)
{
    cr_expect_eq(wrong_rows("abcd", (struct shape){2, 2, 1}, (struct shape){3, 3, 1}, "abbcdacda"), 2);
}

Test(fit, longer_axes_go_on_mirrored)
{
    expect_fit("abc", (struct shape){3, 1, 1}, (struct shape){4, 1, 1}, "abcc");
    expect_fit("abc", (struct shape){3, 1, 1}, (struct shape){6, 1, 1}, "abccba");
    expect_fit("abc", (struct shape){3, 1, 1}, (struct shape){17, 1, 1}, "abccbaabccbaabccb");
    expect_fit("abc", (struct shape){1, 3, 1}, (struct shape){1, 8, 1}, "abccbaab");
    expect_fit("abc", (struct shape){1, 1, 3}, (struct shape){1, 1, 8}, "abccbaab");
    expect_fit("abcd", (struct shape){2, 2, 1}, (struct shape){3, 3, 1}, "abbcddcdd");
}

Test(fit, an_axis_of_one_pixel_repeats)
{
    expect_fit("a", (struct shape){1, 1, 1}, (struct shape){2, 2, 2}, "aaaaaaaa");
    expect_fit("abcd", (struct shape){2, 2, 1}, (struct shape){2, 2, 3}, "abcdabcdabcd");
}

Test(fit, shorter_axes_keep_their_centre)
{
    expect_fit("abcde", (struct shape){5, 1, 1}, (struct shape){3, 1, 1}, "bcd");
    expect_fit("abcde", (struct shape){5, 1, 1}, (struct shape){2, 1, 1}, "bc");
    expect_fit("abcde", (struct shape){5, 1, 1}, (struct shape){5, 1, 1}, "abcde");
    expect_fit("abcdefghi", (struct shape){3, 3, 1}, (struct shape){1, 1, 1}, "e");
    expect_fit("abcdefghi", (struct shape){3, 3, 1}, (struct shape){5, 1, 2}, "deffedeffe");
}

Test(fit, other_pixel_sizes_and_big_images)
{
    struct image image, fitted;
    cr_assert_eq(image_alloc(&image, (struct shape){5, 4, 3}, PIXEL_U32, 0, 1), STATUS_OK);
    for (int64_t z = 0; z < 3; z++)
        for (int64_t y = 0; y < 4; y++)
            for (int64_t x = 0; x < 5; x++)
                ((uint32_t *)image_row(&image, y, z))[x] = (uint32_t)(1000000 * z + 1000 * y + x);
    cr_assert_eq(image_fit(&image, (struct shape){601, 203, 7}, &fitted), STATUS_OK, "%s", status_text());
    cr_expect_eq(((uint32_t *)image_row(&fitted, 0, 0))[9], 0);
    cr_expect_eq(((uint32_t *)image_row(&fitted, 0, 0))[599], 0);
    cr_expect_eq(((uint32_t *)image_row(&fitted, 202, 6))[600], 2000);
    cr_expect_eq(((uint32_t *)image_row(&fitted, 4, 3))[6], 2003003);
    image_free(&image);
    image_free(&fitted);
}

Test(fit, impossible_sizes_are_errors)
{
    struct image image = image_of("a", 1, 1, 1), fitted;
    cr_expect_eq(image_fit(&image, (struct shape){0, 1, 1}, &fitted), STATUS_USAGE);
    cr_expect_eq(image_fit(&image, (struct shape){1 << 20, 1 << 20, 1 << 10}, &fitted), STATUS_MEMORY);
    cr_expect_null(fitted.pixels);
    image_free(&image);
}

enum { VALUES = 4 };

/* Converts four float32 values to `type`, or from `from_type` where that can hold them. */
static void expect_converted(enum pixel_type from_type, const float *values, enum pixel_type type, const double *wanted,
                             bool wanted_scaled)
{
    struct image image, converted;
    bool scaled = !wanted_scaled;
    cr_assert_eq(image_alloc(&image, (struct shape){VALUES, 1, 1}, from_type, 0, 1), STATUS_OK);
    for (int i = 0; i < VALUES; i++)
        if (from_type == PIXEL_F32)
            ((float *)image.pixels)[i] = values[i];
        else if (from_type == PIXEL_U32)
            ((uint32_t *)image.pixels)[i] = (uint32_t)values[i];
        else
            ((uint16_t *)image.pixels)[i] = (uint16_t)values[i];
    cr_assert_eq(image_convert(&image, type, &converted, &scaled), STATUS_OK, "%s", status_text());
    cr_expect_eq(scaled, wanted_scaled);
    cr_assert_eq(converted.type, type);
    for (int i = 0; i < VALUES; i++) {
        const void *p = converted.pixels;
        double found = type == PIXEL_U8    ? ((const uint8_t *)p)[i]
                       : type == PIXEL_U16 ? ((const uint16_t *)p)[i]
                       : type == PIXEL_U32 ? ((const uint32_t *)p)[i]
                                           : (double)((const float *)p)[i];
        cr_expect_eq(found, wanted[i], "value %d: found %g, wanted %g", i, found, wanted[i]);
    }
    image_free(&image);
    image_free(&converted);
}

Test(convert, values_that_fit_are_kept)
{
    expect_converted(PIXEL_U16, (float[]){0, 7, 254, 255}, PIXEL_U8, (double[]){0, 7, 254, 255}, false);
    expect_converted(PIXEL_U16, (float[]){0, 7, 254, 65535}, PIXEL_F32, (double[]){0, 7, 254, 65535}, false);
    expect_converted(PIXEL_U16, (float[]){0, 7, 254, 65535}, PIXEL_U32, (double[]){0, 7, 254, 65535}, false);
    expect_converted(PIXEL_U16, (float[]){0, 7, 254, 65535}, PIXEL_U16, (double[]){0, 7, 254, 65535}, false);
    expect_converted(PIXEL_F32, (float[]){0.5f, 1.5f, 2.5f, 254.4f}, PIXEL_U8, (double[]){0, 2, 2, 254}, false);
    expect_converted(PIXEL_F32, (float[]){0, 1, 1, 0}, PIXEL_U8, (double[]){0, 1, 1, 0}, false);
    expect_converted(PIXEL_U32, (float[]){0, 63, 64, 1}, PIXEL_U16, (double[]){0, 63, 64, 1}, false);
}

Test(convert, values_that_do_not_fit_are_stretched)
{
    expect_converted(PIXEL_U16, (float[]){0, 1023, 2046, 4092}, PIXEL_U8, (double[]){0, 64, 128, 255}, true);
    expect_converted(PIXEL_U16, (float[]){1000, 1255, 1000, 1255}, PIXEL_U8, (double[]){0, 255, 0, 255}, true);
    expect_converted(PIXEL_F32, (float[]){-1, 0, 1, 4}, PIXEL_U8, (double[]){0, 51, 102, 255}, true);
    expect_converted(PIXEL_F32, (float[]){0, 0.25f, 0.5f, 1}, PIXEL_U16, (double[]){0, 16384, 32768, 65535}, true);
    expect_converted(PIXEL_F32, (float[]){0, 1, 2, 8589934592.0f}, PIXEL_U32, (double[]){0, 0, 1, 4294967295.0}, true);
}

Test(convert, one_value_saturates)
{
    expect_converted(PIXEL_U16, (float[]){300, 300, 300, 300}, PIXEL_U8, (double[]){255, 255, 255, 255}, false);
    expect_converted(PIXEL_F32, (float[]){-3, -3, -3, -3}, PIXEL_U16, (double[]){0, 0, 0, 0}, false);
}

Test(convert, pixels_that_are_no_numbers)
{
    expect_converted(PIXEL_F32, (float[]){NAN, INFINITY, -INFINITY, 7}, PIXEL_U8, (double[]){0, 255, 0, 7}, false);
    expect_converted(PIXEL_F32, (float[]){NAN, 1000, 2000, INFINITY}, PIXEL_U8, (double[]){0, 0, 255, 255}, true);
    expect_converted(PIXEL_F32, (float[]){NAN, NAN, NAN, NAN}, PIXEL_U8, (double[]){0, 0, 0, 0}, false);
}

Test(convert, long_rows_and_many_of_them)
{
    struct image image, converted;
    cr_assert_eq(image_alloc(&image, (struct shape){1500, 300, 2}, PIXEL_U16, 0, 1), STATUS_OK);
    for (int64_t z = 0; z < 2; z++)
        for (int64_t y = 0; y < 300; y++)
            for (int64_t x = 0; x < 1500; x++)
                ((uint16_t *)image_row(&image, y, z))[x] = (uint16_t)(x + y + z);
    cr_assert_eq(image_convert(&image, PIXEL_F32, &converted, NULL), STATUS_OK, "%s", status_text());
    cr_expect_eq(((float *)image_row(&converted, 299, 1))[1499], 1799.0f);
    cr_expect_eq(((float *)image_row(&converted, 17, 0))[512], 529.0f);
    image_free(&image);
    image_free(&converted);
}
