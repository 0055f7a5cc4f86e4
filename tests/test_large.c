/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Images of more than 2^31 pixels in the memory of one row: all rows lie at the same place, so they are equal, and so
 * are all rows of the result, whatever the order they are written in. They must be those of a small image of equal
 * rows. This finds counts, sizes and places in scratch memory that overflow; that of a row in the image itself is
 * image_row()'s.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "images/synthetic.h"
#include "ops/args.h"
#include "ops/execution.h"
#include "ops/registry.h"

enum { WIDTH = 65536, HEIGHT = 32769, SMALL_HEIGHT = 8 };

static const struct {
    const char *op, *args;
    enum pixel_type type;
} cases[] = {
    {"add_scalar", "", PIXEL_U8},
    {"add_images_weighted", "", PIXEL_U8},
    {"fixed_threshold", "", PIXEL_U8},
    {"flip", "axes=xy", PIXEL_U8},
    {"auto_threshold", "", PIXEL_U8},
    {"erode", "radius=1", PIXEL_U8},

    {"gaussian_blur", "sigma=0.3", PIXEL_U8},
    {"median", "radius=1", PIXEL_U8},
};

/* An image whose rows are all the first row of `image`. */
static struct image repeated(const struct image *image, int64_t height)
{
    struct image view = image_view(image, 0, 0, 0, (struct shape){image->shape.width, 1, 1});
    view.shape.height = height;
    view.stride = view.slice = 0;
    return view;
}

static void run(const struct op *op, const struct op_args *args, const struct image *const *in, struct image *out)
{
    struct execution execution;
    cr_assert_eq(execution_prepare(&execution, op, args, BACKEND_OPENMP, NULL, 1, in, out), STATUS_OK, "%s",
                 status_text());
    cr_assert_eq(execution_compute(&execution), STATUS_OK, "%s: %s", op->name, status_text());
    execution_free(&execution);
}

Test(large, more_than_two_to_the_31_pixels)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct op *op = op_find(cases[i].op, cases[i].type);
        struct image in, found, expected;
        struct op_args args;
        cr_assert_not_null(op, "%s", cases[i].op);
        cr_assert_eq(op_args_parse(op, cases[i].args, &args), STATUS_OK, "%s", status_text());
        cr_assert_eq(image_alloc(&in, (struct shape){WIDTH, 1, 1}, op->type, 0, 1), STATUS_OK);
        cr_assert_eq(image_alloc(&found, in.shape, op_result_type(op), 0, 1), STATUS_OK);
        cr_assert_eq(image_alloc(&expected, (struct shape){WIDTH, SMALL_HEIGHT, 1}, found.type, 0, 1), STATUS_OK);
        cr_assert_eq(synthetic_fill(&in, CONTENT_CELLS, 3), STATUS_OK);

        struct image large = repeated(&in, HEIGHT), small = repeated(&in, SMALL_HEIGHT), out = repeated(&found, HEIGHT);
        cr_assert_gt(shape_pixels(large.shape), INT32_MAX);
        memset(found.pixels, 0x5b, WIDTH * pixel_bytes(found.type));
        run(op, &args, (const struct image *[]){&large, &large}, &out);
        run(op, &args, (const struct image *[]){&small, &small}, &expected);
        cr_expect_arr_eq(found.pixels, image_row(&expected, SMALL_HEIGHT / 2, 0), WIDTH * pixel_bytes(found.type), "%s",
                         op->name);
        cr_expect(image_guards_intact(&found), "%s", op->name);
        image_free(&in);
        image_free(&found);
        image_free(&expected);
    }
}
