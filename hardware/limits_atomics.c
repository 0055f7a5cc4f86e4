/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Atomic increments per second, in histograms of 256 bins: rows "histogram_local" (a histogram per work-group in local
 * memory, added up at the end) and "histogram_global" (one for all) with random bins, and both with all in one bin, as
 * in a dark image, "..._one_bin". Unit op/s. The counts of the timed launches must add up, else the row has no value.
 */
#include "hardware/limits_stages.h"


#include "hardware/limits_device.h"

extern const char kernel_limits_atomics[];

enum { GROUP = 256, CPU_GROUP = 16, ITEMS_PER_UNIT = 2048 };
static const double BUDGET_NS = 60e6;

static const struct histogram_kind {
    const char *name, *kernel;
    cl_uint mask; /* of the bin */
} kinds[] = {{"histogram_local", "histogram_local", HISTOGRAM_BINS - 1},
             {"histogram_local_one_bin", "histogram_local", 0},
             {"histogram_global", "histogram_global", HISTOGRAM_BINS - 1},
             {"histogram_global_one_bin", "histogram_global", 0}};

struct stage {
    struct opencl *opencl;
    const struct histogram_kind *kind;
    cl_mem counts; /* of the plan that was made last */
    uint64_t increments;
};

enum status histogram_check(const uint32_t counts[HISTOGRAM_BINS], uint64_t increments)
{
    uint32_t sum = 0;
    for (int i = 0; i < HISTOGRAM_BINS; i++)
        sum += counts[i];
    if (sum != (uint32_t)increments)
        return status_fail(STATUS_WRONG, "a histogram of %llu increments counts %u of them, modulo 2^32",
                           (unsigned long long)increments, (unsigned)sum);
    return STATUS_OK;
}

/* Cleared in each run, which is nothing beside a millisecond of increments. */
static enum status make(void *context, int variant, int steps, struct plan **plan, double *amount, int *most_steps)
{
    struct stage *s = context;
    const struct device *device = &s->opencl->device;
    const size_t group = device->type == DEVICE_CPU       ? CPU_GROUP
                         : device->max_work_group < GROUP ? device->max_work_group
                                                          : GROUP;
    const size_t items =
        (size_t)device->compute_units * (device->type == DEVICE_CPU ? CPU_GROUP : ITEMS_PER_UNIT) / group * group;
    enum status status;
    const cl_int count = steps;
    (void)variant;
    (void)most_steps;
    TRY(plan_create(s->opencl, kernel_limits_atomics, "-cl-std=CL1.2", plan));
    TRY(plan_scratch(*plan, HISTOGRAM_BINS * sizeof(cl_uint), &s->counts));
    TRY(plan_clear(*plan, s->counts, HISTOGRAM_BINS * sizeof(cl_uint)));
    TRY(plan_launch(*plan, &(struct launch){.kernel = s->kind->kernel,
                                            .global = {items},
                                            .local = {group},
                                            .arguments = {ARG(s->counts), ARG(count), ARG(s->kind->mask)}}));
    s->increments = (uint64_t)items * (uint64_t)steps;
    *amount = (double)s->increments;
    return STATUS_OK;
done:
    plan_free(*plan);
    *plan = NULL;
    return status;
}

static enum status measure(struct stage *s, struct limit *row)
{
    enum status status;
    int best;
    struct plan *plan = NULL;
    uint32_t counts[HISTOGRAM_BINS];
    struct limit_work work = {
        .opencl = s->opencl, .variants = 1, .only = -1, .make = make, .context = s, .budget_ns = BUDGET_NS};
    TRY(limit_fastest(&work, row, &best, &plan));
    TRY(opencl_check(clEnqueueReadBuffer(s->opencl->queue, s->counts, CL_TRUE, 0, sizeof counts, counts, 0, NULL, NULL),
                     "clEnqueueReadBuffer", s->opencl));
    TRY(histogram_check(counts, s->increments));
done:
    plan_free(plan);
    return status;
}

enum status limits_atomics(struct opencl *opencl, struct limits *limits)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct stage s = {.opencl = opencl, .kind = &kinds[i]};
        struct limit row = limit_row("atomics", kinds[i].name, "op/s");
        const bool counted = measure(&s, &row) == STATUS_OK;
        TRY(counted ? limits_add(limits, &row) : limits_add_failure(limits, &row));
    }
done:
    return status;
}
