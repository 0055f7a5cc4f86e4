/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Erosion: literal answers for every backend, and the radii that the checker's walk does not reach.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "every_backend.h"
#include "images/synthetic.h"

/* Pictures: rows from the top, '#' is non-zero; planes follow each other. */
static void draw(struct image *image, struct shape shape, enum pixel_type type, const char *picture)
{
    cr_assert_eq(image_alloc(image, shape, type, 0, 1), STATUS_OK);
    for (int64_t z = 0; z < shape.depth; z++)
        for (int64_t y = 0; y < shape.height; y++)
            for (int64_t x = 0; x < shape.width; x++) {
                bool set = *picture++ == '#';
                if (type == PIXEL_U8)
                    ((uint8_t *)image_row(image, y, z))[x] = set ? 200 : 0;
                else if (type == PIXEL_U16)
                    ((uint16_t *)image_row(image, y, z))[x] = set ? 256 : 0; /* zero in its low byte */
                else
                    ((float *)image_row(image, y, z))[x] = set ? 0.25f : 0.0f;
            }
}

static void expect(const char *parameters, struct shape shape, const char *picture, const char *expected)
{
    for (enum pixel_type type = PIXEL_U8; type < PIXEL_INTENSITY_COUNT; type++) {
        struct image in, out;
        draw(&in, shape, type, picture);
        cr_expect(every_backend_agrees("erode", parameters, &in, &out), "%s %s: %s", parameters, pixel_type_name(type), status_text());
        const char *next = expected;
        for (int64_t z = 0; z < shape.depth; z++)
            for (int64_t y = 0; y < shape.height; y++)
                for (int64_t x = 0; x < shape.width; x++)
                    cr_expect_eq(((uint8_t *)image_row(&out, y, z))[x], *next++ == '#', "%s %s at %d,%d,%d", parameters,
                                 pixel_type_name(type), (int)x, (int)y, (int)z);
        image_free(&in);
        image_free(&out);
    }
}

Test(erode, box_takes_the_corners_too)
{
    expect("radius=1", (struct shape){7, 5, 1},
           "#######"
           "#######"
           "###.###"
           "#######"
           "#######",
           "#######"
           "##...##"
           "##...##"
           "##...##"
           "#######");
}

Test(erode, sphere_of_radius_1_is_the_four_neighbours)
{
    expect("radius=1,shape=sphere", (struct shape){7, 5, 1},
           "#######"
           "#######"
           "###.###"
           "#######"
           "#######",
           "#######"
           "###.###"
           "##...##"
           "###.###"
           "#######");
}

Test(erode, sphere_of_radius_2)
{
    expect("radius=2,shape=sphere", (struct shape){7, 7, 1},
           "#######"
           "#######"
           "#######"
           "###.###"
           "#######"
           "#######"
           "#######",
           "#######"
           "###.###"
           "##...##"
           "#.....#"
           "##...##"
           "###.###"
           "#######");
}

Test(erode, the_border_is_clamped_not_false)
{
    expect("radius=2", (struct shape){6, 2, 1},
           "######"
           ".#####",
           "...###"
           "...###");
}

Test(erode, radius_0_binarises)
{
    expect("radius=0", (struct shape){4, 2, 1}, "#.#." ".#.#", "#.#." ".#.#");
    expect("radius=0,shape=sphere", (struct shape){4, 2, 1}, "#.#." ".#.#", "#.#." ".#.#");
}

Test(erode, window_larger_than_the_image)
{
    expect("radius=100", (struct shape){3, 2, 2}, "###" "###" "###" "###", "###" "###" "###" "###");
    expect("radius=100", (struct shape){3, 2, 2}, "###" "##." "###" "###", "..." "..." "..." "...");
}

Test(erode, sphere_in_3d_is_the_six_neighbours)
{
    expect("radius=1,shape=sphere", (struct shape){3, 3, 3},
           "###" "###" "###"
           "###" "#.#" "###"
           "###" "###" "###",
           "###" "#.#" "###"
           "#.#" "..." "#.#"
           "###" "#.#" "###");
    expect("radius=1", (struct shape){3, 3, 3},
           "###" "###" "###"
           "###" "###" "###"
           "###" "###" "##.",
           "###" "###" "###"
           "###" "#.." "#.."
           "###" "#.." "#..");
}

Test(erode, negative_zero_is_zero_and_nan_is_not)
{
    static const float values[6] = {-0.0f, 1, -1, 1e-45f, 0.0f, 2};
    struct image in, out;
    cr_assert_eq(image_alloc(&in, (struct shape){7, 1, 1}, PIXEL_F32, 0, 1), STATUS_OK);
    memcpy(in.pixels, values, sizeof values);
    ((float *)in.pixels)[6] = NAN;
    cr_expect(every_backend_agrees("erode", "radius=0", &in, &out), "%s", status_text());
    cr_expect_arr_eq(out.pixels, ((uint8_t[]){0, 1, 1, 1, 0, 1, 1}), 7);
    image_free(&in);
    image_free(&out);
}

/* Sparse zeros, so that large windows still leave something. */
static void check_against_reference(const char *parameters, struct shape shape)
{
    struct image in, out;
    cr_assert_eq(image_alloc(&in, shape, PIXEL_U16, 0, 1), STATUS_OK);
    cr_assert_eq(synthetic_fill(&in, CONTENT_NOISE, 7), STATUS_OK);
    for (int64_t i = 0; i < in.slice * shape.depth; i++)
        ((uint16_t *)in.pixels)[i] = ((uint16_t *)in.pixels)[i] >= 40;
    cr_expect(every_backend_agrees("erode", parameters, &in, &out), "%s: %s", parameters, status_text());
    image_free(&in);
    image_free(&out);
}

Test(erode, large_radii_agree)
{
    check_against_reference("radius=17", (struct shape){531, 70, 1});
    check_against_reference("radius=40,shape=sphere", (struct shape){531, 70, 1});
    check_against_reference("radius=100", (struct shape){230, 60, 1});
    check_against_reference("radius=9,shape=sphere", (struct shape){60, 41, 20});
}

Test(erode, a_planted_error_shows)
{
    struct image in, expected;
    draw(&in, (struct shape){5, 3, 1}, PIXEL_U8, "#####" "##.##" "#####");
    cr_assert(every_backend_agrees("erode", "shape=sphere", &in, &expected), "%s", status_text());
    cr_expect(openmp_equals("erode", "shape=sphere", &in, &expected));
    cr_expect_not(openmp_equals("erode", "shape=box", &in, &expected));
    image_free(&in);
    image_free(&expected);
}

Test(erode, the_margin_is_the_radius)
{
    const struct op *op = op_find("erode", PIXEL_F32);
    struct op_args args;
    cr_assert_eq(op_args_parse(op, "radius=7,shape=sphere", &args), STATUS_OK);
    for (int axis = 0; axis < 3; axis++)
        cr_expect_eq(op->margin_px(&args, axis), 7);
    cr_expect_eq(op->margin, MARGIN_PIXELS);
    cr_expect_eq(op_args_parse(op, "radius=101", &args), STATUS_USAGE);
    cr_expect_eq(op_args_parse(op, "shape=cube", &args), STATUS_USAGE);
}
