/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The launches of minima and maxima. Every launch reads an image of pixels and writes one.
 *
 * Boxes on a GPU: `march` filters x and y by at most MARCH_MAX in one pass over memory, another one z. Larger radii
 * follow by windows side by side (`spread`), three on each axis, each time about three times as far; so the time grows
 * with the logarithm of the radius. On a device that is a CPU one launch per axis does it for all radii.
 *
 * Spheres: windows of the reach that leaves the fewest pixels to look at, by one of the launches above, and then those
 * of all rows of the sphere.
 */
#include "ops/extremum_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/gaussian.h"
#include "ops/neighbourhood.h"

enum { RADIUS, SHAPE, AXES = 3, OPTIONS_BYTES = 192 };

enum {
    MARCH_MAX = 16, /* the largest radius whose block fits in registers */
    MARCH_LANES = 4,
    MARCH_GROUP = 64,
    TURN_MAX = 8,
    CPU_LANES = 16,
    REACH_MAX = 100,
};

enum kind { MARCH, SPREAD, SPANS, ROWS, COLUMNS };

/* A launch. */
struct step {
    enum kind kind;
    int axis;           /* MARCH, COLUMNS */
    cl_int reach[AXES]; /* how much further windows reach; SPANS: [0] is that of the windows made before */
    struct extremum_filter filter;
};

enum { STEPS_MAX = 16 };

struct steps {
    struct step step[STEPS_MAX];
    int count;
};

static void add_step(struct steps *steps, struct step step)
{
    steps->step[steps->count++] = step;
}

