/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The operations that set an image against a Gaussian of it, on pixels written out. Three pixels 0, 10, 40 blurred by
 * sigma 1 are 4.76198721, 16.0105667, 30.3985844 (test_gaussian_blur.c says how); by sigma 0 they are themselves.
 */
#include <criterion/criterion.h>

#include "ops/execution.h"
#include "tests/literal.h"

#define B0 4.76198721f
#define B1 16.0105667f
#define B2 30.3985844f

Test(gaussian_background, difference_keeps_the_sign)
{
    static const uint8_t in[] = {0, 10, 40};
    static const float expected[] = {0 - B0, 10 - B1, 40 - B2}, opposite[] = {B0 - 0, B1 - 10, B2 - 40};
    literal_holds((struct literal){"subtract_gaussian_background", "sigma=1", PIXEL_U8, {3, 1, 1}, in, NULL, expected});
    literal_holds((struct literal){"difference_of_gaussian", "sigma1=0,sigma2=1", PIXEL_U8, {3, 1, 1}, in, NULL, expected});
    literal_holds((struct literal){"difference_of_gaussian", "sigma1=1,sigma2=0", PIXEL_U8, {1, 1, 3}, in, NULL, opposite});
}

Test(gaussian_background, nothing_is_rounded_between)
{
    /* 1000 and 4000 blurred, as integers, would be 1601 and 3040. */
    static const uint16_t in[] = {0, 1000, 4000};
    static const float expected[] = {0 - 476.19873f, 1000 - 1601.0564f, 4000 - 3039.85864f};
    literal_holds((struct literal){"subtract_gaussian_background", "sigma=1", PIXEL_U16, {1, 3, 1}, in, NULL, expected});
}

Test(gaussian_background, quotient_of_nothing_is_zero)
{
    static const float in[] = {0, 10, 40}, expected[] = {0 / B0, 10 / B1, 40 / B2};
    literal_holds((struct literal){"divide_by_gaussian_background", "sigma=1", PIXEL_F32, {3, 1, 1}, in, NULL, expected});
    static const float zeros[] = {0, -0.0f, 3, 0}, ones[] = {0, 0, 1, 0};
    literal_holds((struct literal){"divide_by_gaussian_background", "sigma=0", PIXEL_F32, {2, 2, 1}, zeros, NULL, ones});
    static const uint8_t black[6] = {0};
    static const float nothing[6] = {0};
    literal_holds((struct literal){"divide_by_gaussian_background", "", PIXEL_U8, {3, 2, 1}, black, NULL, nothing});
}

Test(gaussian_background, a_wrong_sign_shows)
{
    static const float in[] = {0, 10, 40}, wrong[] = {B0 - 0, B1 - 10, B2 - 40};
    const struct literal l = {"subtract_gaussian_background", "sigma=1", PIXEL_F32, {3, 1, 1}, in, NULL, wrong};
    cr_expect_eq(literal_differences(&l, BACKEND_REFERENCE), 3);
    cr_expect_eq(literal_differences(&l, BACKEND_OPENMP), 3);
}
