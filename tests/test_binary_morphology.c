/* SPDX-License-Identifier: BSD-3-Clause
 *
 * erode and dilate: literal answers for every backend, the radii that the checker's walk does not reach, and that each
 * is the other on the complement.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "erosion_cases.h"
#include "every_backend.h"
#include "images/synthetic.h"

/* The next pixel of a picture. */
static char next_of(const char **picture)
{
    while (**picture == ' ')
        ++*picture;
    return *(*picture)++;
}

static void draw(struct image *image, struct shape shape, enum pixel_type type, const char *picture, char set)
{
    cr_assert_eq(image_alloc(image, shape, type, 0, 1), STATUS_OK);
    for (int64_t z = 0; z < shape.depth; z++)
        for (int64_t y = 0; y < shape.height; y++)
            for (int64_t x = 0; x < shape.width; x++) {
                bool is_set = next_of(&picture) == set;
                if (type == PIXEL_U8)
                    ((uint8_t *)image_row(image, y, z))[x] = is_set ? 200 : 0;
                else if (type == PIXEL_U16)
                    ((uint16_t *)image_row(image, y, z))[x] = is_set ? 256 : 0; /* zero in its low byte */
                else
                    ((float *)image_row(image, y, z))[x] = is_set ? 0.25f : 0.0f;
            }
}

/* The operation's answer to the picture, in which `set` stands for true. */
static void expect_of(const char *op, const struct erosion_case *c, char set)
{
    for (enum pixel_type type = PIXEL_U8; type < PIXEL_INTENSITY_COUNT; type++) {
        struct image in, out;
        draw(&in, c->shape, type, c->picture, set);
        cr_expect(every_backend_agrees(op, c->parameters, &in, &out), "%s: %s %s: %s", c->what, op,
                  pixel_type_name(type), status_text());
        const char *next = c->eroded;
        for (int64_t z = 0; z < c->shape.depth; z++)
            for (int64_t y = 0; y < c->shape.height; y++)
                for (int64_t x = 0; x < c->shape.width; x++)
                    cr_expect_eq(((uint8_t *)image_row(&out, y, z))[x], next_of(&next) == set, "%s: %s %s at %d,%d,%d",
                                 c->what, op, pixel_type_name(type), (int)x, (int)y, (int)z);
        image_free(&in);
        image_free(&out);
    }
}

Test(binary_morphology, erosions)
{
    for (size_t i = 0; i < sizeof erosion_cases / sizeof erosion_cases[0]; i++)
        expect_of("erode", &erosion_cases[i], '#');
}

Test(binary_morphology, dilations)
{
    for (size_t i = 0; i < sizeof erosion_cases / sizeof erosion_cases[0]; i++)
        expect_of("dilate", &erosion_cases[i], '.');
}

/* Float pixels that are near zero, or no number. */
static void expect_binarised(const char *op)
{
    static const float values[7] = {-0.0f, 1, -1, 1e-45f, 0.0f, 2, NAN};
    struct image in, out;
    cr_assert_eq(image_alloc(&in, (struct shape){7, 1, 1}, PIXEL_F32, 0, 1), STATUS_OK);
    memcpy(in.pixels, values, sizeof values);
    cr_expect(every_backend_agrees(op, "radius=0", &in, &out), "%s: %s", op, status_text());
    cr_expect_arr_eq(out.pixels, ((uint8_t[]){0, 1, 1, 1, 0, 1, 1}), 7);
    image_free(&in);
    image_free(&out);
}

Test(binary_morphology, negative_zero_is_zero_and_nan_is_not)
{
    expect_binarised("erode");
    expect_binarised("dilate");
}

/* Noise of which one pixel in 1600 is `rare` and the others are not, so that large windows still leave something. */
static void sparse_noise(struct image *in, struct shape shape, bool rare)
{
    cr_assert_eq(image_alloc(in, shape, PIXEL_U16, 0, 1), STATUS_OK);
    cr_assert_eq(synthetic_fill(in, CONTENT_NOISE, 7), STATUS_OK);
    for (int64_t i = 0; i < in->slice * shape.depth; i++)
        ((uint16_t *)in->pixels)[i] = (((uint16_t *)in->pixels)[i] < 40) == rare;
}

static int64_t count_set(const struct image *binary)
{
    int64_t set = 0;
    for (int64_t z = 0; z < binary->shape.depth; z++)
        for (int64_t y = 0; y < binary->shape.height; y++)
            for (int64_t x = 0; x < binary->shape.width; x++)
                set += ((uint8_t *)image_row(binary, y, z))[x];
    return set;
}

