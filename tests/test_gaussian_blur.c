/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The Gaussian blur on pixels written out, its weights, its cutting into bands, and the kernels that a GPU gets.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "images/synthetic.h"
#include "ops/fused.h"
#include "ops/gaussian.h"
#include "tests/literal.h"
#include "tests/open_device.h"

/* For sigma 1, in double: 0.3989434694, 0.2419714457, 0.0539911274, 0.0044318616, 0.0001338306. */
#define W0 0x1.9884a4p-2f
#define W1 0x1.ef8ebap-3f
#define W2 0x1.ba4b9ap-5f
#define W3 0x1.22724cp-8f
#define W4 0x1.18a9c4p-13f

Test(gaussian_blur, radius_reaches_four_sigma)
{
    cr_expect_eq(gaussian_radius(0), 0);
    cr_expect_eq(gaussian_radius(0.12), 0);
    cr_expect_eq(gaussian_radius(0.125), 1);
    cr_expect_eq(gaussian_radius(2), 8);
    cr_expect_eq(gaussian_radius(100), GAUSSIAN_RADIUS_MAX);
}

Test(gaussian_blur, weights_of_axes)
{
    static const float expected[] = {W0, W1, W2, W3, W4};
    static const double sigma[] = {1, 0, 100};
    struct gaussian g[3];
    gaussian_filters(sigma, (struct shape){5, 5, 5}, g);
    cr_expect_eq(g[0].radius, 4);
    for (int i = 0; i <= 4; i++)
        cr_expect_eq(g[0].weight[i], expected[i], "weight %d is %a", i, (double)g[0].weight[i]);
    cr_expect_eq(g[1].radius, 0);
    cr_expect_eq(g[1].weight[0], 1);
    double sum = g[2].weight[0];
    for (int i = 1; i <= g[2].radius; i++)
        sum += 2 * (double)g[2].weight[i];
    cr_expect_float_eq(sum, 1, 1e-6);

    gaussian_filters(sigma, (struct shape){1, 5, 5}, g);
    cr_expect_eq(g[0].radius, 0, "an axis of size 1 is never filtered");
}

Test(gaussian_blur, impulse_gives_the_weights)
{
    static const float in[11] = {[5] = 1}, expected[11] = {0, W4, W3, W2, W1, W0, W1, W2, W3, W4, 0};
    literal_holds((struct literal){"gaussian_blur", "sigma=1", PIXEL_F32, {11, 1, 1}, in, NULL, expected});
    literal_holds((struct literal){"gaussian_blur", "sigma=1", PIXEL_F32, {1, 11, 1}, in, NULL, expected});
    literal_holds((struct literal){"gaussian_blur", "sigma=1", PIXEL_F32, {1, 1, 11}, in, NULL, expected});
}

Test(gaussian_blur, axes_have_their_own_sigma)
{
    /* The pixel in the middle of 3 x 3 x 3 spreads along one axis. */
    static const float in[27] = {[13] = 1};
    static const float expected[27] = {[10] = W1, [13] = W0, [16] = W1};
    literal_holds((struct literal){"gaussian_blur", "sigma=0,sigma_y=1", PIXEL_F32, {3, 3, 3}, in, NULL, expected});
    static const float along_z[27] = {[4] = W1, [13] = W0, [22] = W1};
    literal_holds((struct literal){"gaussian_blur", "sigma=0,sigma_z=1", PIXEL_F32, {3, 3, 3}, in, NULL, along_z});
    static const float along_x[27] = {[12] = W1, [13] = W0, [14] = W1};
    literal_holds((struct literal){"gaussian_blur", "sigma_x=1,sigma=0", PIXEL_F32, {3, 3, 3}, in, NULL, along_x});
}

/* Pixels 0, 10, 40 under nine weights. v(-i) + v(+i) for i = 1..4 is 10, 40, 40, 40 around the first pixel, four times
 * 40 around the second, and 50, 40, 40, 40 around the third; w2 + w3 + w4 = 0.05856. So the results are
 *
 *   - 0 * 0.39894 + 10 * 0.24197 + 40 * 0.05856 = 4.762
 *   - 10 * 0.39894 + 40 * 0.24197 + 40 * 0.05856 = 16.011
 *   - 40 * 0.39894 + 50 * 0.24197 + 40 * 0.05856 = 30.399 */
