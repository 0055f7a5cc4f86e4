/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Constants and shapes of the launches of minima and maxima.
 */
#include "ops/extremum_launch.h"

#include <stdio.h>
#include <string.h>

#include "ops/gaussian.h"

enum {
    MARCH_LANES = 4,
    MARCH_GROUP = 64, /* at least as many as there are vectors in both halos of a turn */
    TURN_MAX = 8,
    AHEAD_MIN = 4, /* radius */
    CPU_LANES = 16,
    REACH_MAX = 100,
    OPTIONS_BYTES = 192,
};

bool extremum_on_cpu(const struct plan *plan)
{
    return plan_opencl(plan)->device.type == DEVICE_CPU;
}

static int64_t divide_up(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

static void options_of(const struct extremum_step *step, const char *kernel, bool last, char text[OPTIONS_BYTES])
{
    snprintf(text, OPTIONS_BYTES, "%s%s%s", kernel, step->filter.maximum ? " -D MAXIMUM" : "",
             last && step->filter.subtract ? " -D SUBTRACT" : "");
}

/* Work-groups that a compute unit holds at once. Its registers decide: 65536 on the GPUs of the last ten years. Rows
 * that are read ahead take them twice, as they come and as they are used. */
static int64_t march_residents(int reach, int64_t rows_ahead)
{
    const int64_t other_registers = 64 + 2 * MARCH_LANES * rows_ahead;
    return 65536 / (MARCH_GROUP * (MARCH_LANES * (2 * reach + 1) + other_registers));
}

static enum status launch_march(const struct extremum_work *w, const struct extremum_step *step, cl_mem in, cl_mem out,
                                bool last)
{
    const int rm = step->reach[step->axis], block = 2 * rm + 1,
              round = block < TURN_MAX ? TURN_MAX / block * block : block;
    const int64_t turn = divide_up(round, divide_up(round, TURN_MAX));
    /* Where it pays: pixels of float32 are the most bytes, and few bands of long blocks leave few of them under way. */
    const bool ahead = w->call->out->type == PIXEL_F32 && rm >= AHEAD_MIN && step->reach[0] > 0;
    const struct shape s = w->call->out->shape;
    const cl_int axis = step->axis;
    const int64_t length = axis == 1 ? s.height : s.depth, sheets = axis == 1 ? s.depth : s.height;
    const int64_t strips = divide_up(s.width, MARCH_GROUP * MARCH_LANES);
    const cl_long band =
        gaussian_band(length, INT32_MAX / 2, round, strips * sheets,
                      plan_opencl(w->plan)->device.compute_units * march_residents(rm, ahead ? turn : 0), block);
    const cl_long bands = divide_up(length, band);
    char kernel[96], options[OPTIONS_BYTES];
    snprintf(kernel, sizeof kernel, "-D MARCH -D LANES=%d -D GROUP=%d -D RX=%d -D RM=%d -D ROUND=%d -D TURN=%d%s",
             MARCH_LANES, MARCH_GROUP, (int)step->reach[0], rm, round, (int)turn, ahead ? " -D AHEAD" : "");
    options_of(step, kernel, last, options);
    const struct launch launch = {
        .kernel = "extremum_march",
        .options = options,
        .global = {(size_t)(strips * bands * sheets * MARCH_GROUP)},
        .local = {MARCH_GROUP},
        .arguments = {ARG(in), ARG(out), ARG(w->call->in[0]->memory), ARG(w->shape), ARG(axis), ARG(bands), ARG(band)}};
    return plan_launch(w->plan, &launch);
}

static enum status launch_spread(const struct extremum_work *w, const struct extremum_step *step, cl_mem in, cl_mem out,
                                 bool last)
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

static enum status launch_spans(const struct extremum_work *w, const struct extremum_step *step, cl_mem in, cl_mem out,
                                bool last)
{
    const struct shape s = w->call->out->shape;
    const int lanes = extremum_on_cpu(w->plan) ? CPU_LANES : 1;
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

/* Strips as wide as the block in the cache allows, since long rows are read faster; bands so that there is work for
 * all cores, each of several blocks, since a band's first one is made of rows that others read too. */
static enum status launch_box(const struct extremum_work *w, const struct extremum_step *step, cl_mem in, cl_mem out,
                              bool last)
{
    enum { WIDTH = 2048, BLOCK_BYTES = 384 << 10, PADDING = 64, ITEMS_PER_UNIT = 2, BLOCKS_MIN = 4 };
    const struct shape s = w->call->out->shape;
    const cl_int reach_x = step->reach[0], reach_y = step->reach[1], block = 2 * reach_y + 1;
    const int keys = BLOCK_BYTES / (int)pixel_bytes(w->call->out->type);
    const int64_t most = keys / block - PADDING, strips = divide_up(s.width, most < WIDTH ? most : WIDTH);
    const cl_int width = (cl_int)(divide_up(s.width, strips * 16) * 16);
    const int64_t wanted = divide_up((int64_t)plan_opencl(w->plan)->device.compute_units * ITEMS_PER_UNIT,
                                     divide_up(s.width, width) * s.depth);
    const cl_long blocks = divide_up(divide_up(s.height, block), wanted),
                  band = (blocks < BLOCKS_MIN ? BLOCKS_MIN : blocks) * block;
    char kernel[112], options[OPTIONS_BYTES];
    snprintf(kernel, sizeof kernel, "-D BOX -D LANES=1 -D NARROW -D WIDTH=%d -D BLOCK_KEYS=%d -D REACH_MAX=%d", WIDTH,
             keys, REACH_MAX);
    options_of(step, kernel, last, options);
    const struct launch launch = {.kernel = "extremum_box",
                                  .options = options,
                                  .global = {(size_t)(divide_up(s.width, width) * divide_up(s.height, band) * s.depth)},
                                  .local = {1},
                                  .arguments = {ARG(in), ARG(out), ARG(w->call->in[0]->memory), ARG(w->shape),
                                                ARG(reach_x), ARG(reach_y), ARG(width), ARG(band)}};
    return plan_launch(w->plan, &launch);
}

static enum status launch_rows(const struct extremum_work *w, const struct extremum_step *step, cl_mem in, cl_mem out)
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

static enum status launch_columns(const struct extremum_work *w, const struct extremum_step *step, cl_mem in,
                                  cl_mem out, bool last)
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

enum status extremum_launch(const struct extremum_work *w, const struct extremum_step *step, cl_mem in, cl_mem out,
                            bool last)
{
    switch (step->kernel) {
    case MARCH:
        return launch_march(w, step, in, out, last);
    case SPREAD:
        return launch_spread(w, step, in, out, last);
    case SPANS:
        return launch_spans(w, step, in, out, last);
    case BOX:
        return launch_box(w, step, in, out, last);
    case ROWS:
        return launch_rows(w, step, in, out);
    default:
        return launch_columns(w, step, in, out, last);
    }
}
