/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Running a chain: step by step through two images that take turns, in host memory or on the device.
 */
#include "ops/chain_device.h"

static enum status run_on_cpu(const struct chain *chain, enum backend backend, int threads, const struct image *in,
                              const struct image *const *with, struct image *out)
{
    enum status status = STATUS_OK;
    struct image current = {0}, next = {0};
    struct execution execution = {0};
    for (int i = 0; i < chain->count; i++) {
        const struct chain_step *step = &chain->steps[i];
        const struct image *inputs[OP_INPUTS_MAX] = {i ? &current : in, with[i]};
        TRY(chain_check_second(step, inputs[0]->shape, with[i]));
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
    struct chain_device_step prepared = {0};
    TRY(chain_check_second(step, in->shape, with));
    TRY(chain_device_prepare(step, opencl, in, &prepared));
    if (step->op->inputs == 2)
        TRY(device_image_push(opencl, &prepared.second, with));
    TRY(plan_run(prepared.plan, NULL));
    TRY(opencl_finish(opencl));
done:
    chain_device_free(opencl, &prepared, status == STATUS_OK ? out : NULL);
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
