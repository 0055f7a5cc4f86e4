/* SPDX-License-Identifier: BSD-3-Clause
 *
 * An operation's answer on pixels that are written out in the test, compared bit for bit.
 */
#ifndef TESTS_LITERAL_H
#define TESTS_LITERAL_H

#include <criterion/criterion.h>
#include <string.h>

#include "ops/args.h"
#include "ops/execution.h"
#include "ops/registry.h"

struct literal {
    const char *op;
    const char *args; /* NULL: presets */
    enum pixel_type type;
    struct shape shape;
    const void *a, *b;    /* dense pixels of the inputs; b for two */
    const void *expected; /* dense pixels of the result */
};

/* In rows wider than the default, the padding full of bytes that are no pixel. */
static inline void literal_image(struct image *image, struct shape shape, enum pixel_type type, const void *pixels)
{
    size_t row_bytes = (size_t)shape.width * pixel_bytes(type);
    int64_t stride = image_default_stride(shape.width) + IMAGE_STRIDE_PX;
    cr_assert_eq(image_alloc(image, shape, type, stride, 1), STATUS_OK, "%s", status_text());
    memset(image->pixels, 0xd7, (size_t)(image->slice * shape.depth) * pixel_bytes(type));
    for (int64_t row = 0; pixels && row < shape.height * shape.depth; row++)
        memcpy(image_row(image, row % shape.height, row / shape.height), (const char *)pixels + row * row_bytes,
               row_bytes);
}

/* How many pixels differ from the expected ones. */
static inline int64_t literal_differences(const struct literal *l, enum backend backend)
{
    const struct op *op = op_find(l->op, l->type);
    struct op_args args;
    struct image in[OP_INPUTS_MAX] = {0}, out, expected;
    struct execution execution;
    cr_assert_not_null(op);
    cr_assert_eq(op_args_parse(op, l->args ? l->args : "", &args), STATUS_OK, "%s", status_text());
    struct shape result = op_result_shape(op, &args, l->shape);
    literal_image(&in[0], l->shape, l->type, l->a);
    if (op->inputs == 2)
        literal_image(&in[1], l->shape, l->type, l->b);
    literal_image(&out, result, op_result_type(op), NULL);
    literal_image(&expected, result, op_result_type(op), l->expected);

    const struct image *const inputs[] = {&in[0], &in[1]};
    cr_assert_eq(execution_prepare(&execution, op, &args, backend, NULL, 2, inputs, &out), STATUS_OK, "%s",
                 status_text());
    cr_assert_eq(execution_compute(&execution), STATUS_OK, "%s", status_text());
    int64_t differences = image_compare(&out, &expected, 0).pixels;
    cr_expect(image_guards_intact(&out));
    execution_free(&execution);
    image_free(&in[0]);
    image_free(&in[1]);
    image_free(&out);
    image_free(&expected);
    return differences;
}

/* The reference and the OpenMP version give the expected pixels. */
static inline void literal_holds(struct literal l)
{
    for (int backend = BACKEND_REFERENCE; backend <= BACKEND_OPENMP; backend++)
        cr_expect_eq(literal_differences(&l, (enum backend)backend), 0, "%s(%s) %s %s", l.op, l.args ? l.args : "",
                     pixel_type_name(l.type), backend_name((enum backend)backend));
}

#endif