/* The two agree with their references, and erode(not a) is not dilate(a), of which some is set and some is not. */
static void expect_duality(const char *parameters, struct shape shape)
{
    struct image a, not_a, dilated, eroded;
    sparse_noise(&a, shape, true);
    sparse_noise(&not_a, shape, false);
    cr_expect(every_backend_agrees("dilate", parameters, &a, &dilated), "%s: %s", parameters, status_text());
    cr_expect(every_backend_agrees("erode", parameters, &not_a, &eroded), "%s: %s", parameters, status_text());
    int64_t wrong = 0;
    for (int64_t z = 0; z < shape.depth; z++)
        for (int64_t y = 0; y < shape.height; y++)
            for (int64_t x = 0; x < shape.width; x++)
                wrong += ((uint8_t *)image_row(&eroded, y, z))[x] == ((uint8_t *)image_row(&dilated, y, z))[x];
    cr_expect_eq(wrong, 0, "%s: %d pixels are the same in both", parameters, (int)wrong);
    cr_expect(count_set(&eroded) > 0 && count_set(&dilated) > 0, "%s: one of the results is empty", parameters);
    image_free(&a);
    image_free(&not_a);
    image_free(&dilated);
    image_free(&eroded);
}

Test(binary_morphology, large_radii_agree)
{
    expect_duality("radius=10", (struct shape){140, 21, 4});
    expect_duality("radius=23", (struct shape){200, 60, 1});
    expect_duality("radius=17", (struct shape){531, 70, 1});
    expect_duality("radius=40,shape=sphere", (struct shape){301, 45, 1});
    expect_duality("radius=100", (struct shape){2050, 5, 1});
    expect_duality("radius=9,shape=sphere", (struct shape){40, 31, 15});
}

/* Five steps of a box of radius 1 are one of radius 5, which operations that erode several times rely on. */
Test(binary_morphology, radii_of_boxes_add_up)
{
    struct image steps[6], at_once;
    sparse_noise(&steps[0], (struct shape){131, 67, 1}, false);
    cr_assert(every_backend_agrees("erode", "radius=0", &steps[0], &steps[1]), "%s", status_text());
    image_free(&steps[0]);
    steps[0] = steps[1];
    for (int i = 1; i <= 5; i++)
        cr_assert(every_backend_agrees("erode", "radius=1", &steps[i - 1], &steps[i]), "%s", status_text());
    cr_assert(every_backend_agrees("erode", "radius=5", &steps[0], &at_once), "%s", status_text());
    cr_expect_eq(image_compare(&at_once, &steps[5], 0).pixels, 0);
    cr_expect_neq(image_compare(&at_once, &steps[4], 0).pixels, 0);
    for (int i = 0; i <= 5; i++)
        image_free(&steps[i]);
    image_free(&at_once);
}

static void expect_planted_error_to_show(const char *op)
{
    struct image in, expected;
    draw(&in, (struct shape){5, 3, 1}, PIXEL_U8, "##### ##.## #####", strcmp(op, "erode") ? '.' : '#');
    cr_assert(every_backend_agrees(op, "shape=sphere", &in, &expected), "%s", status_text());
    cr_expect(openmp_equals(op, "shape=sphere", &in, &expected));
    cr_expect_not(openmp_equals(op, "shape=box", &in, &expected));
    image_free(&in);
    image_free(&expected);
}

Test(binary_morphology, a_planted_error_shows)
{
    expect_planted_error_to_show("erode");
    expect_planted_error_to_show("dilate");
}

static void expect_margin(const char *name)
{
    const struct op *op = op_find(name, PIXEL_F32);
    struct op_args args;
    cr_assert_eq(op_args_parse(op, "radius=7,shape=sphere", &args), STATUS_OK);
    for (int axis = 0; axis < 3; axis++)
        cr_expect_eq(op->margin_px(&args, axis), 7);
    cr_expect_eq(op->margin, MARGIN_PIXELS);
    cr_expect_eq(op_args_parse(op, "radius=101", &args), STATUS_USAGE);
    cr_expect_eq(op_args_parse(op, "shape=cube", &args), STATUS_USAGE);
}

Test(binary_morphology, the_margin_is_the_radius)
{
    expect_margin("erode");
    expect_margin("dilate");
}
