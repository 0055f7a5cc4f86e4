/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Operations that compute each pixel from those at its position, and those that move pixels, on known answers.
 */
#include <math.h>

#include "tests/literal.h"

static const struct literal halves = {
    .op = "add_scalar",
    .args = "scalar=0.5",
    .type = PIXEL_U8,
    .shape = {6, 1, 1},
    .a = (uint8_t[]){0, 1, 2, 3, 254, 255},
    .expected = (uint8_t[]){0, 2, 2, 4, 254, 255},
};

Test(point_ops, halves_round_to_even)
{
    literal_holds(halves);
    literal_holds((struct literal){.op = "add_scalar",
                                   .args = "scalar=0.5",
                                   .type = PIXEL_U16,
                                   .shape = {5, 1, 1},
                                   .a = (uint16_t[]){0, 1, 256, 65533, 65535},
                                   .expected = (uint16_t[]){0, 2, 256, 65534, 65535}});
}

/* Rounding half up, as a wrong implementation might, would be found. */
Test(point_ops, rounding_up_is_found)
{
    struct literal wrong = halves;
    wrong.expected = (uint8_t[]){1, 2, 3, 4, 255, 255};
    cr_expect_eq(literal_differences(&wrong, BACKEND_REFERENCE), 3);
    cr_expect_eq(literal_differences(&wrong, BACKEND_OPENMP), 3);
}

Test(point_ops, saturates_at_both_ends)
{
    literal_holds((struct literal){.op = "add_scalar",
                                   .args = "scalar=-3",
                                   .type = PIXEL_U8,
                                   .shape = {2, 2, 1},
                                   .a = (uint8_t[]){0, 2, 3, 255},
                                   .expected = (uint8_t[]){0, 0, 0, 252}});
    literal_holds((struct literal){.op = "add_scalar",
                                   .args = "scalar=1e9",
                                   .type = PIXEL_U16,
                                   .shape = {2, 1, 1},
                                   .a = (uint16_t[]){0, 65535},
                                   .expected = (uint16_t[]){65535, 65535}});
    literal_holds((struct literal){.op = "add_scalar",
                                   .args = "scalar=-1e9",
                                   .type = PIXEL_U16,
                                   .shape = {2, 1, 1},
                                   .a = (uint16_t[]){0, 65535},
                                   .expected = (uint16_t[]){0, 0}});
    literal_holds((struct literal){.op = "add_scalar",
                                   .args = "scalar=-0.75",
                                   .type = PIXEL_F32,
                                   .shape = {3, 1, 1},
                                   .a = (float[]){0.0f, 0.75f, -1e30f},
                                   .expected = (float[]){-0.75f, 0.0f, -1e30f}});
}

Test(point_ops, weights)
{
    literal_holds((struct literal){.op = "add_images_weighted",
                                   .args = "factor1=0.5, factor2=1",
                                   .type = PIXEL_U8,
                                   .shape = {5, 1, 1},
                                   .a = (uint8_t[]){1, 3, 5, 255, 0},
                                   .b = (uint8_t[]){0, 0, 0, 200, 7},
                                   .expected = (uint8_t[]){0, 2, 2, 255, 7}});
    literal_holds((struct literal){.op = "add_images_weighted",
                                   .args = "factor1=1, factor2=-1",
                                   .type = PIXEL_U16,
                                   .shape = {2, 1, 2},
                                   .a = (uint16_t[]){5, 7, 65535, 0},
                                   .b = (uint16_t[]){6, 2, 65534, 0},
                                   .expected = (uint16_t[]){0, 5, 1, 0}});
}

/* 0.1f * 0.1f is not a float32; what its rounding loses comes out only if the second product is not rounded. */
Test(point_ops, second_product_is_fused)
{
    literal_holds((struct literal){.op = "add_images_weighted",
                                   .args = "factor1=-1, factor2=0.1",
                                   .type = PIXEL_F32,
                                   .shape = {2, 1, 1},
                                   .a = (float[]){0x1.47ae16p-7f, 2.0f},
                                   .b = (float[]){0.1f, 0.0f},
                                   .expected = (float[]){-0x1.c28f5cp-32f, -2.0f}});
}

