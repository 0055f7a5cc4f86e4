/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Whether the kernels that are timed really do their work on this device: a driver that runs nothing is very fast. Each
 * is run once more over little data, with its results brought back and compared with what they must be.
 */
#include "hardware/limits_checks.h"

#include <math.h>
#include <stdlib.h>

extern const char kernel_limits_bandwidth[];

enum { FLOATS = 16384, PASSES = 2 };

/* A sum over pixels of one value may be rounded in between. */
static const double TOLERANCE = 1e-3;

enum status limit_run_and_read(struct plan *plan, cl_mem from, void *to, size_t bytes)
{
    enum status status;
    struct opencl *opencl = plan_opencl(plan);
    TRY(plan_run(plan, NULL));
    TRY(opencl_finish(opencl));
    TRY(opencl_check(clEnqueueReadBuffer(opencl->queue, from, CL_TRUE, 0, bytes, to, 0, NULL, NULL),
                     "clEnqueueReadBuffer", opencl));
done:
    return status;
}

enum status limit_expect(const struct opencl *opencl, const char *what, double found, double expected)
{
    if (fabs(found - expected) <= TOLERANCE * fabs(expected))
        return STATUS_OK;
    return status_fail(STATUS_WRONG, "%s: what was timed on %s gives %g in place of %g", what, opencl->device.name,
                       found, expected);
}

enum status limit_run_and_expect(struct plan *plan, cl_mem from, size_t floats, const char *what, double each,
                                 double total)
{
    enum status status;
    double sum = 0;
    float *found = malloc(floats * sizeof *found);
    if (!found)
        return status_fail(STATUS_MEMORY, "no host memory to check %s", what);
    TRY(limit_run_and_read(plan, from, found, floats * sizeof *found));
    for (size_t i = 0; i < floats; i++) {
        sum += (double)found[i];
        if (isfinite(each))
            TRY(limit_expect(plan_opencl(plan), what, (double)found[i], each));
    }
    if (isfinite(total))
        TRY(limit_expect(plan_opencl(plan), what, sum, total));
done:
    free(found);
    return status;
}

/* Arrays of ones; what is written holds zeros before. */
static enum status check_walk(struct opencl *opencl, const struct walk_shape *shape, enum walk_kind kind,
                              const float *ones)
{
    static const struct {
        const char *name;
        int arrays;
        double each;
    } kinds[WALK_KINDS] = {[WALK_READ] = {"read", 1, NAN},
                           [WALK_WRITE] = {"write", 1, 3},
                           [WALK_COPY] = {"copy", 2, 1},
                           [WALK_TRIAD] = {"triad", 3, 4}};
    enum status status;
    struct plan *plan = NULL;
    struct walk walk = {.kind = kind,
                        .shape = *shape,
                        .bytes = FLOATS * sizeof(cl_float) * (size_t)kinds[kind].arrays,
                        .passes = shape->once ? 1 : PASSES,
                        .scalar = kind == WALK_READ ? -INFINITY : 3};
    const bool reads = kind == WALK_READ;
    double touched;
    size_t held;
    TRY(plan_create(opencl, kernel_limits_bandwidth, "-cl-std=CL1.2", &plan));
    for (int i = 0; i < 3; i++)
        TRY(i == 0 && !reads ? plan_scratch(plan, FLOATS * sizeof(cl_float), &walk.arrays[i])
                             : plan_constant(plan, ones, FLOATS * sizeof(cl_float), &walk.arrays[i]));
    TRY(plan_scratch(plan, FLOATS * sizeof(cl_float), &walk.sums));
    TRY(plan_clear(plan, reads ? walk.sums : walk.arrays[0], FLOATS * sizeof(cl_float)));
    TRY(walk_launch(plan, &walk, &touched, &held));
    TRY(limit_run_and_expect(plan, reads ? walk.sums : walk.arrays[0], FLOATS, kinds[kind].name, kinds[kind].each,
                             reads ? (double)FLOATS * walk.passes : NAN));
done:
    plan_free(plan);
    return status;
}

enum status walk_check(struct opencl *opencl, const struct walk_shape *shape)
{
    enum status status = STATUS_OK;
    float *ones = malloc(FLOATS * sizeof *ones);
    if (!ones)
        return status_fail(STATUS_MEMORY, "no host memory to check walks");
    for (int i = 0; i < FLOATS; i++)
        ones[i] = 1;
    for (int kind = 0; kind < WALK_KINDS && status == STATUS_OK; kind++)
        status = check_walk(opencl, shape, (enum walk_kind)kind, ones);
    free(ones);
    return status;
}
