/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A step is prepared, called until it is warm, sampled, and its result is the input of the next: no more is held than
 * when the chain is run. Samples are few, since what is asked is whether a ratio is above 10 or a sum repays another.
 */
#include "bench/chain_timing.h"

#include <stdlib.h>

#include "bench/statistics.h"
#include "bench/timing.h"
#include "hardware/clock.h"
#include "hardware/cpu.h"
#include "ops/chain_device.h"

enum { SAMPLES_LEAST = 3, SAMPLES_MOST = 31, WARM_CALLS = 2 };

/* A GPU takes some ten milliseconds of load to reach its clock. */
static const double warm_ns = 50e6, sampling_ns = 300e6;

/* A call longer than this is warm after the first, and sampled once or twice: nobody waits minutes for a checklist. */
static const double long_ns = 1e9;

static bool wants_more(int count, double spent_ns)
{
    if (count < SAMPLES_LEAST)
        return spent_ns < 2 * long_ns;
    return count < SAMPLES_MOST && spent_ns < sampling_ns;
}

/* Calls until warm, if that is not done, then until there are enough samples; the median. */
static enum status sample(enum status (*call)(void *), void *context, bool warm, double *median_ns)
{
    enum status status;
    double samples[SAMPLES_MOST];
    int count = 0, calls = 0;
    int64_t start = clock_ns();
    while (!warm &&
           ((calls < WARM_CALLS && (double)(clock_ns() - start) < long_ns) || (double)(clock_ns() - start) < warm_ns)) {
        TRY(call(context));
        calls++;
    }
    start = clock_ns();
    do {
        const int64_t before = clock_ns();
        TRY(call(context));
        samples[count++] = (double)(clock_ns() - before);
    } while (wants_more(count, (double)(clock_ns() - start)));
    *median_ns = median_of(samples, count);
done:
    return status;
}

static enum status compute(void *execution)
{
    return execution_compute(execution);
}

static void nobody_waits(void *context)
{
    (void)context;
}

/* Calls at least once; slow operations stay with all cores. */
static enum status choose_threads(struct execution *execution, int *best, bool *slow)
{
    const int all = cpu_cores(), hardware = cpu_threads(), wanted[] = {1, all / 2, all, hardware};
    int candidates[4], count = 0;
    for (int i = 0; i < 4; i++)
        if (wanted[i] > (count ? candidates[count - 1] : 0))
            candidates[count++] = wanted[i];
    *best = all;
    const int64_t start = clock_ns();
    const enum status status = execution_compute(execution);
    *slow = (double)(clock_ns() - start) > long_ns;
    if (status != STATUS_OK || *slow)
        return status;
    return count > 1 ? timing_choose_threads(execution, candidates, count, nobody_waits, NULL, best)
                     : execution_set_threads(execution, all);
}

