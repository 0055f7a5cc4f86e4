/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = the middle of the sorted neighbourhood, whose size is odd; a pixel beyond the edge counts as the edge pixel.
 *
 * Nothing is rounded: equal bits need only one order of values, that of numbers with -0 before +0.
 *
 * The CPU works tile by tile, in one of four ways:
 *   boxes of radius 1 and 2   networks that share work between outputs: median_boxes.h (2D; 3D radius 1), median_cube.h
 *   spheres of those radii    a network for each output: median_selection.h
 *   other neighbourhoods      a search by bits over vectors, or running ranks, whichever is cheaper: median_windows.h
 * The networks run at the speed of memory or not far below. The search costs (bits of a pixel) x (pixels of the
 * neighbourhood), spread over the lanes of a vector; running ranks cost two steps per row of the neighbourhood. Devices
 * have the same networks and search (kernels/median.cl); for them the search is the way up to the largest radius, 15,
 * in 3D 5, where 1331 pixels are looked at 8, 16 or 32 times.
 */
#include "ops/compile.h"
#include "ops/kernels.h"
#include "ops/median_boxes.h"
#include "ops/median_cube.h"
#include "ops/median_selection.h"
#include "ops/median_windows.h"
#include "ops/neighbourhood.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

enum { RADIUS, SHAPE };

enum {
    RADIUS_MAX = 15,
    RADIUS_MAX_3D = 5,
    SPANS_MAX = (2 * RADIUS_MAX_3D + 1) * (2 * RADIUS_MAX_3D + 1), /* more than the 2 * RADIUS_MAX + 1 of 2D */
    CPU_LANES = 16,                                                /* of an OpenCL driver that runs on the CPU */
};

static enum status median_accepts(const struct op_args *args, struct shape in)
{
    if (in.depth > 1 && args->value[RADIUS] > RADIUS_MAX_3D)
        return status_fail(STATUS_UNSUPPORTED, "median: radius %d in 3D; at most %d", (int)args->value[RADIUS],
                           RADIUS_MAX_3D);
    return STATUS_OK;
}

/* The k-th of v[0 .. n-1] in order (Hoare's FIND, 1961). */
static pixel kth(pixel *v, int64_t n, int64_t k)
{
    for (int64_t low = 0, high = n - 1; low < high;) {
        const pixel pivot = v[k];
        int64_t i = low, j = high;
        while (i <= j) {
            while (comes_before(v[i], pivot))
                i++;
            while (comes_before(pivot, v[j]))
                j--;
            if (i > j)
                break;
            const pixel swapped = v[i];
            v[i++] = v[j];
            v[j--] = swapped;
        }
        if (j < k)
            low = i;
        if (k < i)
            high = j;
    }
    return v[k];
}

static enum status median_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    const int64_t r = (int64_t)call->args->value[RADIUS];
    const int64_t rx = s.width > 1 ? r : 0, ry = s.height > 1 ? r : 0, rz = s.depth > 1 ? r : 0;
    const bool sphere = (int)call->args->value[SHAPE] == NEIGHBOURHOOD_SPHERE;
    pixel *values = malloc((size_t)((2 * rx + 1) * (2 * ry + 1) * (2 * rz + 1)) * sizeof *values);
    if (!values)
        return status_fail(STATUS_MEMORY, "median: no host memory for a neighbourhood");
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++) {
                int64_t n = 0;
                for (int64_t dz = -rz; dz <= rz; dz++)
                    for (int64_t dy = -ry; dy <= ry; dy++)
                        for (int64_t dx = -rx; dx <= rx; dx++)
                            if (!sphere || dx * dx + dy * dy + dz * dz <= r * r)
                                values[n++] = in_row(call, 0, clamp_index(y + dy, s.height),
                                                     clamp_index(z + dz, s.depth))[clamp_index(x + dx, s.width)];
                out_row(call, y, z)[x] = kth(values, n, n / 2);
            }
    free(values);
    return STATUS_OK;
}

enum method { METHOD_BOX, METHOD_CUBE, METHOD_SELECTION, METHOD_SEARCH, METHOD_RUNNING };

/* How a call is done on the CPU, and its scratch memory: spans, then for each thread a tile and what its method needs.
 */
struct work {
    enum method method;
    enum median_box box;
    struct tile tile; /* the layout of all tiles */
    int64_t pixels, span_count;
    size_t tile_bytes, memory_bytes;
};