Test(gaussian_blur, image_smaller_than_the_radius)
{
    static const float in[] = {0, 10, 40}, expected[] = {4.76198721f, 16.0105667f, 30.3985844f};
    literal_holds((struct literal){"gaussian_blur", "sigma=1", PIXEL_F32, {3, 1, 1}, in, NULL, expected});
    literal_holds((struct literal){"gaussian_blur", "sigma=1", PIXEL_F32, {1, 1, 3}, in, NULL, expected});
}

Test(gaussian_blur, integers_are_rounded_once)
{
    static const uint8_t in8[] = {0, 10, 40}, expected8[] = {5, 16, 30};
    literal_holds((struct literal){"gaussian_blur", "sigma=1", PIXEL_U8, {3, 1, 1}, in8, NULL, expected8});
    static const uint16_t in16[] = {0, 1000, 4000}, expected16[] = {476, 1601, 3040};
    literal_holds((struct literal){"gaussian_blur", "sigma=1", PIXEL_U16, {1, 3, 1}, in16, NULL, expected16});
    /* One axis spreads the last of three pixels as 0.05856, 0.30053, 0.69947. Rounded after x as well, the fours would
     * be fives: 0.30053 * 255 is 77 when rounded, and 0.05856 * 77 = 4.51, while 0.05856 * 0.30053 * 255 = 4.49. */
    static const uint8_t spot[9] = {[8] = 255}, spread[9] = {1, 4, 10, 4, 23, 54, 10, 54, 125};
    literal_holds((struct literal){"gaussian_blur", "sigma=1", PIXEL_U8, {3, 3, 1}, spot, NULL, spread});
}

Test(gaussian_blur, constant_image_stays)
{
    static const uint16_t largest[6] = {65535, 65535, 65535, 65535, 65535, 65535};
    static const uint8_t seven[6] = {7, 7, 7, 7, 7, 7};
    literal_holds((struct literal){"gaussian_blur", "sigma=100", PIXEL_U16, {3, 2, 1}, largest, NULL, largest});
    literal_holds((struct literal){"gaussian_blur", "sigma=0.3", PIXEL_U8, {1, 2, 3}, seven, NULL, seven});
}

Test(gaussian_blur, sigma_zero_copies)
{
    static const float in[] = {-0.0f, 1e-40f, -3.5f, 3e38f, 0.1f, 7};
    literal_holds((struct literal){"gaussian_blur", "sigma=0", PIXEL_F32, {3, 2, 1}, in, NULL, in});
    literal_holds((struct literal){"gaussian_blur", "sigma=0.1", PIXEL_F32, {2, 1, 3}, in, NULL, in});
}

Test(gaussian_blur, one_wrong_bit_shows)
{
    static const float in[] = {0, 10, 40}, wrong[] = {4.76198721f, 16.0105648f, 30.3985844f};
    const struct literal l = {"gaussian_blur", "sigma=1", PIXEL_F32, {3, 1, 1}, in, NULL, wrong};
    cr_expect_eq(literal_differences(&l, BACKEND_REFERENCE), 1);
    cr_expect_eq(literal_differences(&l, BACKEND_OPENMP), 1);
}

