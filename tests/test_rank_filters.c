/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Minimum, maximum and top-hat: literal answers for every backend, the order of zeros, and the radii, shapes and kinds
 * of devices that the checker's walk does not reach.
 */
#include <math.h>

#include "every_backend.h"
#include "images/synthetic.h"
#include "literal.h"
#include "open_device.h"

/* The same small numbers in every pixel type, by every backend. */
static void expect(const char *op, const char *args, struct shape shape, const int *in, const int *expected)
{
    const int64_t count = shape_pixels(shape);
    for (enum pixel_type type = PIXEL_U8; type < PIXEL_INTENSITY_COUNT; type++) {
        struct image image, out;
        cr_assert_eq(image_alloc(&image, shape, type, image_default_stride(shape.width) + IMAGE_STRIDE_PX, 1),
                     STATUS_OK);
        memset(image.pixels, 0xd7, (size_t)(image.slice * shape.depth) * pixel_bytes(type));
        for (int64_t i = 0; i < count; i++) {
            void *row = image_row(&image, i / shape.width % shape.height, i / shape.width / shape.height);
            if (type == PIXEL_U8)
                ((uint8_t *)row)[i % shape.width] = (uint8_t)in[i];
            else if (type == PIXEL_U16)
                ((uint16_t *)row)[i % shape.width] = (uint16_t)in[i];
            else
                ((float *)row)[i % shape.width] = (float)in[i];
        }
        cr_expect(every_backend_agrees(op, args, &image, &out), "%s(%s) %s: %s", op, args, pixel_type_name(type),
                  status_text());
        for (int64_t i = 0; i < count; i++) {
            const void *row = image_row(&out, i / shape.width % shape.height, i / shape.width / shape.height);
            const double found = type == PIXEL_U8    ? ((const uint8_t *)row)[i % shape.width]
                                 : type == PIXEL_U16 ? ((const uint16_t *)row)[i % shape.width]
                                                     : (double)((const float *)row)[i % shape.width];
            cr_expect_eq(found, expected[i], "%s(%s) %s: pixel %d is %g, not %d", op, args, pixel_type_name(type),
                         (int)i, found, expected[i]);
        }
        image_free(&image);
        image_free(&out);
    }
}

static const int hills[] = {
    5, 6, 7, 8, 9, //
    4, 1, 6, 7, 8, //
    3, 4, 9, 6, 7, //
    2, 3, 4, 5, 6, //
};

Test(rank_filters, boxes_and_their_border)
{
    const struct shape s = {5, 4, 1};
    expect("minimum", "radius=1", s, hills,
           (int[]){1, 1, 1, 6, 7, /**/ 1, 1, 1, 6, 6, /**/ 1, 1, 1, 4, 5, /**/ 2, 2, 3, 4, 5});
    expect("maximum", "radius=1", s, hills,
           (int[]){6, 7, 8, 9, 9, /**/ 6, 9, 9, 9, 9, /**/ 4, 9, 9, 9, 8, /**/ 4, 9, 9, 9, 7});
    expect("minimum", "radius=0", s, hills, hills);
    expect("maximum", "radius=0,shape=sphere", s, hills, hills);
    expect("top_hat", "radius=0", s, hills, (int[20]){0});
}

Test(rank_filters, spheres)
{
    const struct shape s = {5, 4, 1};
    expect("minimum", "radius=1,shape=sphere", s, hills,
           (int[]){4, 1, 6, 7, 8, /**/ 1, 1, 1, 6, 7, /**/ 2, 1, 4, 5, 6, /**/ 2, 2, 3, 4, 5});
    expect("maximum", "radius=1,shape=sphere", s, hills,
           (int[]){6, 7, 8, 9, 9, /**/ 5, 6, 9, 8, 9, /**/ 4, 9, 9, 9, 8, /**/ 3, 4, 9, 6, 7});
    /* 13 pixels: two away straight ahead, one away across */
    expect("maximum", "shape=sphere", (struct shape){7, 7, 1}, (int[49]){[24] = 9},
           (int[49]){[10] = 9,
                     [16] = 9,
                     [17] = 9,
                     [18] = 9,
                     [22] = 9,
                     [23] = 9,
                     [24] = 9,
                     [25] = 9,
                     [26] = 9,
                     [30] = 9,
                     [31] = 9,
                     [32] = 9,
                     [38] = 9});
    expect("maximum", "radius=1,shape=sphere", (struct shape){3, 3, 3}, (int[27]){[13] = 4},
           (int[27]){[4] = 4, [10] = 4, [12] = 4, [13] = 4, [14] = 4, [16] = 4, [22] = 4});
}

