/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What is planned is what is taken: for every operation the bytes of the dry plan are those that a run of the same
 * chain holds at its peak, and the CPU's sums are what its allocations give.
 */
#include <stdio.h>

#include "images/synthetic.h"
#include "ops/chain_memory.h"
#include "ops/registry.h"
#include "tests/described_card.h"
#include "tests/open_device.h"

static const struct shape small = {37, 29, 5};

static char *chain_of_op(const struct op *op, char *text, size_t bytes)
{
    snprintf(text, bytes, "%s%s", op->name, op->inputs == 2 ? "(with=second.tif)" : "");
    return text;
}

static struct image made(struct shape shape, enum pixel_type type)
{
    struct image image;
    cr_assert_eq(image_alloc(&image, shape, type, 0, 1), STATUS_OK, "%s", status_text());
    cr_assert_eq(synthetic_fill(&image, CONTENT_CELLS, 7), STATUS_OK);
    return image;
}

/* Runs the chain; the peak of what the device really held. */
static void measure(const struct chain *chain, struct opencl *opencl, struct chain_memory *memory)
{
    struct image in = made(small, chain->steps[0].op->type), out;
    const struct image *with[CHAIN_STEPS_MAX];
    for (int i = 0; i < chain->count; i++)
        with[i] = &in; /* chains of these tests take a second image in their first step */
    opencl->peak_bytes = opencl->largest_bytes = 0;
    cr_assert_eq(chain_run(chain, BACKEND_OPENCL, opencl, 1, &in, with, &out), STATUS_OK, "%s", status_text());
    *memory = (struct chain_memory){.peak_bytes = opencl->peak_bytes, .largest_bytes = opencl->largest_bytes};
    cr_expect_eq(opencl->allocated_bytes, 0);
    image_free(&in);
    image_free(&out);
}

static void expect_planned_is_taken(const struct chain *chain, struct opencl *opencl, const char *text)
{
    struct chain_memory planned, taken;
    cr_assert_eq(chain_memory_on_device(chain, &opencl->device, small, &planned), STATUS_OK, "%s", status_text());
    measure(chain, opencl, &taken);
    cr_expect_eq(planned.peak_bytes, taken.peak_bytes, "%s: planned %llu, taken %llu", text,
                 (unsigned long long)planned.peak_bytes, (unsigned long long)taken.peak_bytes);
    cr_expect_eq(planned.largest_bytes, taken.largest_bytes, "%s", text);
}

Test(chain_memory, every_operation_takes_what_is_planned, .timeout = 110)
{
    struct opencl *opencl = open_device();
    char text[128];
    for (int i = 0; i < ops_count(); i++) {
        const struct op *op = op_find(op_at(i, PIXEL_U16, CPU_V2)->name, PIXEL_U16);
        struct chain chain = parsed(chain_of_op(op, text, sizeof text), PIXEL_U16);
        expect_planned_is_taken(&chain, opencl, text);
        if (op->image && opencl->device.images) { /* pocl's images have no padding, so that this is exact here too */
            chain.steps[0].op = op->image;
            expect_planned_is_taken(&chain, opencl, text);
        }
        chain_free(&chain);
    }
    opencl_close(opencl);
}

Test(chain_memory, longer_chains_take_what_is_planned)
{
    static const char *const texts[] = {
        "add_scalar | multiply_scalar | add_scalar",
        "add_images_weighted(with=a.tif) | gaussian_blur(sigma=2) | auto_threshold | label",
        "maximum_z_projection | gaussian_blur | top_hat(radius=3)",
    };
    struct opencl *opencl = open_device();
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct chain chain = parsed(texts[i], PIXEL_U8);
        expect_planned_is_taken(&chain, opencl, texts[i]);
        chain_free(&chain);
    }
    opencl_close(opencl);
}

/* The planted error: another chain's plan must not agree. */
Test(chain_memory, another_plan_differs)
{
    struct opencl *opencl = open_device();
    struct chain chain = parsed("gaussian_blur(sigma=2) | auto_threshold", PIXEL_U16),
                 other = parsed("flip", PIXEL_U16);
    struct chain_memory planned, taken;
    cr_assert_eq(chain_memory_on_device(&other, &opencl->device, small, &planned), STATUS_OK);
    measure(&chain, opencl, &taken);
    cr_expect_neq(planned.peak_bytes, taken.peak_bytes);
    chain_free(&chain);
    chain_free(&other);
    opencl_close(opencl);
}