/* How many pixels differ between the reference and the device. */
static int64_t device_differences(struct opencl *opencl, enum pixel_type type, struct shape shape, const char *text)
{
    const struct op *op = op_find("gaussian_blur", type);
    struct image in, found, expected;
    struct execution execution;
    struct op_args args;
    cr_assert_eq(op_args_parse(op, text, &args), STATUS_OK, "%s", status_text());
    literal_image(&in, shape, type, NULL);
    literal_image(&found, shape, type, NULL);
    literal_image(&expected, shape, type, NULL);
    cr_assert_eq(synthetic_fill(&in, CONTENT_NOISE, 3), STATUS_OK);
    const struct image *const inputs[] = {&in};
    const struct op_call call = {.args = &args, .in = {&in}, .out = &expected, .threads = 1};
    cr_assert_eq(op->ref(&call), STATUS_OK);
    cr_assert_eq(execution_prepare(&execution, op, &args, BACKEND_OPENCL, opencl, 1, inputs, &found), STATUS_OK, "%s",
                 status_text());
    cr_assert_eq(execution_push(&execution), STATUS_OK, "%s", status_text());
    cr_assert_eq(execution_compute(&execution), STATUS_OK, "%s", status_text());
    cr_assert_eq(execution_pull(&execution), STATUS_OK, "%s", status_text());
    int64_t differences = image_compare(&found, &expected, 0).pixels;
    execution_free(&execution);
    image_free(&in);
    image_free(&found);
    image_free(&expected);
    return differences;
}

/* Called a GPU, a CPU's OpenCL device gets the kernels that a GPU gets. */
Test(gaussian_blur, kernels_of_either_kind_of_device)
{
    static const struct {
        enum pixel_type type;
        struct shape shape;
        const char *args;
    } cases[] = {
        {PIXEL_F32, {531, 45, 1}, "sigma=2"},
        {PIXEL_U16, {70, 45, 1}, "sigma=5,sigma_y=4"},
        {PIXEL_U8, {37, 5, 23}, "sigma=1.2,sigma_y=0"},
        {PIXEL_F32, {9, 11, 19}, "sigma=3"},
        {PIXEL_U8, {300, 21, 1}, "sigma=2,sigma_y=7"},
        {PIXEL_U16, {1100, 20, 3}, "sigma=6,sigma_y=1"},
        {PIXEL_F32, {35, 14, 3}, "sigma=0"},
    };
    static const enum device_type types[] = {DEVICE_GPU, DEVICE_CPU};
    struct opencl *opencl = open_device();
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++)
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            opencl->device.type = types[t];
            cr_expect_eq(device_differences(opencl, cases[i].type, cases[i].shape, cases[i].args), 0, "%s as %s",
                         cases[i].args, device_type_name(types[t]));
        }
    opencl_close(opencl);
}

Test(gaussian_blur, bands_fill_the_machine)
{
    cr_expect_eq(gaussian_band(1000, 1000, 2, 1, 1, 8), 1000, "one worker: whole");
    cr_expect_eq(gaussian_band(1000, 1000, 2, 1, 4, 8), 250, "four workers: a quarter each");
    cr_expect_eq(gaussian_band(1000, 1000, 2, 4, 4, 8), 1000, "four pieces side by side already");
    cr_expect_eq(gaussian_band(1000, 1000, 2, 3, 2, 0), 500, "three pieces for two workers: halves make six");
    cr_expect_eq(gaussian_band(1000, 100, 2, 1, 1, 8), 100, "no more than that");
    cr_expect_eq(gaussian_band(3, 3, 8, 1, 100, 8), 8, "one step at least");
}

/* The product is 2^-24 and a bit more or less, so the exact sum lies next to the middle between two floats; rounded to
 * double first, it would lie in the middle and go the other way. */
Test(fused, rounds_once)
{
    cr_expect_eq(fused(1774001, ldexpf(38737, -60), 1), 0x1.000002p0f);
    cr_expect_eq(fused(262143, ldexpf(262145, -60), 0x1.000002p0f), 0x1.000002p0f);
    cr_expect_eq(fused(-262143, ldexpf(262145, -60), -0x1.000002p0f), -0x1.000002p0f);
    cr_expect_neq((float)(1774001.0 * ldexp(38737, -60) + 1), 0x1.000002p0f, "in double alone it is wrong");
    cr_expect_eq(fused(3, 5, -15), 0);
    cr_expect_eq(fused(0x1p-100f, 0x1p-49f, 0), 0x1p-149f, "the smallest number");
    cr_expect_eq(fused(-3e38f, 2, 0), -INFINITY);
}