static bool is_cpu(const struct plan *plan)
{
    return plan_opencl(plan)->device.type == DEVICE_CPU;
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
static void add_marches(struct steps *steps, const cl_int wanted[AXES], struct extremum_filter filter)
{
    cl_int now[AXES];
    for (int axis = 0; axis < AXES; axis++)
        now[axis] = smaller(wanted[axis], MARCH_MAX);
    add_step(steps, (struct step){MARCH, 1, {now[0], now[1]}, filter});
    if (now[2])
        add_step(steps, (struct step){MARCH, 2, {0, 0, now[2]}, filter});
    while (memcmp(now, wanted, sizeof now) != 0) {
        struct step step = {.kind = SPREAD, .filter = filter};
        for (int axis = 0; axis < AXES; axis++) {
            step.reach[axis] = smaller(wanted[axis] - now[axis], 2 * now[axis] + 1);
            now[axis] += step.reach[axis];
        }
        add_step(steps, step);
    }
}

/* The same on a CPU. */
static void add_lines(struct steps *steps, const cl_int wanted[AXES], struct extremum_filter filter)
{
    if (wanted[0])
        add_step(steps, (struct step){ROWS, 0, {wanted[0]}, filter});
    add_step(steps, (struct step){COLUMNS, 1, {0, wanted[1]}, filter});
    if (wanted[2])
        add_step(steps, (struct step){COLUMNS, 2, {0, 0, wanted[2]}, filter});
}

static void add_box(const struct plan *plan, struct steps *steps, const cl_int wanted[AXES],
                    struct extremum_filter filter)
{
    if (is_cpu(plan))
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

/* The call, as its launches see it. */
struct work {
    struct plan *plan;
    const struct op_device_call *call;
    struct device_shape shape;
    cl_mem spans, pixels; /* of spheres: the neighbourhood, and the image before its windows were made */
    cl_int span_count;
};

static void options_of(const struct step *step, const char *kernel, bool last, char text[OPTIONS_BYTES])
{
    snprintf(text, OPTIONS_BYTES, "%s%s%s", kernel, step->filter.maximum ? " -D MAXIMUM" : "",
             last && step->filter.subtract ? " -D SUBTRACT" : "");
}

/* Work-groups that a compute unit holds at once. Its registers decide: 65536 on the GPUs of the last ten years. */
static int64_t march_residents(int reach)
{
    const int other_registers = 64;
    return 65536 / (MARCH_GROUP * (MARCH_LANES * (2 * reach + 1) + other_registers));
}

static enum status launch_march(const struct work *w, const struct step *step, cl_mem in, cl_mem out, bool last)
{
    const int rm = step->reach[step->axis], block = 2 * rm + 1,
              round = block < TURN_MAX ? TURN_MAX / block * block : block;
    const int64_t turn = divide_up(round, divide_up(round, TURN_MAX));
    const struct shape s = w->call->out->shape;
    const cl_int axis = step->axis;
    const int64_t length = axis == 1 ? s.height : s.depth, sheets = axis == 1 ? s.depth : s.height;
    const int64_t strips = divide_up(s.width, MARCH_GROUP * MARCH_LANES);
    const cl_long band = gaussian_band(length, INT32_MAX / 2, round, strips * sheets,
                                       plan_opencl(w->plan)->device.compute_units * march_residents(rm), block);
    const cl_long bands = divide_up(length, band);
    char kernel[96], options[OPTIONS_BYTES];
    snprintf(kernel, sizeof kernel, "-D MARCH -D LANES=%d -D GROUP=%d -D RX=%d -D RM=%d -D ROUND=%d -D TURN=%d",
             MARCH_LANES, MARCH_GROUP, (int)step->reach[0], rm, round, (int)turn);
    options_of(step, kernel, last, options);
    const struct launch launch = {
        .kernel = "extremum_march",
        .options = options,
        .global = {(size_t)(strips * bands * sheets * MARCH_GROUP)},
        .local = {MARCH_GROUP},
        .arguments = {ARG(in), ARG(out), ARG(w->call->in[0]->memory), ARG(w->shape), ARG(axis), ARG(bands), ARG(band)}};
    return plan_launch(w->plan, &launch);
}

static enum status launch_spread(const struct work *w, const struct step *step, cl_mem in, cl_mem out, bool last)
{
    const struct shape s = w->call->out->shape;
    char options[OPTIONS_BYTES];
    options_of(step, "-D SPREAD -D LANES=1", last, options);
    const struct launch launch = {.kernel = "spread",
                                  .options = options,
                                  .global = {(size_t)s.width, (size_t)s.height, (size_t)s.depth},
                                  .local = {64, 4, 1},
                                  .arguments = {ARG(in), ARG(out), ARG(w->call->in[0]->memory), ARG(w->shape),
                                                ARG(step->reach[0]), ARG(step->reach[1]), ARG(step->reach[2])}};
    return plan_launch(w->plan, &launch);
}

static enum status launch_spans(const struct work *w, const struct step *step, cl_mem in, cl_mem out, bool last)
{
    const struct shape s = w->call->out->shape;
    const int lanes = is_cpu(w->plan) ? CPU_LANES : 1;
    char options[OPTIONS_BYTES];
    options_of(step, lanes > 1 ? "-D SPANS -D LANES=16 -D NARROW" : "-D SPANS -D LANES=1", last, options);
    struct launch launch = {.kernel = "spans",
                            .options = options,
                            .global = {(size_t)divide_up(s.width, lanes), (size_t)s.height, (size_t)s.depth},
                            .local = {64, 4, 1},
                            .arguments = {ARG(w->pixels), ARG(in), ARG(out), ARG(w->call->in[0]->memory), ARG(w->shape),
                                          ARG(step->reach[0]), ARG(w->spans), ARG(w->span_count)}};
    if (lanes > 1)
        memcpy(launch.local, (size_t[]){4, 4, 1}, sizeof launch.local);
    return plan_launch(w->plan, &launch);
}

static enum status launch_rows(const struct work *w, const struct step *step, cl_mem in, cl_mem out)
{
    enum { SEGMENT = 1024 };
    const struct shape s = w->call->out->shape;
    char kernel[96], options[OPTIONS_BYTES];
    snprintf(kernel, sizeof kernel, "-D ROWS -D LANES=1 -D NARROW -D SEGMENT=%d -D REACH_MAX=%d", SEGMENT, REACH_MAX);
    options_of(step, kernel, false, options);
    const struct launch launch = {.kernel = "extremum_rows",
                                  .options = options,
                                  .global = {(size_t)(divide_up(s.width, SEGMENT) * s.height * s.depth)},
                                  .local = {1},
                                  .arguments = {ARG(in), ARG(out), ARG(w->shape), ARG(step->reach[0])}};
    return plan_launch(w->plan, &launch);
}

static enum status launch_columns(const struct work *w, const struct step *step, cl_mem in, cl_mem out, bool last)
{
    /* A whole cache line at least; for float32 no more, since rows may compete for the same places in the first cache.
     */
    enum { WIDTH = 512 };
    const int chunk = w->call->out->type == PIXEL_F32 ? 16 : 64;
    const struct shape s = w->call->out->shape;
    const cl_int axis = step->axis, reach = step->reach[axis];
    const int64_t length = axis == 1 ? s.height : s.depth, sheets = axis == 1 ? s.depth : s.height;
    char kernel[96], options[OPTIONS_BYTES];
    snprintf(kernel, sizeof kernel, "-D COLUMNS -D LANES=1 -D NARROW -D WIDTH=%d -D CHUNK=%d -D REACH_MAX=%d", WIDTH,
             chunk, REACH_MAX);
    options_of(step, kernel, last, options);
    const struct launch launch = {
        .kernel = "extremum_columns",
        .options = options,
        .global = {(size_t)(divide_up(s.width, WIDTH) * divide_up(length, 2 * reach + 1) * sheets)},
        .local = {1},
        .arguments = {ARG(in), ARG(out), ARG(w->call->in[0]->memory), ARG(w->shape), ARG(axis), ARG(reach)}};
    return plan_launch(w->plan, &launch);
}

static enum status launch_step(const struct work *w, const struct step *step, cl_mem in, cl_mem out, bool last)
{
    switch (step->kind) {
    case MARCH:
        return launch_march(w, step, in, out, last);
    case SPREAD:
        return launch_spread(w, step, in, out, last);
    case SPANS:
        return launch_spans(w, step, in, out, last);
    case ROWS:
        return launch_rows(w, step, in, out);
    default:
        return launch_columns(w, step, in, out, last);
    }
}

/* Launches in order, results in two scratch images in turn; nobody needs what is older than that. */
static enum status launch_all(struct work *w, const struct steps *steps)
{
    enum status status = STATUS_OK;
    const struct device_image *image = w->call->out;
    cl_mem scratch[2] = {NULL, NULL}, in = w->call->in[0]->memory;
    for (int i = 0; i < steps->count; i++) {
        const struct step *step = &steps->step[i];
        const bool last = i == steps->count - 1;
        cl_mem out = image->memory;
        if (!last && !scratch[i % 2])
            TRY(plan_scratch(w->plan, device_image_bytes(image), &scratch[i % 2]));
        if (!last)
            out = scratch[i % 2];
        if (step->kind != SPANS || step->reach[0] == 0)
            w->pixels = in;
        TRY(launch_step(w, step, in, out, last));
        in = out;
    }
done:
    return status;
}

/* Adds spheres to the steps, and their rows to the plan. */
static enum status add_spheres(struct work *w, struct steps *steps, int radius, const struct extremum_filter *filters,
                               int count)
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
    const cl_int wanted[AXES] = {window_reach(list, spans, smaller(radius, MARCH_MAX))};
    for (int i = 0; i < count; i++) {
        if (wanted[0] && is_cpu(w->plan))
            add_step(steps, (struct step){ROWS, 0, {wanted[0]}, filters[i]});
        else if (wanted[0])
            add_step(steps, (struct step){MARCH, 1, {wanted[0]}, filters[i]});
        add_step(steps, (struct step){SPANS, 0, {wanted[0]}, filters[i]});
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
    const cl_int wanted[AXES] = {smaller(radius, s.width - 1), smaller(radius, s.height - 1),
                                 smaller(radius, s.depth - 1)};
    struct work work = {.plan = plan, .call = call, .shape = device_image_shape(call->out)};
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
