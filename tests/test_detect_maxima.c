/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Strict maxima: literal answers at borders and plateaus, for every pixel type and backend.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "every_backend.h"

static void set(struct image *image, int64_t x, int64_t y, int64_t z, float value)
{
    void *row = image_row(image, y, z);
    if (image->type == PIXEL_U8)
        ((uint8_t *)row)[x] = (uint8_t)value;
    else if (image->type == PIXEL_U16)
        ((uint16_t *)row)[x] = (uint16_t)(value * 256);
    else
        ((float *)row)[x] = value - 5;
}

/* Digits are pixel values; '#' in the answer is a maximum. */
static void expect(struct shape s, const char *picture, const char *expected)
{
    for (enum pixel_type type = PIXEL_U8; type < PIXEL_INTENSITY_COUNT; type++) {
        struct image in, out;
        cr_assert_eq(image_alloc(&in, s, type, 0, 1), STATUS_OK);
        for (int64_t i = 0; i < shape_pixels(s); i++)
            set(&in, i % s.width, i / s.width % s.height, i / s.width / s.height, (float)(picture[i] - '0'));
        cr_expect(every_backend_agrees("detect_maxima", "", &in, &out), "%s", status_text());
        for (int64_t i = 0; i < shape_pixels(s); i++) {
            const uint8_t *row = image_row(&out, i / s.width % s.height, i / s.width / s.height);
            cr_expect_eq(row[i % s.width], expected[i] == '#', "%s at %d", pixel_type_name(type), (int)i);
        }
        image_free(&in);
        image_free(&out);
    }
}

Test(detect_maxima, borders_and_corners_count_what_is_inside)
{
    expect((struct shape){5, 4, 1}, "90008" "00500" "00000" "70006", "#...#" "..#.." "....." "#...#");
}

Test(detect_maxima, a_plateau_has_none)
{
    expect((struct shape){6, 3, 1}, "110002" "000000" "303000", ".....#" "......" "#.#...");
    expect((struct shape){4, 3, 1}, "0300" "3000" "0000", "...." "...." "....");
    expect((struct shape){3, 3, 1}, "111" "111" "111", "..." "..." "...");
}

Test(detect_maxima, lines)
{
    expect((struct shape){5, 1, 1}, "10213", "#.#.#");
    expect((struct shape){1, 5, 1}, "10213", "#.#.#");
    expect((struct shape){1, 1, 5}, "10213", "#.#.#");
}

Test(detect_maxima, a_single_pixel_is_greater_than_all_of_none)
{
    expect((struct shape){1, 1, 1}, "0", "#");
}

Test(detect_maxima, all_26_neighbours)
{
    char picture[28], expected[28];
    for (int i = 0; i < 27; i++) {
        memset(picture, '1', sizeof picture);
        memset(expected, '.', sizeof expected);
        picture[13] = '3';
        expected[13] = '#';
        expect((struct shape){3, 3, 3}, picture, expected);
        picture[i] = '3';
        expected[13] = i == 13 ? '#' : '.';
        expect((struct shape){3, 3, 3}, picture, expected);
    }
}

Test(detect_maxima, no_maximum_is_or_touches_a_nan)
{
    static const float values[9] = {1, 0, 5, NAN, 4, 0, 7, 0, 0};
    struct image in, out;
    cr_assert_eq(image_alloc(&in, (struct shape){9, 1, 1}, PIXEL_F32, 0, 1), STATUS_OK);
    memcpy(in.pixels, values, sizeof values);
    cr_expect(every_backend_agrees("detect_maxima", "", &in, &out), "%s", status_text());
    cr_expect_arr_eq(out.pixels, ((uint8_t[]){1, 0, 0, 0, 0, 0, 1, 0, 0}), 9);
    image_free(&in);
    image_free(&out);
}
