/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A chain of dependent multiply-adds, on the CPU in one thread, on a device in every work-item: bound by the clock rate
 * alone, which is what throttling lowers.
 */
#include "bench/canary.h"

#include <math.h>
#include <stdlib.h>

#include "hardware/clock.h"
#include "hardware/plan.h"

enum { TARGET_NS = 20000000, FIRST_STEPS = 100000, FIXED_STEPS = 500000, FIXED_RUNS = 5, WORK_ITEMS_PER_UNIT = 128 };

static const char source[] = "kernel void canary(global float *out, int steps)\n"
                             "{\n"
                             "    float a = get_global_id(0) * 1e-6f;\n"
                             "    for (int i = 0; i < steps; i++)\n"
                             "        a = fma(a, 0.999f, 0.001f);\n"
                             "    out[get_global_id(0)] = a;\n"
                             "}\n";

struct canary {
    struct opencl *opencl;
    struct plan *plan;
    int steps;
};

static enum status make_plan(struct canary *c)
{
    enum status status;
    cl_mem out;
    cl_int steps = c->steps;
    size_t items = (size_t)c->opencl->device.compute_units * WORK_ITEMS_PER_UNIT;
    plan_free(c->plan);
    TRY(plan_create(c->opencl, source, "", &c->plan));
    TRY(plan_scratch(c->plan, items * sizeof(cl_float), &out));
    TRY(plan_launch(c->plan, &(struct launch){.kernel = "canary", .global = {items}, .arguments = {ARG(out), ARG(steps)}}));
done:
    return status;
}

static void run_on_cpu(int steps)
{
    volatile float start = 0.5f;
    float a = start;
    for (int i = 0; i < steps; i++)
        a = a * 0.999f + 0.001f;
    start = a;
}

double canary_fixed_ns(void)
{
    double fastest = INFINITY;
    for (int i = 0; i < FIXED_RUNS; i++) {
        const int64_t start = clock_ns();
        run_on_cpu(FIXED_STEPS);
        fastest = fmin(fastest, (double)(clock_ns() - start));
    }
    return fastest;
}

enum status canary_run(struct canary *c, double *ns)
{
    enum status status = STATUS_OK;
    int64_t start = clock_ns();
    if (c->opencl) {
        TRY(plan_run(c->plan, NULL));
        TRY(opencl_finish(c->opencl));
    } else {
        run_on_cpu(c->steps);
    }
    *ns = (double)(clock_ns() - start);
done:
    return status;
}

enum status canary_create(struct opencl *opencl, struct canary **canary)
{
    enum status status = STATUS_OK;
    struct canary *c = calloc(1, sizeof *c);
    *canary = NULL;
    if (!c)
        return status_fail(STATUS_MEMORY, "no host memory for a canary");
    c->opencl = opencl;
    c->steps = FIRST_STEPS;
    /* The first pass also compiles and wakes the device up; the second one is measured. */
    for (int pass = 0; pass < 2; pass++) {
        double ns = 0;
        if (opencl)
            TRY(make_plan(c));
        for (int i = 0; i < 3; i++)
            TRY(canary_run(c, &ns));
        double steps = ns > 0 ? c->steps * (TARGET_NS / ns) : FIRST_STEPS;
        c->steps = steps < 1000 ? 1000 : steps > 1e9 ? 1000000000 : (int)steps;
    }
    if (opencl)
        TRY(make_plan(c));
    *canary = c;
    return STATUS_OK;
done:
    canary_free(c);
    return status;
}

void canary_free(struct canary *c)
{
    if (c)
        plan_free(c->plan);
    free(c);
}
