/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Running a chain: step by step through two images that take turns, in host memory or on the device.
 */
#include "ops/chain.h"

#include <stdio.h>

static void describe(const struct image *image, char *text, size_t bytes)
{
    snprintf(text, bytes, "%lldx%lldx%lld %s", (long long)image->shape.width, (long long)image->shape.height,
             (long long)image->shape.depth, pixel_type_name(image->type));
}

/* The second image of a step must match the first. */
static enum status check_with(const struct chain_step *step, struct shape shape, const struct image *with)
{
    char found[96], wanted[96];
    struct image first = {.shape = shape, .type = step->op->type};
    if (step->op->inputs == 1 || (shape_equal(with->shape, shape) && with->type == step->op->type))
        return STATUS_OK;
    describe(with, found, sizeof found);
    describe(&first, wanted, sizeof wanted);
    return status_fail(STATUS_INPUT, "%s: with=%s is %s, but the first image is %s", step->op->name, step->with, found,
                       wanted);
}

static enum status run_on_cpu(const struct chain *chain, enum backend backend, int threads, const struct image *in,
                              const struct image *const *with, struct image *out)
{
    enum status status = STATUS_OK;
    struct image current = {0}, next = {0};
    struct execution execution = {0};
    for (int i = 0; i < chain->count; i++) {
        const struct chain_step *step = &chain->steps[i];
        const struct image *inputs[OP_INPUTS_MAX] = {i ? &current : in, with[i]};
        TRY(check_with(step, inputs[0]->shape, with[i]));
        TRY(op_accepts(step->op, &step->args, inputs[0]->shape));
        TRY(image_alloc(&next, op_result_shape(step->op, &step->args, inputs[0]->shape), op_result_type(step->op), 0,
                        threads));
        TRY(execution_prepare(&execution, step->op, &step->args, backend, NULL, threads, inputs, &next));
        TRY(execution_compute(&execution));
        execution_free(&execution);
        image_free(&current);
        current = next;
        next = (struct image){0};
    }
    *out = current;
    current = (struct image){0};
done:
    execution_free(&execution);
    image_free(&current);
    image_free(&next);
    return status;
}

static enum status run_step(const struct chain_step *step, struct opencl *opencl, const struct device_image *in,
                            const struct image *with, struct device_image *out)
{
    enum status status;
    struct device_image second = {0};
    struct plan *plan = NULL;
    TRY(check_with(step, in->shape, with));
    TRY(op_accepts(step->op, &step->args, in->shape));
    TRY(device_image_alloc(opencl, out, op_result_shape(step->op, &step->args, in->shape), op_result_type(step->op)));
    if (step->op->inputs == 2) {
        TRY(device_image_alloc(opencl, &second, with->shape, with->type));
        TRY(device_image_push(opencl, &second, with));
    }
    const struct op_device_call call = {.args = &step->args, .in = {in, &second}, .out = out};
    TRY(op_plan(step->op, opencl, &call, &plan));
    TRY(plan_run(plan, NULL));
    TRY(opencl_finish(opencl));
done:
    plan_free(plan);
    device_image_free(opencl, &second);
    return status;
}

static enum status run_on_device(const struct chain *chain, struct opencl *opencl, int threads, const struct image *in,
                                 const struct image *const *with, struct image *out)
{
    enum status status;
    struct device_image current = {0}, next = {0};
    TRY(device_image_alloc(opencl, &current, in->shape, in->type));
    TRY(device_image_push(opencl, &current, in));
    for (int i = 0; i < chain->count; i++) {
        TRY(run_step(&chain->steps[i], opencl, &current, with[i], &next));
        device_image_free(opencl, &current);
        current = next;
        next = (struct device_image){0};
    }
    TRY(image_alloc(out, current.shape, current.type, 0, threads));
    TRY(device_image_pull(opencl, &current, out));
done:
    device_image_free(opencl, &current);
    device_image_free(opencl, &next);
    if (status != STATUS_OK)
        image_free(out);
    return status;
}

enum status chain_run(const struct chain *chain, enum backend backend, struct opencl *opencl, int threads,
                      const struct image *in, const struct image *const *with, struct image *out)
{
    *out = (struct image){0};
    return backend == BACKEND_OPENCL ? run_on_device(chain, opencl, threads, in, with, out)
                                     : run_on_cpu(chain, backend, threads, in, with, out);
}
