/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Mean: literal answers for every backend, quotients where they turn, sums beyond 32 bits, floats that cancel.
 */
#define PIXEL_IS_U16
#include "ops/mean_sums.h"

#include <criterion/criterion.h>

#include "every_backend.h"
#include "images/synthetic.h"

static struct image image_of(struct shape shape, enum pixel_type type)
{
    struct image image;
    cr_assert_eq(image_alloc(&image, shape, type, 0, 1), STATUS_OK);
    return image;
}

static void set(struct image *image, int64_t x, int64_t y, int64_t z, double value)
{
    void *row = image_row(image, y, z);
    if (image->type == PIXEL_U8)
        ((uint8_t *)row)[x] = (uint8_t)value;
    else if (image->type == PIXEL_U16)
        ((uint16_t *)row)[x] = (uint16_t)value;
    else
        ((float *)row)[x] = (float)value;
}

static double get(const struct image *image, int64_t x, int64_t y, int64_t z)
{
    const void *row = image_row(image, y, z);
    return image->type == PIXEL_U8    ? ((const uint8_t *)row)[x]
           : image->type == PIXEL_U16 ? ((const uint16_t *)row)[x]
                                      : (double)((const float *)row)[x];
}

/* The expected sums over `count`, rounded for integers: no sum is half way between two of them. */
static void expect_types(const char *parameters, struct shape shape, const int *pixels, const int *sums, int count,
                         enum pixel_type last)
{
    for (enum pixel_type type = PIXEL_U8; type <= last; type++) {
        struct image in = image_of(shape, type), out;
        for (int64_t i = 0; i < shape_pixels(shape); i++)
            set(&in, i % shape.width, i / shape.width % shape.height, i / shape.width / shape.height, pixels[i]);
        cr_expect(every_backend_agrees("mean", parameters, &in, &out), "%s %s: %s", parameters, pixel_type_name(type),
                  status_text());
        for (int64_t i = 0; i < shape_pixels(shape); i++) {
            const int64_t x = i % shape.width, y = i / shape.width % shape.height, z = i / shape.width / shape.height;
            const double exact = (double)sums[i] / count, found = get(&out, x, y, z);
            cr_expect_eq(found, type == PIXEL_F32 ? (float)exact : floor(exact + 0.5), "%s %s at %d,%d,%d: %g",
                         parameters, pixel_type_name(type), (int)x, (int)y, (int)z, found);
        }
        image_free(&in);
        image_free(&out);
    }
}

static void expect(const char *parameters, struct shape shape, const int *pixels, const int *sums, int count)
{
    expect_types(parameters, shape, pixels, sums, count, PIXEL_F32);
}

/* Each shape and radius is a program that a CPU device compiles for a second. */
static void expect_bytes(const char *parameters, struct shape shape, const int *pixels, const int *sums, int count)
{
    expect_types(parameters, shape, pixels, sums, count, PIXEL_U8);
}

Test(mean, box_and_its_border)
{
    expect("radius=1", (struct shape){4, 3, 1}, (int[]){9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 4},
           (int[]){36, 18, 0, 0, 18, 14, 9, 13, 0, 10, 18, 26}, 9);
}

Test(mean, sphere_of_radius_1_has_no_corners)
{
    expect("radius=1,shape=sphere", (struct shape){4, 3, 1}, (int[]){9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 4},
           (int[]){27, 9, 0, 0, 9, 0, 5, 4, 0, 5, 14, 17}, 5);
}

Test(mean, rows_round_to_the_nearest)
{
    /* A third and two thirds. */
    expect_bytes("radius=1", (struct shape){6, 1, 1}, (int[]){0, 0, 1, 1, 254, 255}, (int[]){0, 1, 2, 256, 510, 764},
                 3);
    expect_bytes("radius=1", (struct shape){1, 3, 1}, (int[]){1, 0, 0}, (int[]){2, 1, 0}, 3);
    expect_bytes("radius=1", (struct shape){1, 1, 2}, (int[]){1, 3}, (int[]){5, 7}, 3);
}

