/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Connected components: literal answers, images that are hard to merge, and densities near percolation, on every
 * backend and for several numbers of threads.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "every_backend.h"
#include "images/random.h"
#include "images/synthetic.h"

/* Pictures: '.' is background, a digit the expected label. */
static void expect(const char *parameters, struct shape shape, const char *picture)
{
    for (enum pixel_type type = PIXEL_U8; type < PIXEL_INTENSITY_COUNT; type++) {
        struct image in, out;
        const char *next = picture;
        cr_assert_eq(image_alloc(&in, shape, type, 0, 1), STATUS_OK);
        for (int64_t i = 0; i < shape_pixels(shape); i++, next++) {
            void *row = image_row(&in, i / shape.width % shape.height, i / shape.width / shape.height);
            if (type == PIXEL_U8)
                ((uint8_t *)row)[i % shape.width] = *next == '.' ? 0 : 128;
            else if (type == PIXEL_U16)
                ((uint16_t *)row)[i % shape.width] = *next == '.' ? 0 : 256;
            else
                ((float *)row)[i % shape.width] = *next == '.' ? -0.0f : 0.25f;
        }
        cr_expect(every_backend_agrees("label", parameters, &in, &out), "%s %s: %s", parameters, pixel_type_name(type),
                  status_text());
        for (int64_t i = 0; i < shape_pixels(shape); i++) {
            const uint32_t *row = image_row(&out, i / shape.width % shape.height, i / shape.width / shape.height);
            cr_expect_eq(row[i % shape.width], picture[i] == '.' ? 0u : (uint32_t)(picture[i] - '0'), "%s at %d",
                         parameters, (int)i);
        }
        image_free(&in);
        image_free(&out);
    }
}

Test(label, numbers_follow_the_raster_order_of_first_pixels)
{
    expect("connectivity=box", (struct shape){7, 2, 1},
           "....1.."
           "2.3...4");
    expect("connectivity=box", (struct shape){7, 3, 1},
           "..1...2"
           "......."
           "3...4..");
    expect("connectivity=box", (struct shape){5, 3, 1},
           "...1."
           "1...1"
           ".1111");
}

Test(label, corners_join_boxes_only)
{
    expect("connectivity=box", (struct shape){4, 3, 1},
           "1..1"
           ".11."
           "1..1");
    expect("connectivity=sphere", (struct shape){4, 3, 1},
           "1..2"
           ".33."
           "4..5");
}

Test(label, in_3d)
{
    expect("connectivity=box", (struct shape){3, 2, 2},
           "1.."
           "..."
           "..1"
           ".11");
    expect("connectivity=sphere", (struct shape){3, 2, 2},
           "1.."
           "..2"
           "1.3"
           "1..");
}

static uint32_t largest_label(const struct image *labels)
{
    uint32_t largest = 0;
    for (int64_t i = 0; i < shape_pixels(labels->shape); i++) {
        const struct shape s = labels->shape;
        const uint32_t value =
            ((uint32_t *)image_row(labels, i / s.width % s.height, i / s.width / s.height))[i % s.width];
        largest = value > largest ? value : largest;
    }
    return largest;
}

/* Called a GPU, a CPU's OpenCL device gets the work-groups and the order of links that a GPU gets. */
static void expect_as_gpu(const char *parameters, const struct image *in, const struct image *expected)
{
    const struct op *op = op_find("label", in->type);
    const struct image *inputs[] = {in};
    struct op_args args;
    struct device *devices;
    size_t count;
    cr_assert_eq(op_args_parse(op, parameters, &args), STATUS_OK);
    cr_assert_eq(devices_find(&devices, &count), STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        struct opencl *opencl;
        struct execution e;
        struct image out;
        cr_assert_eq(opencl_open(&devices[i], &opencl), STATUS_OK, "%s", status_text());
        opencl->device.type = DEVICE_GPU;
        cr_assert_eq(image_alloc(&out, in->shape, PIXEL_U32, 0, 1), STATUS_OK);
        cr_assert_eq(execution_prepare(&e, op, &args, BACKEND_OPENCL, opencl, 1, inputs, &out), STATUS_OK, "%s",
                     status_text());
        cr_expect_eq(check_execution(&e, expected), STATUS_OK, "%s as a GPU: %s", parameters, status_text());
        execution_free(&e);
        image_free(&out);
        opencl_close(opencl);
    }
    free(devices);
}

