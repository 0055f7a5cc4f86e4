/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Median: literal answers for every backend, and the radii that the checker's walk does not reach.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "every_backend.h"
#include "images/synthetic.h"

static void fill(struct image *image, struct shape shape, const float *values)
{
    cr_assert_eq(image_alloc(image, shape, PIXEL_F32, 0, 1), STATUS_OK);
    for (int64_t row = 0; row < shape.height * shape.depth; row++)
        memcpy(image_row(image, row % shape.height, row / shape.height), values + row * shape.width,
               (size_t)shape.width * sizeof *values);
}

/* The same whole numbers as float32, uint16 and uint8. */
static void convert(struct image *to, const struct image *from, enum pixel_type type)
{
    cr_assert_eq(image_alloc(to, from->shape, type, 0, 1), STATUS_OK);
    for (int64_t i = 0; i < from->slice * from->shape.depth; i++) {
        const float value = ((const float *)from->pixels)[i];
        if (type == PIXEL_U8)
            ((uint8_t *)to->pixels)[i] = (uint8_t)value;
        else if (type == PIXEL_U16)
            ((uint16_t *)to->pixels)[i] = (uint16_t)value;
        else
            ((float *)to->pixels)[i] = value;
    }
}

static void expect(const char *parameters, struct shape shape, const float *values, const float *expected)
{
    struct image given, wanted;
    fill(&given, shape, values);
    fill(&wanted, shape, expected);
    for (enum pixel_type type = PIXEL_U8; type < PIXEL_INTENSITY_COUNT; type++) {
        struct image in, out, right;
        convert(&in, &given, type);
        convert(&right, &wanted, type);
        cr_expect(every_backend_agrees("median", parameters, &in, &out), "%s %s: %s", parameters,
                  pixel_type_name(type), status_text());
        cr_expect_eq(image_compare(&out, &right, 0).pixels, 0, "%s %s", parameters, pixel_type_name(type));
        image_free(&in);
        image_free(&out);
        image_free(&right);
    }
    image_free(&given);
    image_free(&wanted);
}

