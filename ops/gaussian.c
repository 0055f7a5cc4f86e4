/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Weights, bands, and the choice of kernels and shapes on a device.
 *
 * x and the next filtered axis are one launch where both radii are small: blur_march keeps its window of rows in
 * registers and reads and writes every pixel once. Each further axis is one more launch. Large radii are bound by
 * arithmetic, and there a launch per axis loses nothing. A device that is a CPU gets the kernels whose work-items are
 * vector registers.
 */
#include "ops/gaussian.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { AXES = 3, OPTIONS_BYTES = 256 };

int gaussian_radius(double sigma)
{
    return (int)(4 * sigma + 0.5);
}

static void make_filter(struct gaussian *g, double sigma, int radius)
{
    double unscaled[GAUSSIAN_RADIUS_MAX + 1] = {1}, sum = 1;
    for (int i = 1; i <= radius; i++) {
        unscaled[i] = exp(-0.5 * i * i / (sigma * sigma));
        sum += 2 * unscaled[i];
    }
    g->radius = radius;
    for (int i = 0; i <= radius; i++)
        g->weight[i] = (float)(unscaled[i] / sum);
}

void gaussian_filters(const double sigma[3], struct shape shape, struct gaussian filters[3])
{
    const int64_t size[AXES] = {shape.width, shape.height, shape.depth};
    for (int axis = 0; axis < AXES; axis++)
        make_filter(&filters[axis], sigma[axis], size[axis] > 1 ? gaussian_radius(sigma[axis]) : 0);
}

/* A product, then an addition and a fused step, which counts two, for every pair of pixels. */
double gaussian_flops_per_px(const double sigma[3], struct shape shape)
{
    struct gaussian filters[AXES];
    double flops = 0;
    gaussian_filters(sigma, shape, filters);
    for (int axis = 0; axis < AXES; axis++)
        flops += filters[axis].radius ? 1 + 3 * filters[axis].radius : 0;
    return flops;
}