static bool network_box(const struct op_args *args, struct shape in, enum median_box *box)
{
    const int radius = (int)args->value[RADIUS];
    *box = in.depth > 1 ? (radius == 1 ? BOX_3D_1 : BOX_3D_2) : (radius == 1 ? BOX_2D_1 : BOX_2D_2);
    return (int)args->value[SHAPE] == NEIGHBOURHOOD_BOX && (radius == 1 || radius == 2);
}

/* In steps of a search for one vector. A rank that enters or leaves takes two of them; ranking a tile and walking to
 * the median as much as 20 rows. Measured on Zen 4. */
static bool search_is_cheaper(int64_t pixels, int64_t span_count)
{
    const int64_t bits = 8 * (int64_t)sizeof(ordered);
    return bits * pixels <= LANES * 2 * 2 * (span_count + 20);
}

static struct work work_of(const struct op_args *args, struct shape in)
{
    const enum neighbourhood kind = (enum neighbourhood)args->value[SHAPE];
    const int radius = (int)args->value[RADIUS];
    struct work w = {.pixels = neighbourhood_px(kind, radius, in),
                     .span_count = neighbourhood_spans(kind, radius, in, NULL)};
    struct shape margin = {in.width > 1 ? radius : 0, in.height > 1 ? radius : 0, in.depth > 1 ? radius : 0};
    struct shape largest = {STRIP, in.depth > 1 ? 32 : 64, 4};
    w.memory_bytes = sizeof(ordered[STRIP]);
    if (network_box(args, in, &w.box)) {
        w.method = w.box == BOX_3D_2 ? METHOD_CUBE : METHOD_BOX;
        w.memory_bytes = w.box == BOX_3D_2 ? sizeof(struct cube_memory) : sizeof(struct box_memory);
        margin = (struct shape){radius, radius, in.depth > 1 ? radius : 0};
    } else if (has_selection(w.pixels)) {
        w.method = METHOD_SELECTION;
    } else if (w.pixels <= SEARCH_PIXELS_MAX && search_is_cheaper(w.pixels, w.span_count)) {
        w.method = METHOD_SEARCH;
    } else {
        w.method = METHOD_RUNNING;
        w.memory_bytes = sizeof(struct running_memory);
        largest = in.depth > 1 ? (struct shape){64, 24, 16} : (struct shape){192, 192, 1};
    }
    const struct shape shape = tile_shape(in, largest);
    w.tile_bytes = (size_t)(tile_layout(&w.tile, shape, margin) * (int64_t)sizeof(ordered) + 63) / 64 * 64;
    return w;
}

/* The neighbourhood in the memory of a tile, for all threads. */
struct tables {
    int64_t starts[SPANS_MAX], lengths[SPANS_MAX];
    int64_t offsets[SELECTION_MAX]; /* of all its pixels, for a selection */
} __attribute__((aligned(64)));

static size_t median_scratch_bytes(const struct op_args *args, struct shape in, int threads)
{
    const struct work w = work_of(args, in);
    return sizeof(struct tables) + (size_t)threads * (w.tile_bytes + w.memory_bytes);
}

static struct window window_of(const struct op_args *args, struct shape in, const struct work *w, struct tables *tables)
{
    struct span spans[SPANS_MAX];
    int64_t n = 0;
    neighbourhood_spans((enum neighbourhood)args->value[SHAPE], (int)args->value[RADIUS], in, spans);
    for (int64_t s = 0; s < w->span_count; s++) {
        tables->starts[s] = spans[s].dz * w->tile.plane + spans[s].dy * w->tile.row - spans[s].reach;
        tables->lengths[s] = 2 * spans[s].reach + 1;
        for (int64_t i = 0; w->method == METHOD_SELECTION && i < tables->lengths[s]; i++)
            tables->offsets[n++] = tables->starts[s] + i;
    }
    return (struct window){w->pixels, w->span_count, tables->starts, tables->lengths};
}

/* How many tiles of one axis. */
static int64_t tiles(int64_t size, int64_t step)
{
    return (size + step - 1) / step;
}

