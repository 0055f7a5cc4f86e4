/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "images/image.h"

static struct image made(int64_t width, int64_t height, int64_t depth, enum pixel_type type)
{
    struct image image;
    cr_assert_eq(image_alloc(&image, (struct shape){width, height, depth}, type, 0, 1), STATUS_OK, "%s", status_text());
    return image;
}

Test(image, layout)
{
    for (int type = 0; type < PIXEL_TYPE_COUNT; type++) {
        struct image image = made(17, 5, 3, (enum pixel_type)type);
        cr_expect_eq(image.stride, 32);
        cr_expect_eq(image.slice, 160);
        cr_expect_eq((uintptr_t)image.pixels % IMAGE_ALIGN_BYTES, 0);
        cr_expect_eq(image_bytes(&image), 17 * 5 * 3 * pixel_bytes((enum pixel_type)type));
        cr_expect_eq((char *)image_row(&image, 2, 1) - (char *)image.pixels,
                     (ptrdiff_t)((160 + 2 * 32) * pixel_bytes((enum pixel_type)type)));
        cr_expect_eq(((uint8_t *)image_row(&image, 4, 2))[0], 0);
        image_free(&image);
        cr_expect_null(image.pixels);
        image_free(&image);
    }
}

Test(image, threads_and_strides)
{
    struct image image;
    cr_assert_eq(image_alloc(&image, (struct shape){1000, 300, 2}, PIXEL_U16, 1040, 3), STATUS_OK);
    cr_expect_eq(image.stride, 1040);
    for (int64_t z = 0; z < 2; z++)
        for (int64_t y = 0; y < 300; y++)
            for (int64_t x = 0; x < 1000; x++)
                cr_assert_eq(((uint16_t *)image_row(&image, y, z))[x], 0);
    cr_expect(image_guards_intact(&image));
    image_free(&image);
}

Test(image, guards_see_a_byte_before_and_after)
{
    struct image image = made(3, 3, 1, PIXEL_U8);
    cr_expect(image_guards_intact(&image));
    char *first = image.pixels, *after = first + image.slice;
    char kept = after[0];
    after[0] = 0;
    cr_expect_not(image_guards_intact(&image));
    after[0] = kept;
    cr_expect(image_guards_intact(&image));
    first[-1] = 0;
    cr_expect_not(image_guards_intact(&image));
    image_free(&image);
}

Test(image, impossible_sizes_are_refused)
{
    struct image image;
    const int64_t huge = INT64_MAX / 2;
    cr_expect_eq(image_alloc(&image, (struct shape){0, 1, 1}, PIXEL_U8, 0, 1), STATUS_USAGE);
    cr_expect_eq(image_alloc(&image, (struct shape){1, -1, 1}, PIXEL_U8, 0, 1), STATUS_USAGE);
    cr_expect_eq(image_alloc(&image, (struct shape){1, 1, 0}, PIXEL_U8, 0, 1), STATUS_USAGE);
    cr_expect_eq(image_alloc(&image, (struct shape){INT64_MAX, 1, 1}, PIXEL_U8, 0, 1), STATUS_USAGE);
    cr_expect_eq(image_alloc(&image, (struct shape){huge, huge, huge}, PIXEL_F32, 0, 1), STATUS_USAGE);
    cr_expect_eq(image_alloc(&image, (struct shape){huge, 1, 1}, PIXEL_F32, 0, 1), STATUS_USAGE);
    cr_expect_eq(image_alloc(&image, (struct shape){1 << 20, 1 << 20, 1 << 4}, PIXEL_F32, 0, 1), STATUS_MEMORY);
    cr_expect(strstr(status_text(), "70368744177664 bytes"), "%s", status_text());
    cr_expect_null(image.pixels);
    image_free(&image);
}

Test(image, view_and_copy)
{
    struct image image = made(10, 6, 4, PIXEL_U16), part = made(3, 2, 2, PIXEL_U16);
    ((uint16_t *)image_row(&image, 2, 1))[4] = 77;
    ((uint16_t *)image_row(&image, 3, 2))[6] = 88;
    struct image view = image_view(&image, 4, 2, 1, (struct shape){3, 2, 2});
    cr_expect_eq(((uint16_t *)image_row(&view, 0, 0))[0], 77);
    cr_expect_eq(((uint16_t *)image_row(&view, 1, 1))[2], 88);
    cr_expect(image_guards_intact(&view));
    image_copy(&part, &view);
    cr_expect_eq(((uint16_t *)image_row(&part, 1, 1))[2], 88);
    cr_expect_eq(image_compare(&part, &view, 0).pixels, 0);
    ((uint16_t *)image_row(&part, 0, 1))[1] = 5;
    image_copy(&view, &part);
    cr_expect_eq(((uint16_t *)image_row(&image, 2, 2))[5], 5);
    image_free(&view);
    cr_expect_eq(((uint16_t *)image_row(&image, 2, 1))[4], 77, "a view owns nothing");
    image_free(&image);
    image_free(&part);
}

