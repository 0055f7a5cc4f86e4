/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The launches of minima and maxima. Every launch reads an image of pixels and writes one.
 *
 * Boxes on a GPU: `march` filters x and y by at most MARCH_MAX in one pass over memory, another one z. Larger radii
 * follow by windows side by side (`spread`), three on each axis, each time about three times as far; so the time grows
 * with the logarithm of the radius. On a device that is a CPU one launch does it for x and y and all radii, another one
 * for z.
 *
 * Spheres: windows of the reach that leaves the fewest pixels to look at, by one of the launches above, and then those
 * of all rows of the sphere.
 */
#include "ops/extremum_plan.h"

#include <stdlib.h>
#include <string.h>

#include "ops/extremum_launch.h"
#include "ops/neighbourhood.h"

enum { RADIUS, SHAPE };

enum { STEPS_MAX = 16 };

struct steps {
    struct extremum_step step[STEPS_MAX];
    int count;
};

static void add_step(struct steps *steps, struct extremum_step step)
{
    steps->step[steps->count++] = step;
}

static int64_t divide_up(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

static int smaller(int64_t a, int64_t b)
{
    return (int)(a < b ? a : b);
}

/* A box on a GPU: `wanted` on each axis, none where there is but one pixel. */
static void add_marches(struct steps *steps, const cl_int wanted[EXTREMUM_AXES], struct extremum_filter filter)
{
    cl_int now[EXTREMUM_AXES];
    for (int axis = 0; axis < EXTREMUM_AXES; axis++)
        now[axis] = smaller(wanted[axis], MARCH_MAX);
    add_step(steps, (struct extremum_step){MARCH, 1, {now[0], now[1]}, filter});
    if (now[2])
        add_step(steps, (struct extremum_step){MARCH, 2, {0, 0, now[2]}, filter});
    while (memcmp(now, wanted, sizeof now) != 0) {
        struct extremum_step step = {.kernel = SPREAD, .filter = filter};
        for (int axis = 0; axis < EXTREMUM_AXES; axis++) {
            step.reach[axis] = smaller(wanted[axis] - now[axis], 2 * now[axis] + 1);
            now[axis] += step.reach[axis];
        }
        add_step(steps, step);
    }
}

/* The same on a CPU. */
static void add_lines(struct steps *steps, const cl_int wanted[EXTREMUM_AXES], struct extremum_filter filter)
{
    if (wanted[0])
        add_step(steps, (struct extremum_step){BOX, 1, {wanted[0], wanted[1]}, filter});
    else
        add_step(steps, (struct extremum_step){COLUMNS, 1, {0, wanted[1]}, filter});
    if (wanted[2])
        add_step(steps, (struct extremum_step){COLUMNS, 2, {0, 0, wanted[2]}, filter});
}

static void add_box(const struct plan *plan, struct steps *steps, const cl_int wanted[EXTREMUM_AXES],
                    struct extremum_filter filter)
{
    if (extremum_on_cpu(plan))
        add_lines(steps, wanted, filter);
    else
        add_marches(steps, wanted, filter);
}

/* Pixels that are looked at for one output if there are windows of that reach. */
static int64_t looked_at(const struct span *spans, int64_t count, int reach)
{
    int64_t pixels = 0;
    for (int64_t i = 0; i < count; i++)
        pixels += divide_up(2 * spans[i].reach + 1, spans[i].reach >= reach ? 2 * reach + 1 : 1);
    return pixels;
}

/* The best reach of windows, 0 for none. A launch more costs as much as looking at some pixels. */
static int window_reach(const struct span *spans, int64_t count, int radius)
{
    const int64_t launch = 8;
    int64_t least = looked_at(spans, count, 0);
    int best = 0;
    for (int reach = 1; reach <= radius; reach++)
        if (looked_at(spans, count, reach) + launch < least) {
            least = looked_at(spans, count, reach) + launch;
            best = reach;
        }
    return best;
}

/* Launches in order, results in two scratch images in turn; nobody needs what is older than that. */
static enum status launch_all(struct extremum_work *w, const struct steps *steps)
{
    enum status status = STATUS_OK;
    const struct device_image *image = w->call->out;
    cl_mem scratch[2] = {NULL, NULL}, in = w->call->in[0]->memory;
    for (int i = 0; i < steps->count; i++) {
        const struct extremum_step *step = &steps->step[i];
        const bool last = i == steps->count - 1;
        cl_mem out = image->memory;
        if (!last && !scratch[i % 2])
            TRY(plan_scratch(w->plan, device_image_bytes(image), &scratch[i % 2]));
        if (!last)
            out = scratch[i % 2];
        if (step->kernel != SPANS || step->reach[0] == 0)
            w->pixels = in;
        TRY(extremum_launch(w, step, in, out, last));
        in = out;
    }
done:
    return status;
}

/* Adds spheres to the steps, and their rows to the plan. */
static enum status add_spheres(struct extremum_work *w, struct steps *steps, int radius,
                               const struct extremum_filter *filters, int count)
{
    enum status status;
    const struct shape shape = w->call->out->shape;
    const int64_t spans = neighbourhood_spans(NEIGHBOURHOOD_SPHERE, radius, shape, NULL);
    struct span *list = malloc((size_t)spans * sizeof *list);
    if (!list)
        return status_fail(STATUS_MEMORY, "no host memory for %d rows of the neighbourhood", (int)spans);
    neighbourhood_spans(NEIGHBOURHOOD_SPHERE, radius, shape, list);
    w->span_count = (cl_int)spans;
    TRY(plan_constant(w->plan, list, (size_t)spans * sizeof *list, &w->spans));
    const cl_int wanted[EXTREMUM_AXES] = {window_reach(list, spans, smaller(radius, MARCH_MAX))};
    for (int i = 0; i < count; i++) {
        if (wanted[0] && extremum_on_cpu(w->plan))
            add_step(steps, (struct extremum_step){ROWS, 0, {wanted[0]}, filters[i]});
        else if (wanted[0])
            add_step(steps, (struct extremum_step){MARCH, 1, {wanted[0]}, filters[i]});
        add_step(steps, (struct extremum_step){SPANS, 0, {wanted[0]}, filters[i]});
    }
done:
    free(list);
    return status;
}

enum status extremum_plan(struct plan *plan, const struct op_device_call *call, const struct extremum_filter *filters,
                          int count)
{
    enum status status = STATUS_OK;
    const struct shape s = call->out->shape;
    const int radius = (int)call->args->value[RADIUS];
    const cl_int wanted[EXTREMUM_AXES] = {smaller(radius, s.width - 1), smaller(radius, s.height - 1),
                                          smaller(radius, s.depth - 1)};
    struct extremum_work work = {.plan = plan, .call = call, .shape = device_image_shape(call->out)};
    struct steps steps = {.count = 0};
    if ((int)call->args->value[SHAPE] == NEIGHBOURHOOD_SPHERE)
        TRY(add_spheres(&work, &steps, radius, filters, count));
    else
        for (int i = 0; i < count; i++)
            add_box(plan, &steps, wanted, filters[i]);
    TRY(launch_all(&work, &steps));
done:
    return status;
}