static const float ramp[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

Test(median, box_of_radius_1_counts_clamped_pixels_each_time)
{
    expect("radius=1", (struct shape){4, 3, 1}, ramp, (float[]){2, 3, 4, 4, 5, 6, 7, 8, 9, 9, 10, 11});
}

Test(median, sphere_of_radius_1_is_a_cross)
{
    expect("radius=1,shape=sphere", (struct shape){4, 3, 1}, ramp, (float[]){1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    expect("radius=1,shape=sphere", (struct shape){3, 3, 1}, (float[]){0, 9, 0, 9, 0, 9, 0, 9, 0},
           (float[]){0, 0, 0, 0, 9, 0, 0, 0, 0});
    expect("radius=1", (struct shape){3, 3, 1}, (float[]){0, 9, 0, 9, 0, 9, 0, 9, 0},
           (float[]){0, 0, 0, 0, 0, 0, 0, 0, 0});
}

Test(median, an_axis_of_size_1_is_not_filtered)
{
    static const float row[7] = {9, 1, 8, 2, 7, 3, 6}, filtered[7] = {9, 8, 7, 3, 6, 6, 6};
    expect("radius=2", (struct shape){7, 1, 1}, row, filtered);
    expect("radius=2", (struct shape){1, 7, 1}, row, filtered);
    expect("radius=2", (struct shape){1, 1, 7}, row, filtered);
    expect("radius=2,shape=sphere", (struct shape){7, 1, 1}, row, filtered);
    expect("radius=2,shape=sphere", (struct shape){1, 7, 1}, row, filtered);
    expect("radius=2,shape=sphere", (struct shape){1, 1, 7}, row, filtered);
}

Test(median, radius_0_changes_nothing)
{
    expect("radius=0", (struct shape){4, 3, 1}, ramp, ramp);
    expect("radius=0,shape=sphere", (struct shape){2, 3, 2}, ramp, ramp);
}

/* The middle pixel of a cube of 5 with 0 and 1 in it. */
static float middle_of_cube(const char *parameters, int ones)
{
    float values[125], middle;
    struct image in, out;
    for (int i = 0; i < 125; i++)
        values[i * 7 % 125] = i < ones;
    fill(&in, (struct shape){5, 5, 5}, values);
    cr_expect(every_backend_agrees("median", parameters, &in, &out), "%s: %s", parameters, status_text());
    middle = ((float *)image_row(&out, 2, 2))[2];
    image_free(&in);
    image_free(&out);
    return middle;
}

Test(median, majority_of_125)
{
    cr_expect_eq(middle_of_cube("radius=2", 62), 0);
    cr_expect_eq(middle_of_cube("radius=2", 63), 1);
}

Test(median, box_and_sphere_in_3d)
{
    float values[27], box, sphere;
    struct image in, out;
    for (int i = 0; i < 27; i++)
        values[i] = (float)(i * 11 % 27);
    fill(&in, (struct shape){3, 3, 3}, values);
    cr_expect(every_backend_agrees("median", "radius=1", &in, &out), "%s", status_text());
    box = ((float *)image_row(&out, 1, 1))[1];
    image_free(&out);
    cr_expect(every_backend_agrees("median", "radius=1,shape=sphere", &in, &out), "%s", status_text());
    sphere = ((float *)image_row(&out, 1, 1))[1];
    image_free(&out);
    image_free(&in);
    cr_expect_eq(box, 13);    /* of 0 .. 26 */
    cr_expect_eq(sphere, 17); /* of 2, 8, 14, 17, 19, 24, 26 */
}

Test(median, negative_zero_comes_before_zero)
{
    struct image in, out;
    fill(&in, (struct shape){6, 1, 1}, (float[]){-0.0f, 0, -0.0f, 0, 0, -1});
    cr_expect(every_backend_agrees("median", "radius=1", &in, &out), "%s", status_text());
    const float *pixels = out.pixels;
    static const bool negative[6] = {true, true, false, false, false, true};
    for (int i = 0; i < 6; i++)
        cr_expect_eq(signbit(pixels[i]) != 0, negative[i], "pixel %d is %g", i, (double)pixels[i]);
    cr_expect_eq(pixels[5], -1);
    image_free(&in);
    image_free(&out);
}

static void check_against_reference(const char *parameters, struct shape shape, enum content content)
{
    for (enum pixel_type type = PIXEL_U8; type < PIXEL_INTENSITY_COUNT; type++) {
        struct image in, out;
        cr_assert_eq(image_alloc(&in, shape, type, 0, 1), STATUS_OK);
        cr_assert_eq(synthetic_fill(&in, content, 7), STATUS_OK);
        cr_expect(every_backend_agrees("median", parameters, &in, &out), "%s %s: %s", parameters,
                  pixel_type_name(type), status_text());
        image_free(&in);
        image_free(&out);
    }
}

Test(median, large_radii_agree)
{
    check_against_reference("radius=7", (struct shape){200, 40, 1}, CONTENT_NOISE);
    check_against_reference("radius=15", (struct shape){220, 41, 1}, CONTENT_NOISE);
    check_against_reference("radius=15", (struct shape){40, 41, 1}, CONTENT_EXTREMES);
    check_against_reference("radius=12,shape=sphere", (struct shape){220, 41, 1}, CONTENT_CELLS);
    check_against_reference("radius=5", (struct shape){70, 27, 8}, CONTENT_NOISE);
    check_against_reference("radius=4,shape=sphere", (struct shape){70, 27, 18}, CONTENT_FLAT);
}

/* Any answer will do, but all must come to an end and leave the surroundings alone. */
Test(median, nan_does_no_harm)
{
    static const char *const parameters[] = {"radius=1", "radius=2", "radius=2,shape=sphere", "radius=3", "radius=15"};
    const struct op *op = op_find("median", PIXEL_F32);
    struct image in, out;
    const struct image *inputs[] = {&in};
    cr_assert_eq(image_alloc(&in, (struct shape){50, 20, 1}, PIXEL_F32, 0, 1), STATUS_OK);
    cr_assert_eq(image_alloc(&out, in.shape, PIXEL_F32, 0, 1), STATUS_OK);
    cr_assert_eq(synthetic_fill(&in, CONTENT_NOISE, 3), STATUS_OK);
    for (int64_t i = 0; i < in.slice; i += 3)
        ((float *)in.pixels)[i] = i % 2 ? NAN : -NAN;
    for (size_t p = 0; p < sizeof parameters / sizeof *parameters; p++)
        for (int backend = BACKEND_REFERENCE; backend <= BACKEND_OPENMP; backend++) {
            struct op_args args;
            struct execution e;
            cr_assert_eq(op_args_parse(op, parameters[p], &args), STATUS_OK);
            cr_assert_eq(execution_prepare(&e, op, &args, (enum backend)backend, NULL, 2, inputs, &out), STATUS_OK);
            cr_expect_eq(execution_compute(&e), STATUS_OK);
            cr_expect(image_guards_intact(&out));
            execution_free(&e);
        }
    image_free(&in);
    image_free(&out);
}

Test(median, a_planted_error_shows)
{
    struct image in, expected;
    fill(&in, (struct shape){3, 3, 1}, (float[]){0, 9, 0, 9, 0, 9, 0, 9, 0});
    cr_assert(every_backend_agrees("median", "radius=1,shape=sphere", &in, &expected), "%s", status_text());
    cr_expect(openmp_equals("median", "radius=1,shape=sphere", &in, &expected));
    cr_expect_not(openmp_equals("median", "radius=1,shape=box", &in, &expected));
    image_free(&in);
    image_free(&expected);
}

Test(median, margin_and_limits)
{
    const struct op *op = op_find("median", PIXEL_U16);
    struct op_args args;
    cr_assert_eq(op_args_parse(op, "radius=15", &args), STATUS_OK);
    for (int axis = 0; axis < 3; axis++)
        cr_expect_eq(op->margin_px(&args, axis), 15);
    cr_expect_eq(op->margin, MARGIN_PIXELS);
    cr_expect_eq(op_accepts(op, &args, (struct shape){64, 64, 1}), STATUS_OK);
    cr_expect_eq(op_accepts(op, &args, (struct shape){64, 64, 2}), STATUS_UNSUPPORTED);
    cr_expect_str_eq(status_text(), "median: radius 15 in 3D; at most 5");
    cr_assert_eq(op_args_parse(op, "radius=5", &args), STATUS_OK);
    cr_expect_eq(op_accepts(op, &args, (struct shape){64, 64, 2}), STATUS_OK);
    cr_expect_eq(op_args_parse(op, "radius=16", &args), STATUS_USAGE);
}