Test(image, compare_finds_a_planted_pixel_and_says_where)
{
    struct image expected = made(33, 7, 3, PIXEL_U16), found = made(33, 7, 3, PIXEL_U16);
    cr_expect_eq(image_compare(&found, &expected, 0).pixels, 0);
    ((uint16_t *)image_row(&found, 6, 2))[32] = 9;
    ((uint16_t *)image_row(&found, 5, 1))[30] = 4;
    struct image_difference d = image_compare(&found, &expected, 0);
    cr_expect_eq(d.pixels, 2);
    cr_expect_eq(d.x, 30);
    cr_expect_eq(d.y, 5);
    cr_expect_eq(d.z, 1);
    cr_expect_eq(d.found, 4);
    cr_expect_eq(d.expected, 0);
    cr_expect_eq(d.largest, 9);
    image_free(&expected);
    image_free(&found);
}

Test(image, compare_ignores_padding)
{
    struct image expected = made(17, 2, 1, PIXEL_U8), found = made(17, 2, 1, PIXEL_U8);
    ((uint8_t *)image_row(&found, 0, 0))[17] = 1;
    cr_expect_eq(image_compare(&found, &expected, 0).pixels, 0);
    image_free(&expected);
    image_free(&found);
}

/* What a comparison of one float32 pixel finds. */
static struct image_difference compare_floats(float found, float expected, double tolerance)
{
    struct image f = made(1, 1, 1, PIXEL_F32), e = made(1, 1, 1, PIXEL_F32);
    *(float *)f.pixels = found;
    *(float *)e.pixels = expected;
    struct image_difference d = image_compare(&f, &e, tolerance);
    image_free(&f);
    image_free(&e);
    return d;
}

Test(image, compare_floats_by_bits_or_tolerance)
{
    cr_expect_eq(compare_floats(1.0f, 1.0f, 0).pixels, 0);
    cr_expect_eq(compare_floats(0.0f, -0.0f, 0).pixels, 1);
    cr_expect_eq(compare_floats(0.0f, -0.0f, 1e-6).pixels, 0);
    cr_expect_eq(compare_floats(1.0f, nextafterf(1.0f, 2.0f), 0).pixels, 1);
    cr_expect_eq(compare_floats(1000.0f, 1000.5f, 1e-3).pixels, 0);
    cr_expect_eq(compare_floats(1000.0f, 1002.0f, 1e-3).pixels, 1);
    cr_expect_eq(compare_floats(NAN, NAN, 0).pixels, 0);
    cr_expect_eq(compare_floats(NAN, 1.0f, 1e-3).largest, INFINITY);
    cr_expect_eq(compare_floats(INFINITY, 1.0f, 1e-3).pixels, 1);
}

Test(image, counts_what_is_no_number)
{
    struct image image = made(20, 3, 2, PIXEL_F32), whole = made(20, 3, 2, PIXEL_U32);
    cr_expect_eq(image_count_nonfinite(&image), 0);
    ((float *)image_row(&image, 2, 1))[19] = NAN;
    ((float *)image_row(&image, 0, 0))[0] = -INFINITY;
    ((float *)image_row(&image, 0, 0))[25] = NAN;
    cr_expect_eq(image_count_nonfinite(&image), 2, "padding does not count");
    memset(whole.pixels, 0xff, 20);
    cr_expect_eq(image_count_nonfinite(&whole), 0);
    image_free(&image);
    image_free(&whole);
}

Test(pixel, names_and_sizes)
{
    cr_expect_eq(pixel_type_find("uint16"), PIXEL_U16);
    cr_expect_eq(pixel_type_find("double"), PIXEL_TYPE_COUNT);
    cr_expect_str_eq(pixel_type_name(PIXEL_F32), "float32");
    cr_expect_eq(pixel_bytes(PIXEL_U8), 1);
    cr_expect_eq(pixel_bytes(PIXEL_U32), 4);
}