Test(mean, radius_0_and_flat_images_stay)
{
    const int ramp[6] = {0, 1, 2, 253, 254, 255}, flat[6] = {255, 255, 255, 255, 255, 255};
    expect_bytes("radius=0", (struct shape){3, 2, 1}, ramp, ramp, 1);
    expect_bytes("radius=0,shape=sphere", (struct shape){3, 1, 2}, ramp, ramp, 1);
    expect_bytes("radius=100", (struct shape){3, 1, 2}, flat, flat, 1);
    expect_bytes("radius=5,shape=sphere", (struct shape){1, 3, 2}, flat, flat, 1);
}

Test(mean, volumes)
{
    /* One pixel of 27 in a corner: clamping counts it up to eight times. */
    expect("radius=1", (struct shape){2, 2, 2}, (int[]){27, 0, 0, 0, 0, 0, 0, 0},
           (int[]){8 * 27, 4 * 27, 4 * 27, 2 * 27, 4 * 27, 2 * 27, 2 * 27, 27}, 27);
    expect("radius=1,shape=sphere", (struct shape){2, 2, 2}, (int[]){27, 0, 0, 0, 0, 0, 0, 0},
           (int[]){4 * 27, 27, 27, 0, 27, 0, 0, 0}, 7);
}

Test(mean, window_larger_than_the_image)
{
    /* Radius 4 at x = 0 of {6, 0, 3}: 6 five times, 0, 3 three times. */
    expect_bytes("radius=4", (struct shape){3, 1, 1}, (int[]){6, 0, 3}, (int[]){39, 36, 33}, 9);
}

/* Where the quotient turns from one integer to the next, and at both ends. */
Test(mean, quotients_are_exact)
{
    for (uint32_t count = 1; count <= 40401; count += 2)
        for (uint32_t q = 0; q <= 65535; q += 4369) {
            const struct divisor d = divisor_of(count);
            const uint32_t turn = q * count + d.half;
            cr_assert_eq(quotient(d, q * count), q, "%u / %u", q * count, count);
            cr_assert_eq(wide_quotient(d, turn), q, "%u / %u", turn, count);
            if (q == 65535)
                continue;
            cr_assert_eq(quotient(d, turn), q, "%u / %u", turn, count);
            cr_assert_eq(quotient(d, turn + 1), q + 1, "%u / %u", turn + 1, count);
            cr_assert_eq(wide_quotient(d, turn + 1.0), q + 1, "%u / %u", turn + 1, count);
        }
}

static void agrees(const char *parameters, struct shape shape, enum pixel_type type, enum content content)
{
    struct image in = image_of(shape, type), out;
    cr_assert_eq(synthetic_fill(&in, content, 7), STATUS_OK);
    cr_expect(every_backend_agrees("mean", parameters, &in, &out), "%s %s: %s", parameters, pixel_type_name(type),
              status_text());
    image_free(&in);
    image_free(&out);
}

Test(mean, sums_beyond_32_bits)
{
    struct image in = image_of((struct shape){19, 18, 5}, PIXEL_U16), out;
    for (int64_t i = 0; i < in.slice * 5; i++)
        ((uint16_t *)in.pixels)[i] = 65535;
    cr_expect(every_backend_agrees("mean", "radius=100", &in, &out), "%s", status_text());
    cr_expect_eq(((uint16_t *)image_row(&out, 17, 4))[18], 65535);
    image_free(&in);
    image_free(&out);
    agrees("radius=20", (struct shape){35, 33, 21}, PIXEL_U16, CONTENT_NOISE);
    agrees("radius=100", (struct shape){21, 18, 7}, PIXEL_U16, CONTENT_EXTREMES);
    agrees("radius=27,shape=sphere", (struct shape){9, 8, 7}, PIXEL_U16, CONTENT_EXTREMES);
}