static void median_tile(const struct op_call *call, const struct work *w, const struct window *window,
                        const int64_t *offsets, const struct tile *tile, void *memory)
{
    if (w->method != METHOD_BOX && w->method != METHOD_CUBE)
        load_tile(call, tile);
    switch (w->method) {
    case METHOD_BOX:
        box_medians(call, tile, w->box, memory);
        break;
    case METHOD_CUBE:
        cube_medians(call, tile, memory);
        break;
    case METHOD_SELECTION:
        selected_medians(call, tile, offsets, w->pixels, memory);
        break;
    case METHOD_SEARCH:
        searched_medians(call, tile, window, memory);
        break;
    case METHOD_RUNNING:
        running_medians(call, tile, window, memory);
    }
}

static enum status median_omp(const struct op_call *call)
{
    const struct shape s = call->in[0]->shape;
    const struct work w = work_of(call->args, s);
    struct tables *tables = call->scratch;
    const struct window window = window_of(call->args, s, &w, tables);
    const struct shape step = w.tile.shape;
    const int64_t nx = tiles(s.width, step.width), ny = tiles(s.height, step.height), nz = tiles(s.depth, step.depth);
#pragma omp parallel for num_threads(call->threads) schedule(static)
    for (int64_t i = 0; i < nx * ny * nz; i++) {
        char *mine = (char *)(tables + 1) + (size_t)omp_get_thread_num() * (w.tile_bytes + w.memory_bytes);
        struct tile tile = w.tile;
        tile.values = (ordered *)mine;
        tile.x = i % nx * step.width;
        tile.y = i / nx % ny * step.height;
        tile.z = i / nx / ny * step.depth;
        tile.shape = tile_shape((struct shape){s.width - tile.x, s.height - tile.y, s.depth - tile.z}, step);
        median_tile(call, &w, &window, tables->offsets, &tile, mine + w.tile_bytes);
    }
    return STATUS_OK;
}

/* The launch that computes `lanes` x `rows` pixels by work-item. */
static struct launch launch_pixels(const struct device_image *out, const char *kernel, int lanes, int rows)
{
    const struct shape s = out->shape;
    return (struct launch){
        .kernel = kernel,
        .global = {(size_t)((s.width + lanes - 1) / lanes), (size_t)((s.height + rows - 1) / rows), (size_t)s.depth}};
}

static enum status plan_box(struct plan *plan, const struct op_device_call *call, enum median_box box)
{
    /* Pixels and rows by work-item on a GPU: as many as its registers take. */
    static const struct {
        int line, lanes, rows;
    } work[] = {[BOX_2D_1] = {3, 4, 8}, [BOX_2D_2] = {5, 2, 8}, [BOX_3D_1] = {9, 2, 8}, [BOX_3D_2] = {25, 1, 2}};
    const bool cpu = plan_opencl(plan)->device.type == DEVICE_CPU;
    const int lanes = cpu ? CPU_LANES : work[box].lanes;
const int rows = cpu && work[box].rows > 2 ? 2 : work[box].rows;
    const struct device_shape shape = device_image_shape(call->out);
    const struct launch_argument arguments[] = {ARG(call->in[0]->memory), ARG(call->out->memory), ARG(shape)};
    struct launch launch = launch_pixels(call->out, "median_box", lanes, rows);
    char options[96];
    snprintf(options, sizeof options, "-D LINE=%d -D LANES=%d -D ROWS=%d%s", work[box].line, lanes, rows,
             cpu ? " -D NARROW" : "");
    launch.options = options;
    memcpy(launch.arguments, arguments, sizeof arguments);
    memcpy(launch.local, cpu ? (size_t[]){4, 4, 1} : (size_t[]){32, 4, 1}, sizeof launch.local);
    return plan_launch(plan, &launch);
}

/* The neighbourhood as places in a work-group's tile, whose rows and planes are `row` and `plane` pixels apart: start
 * and length of each span or, for a selection, one by one. Returns how many numbers. */
static cl_int places_in_tile(const struct span *spans, cl_int span_count, cl_int row, cl_int plane, bool selection,
                             cl_int *places)
{
    cl_int n = 0;
    for (cl_int s = 0; s < span_count; s++) {
        const cl_int start = spans[s].dz * plane + spans[s].dy * row - spans[s].reach, length = 2 * spans[s].reach + 1;
        if (!selection) {
            places[n++] = start;
            places[n++] = length;
        }
        for (cl_int i = 0; selection && i < length; i++)
            places[n++] = start + i;
    }
    return n;
}