/* Returns the number of components on which all backends agree. */
static uint32_t components(const char *parameters, const struct image *in)
{
    struct image out;
    cr_expect(every_backend_agrees("label", parameters, in, &out), "%s: %s", parameters, status_text());
    const uint32_t largest = largest_label(&out);
    image_free(&out);
    return largest;
}

Test(label, spiral_and_checkerboard)
{
    static const struct shape shapes[] = {{523, 301, 1}, {65, 1, 1}, {70, 66, 7}};
    for (int i = 0; i < 3; i++) {
        struct image in;
        cr_assert_eq(image_alloc(&in, shapes[i], PIXEL_U8, 0, 1), STATUS_OK);
        cr_assert_eq(synthetic_fill(&in, CONTENT_SPIRAL, 1), STATUS_OK);
        cr_expect_eq(components("connectivity=box", &in), 1);
        cr_expect_eq(components("connectivity=sphere", &in), 1);
        cr_assert_eq(synthetic_fill(&in, CONTENT_CHECKERBOARD, 1), STATUS_OK);
        cr_expect_eq(components("connectivity=box", &in), i == 1 ? 33 : 1);
        cr_expect_eq(components("connectivity=sphere", &in), (shape_pixels(shapes[i]) + 1) / 2);
        image_free(&in);
    }
}

/* In one test, since a CPU device compiles such work-groups for many seconds. */
Test(label, links_of_a_gpu)
{
    static const enum content contents[] = {CONTENT_SPIRAL, CONTENT_CHECKERBOARD, CONTENT_PATCHES};
    for (int i = 0; i < 3; i++) {
        struct image in, out;
        cr_assert_eq(image_alloc(&in, (struct shape){1117, 67, 1}, PIXEL_U8, 0, 1), STATUS_OK);
        cr_assert_eq(synthetic_fill(&in, contents[i], 1), STATUS_OK);
        cr_expect(every_backend_agrees("label", "connectivity=sphere", &in, &out), "%s", status_text());
        expect_as_gpu("connectivity=sphere", &in, &out);
        image_free(&in);
        image_free(&out);
    }
}

/* Combs open upwards and downwards, and U shapes one in another: all joined at one end only, across tiles. */
static bool in_comb(int64_t x, int64_t y, int64_t height, bool upwards)
{
    return x % 2 == 0 || y == (upwards ? height - 1 : 0);
}

static bool in_u(int64_t x, int64_t y, int64_t width, int64_t height)
{
    const int64_t from_side = x < width - 1 - x ? x : width - 1 - x, from_below = height - 1 - y;
    return (from_side < from_below ? from_side : from_below) % 2 == 0;
}

Test(label, combs_and_nested_u_shapes)
{
    const struct shape s = {301, 133, 1};
    for (int kind = 0; kind < 3; kind++) {
        struct image in;
        cr_assert_eq(image_alloc(&in, s, PIXEL_U8, 0, 1), STATUS_OK);
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++)
                ((uint8_t *)image_row(&in, y, 0))[x] =
                    kind < 2 ? in_comb(x, y, s.height, kind == 1) : in_u(x, y, s.width, s.height);
        const uint32_t expected = kind < 2 ? 1 : 67;
        cr_expect_eq(components("connectivity=box", &in), expected, "%d", kind);
        cr_expect_eq(components("connectivity=sphere", &in), expected, "%d", kind);
        image_free(&in);
    }
}