Test(rank_filters, boxes_in_3d_and_larger_than_the_image)
{
    expect("minimum", "radius=1", (struct shape){1, 1, 4}, (int[]){9, 8, 3, 7}, (int[]){8, 3, 3, 3});
    expect("maximum", "radius=1", (struct shape){2, 2, 3}, (int[]){1, 2, 3, 4, 5, 6, 7, 1, 9, 3, 2, 1},
           (int[]){7, 7, 7, 7, 9, 9, 9, 9, 9, 9, 9, 9});
    expect("minimum", "radius=100", (struct shape){3, 2, 2}, (int[]){9, 8, 7, 6, 5, 6, 7, 8, 9, 5, 5, 4},
           (int[]){4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4});
    expect("minimum", "radius=100,shape=sphere", (struct shape){3, 1, 2}, (int[]){9, 8, 7, 6, 5, 6},
           (int[]){5, 5, 5, 5, 5, 5});
}

/* The opening keeps what a window of three fits under. */
Test(rank_filters, top_hat_is_what_stands_out)
{
    expect("top_hat", "radius=1", (struct shape){9, 1, 1}, (int[]){2, 9, 3, 5, 5, 5, 1, 8, 7},
           (int[]){0, 6, 0, 0, 0, 0, 0, 1, 0});
    expect("top_hat", "radius=1,shape=sphere", (struct shape){3, 3, 1}, (int[]){1, 1, 1, 1, 9, 1, 1, 1, 1},
           (int[]){0, 0, 0, 0, 8, 0, 0, 0, 0});
}

/* -0 comes before +0: the least is the negative one wherever it lies, the largest the positive one. */
Test(rank_filters, zeros_have_an_order)
{
    static const float zeros[5] = {0.0f, -0.0f, 0.0f, 0.0f, -0.0f}, least[5] = {-0.0f, -0.0f, -0.0f, -0.0f, -0.0f},
                       largest[5] = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
    static const char *const args[] = {"radius=1", "radius=1,shape=sphere"};
    struct image in, out;
    literal_image(&in, (struct shape){5, 1, 1}, PIXEL_F32, zeros);
    for (int i = 0; i < 2; i++) {
        cr_expect(every_backend_agrees("minimum", args[i], &in, &out), "%s", status_text());
        cr_expect_arr_eq(out.pixels, least, sizeof least);
        image_free(&out);
        cr_expect(every_backend_agrees("maximum", args[i], &in, &out), "%s", status_text());
        cr_expect_arr_eq(out.pixels, largest, sizeof largest);
        image_free(&out);
    }
    image_free(&in);
}

/* Infinities are numbers. What windows with NaN give is open, but they harm no others. */
Test(rank_filters, infinities_and_nan)
{
    static const float values[6] = {1, -INFINITY, 3, 4, INFINITY, 2};
    const struct shape s = {6, 1, 1};
    literal_holds((struct literal){"minimum", "radius=1", PIXEL_F32, s, values, NULL,
                                   (float[]){-INFINITY, -INFINITY, -INFINITY, 3, 2, 2}});
    literal_holds((struct literal){"maximum", "radius=1", PIXEL_F32, s, values, NULL,
                                   (float[]){1, 3, 4, INFINITY, INFINITY, INFINITY}});
    for (int maximum = 0; maximum < 2; maximum++) {
        const struct op *op = op_find(maximum ? "maximum" : "minimum", PIXEL_F32);
        struct op_args args;
        struct execution e;
        struct image in, out;
        const struct image *inputs[] = {&in};
        cr_assert_eq(op_args_parse(op, "radius=1", &args), STATUS_OK);
        literal_image(&in, s, PIXEL_F32, (float[]){NAN, 7, 6, 5, 4, 3});
        literal_image(&out, s, PIXEL_F32, NULL);
        cr_assert_eq(execution_prepare(&e, op, &args, BACKEND_OPENMP, NULL, 2, inputs, &out), STATUS_OK);
        cr_expect_eq(execution_compute(&e), STATUS_OK);
        cr_expect_eq(((float *)out.pixels)[3], maximum ? 6 : 4);
        cr_expect(image_guards_intact(&out));
        execution_free(&e);
        image_free(&in);
        image_free(&out);
    }
}

