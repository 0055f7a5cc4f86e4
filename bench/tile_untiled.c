/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Call 0 of everything is the warm-up.
 */
#include "bench/tile_untiled.h"

#include <string.h>

#include "hardware/clock.h"
#include "ops/chain_device.h"

struct untiled {
    const struct tile_untiled *request;
    struct tile_times *times;
    double first_call_ns;
};

/* The time since *mark, which becomes now. */
static double lap(int64_t *mark)
{
    const int64_t now = clock_ns(), since = now - *mark;
    *mark = now;
    return (double)since;
}

/* Where call `i` of a part is counted, `part` being its place in struct tile_times. */
static void count(struct untiled *u, int i, size_t part, double ns)
{
    if (i == 0)
        u->first_call_ns += ns;
    else
        *(double *)((char *)&u->times[i - 1] + part) += ns;
}

static enum status run_cpu_step(struct untiled *u, int index, struct image *current)
{
    enum status status;
    const struct tile_untiled *r = u->request;
    const struct chain_step *step = &r->chain->steps[index];
    const struct image *inputs[OP_INPUTS_MAX] = {index ? current : r->in, r->with[index]};
    const struct shape shape = inputs[0]->shape;
    struct image out = {0};
    struct execution execution = {0};
    int64_t mark = clock_ns();
    TRY(chain_check_second(step, shape, r->with[index]));
    TRY(op_accepts(step->op, &step->args, shape));
    TRY(image_alloc(&out, op_result_shape(step->op, &step->args, shape), op_result_type(step->op), 0, r->threads));
    TRY(execution_prepare(&execution, step->op, &step->args, BACKEND_OPENMP, NULL, r->threads, inputs, &out));
    u->first_call_ns += lap(&mark);
    for (int i = 0; i <= r->samples; i++) {
        TRY(execution_compute(&execution));
        count(u, i, offsetof(struct tile_times, compute_ns), lap(&mark));
    }
    image_free(current);
    *current = out;
    out = (struct image){0};
done:
    execution_free(&execution);
    image_free(&out);
    return status;
}

/* `current` becomes the step's result. */
static enum status run_device_step(struct untiled *u, int index, struct device_image *current)
{
    enum status status;
    const struct tile_untiled *r = u->request;
    const struct chain_step *step = &r->chain->steps[index];
    struct chain_device_step prepared = {0};
    int64_t mark = clock_ns();
    TRY(chain_check_second(step, current->shape, r->with[index]));
    TRY(chain_device_prepare(step, r->opencl, current, &prepared));
    u->first_call_ns += lap(&mark);
    for (int i = 0; i <= r->samples; i++) {
        if (step->op->inputs == 2)
            TRY(device_image_push(r->opencl, &prepared.second, r->with[index]));
        count(u, i, offsetof(struct tile_times, push_ns), lap(&mark));
        TRY(plan_run(prepared.plan, NULL));
        TRY(opencl_finish(r->opencl));
        count(u, i, offsetof(struct tile_times, compute_ns), lap(&mark));
    }
    device_image_free(r->opencl, current);
    chain_device_free(r->opencl, &prepared, current);
done:
    chain_device_free(r->opencl, &prepared, NULL);
    return status;
}

static enum status run_device(struct untiled *u, struct image *out)
{
    enum status status;
    const struct tile_untiled *r = u->request;
    struct device_image current = {0};
    int64_t mark = clock_ns();
    TRY(device_image_alloc(r->opencl, &current, r->in->shape, r->in->type));
    u->first_call_ns += lap(&mark);
    for (int i = 0; i <= r->samples; i++) {
        TRY(device_image_push(r->opencl, &current, r->in));
        count(u, i, offsetof(struct tile_times, push_ns), lap(&mark));
    }
    for (int step = 0; step < r->chain->count; step++)
        TRY(run_device_step(u, step, &current));
    TRY(image_alloc(out, current.shape, current.type, 0, r->threads));
    mark = clock_ns();
    for (int i = 0; i <= r->samples; i++) {
        TRY(device_image_pull(r->opencl, &current, out));
        count(u, i, offsetof(struct tile_times, pull_ns), lap(&mark));
    }
done:
    device_image_free(r->opencl, &current);
    return status;
}

enum status tile_untiled_run(const struct tile_untiled *request, struct image *out, struct tile_times *times,
                             double *first_call_ns)
{
    enum status status = STATUS_OK;
    struct untiled u = {.request = request, .times = times};
    *out = (struct image){0};
    if (request->samples > 0)
        memset(times, 0, (size_t)request->samples * sizeof *times);
    if (request->opencl)
        TRY(run_device(&u, out));
    for (int step = 0; !request->opencl && step < request->chain->count; step++)
        TRY(run_cpu_step(&u, step, out));
    *first_call_ns = u.first_call_ns;
done:
    return status;
}
