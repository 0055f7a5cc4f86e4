/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Image sizes are arguments: twenty sizes need no more programs than one. Every operation with its presets, on the
 * device that tests run on; and the count can tell, since it grows with other parameters. (2D and 3D may differ, and
 * rows of less than 256 pixels, which a CPU's driver takes in another form.)
 */
#include <criterion/criterion.h>

#include "ops/args.h"
#include "ops/registry.h"
#include "tests/open_device.h"

enum { SIZES = 20 };

/* Plans one call; returns how many programs this process has. */
static int programs_after(struct opencl *opencl, const struct op *op, const struct op_args *args, struct shape shape)
{
    struct device_image in[OP_INPUTS_MAX] = {0}, out;
    struct op_device_call call = {.args = args, .in = {&in[0], &in[1]}, .out = &out};
    struct plan *plan;
    for (int i = 0; i < op->inputs; i++)
        cr_assert_eq(device_image_alloc(opencl, &in[i], shape, op->type), STATUS_OK, "%s", status_text());
    cr_assert_eq(device_image_alloc(opencl, &out, op_result_shape(op, args, shape), op_result_type(op)), STATUS_OK);
    cr_assert_eq(op_plan(op, opencl, &call, &plan), STATUS_OK, "%s", status_text());
    plan_free(plan);
    for (int i = 0; i < op->inputs; i++)
        device_image_free(opencl, &in[i]);
    device_image_free(opencl, &out);
    return opencl->programs_compiled + opencl->programs_from_cache;
}

static void expect_sizes_build_nothing(struct opencl *opencl, const struct op *op, struct shape first)
{
    const struct op_args args = op_args_preset(op);
    if (op_accepts(op, &args, first) != STATUS_OK)
        return;
    const int programs = programs_after(opencl, op, &args, first);
    for (int i = 1; i < SIZES; i++) {
        const struct shape shape = {first.width + 31 * i, first.height + 17 * i, first.depth > 1 ? first.depth + i : 1};
        cr_assert_eq(programs_after(opencl, op, &args, shape), programs, "%s at %lldx%lldx%lld", op->name,
                     (long long)shape.width, (long long)shape.height, (long long)shape.depth);
    }
}

Test(programs, twenty_sizes_build_each_program_once)
{
    struct opencl *opencl = open_device();
    for (int i = 0; i < ops_count(); i++) {
        const struct op *op = op_at(i, PIXEL_U16, cpu_level_best());
        expect_sizes_build_nothing(opencl, op, (struct shape){300, 160, 1});
        expect_sizes_build_nothing(opencl, op, (struct shape){260, 50, 9});
    }
    cr_expect_gt(opencl->programs_compiled + opencl->programs_from_cache, ops_count());
    opencl_close(opencl);
}

Test(programs, another_radius_shows)
{
    struct opencl *opencl = open_device();
    const struct op *op = op_find("median", PIXEL_U16);
    struct op_args args = op_args_preset(op);
    const int programs = programs_after(opencl, op, &args, (struct shape){64, 64, 1});
    cr_assert_eq(op_args_parse(op, "radius=1", &args), STATUS_OK);
    cr_expect_gt(programs_after(opencl, op, &args, (struct shape){64, 64, 1}), programs);
    opencl_close(opencl);
}
