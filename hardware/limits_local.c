/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Bandwidth of local memory: row "local" of the stage "bandwidth". Every work-group reads an array of its own again and
 * again; counted are the bytes read, `bytes` is the array of one work-group. A CPU has no local memory apart: there it
 * is the first cache.
 */
#include <math.h>
#include <stdio.h>

#include "hardware/limits_checks.h"

extern const char kernel_limits_bandwidth[];

/* Small, so that a compute unit holds many work-groups. */
enum { LOCAL_BYTES = 8192, GROUP = 128, GROUPS_PER_UNIT = 64 };
static const double BUDGET_NS = 50e6;

struct stage {
    struct opencl *opencl;
    size_t bytes, group, groups;
};

static const int widths_cpu[] = {16}, widths_gpu[] = {4, 2, 1};

static int width(const struct stage *s, int variant)
{
    return s->opencl->device.type == DEVICE_CPU ? widths_cpu[variant] : widths_gpu[variant];
}

enum status local_launch(struct plan *plan, const struct local_walk *walk, double *touched)
{
    char options[32];
    const cl_uint n = (cl_uint)(walk->bytes / sizeof(cl_float)) / (cl_uint)walk->floats;
    const cl_int passes = walk->passes;
    snprintf(options, sizeof options, "-D FLOATS=%d", walk->floats);
    if (n % (4 * walk->group) != 0 || (n & (n - 1)) != 0)
        return status_fail(STATUS_UNSUPPORTED, "local_read: %zu bytes do not suit %zu work-items of float%d",
                           walk->bytes, walk->group, walk->floats);
    *touched = (double)walk->bytes * (double)walk->groups * passes;
    return plan_launch(plan, &(struct launch){.kernel = "local_read",
                                              .options = options,
                                              .global = {walk->groups * walk->group},
                                              .local = {walk->group},
                                              .arguments = {ARG_LOCAL(walk->bytes), ARG(n), ARG(passes),
                                                            ARG(walk->sums), ARG(walk->least)}});
}

static enum status make(void *context, int variant, int steps, struct plan **plan, double *amount, int *most_steps)
{
    struct stage *s = context;
    enum status status;
    struct local_walk walk = {.floats = width(s, variant),
                              .bytes = s->bytes,
                              .group = s->group,
                              .groups = s->groups,
                              .passes = steps,
                              .least = INFINITY};
    (void)most_steps;
    TRY(plan_create(s->opencl, kernel_limits_bandwidth, "-cl-std=CL1.2", plan));
    TRY(plan_scratch(*plan, s->group * s->groups * sizeof(cl_float), &walk.sums));
    TRY(local_launch(*plan, &walk, amount));
    return STATUS_OK;
done:
    plan_free(*plan);
    *plan = NULL;
    return status;
}

/* The mean of the numbers in a local array is 3.5. */
static enum status check(const struct stage *s, int variant)
{
    enum status status;
    struct plan *plan = NULL;
    const size_t sums = s->group * s->groups;
    struct local_walk walk = {.floats = width(s, variant),
                              .bytes = s->bytes,
                              .group = s->group,
                              .groups = s->groups,
                              .passes = 2,
                              .least = -INFINITY};
    double touched;
    TRY(plan_create(s->opencl, kernel_limits_bandwidth, "-cl-std=CL1.2", &plan));
    TRY(plan_scratch(plan, sums * sizeof(cl_float), &walk.sums));
    TRY(plan_clear(plan, walk.sums, sums * sizeof(cl_float)));
    TRY(local_launch(plan, &walk, &touched));
    TRY(limit_run_and_expect(plan, walk.sums, sums, "local", NAN, 3.5 * touched / sizeof(cl_float)));
done:
    plan_free(plan);
    return status;
}

enum status limits_local_bandwidth(struct opencl *opencl, struct limits *limits)
{
    const bool cpu = opencl->device.type == DEVICE_CPU;
    struct stage s = {.opencl = opencl,
                      .bytes = LOCAL_BYTES,
                      .group = cpu ? 1 : GROUP,
                      .groups = (size_t)opencl->device.compute_units * (cpu ? 1 : GROUPS_PER_UNIT)};
    struct limit row = limit_row("bandwidth", "local", "B/s");
    struct limit_work work = {.opencl = opencl,
                              .variants =
                                  cpu ? sizeof widths_cpu / sizeof *widths_cpu : sizeof widths_gpu / sizeof *widths_gpu,
                              .only = -1,
                              .make = make,
                              .context = &s,
                              .budget_ns = BUDGET_NS};
    int best;
    row.bytes = LOCAL_BYTES;
    if (limit_fastest(&work, &row, &best, NULL) != STATUS_OK || check(&s, best) != STATUS_OK)
        return limits_add_failure(limits, &row);
    snprintf(row.reason, sizeof row.reason, "float%d, %zu work-groups of %zu%s", width(&s, best), s.groups, s.group,
             cpu ? "; a CPU's local memory is its cache" : "");
    return limits_add(limits, &row);
}