static int64_t divide_up(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

int64_t gaussian_band(int64_t rows, int64_t most, int64_t step, int64_t pieces, int64_t at_once, int64_t overlap)
{
    const int64_t fewest = divide_up(rows, most), last = fewest + 4 * divide_up(at_once, pieces);
    int64_t best = step, least = INT64_MAX;
    for (int64_t bands = fewest; bands <= last && bands <= rows; bands++) {
        int64_t band = divide_up(divide_up(rows, bands), step) * step;
        int64_t cost = divide_up(pieces * divide_up(rows, band), at_once) * (band + overlap);
        if (cost < least) {
            least = cost;
            best = band;
        }
    }
    return best;
}

/* The lines of an axis, as the kernels take them. */
struct lines {
    cl_long width, length, step, sheets, sheet_step;
};

static struct lines lines_along(const struct device_image *image, int axis)
{
    const struct shape s = image->shape;
    const cl_long row = image->stride, plane = row * s.height;
    const struct lines lines[AXES] = {{s.width, s.width, 1, s.height * s.depth, row},
                                      {s.width, s.height, row, s.depth, plane},
                                      {s.width, s.depth, plane, s.height, row}};
    return lines[axis];
}

static const struct gaussian unfiltered = {.weight = {1}};

/* One launch: x by `across`, then `axis` by `along`. */
struct pass {
    const struct gaussian *across, *along;
    int axis;
    struct lines lines;
    const char *ends; /* options: which ends are pixels, and whether this is the last pass */
    cl_mem in, out, other;
};

/* blur_march: a work-item holds a window of 2 * radius + step vectors in registers, and the first of a group's
 * work-items, one for each vector of both halos in a turn's rows, load those too. */
enum { MARCH_RADIUS_MAX = 20, MARCH_COLUMNS = 4, MARCH_GROUP = 64 };

struct march_weights {
    cl_float w[MARCH_RADIUS_MAX + 1];
};

static struct march_weights march_weights(const struct gaussian *g)
{
    struct march_weights weights;
    memcpy(weights.w, g->weight, sizeof weights.w);
    return weights;
}

/* Work-groups that a compute unit holds at once. Its registers decide: 65536 on the GPUs of the last ten years. */
static int64_t march_residents(int radius, int step)
{
    const int other_registers = 64;
    return 65536 / (MARCH_GROUP * (MARCH_COLUMNS * (2 * radius + step) + other_registers));
}

static enum status launch_march(struct plan *plan, const struct pass *p)
{
    const int across = p->across->radius, along = p->along->radius, step = across <= 12 && along <= 12 ? 8 : 4;
    const struct march_weights weights_x = march_weights(p->across), weights_m = march_weights(p->along);
    const cl_long strips = divide_up(p->lines.width, MARCH_GROUP * MARCH_COLUMNS);
    const cl_long band = gaussian_band(p->lines.length, INT32_MAX / 2, step, strips * p->lines.sheets,
                                       plan_opencl(plan)->device.compute_units * march_residents(along, step), along);
    const cl_long bands = divide_up(p->lines.length, band);
    char options[OPTIONS_BYTES];
    snprintf(options, sizeof options,
             "-D MARCH -D MARCH_RADIUS_MAX=%d -D RX=%d -D RM=%d -D STEP=%d -D COLUMNS=%d -D GROUP=%d%s",
             MARCH_RADIUS_MAX, across, along, step, MARCH_COLUMNS, MARCH_GROUP, p->ends);
    const struct launch launch = {.kernel = "blur_march",
                                  .options = options,
                                  .global = {(size_t)(strips * bands * p->lines.sheets * MARCH_GROUP)},
                                  .local = {MARCH_GROUP},
                                  .arguments = {ARG(p->in), ARG(p->out), ARG(p->other), ARG(p->lines), ARG(bands),
                                                ARG(band), ARG(weights_x), ARG(weights_m)}};
    return plan_launch(plan, &launch);
}

static bool is_cpu(const struct plan *plan)
{
    return plan_opencl(plan)->device.type == DEVICE_CPU;
}

/* An odd number of outputs spreads the work-items of blur_rows over all banks of local memory. */
static enum status launch_rows(struct plan *plan, const struct pass *p, cl_mem weights)
{
    const int columns = is_cpu(plan) ? 16 : 1, outputs = is_cpu(plan) ? 1024 : 17, group = is_cpu(plan) ? 1 : 64;
    const cl_int radius = p->along->radius;
    char options[OPTIONS_BYTES];
    snprintf(options, sizeof options, "-D ROWS -D OUTPUTS=%d -D COLUMNS=%d -D GROUP=%d%s", outputs, columns, group,
             p->ends);
    const struct launch launch = {
        .kernel = "blur_rows",
        .options = options,
        .global = {(size_t)(divide_up(p->lines.length, group * outputs) * p->lines.sheets * group)},
        .local = {(size_t)group},
        .arguments = {ARG(p->in), ARG(p->out), ARG(p->other), ARG(p->lines), ARG(radius), ARG(weights),
                      ARG_LOCAL(sizeof(float) * (size_t)(group * outputs + 2 * radius))}};
    return plan_launch(plan, &launch);
}

static enum status launch_columns(struct plan *plan, const struct pass *p, cl_mem weights)
{
    const int columns = is_cpu(plan) ? 16 : 4, outputs = is_cpu(plan) ? 4 : 8;
    const size_t local_x = is_cpu(plan) ? 128 : 32, local_y = is_cpu(plan) ? 1 : 4;
    const int64_t groups_x = divide_up(p->lines.width, columns * (int64_t)local_x);
    const int64_t groups_y = divide_up(divide_up(p->lines.length, outputs) * p->lines.sheets, (int64_t)local_y);
    const cl_int radius = p->along->radius;
    char options[OPTIONS_BYTES];
    snprintf(options, sizeof options, "-D OUTPUTS=%d -D COLUMNS=%d%s", outputs, columns, p->ends);
    const struct launch launch = {
        .kernel = "blur_columns",
        .options = options,
        .global = {(size_t)(groups_x * groups_y) * local_x, local_y},
        .local = {local_x, local_y},
        .arguments = {ARG(p->in), ARG(p->out), ARG(p->other), ARG(p->lines), ARG(radius), ARG(weights)}};
    return plan_launch(plan, &launch);
}

/* Whether blur_march takes it: registers do not suit a CPU's driver, which keeps the windows of a group in memory. */
static bool small(const struct plan *plan, const struct gaussian *g)
{
    return !is_cpu(plan) && g->radius <= MARCH_RADIUS_MAX;
}

static enum status launch_pass(struct plan *plan, const struct pass *p)
{
    enum status status;
    cl_mem weights;
    if (p->axis != 0 && small(plan, p->along))
        return launch_march(plan, p);
    TRY(plan_constant(plan, p->along->weight, sizeof(float) * (size_t)(p->along->radius + 1), &weights));
    TRY(p->axis == 0 ? launch_rows(plan, p, weights) : launch_columns(plan, p, weights));
done:
    return status;
}

/* The passes in order. Nothing to filter is one pass that copies. */
static int list_passes(const struct plan *plan, const struct gaussian filters[3], struct pass passes[3])
{
    const int next = filters[1].radius || !filters[2].radius ? 1 : 2;
    const bool x_small = small(plan, &filters[0]), both = x_small && small(plan, &filters[next]);
    int count = 0;
    if (both)
        passes[count++] = (struct pass){.across = &filters[0], .along = &filters[next], .axis = next};
    else if (filters[0].radius)
        passes[count++] = x_small ? (struct pass){.across = &filters[0], .along = &unfiltered, .axis = 1}
                                  : (struct pass){.across = &unfiltered, .along = &filters[0], .axis = 0};
    for (int axis = both ? next + 1 : 1; axis < AXES; axis++)
        if (filters[axis].radius)
            passes[count++] = (struct pass){.across = &unfiltered, .along = &filters[axis], .axis = axis};
    if (count == 0)
        passes[count++] = (struct pass){.across = &unfiltered, .along = &unfiltered, .axis = 1};
    return count;
}

static void name_ends(char *text, size_t bytes, bool reads_pixel, bool writes_pixel, bool finishes)
{
    snprintf(text, bytes, "%s%s%s", reads_pixel ? " -D READS_PIXEL" : "", writes_pixel ? " -D WRITES_PIXEL" : "",
             finishes ? " -D FINISHES" : "");
}

enum status gaussian_plan(struct plan *plan, const struct gaussian filters[3], const struct device_image *in,
                          const struct device_image *out, const struct device_image *other)
{
    const size_t bytes = sizeof(float) * (size_t)(out->stride * out->shape.height * out->shape.depth);
    enum status status = STATUS_OK;
    struct pass passes[AXES];
    const int count = list_passes(plan, filters, passes);
    cl_mem between = in->memory;
    char ends[64];
    for (int i = 0; i < count; i++) {
        struct pass *p = &passes[i];
        const bool last = i == count - 1;
        p->in = between;
        if (!last)
            TRY(plan_scratch(plan, bytes, &between));
        p->out = last ? out->memory : between;
        p->other = other ? other->memory : in->memory;
        name_ends(ends, sizeof ends, i == 0, last && out->type == in->type, last && other);
        p->ends = ends;
        p->lines = lines_along(out, p->axis);
        TRY(launch_pass(plan, p));
    }
done:
    return status;
}