Test(mean, large_radii_agree)
{
    agrees("radius=100", (struct shape){1237, 41, 1}, PIXEL_U8, CONTENT_NOISE);
    agrees("radius=100", (struct shape){1237, 41, 1}, PIXEL_F32, CONTENT_NOISE);
    agrees("radius=16", (struct shape){531, 170, 1}, PIXEL_U16, CONTENT_CELLS);
    agrees("radius=17", (struct shape){531, 170, 1}, PIXEL_U8, CONTENT_CELLS);
    agrees("radius=7", (struct shape){261, 23, 40}, PIXEL_U16, CONTENT_NOISE);
    agrees("radius=13,shape=sphere", (struct shape){61, 53, 1}, PIXEL_U16, CONTENT_NOISE);
    agrees("radius=5,shape=sphere", (struct shape){41, 33, 11}, PIXEL_F32, CONTENT_NOISE);
}

/* Compares what a device computes, called by another type of device and as if it had float64 or not: it gets the
 * kernels that such a device gets. */
static void expect_as(struct opencl *opencl, enum device_type type, bool doubles, const char *parameters,
                      const struct image *in, const struct image *expected)
{
    const struct op *op = op_find("mean", in->type);
    const struct image *inputs[] = {in};
    const struct device device = opencl->device;
    struct image out = image_of(in->shape, in->type);
    struct op_args args;
    struct execution e;
    opencl->device.type = type;
    opencl->device.double_precision = doubles && device.double_precision;
    cr_assert_eq(op_args_parse(op, parameters, &args), STATUS_OK);
    cr_assert_eq(execution_prepare(&e, op, &args, BACKEND_OPENCL, opencl, 1, inputs, &out), STATUS_OK, "%s",
                 status_text());
    cr_expect_eq(check_execution(&e, expected), STATUS_OK, "%s as %s: %s", parameters, device_type_name(type),
                 status_text());
    execution_free(&e);
    opencl->device = device;
    image_free(&out);
}

/* Every device as a GPU, which sums two floats unless it is one whose float64 is fast, and as a CPU with and without
 * float64. */
static void any_device_agrees(const char *parameters, struct shape shape, enum pixel_type type)
{
    struct image in = image_of(shape, type), expected = image_of(shape, type);
    const struct op *op = op_find("mean", type);
    struct op_args args;
    struct device *devices;
    size_t count;
    cr_assert_eq(synthetic_fill(&in, CONTENT_NOISE, 9), STATUS_OK);
    for (int64_t i = 0; type == PIXEL_F32 && i < in.slice * shape.depth; i++)
        ((float *)in.pixels)[i] -= 32767.5f;
    cr_assert_eq(op_args_parse(op, parameters, &args), STATUS_OK);
    cr_assert_eq(op->ref(&(struct op_call){.args = &args, .in = {&in}, .out = &expected}), STATUS_OK);
    cr_assert_eq(devices_find(&devices, &count), STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        struct opencl *opencl;
        cr_assert_eq(opencl_open(&devices[i], &opencl), STATUS_OK, "%s", status_text());
        expect_as(opencl, DEVICE_GPU, true, parameters, &in, &expected);
        expect_as(opencl, DEVICE_CPU, true, parameters, &in, &expected);
        if (type == PIXEL_F32)
            expect_as(opencl, DEVICE_CPU, false, parameters, &in, &expected);
        opencl_close(opencl);
    }
    free(devices);
    image_free(&in);
    image_free(&expected);
}

Test(mean, two_floats_agree)
{
    any_device_agrees("radius=5", (struct shape){270, 41, 3}, PIXEL_F32);
}

/* Beside and across the borders of what a work-item sums, and windows of 3, 5 and 9 terms. */
Test(mean, any_kind_of_device_agrees)
{
    any_device_agrees("radius=1", (struct shape){513, 70, 1}, PIXEL_U8);
    any_device_agrees("radius=16", (struct shape){1025, 35, 1}, PIXEL_U16);
    any_device_agrees("radius=8", (struct shape){257, 33, 2}, PIXEL_F32);
    any_device_agrees("radius=80", (struct shape){700, 9, 5}, PIXEL_U16);
    any_device_agrees("radius=17", (struct shape){100, 40, 1}, PIXEL_F32);
}