enum status chain_time_cpu(const struct chain *chain, const struct image *in, const struct image *const *with,
                           struct chain_cpu_times *times, struct image *out)
{
    enum status status = STATUS_OK;
    struct image current = {0}, next = {0};
    struct execution execution = {0};
    *times = (struct chain_cpu_times){0};
    *out = (struct image){0};
    for (int i = 0; i < chain->count; i++) {
        const struct chain_step *step = &chain->steps[i];
        const struct image *inputs[OP_INPUTS_MAX] = {i ? &current : in, with[i]};
        const struct shape shape = inputs[0]->shape;
        bool slow;
        TRY(chain_check_second(step, shape, with[i]));
        TRY(op_accepts(step->op, &step->args, shape));
        TRY(image_alloc(&next, op_result_shape(step->op, &step->args, shape), op_result_type(step->op), 0,
                        cpu_cores()));
        TRY(execution_prepare(&execution, step->op, &step->args, BACKEND_OPENMP, NULL, cpu_cores(), inputs, &next));
        TRY(choose_threads(&execution, &times->threads[i], &slow));
        TRY(sample(compute, &execution, slow, &times->step_ns[i]));
        times->total_ns += times->step_ns[i];
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

/* One transfer or one step on a device, repeated. */
struct device_work {
    struct opencl *opencl;
    struct device_image *device;
    const struct image *push;
    struct image *pull;
    struct plan *plan;
};

static enum status push_once(void *context)
{
    const struct device_work *w = context;
    return device_image_push(w->opencl, w->device, w->push);
}

static enum status pull_once(void *context)
{
    const struct device_work *w = context;
    return device_image_pull(w->opencl, w->device, w->pull);
}

static enum status run_once(void *context)
{
    enum status status;
    const struct device_work *w = context;
    TRY(plan_run(w->plan, NULL));
    TRY(opencl_finish(w->opencl));
done:
    return status;
}

static enum status time_step(const struct chain_step *step, struct opencl *opencl, struct device_image *current,
                             const struct image *with, double *step_ns, double *push_ns)
{
    enum status status;
    struct chain_device_step prepared = {0};
    double second_ns;
    TRY(chain_check_second(step, current->shape, with));
    TRY(chain_device_prepare(step, opencl, current, &prepared));
    if (step->op->inputs == 2) {
        struct device_work work = {.opencl = opencl, .device = &prepared.second, .push = with};
        TRY(sample(push_once, &work, false, &second_ns));
        *push_ns += second_ns;
    }
    struct device_work work = {.opencl = opencl, .plan = prepared.plan};
    TRY(sample(run_once, &work, false, step_ns));
    device_image_free(opencl, current);
    chain_device_free(opencl, &prepared, current);
done:
    chain_device_free(opencl, &prepared, NULL);
    return status;
}

/* The relative difference that the chain's result may have; -1: it cannot be told. */
static double tolerance_of(const struct chain *chain)
{
    for (int i = 0; i + 1 < chain->count; i++)
        if (chain->steps[i].op->tolerance > 0)
            return -1;
    return chain->steps[chain->count - 1].op->tolerance;
}

static enum status check_result(const struct chain *chain, const struct image *found, const struct image *expected,
                                const struct opencl *opencl)
{
    const double tolerance = tolerance_of(chain);
    if (tolerance < 0)
        return STATUS_OK;
    const struct image_difference d = image_compare(found, expected, tolerance);
    if (d.pixels == 0)
        return STATUS_OK;
    return status_fail(
        STATUS_WRONG, "%s: %lld pixels differ from the CPU's result, the first at %lld,%lld,%lld: %g, not %g",
        opencl->device.name, (long long)d.pixels, (long long)d.x, (long long)d.y, (long long)d.z, d.found, d.expected);
}

enum status chain_time_device(const struct chain *chain, struct opencl *opencl, const struct image *in,
                              const struct image *const *with, const struct image *expected,
                              struct chain_device_times *times)
{
    enum status status;
    struct device_image current = {0};
    struct image out = {0};
    struct device_work work = {.opencl = opencl, .device = &current, .push = in, .pull = &out};
    *times = (struct chain_device_times){0};
    TRY(device_image_alloc(opencl, &current, in->shape, in->type));
    TRY(sample(push_once, &work, false, &times->push_ns));
    for (int i = 0; i < chain->count; i++) {
        TRY(time_step(&chain->steps[i], opencl, &current, with[i], &times->step_ns[i], &times->push_ns));
        times->total_ns += times->step_ns[i];
    }
    TRY(image_alloc(&out, current.shape, current.type, 0, cpu_cores()));
    TRY(sample(pull_once, &work, false, &times->pull_ns));
    TRY(check_result(chain, &out, expected, opencl));
done:
    device_image_free(opencl, &current);
    image_free(&out);
    return status;
}

struct load {
    const char *path;
    const struct tiff_selection *selection;
};

static enum status load_once(void *context)
{
    const struct load *load = context;
    struct image image = {0};
    const enum status status = tiff_read(load->path, load->selection, &image, NULL);
    image_free(&image);
    return status;
}

enum status chain_time_load(const char *path, const struct tiff_selection *selection, double *load_ns)
{
    struct load load = {path, selection};
    return sample(load_once, &load, false, load_ns);
}