Test(point_ops, products_round_to_even_and_saturate)
{
    literal_holds((struct literal){.op = "multiply_scalar",
                                   .args = "scalar=0.5",
                                   .type = PIXEL_U8,
                                   .shape = {5, 1, 1},
                                   .a = (uint8_t[]){0, 1, 3, 5, 255},
                                   .expected = (uint8_t[]){0, 0, 2, 2, 128}});
    literal_holds((struct literal){.op = "multiply_scalar",
                                   .type = PIXEL_U16,
                                   .shape = {2, 2, 1},
                                   .a = (uint16_t[]){0, 7, 32767, 32768},
                                   .expected = (uint16_t[]){0, 14, 65534, 65535}});
    literal_holds((struct literal){.op = "multiply_scalar",
                                   .args = "scalar=-1e9",
                                   .type = PIXEL_U16,
                                   .shape = {2, 1, 1},
                                   .a = (uint16_t[]){0, 65535},
                                   .expected = (uint16_t[]){0, 0}});
    literal_holds((struct literal){.op = "multiply_scalar",
                                   .args = "scalar=-1.5",
                                   .type = PIXEL_F32,
                                   .shape = {3, 1, 1},
                                   .a = (float[]){0.0f, 3.0f, -0x1p100f},
                                   .expected = (float[]){-0.0f, -4.5f, 0x1.8p100f}});
}

Test(point_ops, anything_but_zero_is_true)
{
    literal_holds((struct literal){.op = "binary_and",
                                   .type = PIXEL_U8,
                                   .shape = {5, 1, 1},
                                   .a = (uint8_t[]){0, 0, 1, 1, 255},
                                   .b = (uint8_t[]){0, 7, 0, 2, 128},
                                   .expected = (uint8_t[]){0, 0, 0, 1, 1}});
    literal_holds((struct literal){.op = "binary_and",
                                   .type = PIXEL_U16,
                                   .shape = {2, 1, 2},
                                   .a = (uint16_t[]){256, 256, 0, 65535},
                                   .b = (uint16_t[]){1, 0, 512, 256},
                                   .expected = (uint8_t[]){1, 0, 0, 1}});
    literal_holds((struct literal){.op = "binary_and",
                                   .type = PIXEL_F32,
                                   .shape = {4, 1, 1},
                                   .a = (float[]){-0.0f, 1e-45f, 0.25f, NAN},
                                   .b = (float[]){1.0f, -1.0f, 0.0f, 1.0f},
                                   .expected = (uint8_t[]){0, 1, 0, 1}});
}

static void threshold_holds(const char *args, enum pixel_type type, const void *five, const uint8_t *expected)
{
    literal_holds((struct literal){
        .op = "fixed_threshold", .args = args, .type = type, .shape = {5, 1, 1}, .a = five, .expected = expected});
}

Test(point_ops, threshold_of_integers)
{
    static const uint8_t bytes[5] = {0, 1, 127, 128, 255};
    static const uint16_t words[5] = {0, 1, 255, 256, 65535};
    threshold_holds("", PIXEL_U8, bytes, (uint8_t[]){0, 0, 0, 1, 1});
    threshold_holds("threshold=127.5", PIXEL_U8, bytes, (uint8_t[]){0, 0, 0, 1, 1});
    threshold_holds("threshold=0", PIXEL_U8, bytes, (uint8_t[]){1, 1, 1, 1, 1});
    threshold_holds("threshold=-1000.5", PIXEL_U8, bytes, (uint8_t[]){1, 1, 1, 1, 1});
    threshold_holds("threshold=255", PIXEL_U8, bytes, (uint8_t[]){0, 0, 0, 0, 1});
    threshold_holds("threshold=255.25", PIXEL_U8, bytes, (uint8_t[]){0, 0, 0, 0, 0});
    threshold_holds("threshold=256", PIXEL_U8, bytes, (uint8_t[]){0, 0, 0, 0, 0});
    threshold_holds("threshold=255.00000000001", PIXEL_U16, words, (uint8_t[]){0, 0, 0, 1, 1});
    threshold_holds("threshold=65535", PIXEL_U16, words, (uint8_t[]){0, 0, 0, 0, 1});
    threshold_holds("threshold=65536", PIXEL_U16, words, (uint8_t[]){0, 0, 0, 0, 0});
}