static enum status plan_window(struct plan *plan, const struct op_device_call *call)
{
    /* Work-items of a work-group: on a GPU or a CPU, in 2D or 3D. The largest tile takes 28 KiB of local memory. */
    static const size_t groups[2][2][3] = {{{32, 8, 1}, {16, 4, 4}}, {{4, 8, 1}, {2, 4, 2}}};
    enum status status;
    const struct shape s = call->out->shape;
    const struct device_shape shape = device_image_shape(call->out);
    const enum neighbourhood kind = (enum neighbourhood)call->args->value[SHAPE];
    const int radius = (int)call->args->value[RADIUS];
    const cl_int reach[3] = {s.width > 1 ? radius : 0, s.height > 1 ? radius : 0, s.depth > 1 ? radius : 0};
    const int64_t pixels = neighbourhood_px(kind, radius, s);
    const bool cpu = plan_opencl(plan)->device.type == DEVICE_CPU, narrow = cpu && pixels <= SEARCH_PIXELS_MAX;
    const bool selection = has_selection(pixels);
    const size_t *group = groups[cpu][s.depth > 1];
    const int lanes = cpu ? CPU_LANES : 1;
    const cl_int row = (cl_int)group[0] * lanes + 2 * reach[0], plane = row * ((cl_int)group[1] + 2 * reach[1]);
    const size_t local_bytes =
        (size_t)plane * (group[2] + 2 * (size_t)reach[2]) * (narrow ? sizeof(ordered) : sizeof(cl_uint));
    struct span spans[SPANS_MAX];
    const cl_int span_count = (cl_int)neighbourhood_spans(kind, radius, s, spans), half = (cl_int)(pixels / 2);
    cl_int list[2 * SPANS_MAX];
    const cl_int count = places_in_tile(spans, span_count, row, plane, selection, list);
    cl_mem places;
    char options[96];
    TRY(plan_constant(plan, list, (size_t)count * sizeof *list, &places));
    snprintf(options, sizeof options, "-D PIXELS=%d -D LANES=%d%s", selection ? (int)pixels : 0, lanes,
             narrow ? " -D NARROW" : "");
    const struct launch_argument arguments[] = {ARG(call->in[0]->memory),
                                                ARG(call->out->memory),
                                                ARG(shape),
                                                ARG(reach[0]),
                                                ARG(reach[1]),
                                                ARG(reach[2]),
                                                ARG(places),
                                                ARG(span_count),
                                                ARG(half),
                                                ARG_LOCAL(local_bytes)};
    struct launch launch = launch_pixels(call->out, "median_window", lanes, 1);
    launch.options = options;
    memcpy(launch.local, group, sizeof launch.local);
    memcpy(launch.arguments, arguments, sizeof arguments);
    TRY(plan_launch(plan, &launch));
done:
    return status;
}

static enum status median_ocl(struct plan *plan, const struct op_device_call *call)
{
    enum median_box box;
    return network_box(call->args, call->out->shape, &box) ? plan_box(plan, call, box) : plan_window(plan, call);
}

static int64_t median_margin(const struct op_args *args, int axis)
{
    (void)axis;
    return (int64_t)args->value[RADIUS];
}

/* Comparisons: two per pixel of the neighbourhood, about what finding a median by itself takes at least (Bent and John,
 * 1985). Outputs that share their work can do with less. */
static double median_flops(const struct op_args *args, struct shape in)
{
    return 2 * (double)neighbourhood_px((enum neighbourhood)args->value[SHAPE], (int)args->value[RADIUS], in);
}

const struct op OP(median) = {
    OP_COMMON(median),
    .summary = "the middle of the sorted neighbourhood",
    .params = {{.name = "radius",
                .help = "half-width of the neighbourhood; at most 5 in 3D",
                .unit = "px",
                .kind = OP_INTEGER,
                .low = 0,
                .high = RADIUS_MAX,
                .preset = 2,
                .tested = "0,1,3"},
               {.name = "shape",
                .help = "box: all pixels within the radius on each axis; sphere: within the radius of the middle",
                .kind = OP_CHOICE,
                .choices = NEIGHBOURHOOD_CHOICES}},
    .inputs = 1,
    .result = RESULT_AS_INPUT,
    .margin_rule = "r",
    .margin_px = median_margin,
    .accepts = median_accepts,
    .flops_per_px = median_flops,
    .ref = median_ref,
    .omp = median_omp,
    .scratch_bytes = median_scratch_bytes,
    .ocl = median_ocl,
};
