/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Rays on pixels written out. The kernels that a GPU gets are in test_rotate.c.
 */
#include "tests/literal.h"

/* Two planes, 1 to 9 and 11 to 19. */
static const uint8_t planes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19};

Test(radial_reslice, rays_along_the_axes)
{
    static const uint8_t expected[] = {5, 8, 0, 15, 18, 0,  /* y */
                                       5, 6, 0, 15, 16, 0,  /* x */
                                       5, 2, 0, 15, 12, 0,  /* -y */
                                       5, 4, 0, 15, 14, 0}; /* -x */
    const char *linear = "number_of_angles=4,angle_step=90";
    const char *nearest = "number_of_angles=4,angle_step=90,interpolation=nearest";
    literal_holds((struct literal){"radial_reslice", linear, PIXEL_U8, {3, 3, 2}, planes, NULL, expected});
    literal_holds((struct literal){"radial_reslice", nearest, PIXEL_U8, {3, 3, 2}, planes, NULL, expected});
}

/* The planes are 1 + x + 3 y and 10 more. One step on the diagonal is (1.707, 1.707), two are (2.414, 2.414): outside,
 * and nearest to the last pixel. */
Test(radial_reslice, diagonals)
{
    static const uint8_t linear[] = {5, 8, 0, 15, 18, 0, 5, 8, 0, 15, 18, 0};
    static const uint8_t nearest[] = {5, 8, 0, 15, 18, 0, 5, 9, 9, 15, 19, 19};
    const char *args = "number_of_angles=2,angle_step=45,interpolation=nearest";
    literal_holds((struct literal){
        "radial_reslice", "number_of_angles=2,angle_step=45", PIXEL_U8, {3, 3, 2}, planes, NULL, linear});
    literal_holds((struct literal){"radial_reslice", args, PIXEL_U8, {3, 3, 2}, planes, NULL, nearest});
}

/* 4 x 2 pixels, 1 + x + 4 y; the middle (1.5, 0.5) lies between pixels. A step along y is outside; along x the border
 * is crossed half a pixel behind the last. */
Test(radial_reslice, the_middle_of_even_sizes)
{
    static const float in[] = {1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8};
    static const float expected[] = {4.5f, 0, 0, 4.5f, 0, 0, 4.5f, 5.5f, 0, 4.5f, 5.5f, 0};
    literal_holds((struct literal){
        "radial_reslice", "number_of_angles=2,angle_step=90", PIXEL_F32, {4, 2, 2}, in, NULL, expected});
}

Test(radial_reslice, angles_may_fall)
{
    static const uint8_t expected[] = {5, 8, 0, 15, 18, 0, 5, 4, 0, 15, 14, 0};
    literal_holds((struct literal){
        "radial_reslice", "number_of_angles=2,angle_step=-90", PIXEL_U8, {3, 3, 2}, planes, NULL, expected});
}

Test(radial_reslice, one_pixel_a_plane)
{
    static const uint16_t in[] = {500, 600};
    literal_holds((struct literal){"radial_reslice", "number_of_angles=1", PIXEL_U16, {1, 1, 2}, in, NULL, in});
}

Test(radial_reslice, result_is_as_wide_as_half_the_diagonal)
{
    static const struct {
        int64_t width, height, radius;
    } sizes[] = {{1, 1, 1}, {3, 3, 3}, {6, 8, 5}, {7, 8, 6}, {512, 512, 363}, {1, 100, 51}};
    const struct op *op = op_find("radial_reslice", PIXEL_U8);
    struct op_args args = op_args_preset(op);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const struct shape s = op_result_shape(op, &args, (struct shape){sizes[i].width, sizes[i].height, 17});
        cr_expect(s.width == sizes[i].radius && s.height == 17 && s.depth == 360, "%lld", (long long)s.width);
    }
}

Test(radial_reslice, a_single_plane_is_refused)
{
    const struct op *op = op_find("radial_reslice", PIXEL_U8);
    struct op_args args = op_args_preset(op);
    cr_expect_eq(op_accepts(op, &args, (struct shape){64, 64, 1}), STATUS_UNSUPPORTED);
}

Test(radial_reslice, one_wrong_pixel_shows)
{
    static const uint8_t wrong[] = {5, 8, 0, 15, 18, 1};
    const struct literal l = {"radial_reslice", "number_of_angles=1", PIXEL_U8, {3, 3, 2}, planes, NULL, wrong};
    cr_expect_eq(literal_differences(&l, BACKEND_REFERENCE), 1);
    cr_expect_eq(literal_differences(&l, BACKEND_OPENMP), 1);
}