static void fill_density(struct image *image, double density, uint64_t seed)
{
    const struct shape s = image->shape;
    for (int64_t i = 0; i < shape_pixels(s); i++)
        ((uint8_t *)image_row(image, i / s.width % s.height, i / s.width / s.height))[i % s.width] =
            random_between(seed, (uint64_t)i, 0, 1) < (float)density;
}

static bool threads_agree(const char *parameters, const struct image *in, int threads, const struct image *expected)
{
    const struct op *op = op_find("label", in->type);
    const struct image *inputs[] = {in};
    struct op_args args;
    struct execution e;
    struct image out;
    cr_assert_eq(op_args_parse(op, parameters, &args), STATUS_OK);
    cr_assert_eq(image_alloc(&out, in->shape, PIXEL_U32, 0, 1), STATUS_OK);
    cr_assert_eq(execution_prepare(&e, op, &args, BACKEND_OPENMP, NULL, threads, inputs, &out), STATUS_OK);
    const bool equal = check_execution(&e, expected) == STATUS_OK;
    execution_free(&e);
    image_free(&out);
    return equal;
}

/* Square lattices percolate at 0.59 with 4 neighbours and 0.41 with 8, cubic ones at 0.31 with 6 and 0.1 with 26. */
Test(label, densities_near_percolation_for_any_number_of_threads)
{
    static const double densities[] = {0.1, 0.31, 0.41, 0.5, 0.59, 0.9};
    static const struct shape shapes[] = {{397, 211, 1}, {131, 37, 11}, {33, 5, 9}};
    static const char *const parameters[] = {"connectivity=box", "connectivity=sphere"};
    for (int i = 0; i < 3; i++)
        for (int d = 0; d < 6; d++)
            for (int p = 0; p < 2; p++) {
                struct image in, expected;
                cr_assert_eq(image_alloc(&in, shapes[i], PIXEL_U8, 0, 1), STATUS_OK);
                fill_density(&in, densities[d], (uint64_t)d);
                cr_expect(every_backend_agrees("label", parameters[p], &in, &expected), "%s", status_text());
                for (int threads = 1; threads <= 5; threads++)
                    cr_expect(threads_agree(parameters[p], &in, threads, &expected), "%d threads: %s", threads,
                              status_text());
                image_free(&in);
                image_free(&expected);
            }
}

Test(label, a_planted_relabelling_shows)
{
    struct image in, expected;
    cr_assert_eq(image_alloc(&in, (struct shape){40, 30, 1}, PIXEL_U8, 0, 1), STATUS_OK);
    fill_density(&in, 0.2, 3);
    cr_expect(every_backend_agrees("label", "connectivity=box", &in, &expected), "%s", status_text());
    cr_expect(openmp_equals("label", "connectivity=box", &in, &expected));
    cr_expect_not(openmp_equals("label", "connectivity=sphere", &in, &expected));
    for (int64_t i = 0; i < expected.slice; i++) {
        uint32_t *label = (uint32_t *)expected.pixels + i;
        *label = *label == 1 ? 2 : *label == 2 ? 1 : *label; /* the same components, two numbers exchanged */
    }
    cr_expect_not(openmp_equals("label", "connectivity=box", &in, &expected));
    image_free(&in);
    image_free(&expected);
}

Test(label, more_pixels_than_labels_are_refused)
{
    const struct op *op = op_find("label", PIXEL_U8);
    const struct op_args args = op_args_preset(op);
    cr_expect_eq(op_accepts(op, &args, (struct shape){65536, 65535, 1}), STATUS_OK);
    cr_expect_eq(op_accepts(op, &args, (struct shape){65536, 65536, 1}), STATUS_UNSUPPORTED);
    cr_expect_eq(op->margin, MARGIN_GLOBAL);
    cr_expect_str_eq(op->margin_rule, "label merging");
}