static const struct large_case {
    const char *args;
    enum pixel_type type;
    struct shape shape;
} large_cases[] = {
    {"radius=0", PIXEL_U16, {70, 9, 2}},
    {"radius=1", PIXEL_F32, {531, 45, 1}},
    {"radius=2", PIXEL_U8, {1100, 11, 3}},
    {"radius=2", PIXEL_U8, {2065, 60, 2}},
    {"radius=10", PIXEL_F32, {2100, 41, 1}},
    {"radius=7", PIXEL_U16, {4999, 130, 1}},
    {"radius=2,shape=sphere", PIXEL_U16, {300, 33, 7}},
    {"radius=7", PIXEL_U16, {70, 61, 1}},
    {"radius=7", PIXEL_U8, {1, 61, 40}},
    {"radius=10", PIXEL_F32, {130, 95, 1}},
    {"radius=10", PIXEL_U8, {37, 11, 23}},
    {"radius=10,shape=sphere", PIXEL_F32, {95, 60, 1}},
    {"radius=6,shape=sphere", PIXEL_U8, {35, 30, 19}},
    {"radius=16", PIXEL_U16, {90, 1, 50}},
    {"radius=17", PIXEL_F32, {90, 40, 1}},
    {"radius=31", PIXEL_U8, {140, 90, 1}},
    {"radius=31,shape=sphere", PIXEL_U16, {70, 90, 1}},
    {"radius=31", PIXEL_F32, {6, 5, 34}},
    {"radius=60", PIXEL_U16, {130, 40, 1}},
    {"radius=31", PIXEL_F32, {1600, 64, 1}},
    {"radius=100", PIXEL_F32, {120, 20, 1}},
    {"radius=100", PIXEL_U8, {9, 120, 1}},
    {"radius=100,shape=sphere", PIXEL_F32, {40, 20, 1}},
};

static void noise_image(struct image *image, const struct large_case *c)
{
    cr_assert_eq(image_alloc(image, c->shape, c->type, 0, 1), STATUS_OK);
    cr_assert_eq(synthetic_fill(image, CONTENT_NOISE, 7), STATUS_OK);
}

/* Called a GPU, a CPU's OpenCL device gets the kernels that a GPU gets. */
static void expect_device(struct opencl *opencl, const char *name, const struct large_case *c, const struct image *in,
                          const struct image *expected)
{
    static const enum device_type types[] = {DEVICE_GPU, DEVICE_CPU};
    const struct op *op = op_find(name, c->type);
    const struct image *inputs[] = {in};
    struct op_args args;
    struct image out;
    cr_assert_eq(op_args_parse(op, c->args, &args), STATUS_OK);
    for (int t = 0; t < 2; t++) {
        struct execution e;
        opencl->device.type = types[t];
        cr_assert_eq(image_alloc(&out, c->shape, c->type, 0, 1), STATUS_OK);
        cr_assert_eq(execution_prepare(&e, op, &args, BACKEND_OPENCL, opencl, 1, inputs, &out), STATUS_OK, "%s",
                     status_text());
        cr_expect_eq(check_execution(&e, expected), STATUS_OK, "%s(%s) %s %dx%dx%d as %s: %s", name, c->args,
                     pixel_type_name(c->type), (int)c->shape.width, (int)c->shape.height, (int)c->shape.depth,
                     device_type_name(types[t]), status_text());
        execution_free(&e);
        image_free(&out);
    }
}

static void expect_large(const char *name, int step)
{
    struct opencl *opencl = open_device();
    for (size_t i = 0; i < sizeof large_cases / sizeof large_cases[0]; i += (size_t)step) {
        const struct large_case *c = &large_cases[i];
        struct image in, out;
        noise_image(&in, c);
        cr_expect(every_backend_agrees(name, c->args, &in, &out), "%s(%s): %s", name, c->args, status_text());
        expect_device(opencl, name, c, &in, &out);
        image_free(&in);
        image_free(&out);
    }
    opencl_close(opencl);
}

Test(rank_filters, minimum_of_any_radius_on_any_device)
{
    expect_large("minimum", 1);
}

Test(rank_filters, maximum_of_any_radius_on_any_device)
{
    expect_large("maximum", 5);
}

Test(rank_filters, top_hat_of_any_radius_on_any_device)
{
    expect_large("top_hat", 6);
}

Test(rank_filters, a_planted_error_shows)
{
    struct image in, expected;
    literal_image(&in, (struct shape){5, 1, 1}, PIXEL_U8, (uint8_t[]){5, 1, 4, 2, 3});
    cr_assert(every_backend_agrees("minimum", "radius=1", &in, &expected), "%s", status_text());
    cr_expect(openmp_equals("minimum", "radius=1", &in, &expected));
    cr_expect_not(openmp_equals("minimum", "radius=2", &in, &expected));
    cr_expect_not(openmp_equals("maximum", "radius=1", &in, &expected));
    image_free(&in);
    image_free(&expected);
}

Test(rank_filters, margins)
{
    struct op_args args;
    cr_assert_eq(op_args_parse(op_find("minimum", PIXEL_F32), "radius=7", &args), STATUS_OK);
    for (int axis = 0; axis < 3; axis++) {
        cr_expect_eq(op_find("minimum", PIXEL_F32)->margin_px(&args, axis), 7);
        cr_expect_eq(op_find("maximum", PIXEL_F32)->margin_px(&args, axis), 7);
        cr_expect_eq(op_find("top_hat", PIXEL_F32)->margin_px(&args, axis), 14);
    }
    cr_expect_eq(op_args_parse(op_find("top_hat", PIXEL_F32), "radius=101", &args), STATUS_USAGE);
}