/* Sums that are far smaller than what was added, and pixels whose sums are beyond float32. */
Test(mean, floats_cancel)
{
    struct image in = image_of((struct shape){203, 61, 5}, PIXEL_F32), out;
    float *pixels = in.pixels;
    cr_assert_eq(synthetic_fill(&in, CONTENT_NOISE, 3), STATUS_OK);
    for (int64_t i = 0; i < in.slice * 5; i++)
        pixels[i] -= 32767.5f;
    cr_expect(every_backend_agrees("mean", "radius=6", &in, &out), "%s", status_text());
    image_free(&out);
    cr_expect(every_backend_agrees("mean", "radius=30", &in, &out), "%s", status_text());
    image_free(&out);

    /* What has left the window leaves nothing behind. */
    pixels[40] = 1e30f;
    pixels[30 * in.stride + 100] = -1e38f;
    cr_expect(every_backend_agrees("mean", "radius=6", &in, &out), "%s", status_text());
    cr_expect(fabsf(((float *)image_row(&out, 0, 0))[50]) < 32768);
    image_free(&out);

    for (int64_t i = 0; i < in.slice * 5; i++)
        pixels[i] = 3e38f;
    cr_expect(every_backend_agrees("mean", "radius=30", &in, &out), "%s", status_text());
    image_free(&in);
    image_free(&out);
}

Test(mean, a_nan_stays_in_its_windows)
{
    static const char *const parameters[] = {"radius=2", "radius=2,shape=sphere"};
    for (int i = 0; i < 2; i++) {
        const struct op *op = op_find("mean", PIXEL_F32);
        struct image in = image_of((struct shape){43, 29, 1}, PIXEL_F32), out = image_of(in.shape, PIXEL_F32);
        const struct image *inputs[] = {&in};
        struct op_args args;
        struct execution e;
        ((float *)image_row(&in, 12, 0))[20] = NAN;
        cr_assert_eq(op_args_parse(op, parameters[i], &args), STATUS_OK);
        cr_assert_eq(execution_prepare(&e, op, &args, BACKEND_OPENMP, NULL, 2, inputs, &out), STATUS_OK);
        cr_assert_eq(execution_compute(&e), STATUS_OK);
        int64_t nans = 0;
        for (int64_t y = 0; y < 29; y++)
            for (int64_t x = 0; x < 43; x++)
                nans += isnan(((float *)image_row(&out, y, 0))[x]) != 0;
        cr_expect_eq(nans, i == 0 ? 25 : 13, "%s: %d", parameters[i], (int)nans);
        execution_free(&e);
        image_free(&in);
        image_free(&out);
    }
}

Test(mean, a_planted_error_shows)
{
    struct image in = image_of((struct shape){33, 17, 1}, PIXEL_U16), expected;
    cr_assert_eq(synthetic_fill(&in, CONTENT_NOISE, 5), STATUS_OK);
    cr_assert(every_backend_agrees("mean", "shape=sphere", &in, &expected), "%s", status_text());
    cr_expect(openmp_equals("mean", "shape=sphere", &in, &expected));
    cr_expect_not(openmp_equals("mean", "shape=box", &in, &expected));
    cr_expect_not(openmp_equals("mean", "radius=3,shape=sphere", &in, &expected));
    image_free(&in);
    image_free(&expected);
}

Test(mean, the_margin_is_the_radius)
{
    const struct op *op = op_find("mean", PIXEL_F32);
    struct op_args args;
    cr_assert_eq(op_args_parse(op, "radius=7,shape=sphere", &args), STATUS_OK);
    for (int axis = 0; axis < 3; axis++)
        cr_expect_eq(op->margin_px(&args, axis), 7);
    cr_expect_eq(op->margin, MARGIN_PIXELS);
    cr_expect_eq(op_args_parse(op, "radius=101", &args), STATUS_USAGE);
    cr_expect_eq(op_args_parse(op, "shape=cube", &args), STATUS_USAGE);
}
