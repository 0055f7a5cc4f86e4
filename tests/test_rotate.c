/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Rotation on pixels written out, the kernels that a GPU gets, and the bound on what a sampler may be off.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "bench/check.h"
#include "bench/contrast.h"
#include "images/synthetic.h"
#include "ops/rotation.h"
#include "tests/literal.h"
#include "tests/open_device.h"

static const uint8_t nine[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static void turns(const char *args, struct shape shape, const uint8_t *in, const uint8_t *expected)
{
    char text[128];
    literal_holds((struct literal){"rotate", args, PIXEL_U8, shape, in, NULL, expected});
    snprintf(text, sizeof text, "%s,interpolation=nearest", args);
    literal_holds((struct literal){"rotate", text, PIXEL_U8, shape, in, NULL, expected});
}

Test(rotate, right_angles_are_permutations)
{
    static const uint8_t once[] = {7, 4, 1, 8, 5, 2, 9, 6, 3}, twice[] = {9, 8, 7, 6, 5, 4, 3, 2, 1};
    static const uint8_t back[] = {3, 6, 9, 2, 5, 8, 1, 4, 7};
    const struct shape shape = {3, 3, 1};
    turns("angle_z=0", shape, nine, nine);
    turns("angle_z=90", shape, nine, once);
    turns("angle_z=180", shape, nine, twice);
    turns("angle_z=270", shape, nine, back);
    turns("angle_z=-90", shape, nine, back);
    turns("angle_z=360", shape, nine, nine);
}

/* a, b, c, d lie at the corners of a square: about x in y and z, about y in x and z. */
Test(rotate, about_the_other_axes)
{
    static const uint8_t in[] = {1, 2, 3, 4}, about_x[] = {3, 1, 4, 2}, about_y[] = {2, 4, 1, 3};
    turns("angle_z=0,angle_x=90", (struct shape){1, 2, 2}, in, about_x);
    turns("angle_z=0,angle_y=90", (struct shape){2, 1, 2}, in, about_y);
}

static void run(const char *text, const struct image *in, struct image *out)
{
    const struct op *op = op_find("rotate", in->type);
    struct op_args args;
    cr_assert_eq(op_args_parse(op, text, &args), STATUS_OK);
    cr_assert_eq(op->ref(&(struct op_call){.args = &args, .in = {in}, .out = out, .threads = 1}), STATUS_OK);
}

Test(rotate, about_x_then_y_then_z)
{
    const struct shape shape = {5, 5, 5};
    struct image in, x, xy, xyz, at_once;
    struct image *const images[] = {&in, &x, &xy, &xyz, &at_once};
    for (int i = 0; i < 5; i++)
        cr_assert_eq(image_alloc(images[i], shape, PIXEL_U16, 0, 1), STATUS_OK);
    cr_assert_eq(synthetic_fill(&in, CONTENT_NOISE, 5), STATUS_OK);
    run("angle_z=0,angle_x=90", &in, &x);
    run("angle_z=0,angle_y=-90", &x, &xy);
    run("angle_z=90", &xy, &xyz);
    run("angle_z=90,angle_x=90,angle_y=-90", &in, &at_once);
    cr_expect_eq(image_compare(&at_once, &xyz, 0).pixels, 0);
    cr_expect_gt(image_compare(&xyz, &in, 0).pixels, 100);
    for (int i = 0; i < 5; i++)
        image_free(images[i]);
}

/* About the middle (1.5, 0.5) the source of (x, y) is (y + 1, 2 - x). */
Test(rotate, on_the_same_canvas)
{
    static const uint8_t in[] = {1, 2, 3, 4, 5, 6, 7, 8}, expected[] = {0, 6, 2, 0, 0, 7, 3, 0};
    turns("angle_z=90", (struct shape){4, 2, 1}, in, expected);
}

/* About (1.5, 1) the source of (x, y) is (y + 0.5, 2.5 - x), between pixels, and the nearest is the even one. */
Test(rotate, halves)
{
    static const float in[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    static const float linear[] = {0, 7.5f, 3.5f, 0, 0, 8.5f, 4.5f, 0, 0, 9.5f, 5.5f, 0};
    static const float nearest[] = {9, 9, 1, 1, 11, 11, 3, 3, 11, 11, 3, 3};
    const struct shape shape = {4, 3, 1};
    literal_holds((struct literal){"rotate", "angle_z=90", PIXEL_F32, shape, in, NULL, linear});
    literal_holds((struct literal){"rotate", "angle_z=90,interpolation=nearest", PIXEL_F32, shape, in, NULL, nearest});
}

/* The image is 10 + 10 x + 30 y. With cos 60 = 0.5 and sin 60 = 0.866 the sources of the four pixels beside the middle
 * are (0.134, 0.5), (0.5, 1.866), (1.5, 0.134), (1.866, 1.5), and those of the corners are outside. */
Test(rotate, between_pixels)
{
    static const uint8_t in[] = {10, 20, 30, 40, 50, 60, 70, 80, 90}, expected[] = {0, 26, 0, 71, 50, 29, 0, 74, 0};
    literal_holds((struct literal){"rotate", "angle_z=60", PIXEL_U8, {3, 3, 1}, in, NULL, expected});
}

Test(rotate, a_plane_turned_out_of_itself)
{
    static const uint8_t axis_alone[] = {0, 0, 0, 4, 5, 6, 0, 0, 0};
    const struct shape shape = {3, 3, 1};
    literal_holds((struct literal){"rotate", "angle_z=0,angle_x=25", PIXEL_U8, shape, nine, NULL, axis_alone});
    /* sin 25 = 0.42: still the nearest plane; cos 25 = 0.91: still the nearest row. */
    const char *nearest = "angle_z=0,angle_x=25,interpolation=nearest";
    literal_holds((struct literal){"rotate", nearest, PIXEL_U8, shape, nine, NULL, nine});
    static const uint8_t line[] = {1, 2, 3}, middle[] = {0, 2, 0};
    literal_holds((struct literal){"rotate", "angle_z=45", PIXEL_U8, {3, 1, 1}, line, NULL, middle});
}

Test(rotate, one_pixel_and_no_pixel)
{
    static const uint8_t one[] = {77}, two[] = {77, 78}, none[] = {0, 0};
    turns("angle_z=13,angle_x=100,angle_y=-7", (struct shape){1, 1, 1}, one, one);
    literal_holds((struct literal){"rotate", "angle_z=45", PIXEL_U8, {2, 1, 1}, two, NULL, none});
}

/* What takes no part is not touched: neither -0 nor a neighbour that is no number changes a copy. */
Test(rotate, whole_steps_copy)
{
    static const float in[] = {-0.0f, NAN, 1e38f, -3e38f, 3e38f, -0.0f, INFINITY, 2, NAN};
    static const float expected[] = {INFINITY, -3e38f, -0.0f, 2, 3e38f, NAN, NAN, -0.0f, 1e38f};
    literal_holds((struct literal){"rotate", "angle_z=90", PIXEL_F32, {3, 3, 1}, in, NULL, expected});
    literal_holds((struct literal){"rotate", "angle_z=0", PIXEL_F32, {3, 3, 1}, in, NULL, in});
}

Test(rotate, exact_angles_and_limits)
{
    double sine, cosine;
    for (int turn = -8; turn <= 8; turn++) {
        static const double quarter[4] = {0, 1, 0, -1};
        sine_and_cosine(90.0 * turn, &sine, &cosine);
        cr_expect_eq(sine, quarter[(turn + 8) % 4]);
        cr_expect_eq(cosine, quarter[(turn + 9) % 4]);
    }
    sine_and_cosine(-30, &sine, &cosine);
    cr_expect_float_eq(sine, -0.5, 1e-15);
    cr_expect_float_eq(cosine, 0.8660254037844386, 1e-15);
    cr_expect_eq(last_pixel(1), 0);
    cr_expect_eq(last_pixel(16777217), 16777216);
    cr_expect_eq(last_pixel(16777220), 16777218, "16777219 would become 16777220, which is outside");
}

/* An input and the reference's answer for it, and what is under test. */
struct trial {
    struct image in, expected, found;
    struct op_args args;
};

static struct trial trial_of(const struct op *op, struct shape shape, const char *text)
{
    struct trial t;
    cr_assert_eq(op_args_parse(op, text, &t.args), STATUS_OK, "%s", status_text());
    const struct shape result = op_result_shape(op, &t.args, shape);
    literal_image(&t.in, shape, op->type, NULL);
    literal_image(&t.found, result, op->type, NULL);
    literal_image(&t.expected, result, op->type, NULL);
    cr_assert_eq(synthetic_fill(&t.in, CONTENT_NOISE, 3), STATUS_OK);
    const struct op_call call = {.args = &t.args, .in = {&t.in}, .out = &t.expected, .threads = 1};
    cr_assert_eq(op->ref(&call), STATUS_OK);
    return t;
}

static void trial_free(struct trial *t)
{
    image_free(&t->in);
    image_free(&t->found);
    image_free(&t->expected);
}

static enum status on_device(struct opencl *opencl, const struct op *op, struct trial *t, const struct op_args *args)
{
    struct execution e;
    const struct image *const inputs[] = {&t->in};
    enum status status = execution_prepare(&e, op, args, BACKEND_OPENCL, opencl, 1, inputs, &t->found);
    if (status == STATUS_OK)
        status = check_execution(&e, &t->expected);
    execution_free(&e);
    return status;
}

/* Called a GPU, a CPU's OpenCL device gets the kernels that a GPU gets. */
Test(rotate, kernels_of_either_kind_of_device)
{
    static const struct {
        const char *op;
        enum pixel_type type;
        struct shape shape;
        const char *args;
    } cases[] = {
        {"rotate", PIXEL_F32, {131, 70, 1}, "angle_z=30"},
        {"rotate", PIXEL_U8, {64, 65, 1}, "angle_z=90"},
        {"rotate", PIXEL_U16, {33, 31, 9}, "angle_z=200,angle_x=40"},
        {"rotate", PIXEL_U16, {33, 31, 9}, "angle_z=-15,interpolation=nearest"},
        {"radial_reslice", PIXEL_U8, {33, 31, 9}, "number_of_angles=50,angle_step=7"},
        {"radial_reslice", PIXEL_F32, {20, 31, 5}, "number_of_angles=3,interpolation=nearest"},
    };
    static const enum device_type types[] = {DEVICE_GPU, DEVICE_CPU};
    struct opencl *opencl = open_device();
    for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
        const struct op *op = op_find(cases[i / 2].op, cases[i / 2].type);
        struct trial t = trial_of(op, cases[i / 2].shape, cases[i / 2].args);
        opencl->device.type = types[i % 2];
        cr_expect_eq(on_device(opencl, op, &t, &t.args), STATUS_OK, "%s", status_text());
        if (op->image && opencl->device.images)
            cr_expect_eq(on_device(opencl, op->image, &t, &t.args), STATUS_OK, "%s", status_text());
        trial_free(&t);
    }
    opencl_close(opencl);
}

/* Planted: the image variant of an angle that is off by a fifth of a degree. */
Test(rotate, a_wrong_angle_on_images_is_found)
{
    const struct op *op = op_find("rotate", PIXEL_U16);
    struct opencl *opencl = open_device();
    struct trial t = trial_of(op, (struct shape){61, 50, 1}, "angle_z=30");
    struct op_args wrong = t.args;
    wrong.value[op_param_index(op, "angle_z")] += 0.2;
    cr_assert_not_null(op->image);
    cr_expect_eq(on_device(opencl, op->image, &t, &t.args), STATUS_OK, "%s", status_text());
    cr_expect_eq(on_device(opencl, op->image, &t, &wrong), STATUS_WRONG);
    opencl_close(opencl);
    trial_free(&t);
}

/* Planted: one pixel, as far off as its surroundings allow and one step further. */
Test(rotate, the_bound_follows_the_local_contrast)
{
    static const uint16_t pixels[] = {0, 0, 0, 1280, 1280, 12800, 0, 0, 0};
    const struct op *op = op_find("rotate", PIXEL_U16);
    struct image in, found, expected;
    struct op_args args;
    cr_assert_eq(op_args_parse(op, "angle_z=0", &args), STATUS_OK);
    literal_image(&in, (struct shape){3, 3, 1}, PIXEL_U16, pixels);
    literal_image(&found, in.shape, PIXEL_U16, pixels);
    literal_image(&expected, in.shape, PIXEL_U16, pixels);
    struct op_call call = {.args = &args, .in = {&in}, .out = &found, .threads = 1};
    cr_expect_eq(contrast_compare(op->image, &call, &expected).pixels, 0);
    ((uint16_t *)image_row(&found, 1, 0))[1]++;
    cr_expect_eq(contrast_compare(op->image, &call, &expected).pixels, 1, "a whole step lies on one pixel");

    /* At 60 degrees the source of (2, 1) is (1.5, 0.134), between 0 and 12800. */
    cr_assert_eq(op_args_parse(op, "angle_z=60", &args), STATUS_OK);
    call.out = &expected;
    cr_assert_eq(op->ref(&call), STATUS_OK);
    call.out = &found;
    image_copy(&found, &expected);
    ((uint16_t *)image_row(&found, 1, 0))[2] += 101;
    cr_expect_eq(contrast_compare(op->image, &call, &expected).pixels, 0, "12800 / 128, and 1 for rounding");
    ((uint16_t *)image_row(&found, 1, 0))[2] += 1;
    const struct image_difference d = contrast_compare(op->image, &call, &expected);
    cr_expect(d.pixels == 1 && d.x == 2 && d.y == 1 && d.largest == 102);
    image_free(&in);
    image_free(&found);
    image_free(&expected);
}

Test(rotate, an_image_beyond_the_limits_is_unsupported)
{
    const struct op *op = op_find("rotate", PIXEL_U8);
    struct opencl *opencl = open_device();
    struct trial t = trial_of(op, (struct shape){5, 4, 1}, "");
    opencl->device.images = false;
    cr_expect_eq(on_device(opencl, op->image, &t, &t.args), STATUS_UNSUPPORTED);
    cr_expect(strstr(status_text(), "no OpenCL images"), "%s", status_text());
    cl_mem image;
    const cl_image_format format = {CL_R, CL_FLOAT}, unknown = {CL_R, 0x1234};
    opencl->device.images = true;
    cr_expect_eq(opencl_image(opencl, &format, (size_t[]){16, 1 << 30, 1}, &image), STATUS_UNSUPPORTED);
    cr_expect(strstr(status_text(), "along y, not 1073741824"), "%s", status_text());
    cr_expect_eq(opencl_image(opencl, &unknown, (size_t[]){16, 16, 1}, &image), STATUS_UNSUPPORTED);
    opencl_close(opencl);
    trial_free(&t);
}