Test(chain_memory, steps_add_up)
{
    const struct device device = card;
    struct chain chain = parsed("add_images_weighted(with=a.tif) | gaussian_blur(sigma=2) | auto_threshold", PIXEL_U16);
    struct chain_memory m;
    cr_assert_eq(chain_memory_on_device(&chain, &device, small, &m), STATUS_OK, "%s", status_text());
    cr_assert_eq(m.count, 3);
    const uint64_t image = 48 * 29 * 5 * 2; /* rows are padded to 16 pixels */
    for (int i = 0; i < m.count; i++) {
        const struct memory_step *s = &m.steps[i];
        cr_expect_eq(s->input_bytes, image);
        cr_expect_eq(s->output_bytes, i == 2 ? image / 2 : image); /* the threshold's result is binary */
        cr_expect_eq(s->second_bytes, i == 0 ? image : 0);
        cr_expect_eq(s->held_bytes,
                     s->input_bytes + s->second_bytes + s->output_bytes + s->scratch_bytes + s->constant_bytes);
        cr_expect_leq(s->held_bytes, m.peak_bytes);
    }
    cr_expect_eq(m.steps[m.peak_step].held_bytes, m.peak_bytes);
    /* Input, second image and result, each in whole cache lines between its guards. */
    cr_expect_eq(m.host_bytes, 2 * (image + 32) + (image / 2 + 16) + 3 * 2 * IMAGE_GUARD_BYTES);
    cr_expect_eq((image + 32) % IMAGE_ALIGN_BYTES, 0);
    cr_expect_eq(chain_memory_rule_of_thumb(&chain, small), 37.0 * 29 * 5 * 2 * 4);
    chain_free(&chain);
}

/* The two places that the CPU's sums are made after. */
Test(chain_memory, the_cpu_allocates_what_is_planned)
{
    char text[128];
    for (int i = 0; i < ops_count(); i++) {
        const struct op *op = op_find(op_at(i, PIXEL_F32, CPU_V2)->name, PIXEL_F32);
        struct chain chain = parsed(chain_of_op(op, text, sizeof text), PIXEL_F32);
        struct image in = made(small, PIXEL_F32), out;
        struct chain_memory m;
        cr_assert_eq(chain_memory_on_cpu(&chain, 2, small, &m), STATUS_OK, "%s", status_text());
        cr_assert_eq(image_alloc(&out, op_result_shape(op, &chain.steps[0].args, small), op_result_type(op), 0, 1),
                     STATUS_OK);
        const size_t scratch = op->scratch_bytes ? op->scratch_bytes(&chain.steps[0].args, small, 2) : 0;
        cr_expect_eq(m.steps[0].input_bytes, in.block_bytes, "%s", op->name);
        cr_expect_eq(m.steps[0].output_bytes, out.block_bytes, "%s", op->name);
        cr_expect_eq(m.steps[0].scratch_bytes, (scratch + 63) / 64 * 64, "%s", op->name);
        cr_expect_eq(m.peak_bytes, (size_t)op->inputs * in.block_bytes + out.block_bytes + m.steps[0].scratch_bytes);
        image_free(&in);
        image_free(&out);
        chain_free(&chain);
    }
}

Test(chain_memory, sizes_that_no_memory_holds_are_planned)
{
    const struct device device = card;
    const struct shape large = {65536, 65536, 1024}, beyond = {1LL << 40, 1LL << 40, 1LL << 40};
    struct chain_memory m, half;
    for (int i = 0; i < ops_count(); i++) {
        char text[128];
        const struct op *op = op_find(op_at(i, PIXEL_U16, CPU_V2)->name, PIXEL_U16);
        struct chain chain = parsed(chain_of_op(op, text, sizeof text), PIXEL_U16);
        const enum status status = chain_memory_on_device(&chain, &device, large, &m);
        if (status == STATUS_OK) {
            cr_expect_gt(m.peak_bytes, (1ULL << 42) * 2, "%s", op->name);
            cr_assert_eq(chain_memory_on_device(&chain, &device, (struct shape){65536, 32768, 1024}, &half), STATUS_OK);
            cr_expect_float_eq((double)m.peak_bytes / (double)half.peak_bytes, 2.0, 0.02, "%s", op->name);
        } else {
            cr_expect_eq(status, STATUS_UNSUPPORTED, "%s: %s", op->name, status_text());
        }
        cr_expect_eq(chain_memory_on_device(&chain, &device, beyond, &m), STATUS_USAGE, "%s", op->name);
        cr_expect_eq(chain_memory_on_cpu(&chain, 1, beyond, &m), STATUS_USAGE, "%s", op->name);
        chain_free(&chain);
    }
}

Test(chain_memory, a_dry_device_runs_nothing)
{
    const struct device device = {.name = "described", .type = DEVICE_GPU};
    struct opencl *dry;
    struct plan *plan = NULL;
    cl_mem scratch, constant;
    cr_assert_eq(opencl_open_dry(&device, &dry), STATUS_OK);
    cr_assert_eq(plan_create(dry, "kernel void none() {}", "", &plan), STATUS_OK);
    cr_assert_eq(plan_scratch(plan, (size_t)1 << 50, &scratch), STATUS_OK);
    cr_assert_eq(plan_constant(plan, "abc", 3, &constant), STATUS_OK);
    cr_assert_eq(plan_launch(plan, &(struct launch){.kernel = "none", .global = {1}}), STATUS_OK);
    cr_expect_eq(plan_memory(plan).scratch_bytes, (size_t)1 << 50);
    cr_expect_eq(plan_memory(plan).constant_bytes, 3);
    cr_expect_eq(dry->allocated_bytes, ((size_t)1 << 50) + 3);
    cr_expect_eq(dry->largest_bytes, (size_t)1 << 50);
    cr_expect_eq(plan_run(plan, NULL), STATUS_UNSUPPORTED);
    plan_free(plan);
    cr_expect_eq(dry->allocated_bytes, 0);
    opencl_close(dry);
}
