/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One operation on one image by the reference, and all other backends and devices of this machine held against it.
 */
#ifndef TESTS_EVERY_BACKEND_H
#define TESTS_EVERY_BACKEND_H

#include <criterion/criterion.h>
#include <stdlib.h>

#include "bench/check.h"
#include "ops/args.h"

/* Gives the reference's result in `out`, which is allocated. False if another backend differs; status_text() says how. */
static inline bool every_backend_agrees(const char *name, const char *parameters, const struct image *in,
                                        struct image *out)
{
    const struct op *op = op_find(name, in->type);
    struct op_args args;
    struct execution e;
    struct image other;
    struct device *devices = NULL;
    size_t count = 0;
    const struct image *inputs[] = {in};
    cr_assert_eq(op_args_parse(op, parameters, &args), STATUS_OK, "%s", status_text());
    cr_assert_eq(image_alloc(out, in->shape, op_result_type(op), 0, 1), STATUS_OK);
    cr_assert_eq(image_alloc(&other, in->shape, op_result_type(op), 0, 1), STATUS_OK);
    cr_assert_eq(execution_prepare(&e, op, &args, BACKEND_REFERENCE, NULL, 1, inputs, out), STATUS_OK);
    cr_assert_eq(execution_compute(&e), STATUS_OK);
    execution_free(&e);

    cr_assert_eq(execution_prepare(&e, op, &args, BACKEND_OPENMP, NULL, 2, inputs, &other), STATUS_OK);
    bool equal = check_execution(&e, out) == STATUS_OK;
    execution_free(&e);

    cr_assert_eq(devices_find(&devices, &count), STATUS_OK);
    for (size_t i = 0; equal && i < count; i++) {
        struct opencl *opencl;
        cr_assert_eq(opencl_open(&devices[i], &opencl), STATUS_OK, "%s", status_text());
        cr_assert_eq(execution_prepare(&e, op, &args, BACKEND_OPENCL, opencl, 1, inputs, &other), STATUS_OK, "%s",
                     status_text());
        equal = check_execution(&e, out) == STATUS_OK;
        execution_free(&e);
        opencl_close(opencl);
    }
    free(devices);
    image_free(&other);
    return equal;
}

/* The check that the one above relies on: false for parameters that are not those of `expected`. */
static inline bool openmp_equals(const char *name, const char *parameters, const struct image *in,
                                 const struct image *expected)
{
    const struct op *op = op_find(name, in->type);
    struct op_args args;
    struct execution e;
    struct image out;
    const struct image *inputs[] = {in};
    cr_assert_eq(op_args_parse(op, parameters, &args), STATUS_OK, "%s", status_text());
    cr_assert_eq(image_alloc(&out, in->shape, op_result_type(op), 0, 1), STATUS_OK);
    cr_assert_eq(execution_prepare(&e, op, &args, BACKEND_OPENMP, NULL, 1, inputs, &out), STATUS_OK);
    const enum status status = check_execution(&e, expected);
    cr_assert(status == STATUS_OK || status == STATUS_WRONG, "%s", status_text());
    execution_free(&e);
    image_free(&out);
    return status == STATUS_OK;
}

#endif
