/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One step after the other, each timed by itself.
 */
#include "bench/tile_untiled.h"

#include "hardware/clock.h"
#include "ops/chain_device.h"

/* The time since *mark, which becomes now. */
static double lap(int64_t *mark)
{
    const int64_t now = clock_ns(), since = now - *mark;
    *mark = now;
    return (double)since;
}

static enum status run_cpu(const struct chain *chain, int threads, const struct image *in,
                           const struct image *const *with, struct image *out, struct tile_times *times)
{
    enum status status = STATUS_OK;
    struct image next = {0};
    struct execution execution = {0};
    for (int i = 0; i < chain->count; i++) {
        const struct chain_step *step = &chain->steps[i];
        const struct image *inputs[OP_INPUTS_MAX] = {i ? out : in, with[i]};
        const struct shape shape = inputs[0]->shape;
        TRY(chain_check_second(step, shape, with[i]));
        TRY(op_accepts(step->op, &step->args, shape));
        TRY(image_alloc(&next, op_result_shape(step->op, &step->args, shape), op_result_type(step->op), 0, threads));
        TRY(execution_prepare(&execution, step->op, &step->args, BACKEND_OPENMP, NULL, threads, inputs, &next));
        int64_t mark = clock_ns();
        TRY(execution_compute(&execution));
        times->compute_ns += lap(&mark);
        execution_free(&execution);
        image_free(out);
        *out = next;
        next = (struct image){0};
    }
done:
    execution_free(&execution);
    image_free(&next);
    return status;
}

/* `current` becomes the step's result. */
static enum status run_step(const struct chain_step *step, struct opencl *opencl, const struct image *with,
                            struct device_image *current, struct tile_times *times)
{
    enum status status;
    struct chain_device_step prepared = {0};
    TRY(chain_check_second(step, current->shape, with));
    TRY(chain_device_prepare(step, opencl, current, &prepared));
    int64_t mark = clock_ns();
    if (step->op->inputs == 2)
        TRY(device_image_push(opencl, &prepared.second, with));
    times->push_ns += lap(&mark);
    TRY(plan_run(prepared.plan, NULL));
    TRY(opencl_finish(opencl));
    times->compute_ns += lap(&mark);
    device_image_free(opencl, current);
    chain_device_free(opencl, &prepared, current);
done:
    chain_device_free(opencl, &prepared, NULL);
    return status;
}

static enum status run_device(const struct chain *chain, struct opencl *opencl, int threads, const struct image *in,
                              const struct image *const *with, struct image *out, struct tile_times *times)
{
    enum status status;
    struct device_image current = {0};
    int64_t mark;
    TRY(device_image_alloc(opencl, &current, in->shape, in->type));
    mark = clock_ns();
    TRY(device_image_push(opencl, &current, in));
    times->push_ns += lap(&mark);
    for (int i = 0; i < chain->count; i++)
        TRY(run_step(&chain->steps[i], opencl, with[i], &current, times));
    TRY(image_alloc(out, current.shape, current.type, 0, threads));
    mark = clock_ns();
    TRY(device_image_pull(opencl, &current, out));
    times->pull_ns += lap(&mark);
done:
    device_image_free(opencl, &current);
    return status;
}

enum status tile_untiled_run(const struct chain *chain, struct opencl *opencl, int threads, const struct image *in,
                             const struct image *const *with, struct image *out, struct tile_times *times)
{
    *out = (struct image){0};
    *times = (struct tile_times){0};
    return opencl ? run_device(chain, opencl, threads, in, with, out, times)
                  : run_cpu(chain, threads, in, with, out, times);
}
