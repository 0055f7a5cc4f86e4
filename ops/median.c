/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = the middle of the sorted neighbourhood, whose size is odd; pixels beyond the edge count as the edge pixel, each time.
 *
 * There is no rounding, so equal bits need only one order of values: that of numbers, with -0 before +0 in float32.
 *
 * The CPU works tile by tile. Boxes of radius 1 (2D, 3D) and 2 (2D) and spheres of radius 1 and 2 are networks of minima and
 * maxima over vectors of pixels (median_networks.h): a few operations per pixel and all of the memory's speed. For other
 * neighbourhoods the cost grows: with their pixels while a search by bits over vectors is cheapest, then with the number
 * of their rows (median_windows.h); never with pixels x log(pixels), as sorting does. Devices use the same networks and
 * search, see kernels/median.cl. In 3D the radius ends at 5, where a neighbourhood has 1331 pixels.
 */
#include "ops/compile.h"
#include "ops/kernels.h"
#include "ops/median_networks.h"
#include "ops/median_windows.h"
#include "ops/neighbourhood.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

enum { RADIUS, SHAPE };

enum { BOX_ROWS = 8 };

enum { RADIUS_MAX = 15, RADIUS_MAX_3D = 5, SPANS_MAX = (2 * RADIUS_MAX_3D + 1) * (2 * RADIUS_MAX_3D + 1) };

static enum status median_accepts(const struct op_args *args, struct shape in)
{
    if (in.depth > 1 && args->value[RADIUS] > RADIUS_MAX_3D)
        return status_fail(STATUS_UNSUPPORTED, "median: radius %d in 3D; at most %d", (int)args->value[RADIUS], RADIUS_MAX_3D);
    return STATUS_OK;
}