/* 0.1 lies between two float32 values; the lower of them does not reach it. */
Test(point_ops, threshold_of_real_numbers)
{
    threshold_holds("threshold=0.1", PIXEL_F32, (float[]){0.0f, 0x1.999998p-4f, 0x1.99999ap-4f, NAN, INFINITY},
                    (uint8_t[]){0, 0, 1, 0, 1});
    threshold_holds("threshold=0", PIXEL_F32, (float[]){-1e-45f, -0.0f, 0.0f, -INFINITY, 1e-45f},
                    (uint8_t[]){0, 1, 1, 0, 1});
    threshold_holds("threshold=16777217", PIXEL_F32, (float[]){16777216.0f, 16777218.0f, 0.0f, 3e9f, -1.0f},
                    (uint8_t[]){0, 1, 0, 1, 0});
}

static const uint8_t numbered[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

Test(point_ops, flip_every_axis)
{
    struct literal l = {.op = "flip", .type = PIXEL_U8, .shape = {3, 2, 2}, .a = numbered};
    l.args = "axes=x", l.expected = (uint8_t[]){2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9};
    literal_holds(l);
    l.args = "axes=y", l.expected = (uint8_t[]){3, 4, 5, 0, 1, 2, 9, 10, 11, 6, 7, 8};
    literal_holds(l);
    l.args = "axes=z", l.expected = (uint8_t[]){6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5};
    literal_holds(l);
    l.args = "axes=xyz", l.expected = (uint8_t[]){11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0};
    literal_holds(l);
}

Test(point_ops, projection)
{
    literal_holds((struct literal){.op = "maximum_z_projection",
                                   .type = PIXEL_U16,
                                   .shape = {2, 2, 3},
                                   .a = (uint16_t[]){1, 9, 500, 0, 2, 8, 300, 0, 3, 7, 65535, 0},
                                   .expected = (uint16_t[]){3, 9, 65535, 0}});
    literal_holds((struct literal){.op = "maximum_z_projection",
                                   .type = PIXEL_F32,
                                   .shape = {1, 1, 6},
                                   .a = (float[]){-3.0f, -7.5f, -2.0f, -1e30f, -2.5f, -2.25f},
                                   .expected = (float[]){-2.0f}});
}

Test(point_ops, projection_keeps_the_first_of_equals)
{
    struct literal l = {.op = "maximum_z_projection",
                        .type = PIXEL_F32,
                        .shape = {2, 1, 3},
                        .a = (float[]){-0.0f, 0.0f, 0.0f, -0.0f, -0.0f, 0.0f},
                        .expected = (float[]){-0.0f, 0.0f}};
    literal_holds(l);
    l.expected = (float[]){0.0f, -0.0f};
    cr_expect_eq(literal_differences(&l, BACKEND_REFERENCE), 2, "a comparison that takes -0 for 0 proves nothing");
}

Test(point_ops, projection_needs_3d)
{
    const struct op *op = op_find("maximum_z_projection", PIXEL_U8);
    struct op_args args = op_args_preset(op);
    cr_expect_eq(op_accepts(op, &args, (struct shape){5, 4, 1}), STATUS_UNSUPPORTED);
    struct shape result = op_result_shape(op, &args, (struct shape){5, 4, 3});
    cr_expect(shape_equal(result, (struct shape){5, 4, 1}));
}