/* The order of the reference: numbers, then -0 before +0. */
static bool comes_before(pixel a, pixel b)
{
#ifdef PIXEL_IS_F32
    if (a == b)
        return signbit(a) && !signbit(b);
#endif
    return a < b;
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

enum method { METHOD_BOX, METHOD_SELECTION, METHOD_SEARCH, METHOD_RUNNING };

/* How a call is done on the CPU, and its scratch memory: spans, then for each thread a tile and what its method needs. */
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
    *box = in.depth > 1 ? BOX_3D_1 : radius == 1 ? BOX_2D_1 : BOX_2D_2;
    return (int)args->value[SHAPE] == NEIGHBOURHOOD_BOX && (radius == 1 || (radius == 2 && in.depth == 1));
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static struct work work_of(const struct op_args *args, struct shape in)
{
    const enum neighbourhood kind = (enum neighbourhood)args->value[SHAPE];
    const int radius = (int)args->value[RADIUS];
    struct work w = {.pixels = neighbourhood_px(kind, radius, in), .span_count = neighbourhood_spans(kind, radius, in, NULL)};
    struct shape margin = {in.width > 1 ? radius : 0, in.height > 1 ? radius : 0, in.depth > 1 ? radius : 0};
    struct shape largest = {STRIP, in.depth > 1 ? 32 : 64, 4};
    w.memory_bytes = sizeof(struct network_memory);
    if (network_box(args, in, &w.box)) {
        w.method = METHOD_BOX;
        margin = (struct shape){radius, radius, in.depth > 1 ? radius : 0};
    } else if (has_selection(w.pixels)) {
        w.method = METHOD_SELECTION;
    } else if (w.pixels <= SEARCH_PIXELS_MAX && w.pixels * 8 * (int64_t)sizeof(ordered) <= LANES * 4 * (w.span_count + 20)) {
        w.method = METHOD_SEARCH;
    } else {
        w.method = METHOD_RUNNING;
        w.memory_bytes = sizeof(struct running_memory);
        largest = in.depth > 1 ? (struct shape){64, 24, 16} : (struct shape){192, 192, 1};
    }
    const struct shape shape = {smaller(in.width, largest.width), smaller((in.height + 1) / 2 * 2, largest.height),
                                smaller(in.depth, largest.depth)};
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

static enum status median_omp(const struct op_call *call)
{
    const struct shape s = call->in[0]->shape;
    const struct work w = work_of(call->args, s);
    struct tables *tables = call->scratch;
    const struct window window = window_of(call->args, s, &w, tables);
    const struct shape step = w.tile.shape;
    const int64_t nx = (s.width + step.width - 1) / step.width, ny = (s.height + step.height - 1) / step.height;
    const int64_t nz = (s.depth + step.depth - 1) / step.depth;
#pragma omp parallel for num_threads(call->threads) schedule(dynamic)
    for (int64_t i = 0; i < nx * ny * nz; i++) {
        char *mine = (char *)(tables + 1) + (size_t)omp_get_thread_num() * (w.tile_bytes + w.memory_bytes);
        void *memory = mine + w.tile_bytes;
        struct tile tile = w.tile;
        tile.values = (ordered *)mine;
        tile.x = i % nx * step.width;
        tile.y = i / nx % ny * step.height;
        tile.z = i / nx / ny * step.depth;
        if (w.method != METHOD_BOX)
            load_tile(call, &tile);
        switch (w.method) {
        case METHOD_BOX:
            box_medians(call, &tile, w.box, memory);
            break;
        case METHOD_SELECTION:
            selected_medians(call, &tile, tables->offsets, w.pixels, memory);
            break;
        case METHOD_SEARCH:
            searched_medians(call, &tile, &window, memory);
            break;
        case METHOD_RUNNING:
            running_medians(call, &tile, &window, memory);
        }
    }
    return STATUS_OK;
}

/* The launch that computes `lanes` x `rows` pixels by work-item. */
static struct launch launch_pixels(const struct device_image *out, const char *kernel, int lanes, int rows)
{
    const struct shape s = out->shape;
    return (struct launch){.kernel = kernel,
                           .global = {(size_t)((s.width + lanes - 1) / lanes), (size_t)((s.height + rows - 1) / rows),
                                      (size_t)s.depth}};
}

static enum status plan_box(struct plan *plan, const struct op_device_call *call, enum median_box box)
{
    static const int line[] = {[BOX_2D_1] = 3, [BOX_2D_2] = 5, [BOX_3D_1] = 9};
    const bool cpu = plan_opencl(plan)->device.type == DEVICE_CPU;
    const int lanes = cpu ? 16 : box == BOX_2D_1 ? (int)(4 / sizeof(pixel)) : 1;
    const struct device_shape shape = device_image_shape(call->out);
    const struct launch_argument arguments[] = {ARG(call->in[0]->memory), ARG(call->out->memory), ARG(shape)};
    struct launch launch = launch_pixels(call->out, "median_box", lanes, BOX_ROWS);
    char options[96];
    snprintf(options, sizeof options, "-D LINE=%d -D LANES=%d -D ROWS=%d%s", line[box], lanes, BOX_ROWS, cpu ? " -D NARROW" : "");
    launch.options = options;
    memcpy(launch.arguments, arguments, sizeof arguments);
    memcpy(launch.local, cpu ? (size_t[]){4, 4, 1} : (size_t[]){32, 4, 1}, sizeof launch.local);
    return plan_launch(plan, &launch);
}

static enum status plan_window(struct plan *plan, const struct op_device_call *call)
{
    enum status status;
    const struct shape s = call->out->shape;
    const struct device_shape shape = device_image_shape(call->out);
    const bool cpu = plan_opencl(plan)->device.type == DEVICE_CPU;
    const int lanes = cpu ? 16 : 1;
    struct span spans[SPANS_MAX];
    cl_int table[2 * SPANS_MAX], n = 0;
    const enum neighbourhood kind = (enum neighbourhood)call->args->value[SHAPE];
    const cl_int radius = (cl_int)call->args->value[RADIUS], span_count = (cl_int)neighbourhood_spans(kind, radius, s, spans);
    const cl_int half = (cl_int)(neighbourhood_px(kind, radius, s) / 2);
    const cl_int reach_x = s.width > 1 ? radius : 0, reach_y = s.height > 1 ? radius : 0, reach_z = s.depth > 1 ? radius : 0;
    const bool selection = has_selection(2 * half + 1), narrow = cpu && 2 * half + 1 <= SEARCH_PIXELS_MAX;
    struct launch launch = launch_pixels(call->out, "median_window", lanes, 1);
    memcpy(launch.local, s.depth > 1 ? cpu ? (size_t[]){2, 4, 2} : (size_t[]){16, 4, 4}
                                     : cpu ? (size_t[]){4, 8, 1} : (size_t[]){32, 8, 1}, sizeof launch.local);
    const cl_int row = (cl_int)launch.local[0] * lanes + 2 * reach_x, plane = row * ((cl_int)launch.local[1] + 2 * reach_y);
    const size_t local_bytes = (size_t)plane * (launch.local[2] + 2 * (size_t)reach_z) * (narrow ? sizeof(ordered) : sizeof(cl_uint));
    for (cl_int i = 0; i < span_count; i++) {
        const cl_int start = spans[i].dz * plane + spans[i].dy * row - spans[i].reach, length = 2 * spans[i].reach + 1;
        for (cl_int k = 0; selection && k < length; k++)
            table[n++] = start + k;
        if (!selection)
            table[n++] = start, table[n++] = length;
    }
    cl_mem places;
    char options[96];
    TRY(plan_constant(plan, table, (size_t)n * sizeof *table, &places));
    snprintf(options, sizeof options, "-D PIXELS=%d -D LANES=%d%s", selection ? 2 * half + 1 : 0, lanes, narrow ? " -D NARROW" : "");
    launch.options = options;
    const struct launch_argument arguments[] = {ARG(call->in[0]->memory), ARG(call->out->memory), ARG(shape), ARG(reach_x), ARG(reach_y), ARG(reach_z),
                                                ARG(places), ARG(span_count), ARG(half), ARG_LOCAL(local_bytes)};
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
