/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Connected components of the non-zero pixels, numbered 1, 2, ... in the raster order of their first pixels, background
 * 0.
 *
 * All versions but the reference merge sets by their smallest node in raster order. So the result does not depend on
 * the order of merging: a component's root is where its first pixel is, and numbering is counting roots. Nodes are runs
 * of pixels, many times fewer than pixels; how they are found and merged is in label_strips.h for the CPU and in
 * kernels/label.clh for devices.
 *
 * On the CPU each thread takes a part of the strips of rows: it packs its pixels to bits, finds runs and merges them;
 * after that all threads merge at the parts' borders, without locks; each counts the roots in its part, numbers them
 * from the sum of the counts before it, and writes its rows.
 */
#include "ops/compile.h"
#include "ops/kernels.h"
#include "ops/label_strips.h"
#include "ops/neighbourhood.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

enum { CONNECTIVITY };

/* Pixels that wait for their neighbours to be looked at. */
struct flood {
    const struct op_call *call;
    bool box;
    int64_t *stack;
    int64_t waiting;
};

static void flood_pixel(struct flood *f, int64_t x, int64_t y, int64_t z, uint32_t label)
{
    const struct shape s = f->call->out->shape;
    uint32_t *out = (uint32_t *)image_row(f->call->out, y, z);
    if (in_row(f->call, 0, y, z)[x] == 0 || out[x] != 0)
        return;
    out[x] = label;
    f->stack[f->waiting++] = (z * s.height + y) * s.width + x;
}

static void flood_neighbours(struct flood *f, int64_t x, int64_t y, int64_t z, uint32_t label)
{
    const struct shape s = f->call->out->shape;
    for (int64_t dz = -1; dz <= 1; dz++)
        for (int64_t dy = -1; dy <= 1; dy++)
            for (int64_t dx = -1; dx <= 1; dx++)
                if ((f->box || dx * dx + dy * dy + dz * dz <= 1) && x + dx >= 0 && x + dx < s.width && y + dy >= 0 &&
                    y + dy < s.height && z + dz >= 0 && z + dz < s.depth)
                    flood_pixel(f, x + dx, y + dy, z + dz, label);
}

/* Floods a component from its first pixel. */
static enum status label_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    const int64_t pixels = shape_pixels(s);
    struct flood f = {call, (int)call->args->value[CONNECTIVITY] == NEIGHBOURHOOD_BOX, NULL, 0};
    uint32_t labels = 0;
    f.stack = malloc((size_t)pixels * sizeof *f.stack);
    if (!f.stack)
        return status_fail(STATUS_MEMORY, "label: no host memory for %lld pixels", (long long)pixels);
    for (int64_t row = 0; row < s.height * s.depth; row++)
        memset(image_row(call->out, row % s.height, row / s.height), 0, (size_t)s.width * sizeof(uint32_t));
    for (int64_t i = 0; i < pixels; i++) {
        flood_pixel(&f, i % s.width, i / s.width % s.height, i / s.width / s.height, labels + 1);
        labels += f.waiting > 0;
        while (f.waiting > 0) {
            const int64_t next = f.stack[--f.waiting];
            flood_neighbours(&f, next % s.width, next / s.width % s.height, next / s.width / s.height, labels);
        }
    }
    free(f.stack);
    return STATUS_OK;
}

static struct labelling labelling_of(const struct op_args *args, struct shape shape)
{
    struct labelling l = {.shape = shape, .box = (int)args->value[CONNECTIVITY] == NEIGHBOURHOOD_BOX};
    l.rows = l.box ? 2 : 1;
    l.words = (shape.width + WORD - 1) / WORD;
    l.plane = (shape.height + l.rows - 1) / l.rows;
    l.strips = l.plane * shape.depth;
    l.cap = (shape.width + 1) / 2;
    return l;
}

/* Places the parts of the scratch memory, largest elements first, and returns its size. `counts` are the threads'. */
static size_t place_scratch(struct labelling *l, void *scratch, int threads, uint32_t **counts)
{
    const int64_t rows = l->shape.height * l->shape.depth, row = l->words + 1, runs = l->strips * l->cap;
    const size_t bits = (size_t)(rows * row) * sizeof *l->bits, starts = (size_t)(l->strips * row) * sizeof *l->starts;
    const size_t before = (size_t)(l->strips * row) * sizeof *l->before, run = (size_t)runs * sizeof *l->parent;
    if (scratch) {
        char *from = scratch;
        l->bits = (uint64_t *)from;
        l->starts = (uint64_t *)(from + bits);
        l->before = (uint32_t *)(from + bits + starts);
        l->parent = (uint32_t *)(from + bits + starts + before);
        l->label = l->parent + runs;
        *counts = l->label + runs;
    }
    return bits + starts + before + 2 * run + (size_t)threads * sizeof **counts;
}

static size_t label_scratch_bytes(const struct op_args *args, struct shape in, int threads)
{
    struct labelling l = labelling_of(args, in);
    return place_scratch(&l, NULL, threads, NULL);
}

/* The strips of one thread. */
struct part {
    int64_t first, end;
};

/* Bits, runs, and all merging inside the part. */
static void begin_part(const struct labelling *l, const struct op_call *call, struct part part)
{
    uint32_t run = (uint32_t)(part.first * l->cap);
    for (int64_t i = part.first; i < part.end; i++) {
        const int64_t y = i % l->plane * l->rows, z = i / l->plane;
        for (int64_t r = y; r < y + l->rows && r < l->shape.height; r++)
            pack_words(in_row(call, 0, r, z), l->shape.width, l->bits + (z * l->shape.height + r) * (l->words + 1));
        run = make_runs(l, i, run);
        unite_neighbours(l, i, part.first, i, false);
    }
}

/* Merging with the parts before: only strips near the beginning have neighbours there. */
static void merge_part(const struct labelling *l, struct part part)
{
    const int64_t reach = l->shape.depth > 1 ? l->plane + 1 : 1;
    for (int64_t i = part.first; i < part.end && i < part.first + reach; i++)
        unite_neighbours(l, i, 0, part.first, true);
}

/* Points every run to its root; returns the number of roots. */
static uint32_t flatten_part(const struct labelling *l, struct part part)
{
    uint32_t roots = 0;
    if (part.first >= part.end)
        return 0;
    const struct strip from = strip_at(l, part.first), last = strip_at(l, part.end - 1);
    const uint32_t end = end_run(l, &last);
    for (uint32_t i = first_run(&from); i < end; i++) {
        const uint32_t root = find_root(l->parent, i);
        __atomic_store_n(&l->parent[i], root, __ATOMIC_RELAXED);
        l->label[i] = 0;
        roots += root == i;
    }
    return roots;
}

static enum status label_omp(const struct op_call *call)
{
    struct labelling l = labelling_of(call->args, call->in[0]->shape);
    uint32_t *counts;
    place_scratch(&l, call->scratch, call->threads, &counts);
#pragma omp parallel num_threads(call->threads)
    {
        const int threads = omp_get_num_threads(), thread = omp_get_thread_num();
        const struct part part = {l.strips * thread / threads, l.strips * (thread + 1) / threads};
        uint32_t number = 0;
        begin_part(&l, call, part);
#pragma omp barrier
        merge_part(&l, part);
#pragma omp barrier
        counts[thread] = flatten_part(&l, part);
#pragma omp barrier
        for (int t = 0; t < thread; t++)
            number += counts[t];
        for (int64_t i = part.first; i < part.end; i++)
            number = number_strip(&l, i, number);
#pragma omp barrier
        for (int64_t i = part.first; i < part.end; i++)
            write_strip(&l, i, call->out);
    }
    return STATUS_OK;
}

static enum status label_accepts(const struct op_args *args, struct shape in)
{
    (void)args;
    const int64_t pixels = shape_pixels(in);
    if (pixels > (int64_t)UINT32_MAX - 1)
        return status_fail(STATUS_UNSUPPORTED, "label: %lld pixels are more than 32-bit labels can tell apart",
                           (long long)pixels);
    return STATUS_OK;
}

/* A tile's words, strips and planes on a device: 256 pixels x 32 rows with box connectivity, in 3D 128 x 16 x 4. */
static const size_t tile_2d[3] = {8, 16, 1}, tile_3d[3] = {4, 8, 4};

/* What all launches of a call share. */
struct labelling_plan {
    struct plan *plan;
    struct device_shape shape;
    cl_uint words, slots, groups;
    cl_mem bits, links, roots, before, counts;
    size_t tile[3], strips;
    size_t count, lanes; /* work-items of a group that counts; pixels of one that writes */
    char options[288];
};

static enum status begin_plan(struct labelling_plan *p, const struct op_device_call *call)
{
    static const char *const types[] = {[PIXEL_U8] = "uchar", [PIXEL_U16] = "ushort", [PIXEL_F32] = "float"};
    enum { DEVICE_WORD = 32, PLACES = 16 };
    enum status status;
    const struct shape s = call->out->shape;
    const bool cpu = plan_opencl(p->plan)->device.type == DEVICE_CPU;
    const int rows = (int)call->args->value[CONNECTIVITY] == NEIGHBOURHOOD_BOX ? 2 : 1, span = cpu ? 64 : 2;
    const size_t together = cpu ? 1 : 32; /* words whose links are mixed, with a gap after them */
    const int64_t words = (s.width + DEVICE_WORD - 1) / DEVICE_WORD, slots = words * s.height * s.depth;
    if (slots > INT32_MAX / PLACES)
        return status_fail(STATUS_UNSUPPORTED, "label: %lld words of %d pixels are more than a device's 31-bit nodes",
                           (long long)slots, DEVICE_WORD);
    p->shape = device_image_shape(call->out);
    p->words = (cl_uint)words;
    p->slots = (cl_uint)slots;
    p->strips = (size_t)((s.height + rows - 1) / rows);
    p->count = cpu ? 16 : 256;
    p->lanes = cpu ? 16 : 4;
    p->groups = (cl_uint)((p->slots + p->count * (size_t)span - 1) / (p->count * (size_t)span));
    memcpy(p->tile, s.depth > 1 ? tile_3d : tile_2d, sizeof p->tile);
    snprintf(p->options, sizeof p->options,
             "-D LABEL_PIXEL=%s -D LABEL_ROWS=%d -D LABEL_X=%zu -D LABEL_Y=%zu -D LABEL_Z=%zu -D LABEL_COUNT=%zu "
             "-D LABEL_SPAN=%d -D LABEL_LANES=%zu -D LABEL_TOGETHER=%zu",
             types[call->in[0]->type], rows, p->tile[0], p->tile[1], p->tile[2], p->count, span, p->lanes, together);
    TRY(plan_scratch(p->plan, p->slots * sizeof(cl_uint), &p->bits));
    TRY(plan_scratch(p->plan, (p->slots + together - 1) / together * together * (PLACES + (together > 1)) * sizeof(cl_uint),
                     &p->links));
    TRY(plan_scratch(p->plan, p->slots * sizeof(cl_ushort), &p->roots));
    TRY(plan_scratch(p->plan, p->slots * sizeof(cl_uint), &p->before));
    TRY(plan_scratch(p->plan, p->groups * sizeof(cl_uint), &p->counts));
done:
    return status;
}

/* Appends the kernel over tiles, over words or over pixels, as `global` and `local` say. */
static enum status launch(const struct labelling_plan *p, const char *kernel, const size_t *global, const size_t *local,
                          const struct launch_argument *arguments, size_t bytes)
{
    struct launch launch = {.kernel = kernel, .options = p->options};
    memcpy(launch.global, global, sizeof launch.global);
    memcpy(launch.local, local, sizeof launch.local);
    memcpy(launch.arguments, arguments, bytes);
    return plan_launch(p->plan, &launch);
}

static enum status label_ocl(struct plan *plan, const struct op_device_call *call)
{
    enum status status;
    struct labelling_plan p = {.plan = plan};
    TRY(begin_plan(&p, call));
    const size_t depth = (size_t)p.shape.depth, height = (size_t)p.shape.height,
                 columns = (size_t)p.shape.stride / p.lanes;
    const size_t tiles[3] = {p.words, p.strips, depth}, pixels[3] = {columns, height, depth};
    const size_t counting[3] = {p.groups * p.count, 1, 1}, group[3] = {p.count, 1, 1}, line[3] = {32, 4, 1};
    const struct launch_argument in_tiles[] = {ARG(call->in[0]->memory), ARG(p.bits), ARG(p.links), ARG(p.shape),
                                               ARG(p.words)};
    const struct launch_argument borders[] = {ARG(p.bits), ARG(p.links), ARG(p.shape), ARG(p.words)};
    const struct launch_argument flatten[] = {ARG(p.bits),   ARG(p.links), ARG(p.roots),
                                              ARG(p.counts), ARG(p.shape), ARG(p.words)};
    const struct launch_argument sum[] = {ARG(p.counts), ARG(p.groups)};
    const struct launch_argument number[] = {ARG(p.before), ARG(p.roots), ARG(p.counts), ARG(p.slots)};
    const struct launch_argument write[] = {
        ARG(p.bits), ARG(p.links), ARG(p.roots), ARG(p.before), ARG(call->out->memory), ARG(p.shape), ARG(p.words)};
    TRY(launch(&p, "label_tiles", tiles, p.tile, in_tiles, sizeof in_tiles));
    TRY(launch(&p, "label_borders", tiles, p.tile, borders, sizeof borders));
    TRY(launch(&p, "label_flatten", counting, group, flatten, sizeof flatten));
    TRY(launch(&p, "label_sum", group, group, sum, sizeof sum));
    TRY(launch(&p, "label_number", counting, group, number, sizeof number));
    TRY(launch(&p, "label_write", pixels, line, write, sizeof write));
done:
    return status;
}

const struct op OP(label) = {
    OP_COMMON(label),
    .summary = "connected components of non-zero pixels, numbered in raster order",
    .full_only = true,
    .params = {{.name = "connectivity",
                .help = "box: 8 or 26 neighbours; sphere: 4 or 6",
                .kind = OP_CHOICE,
                .choices = NEIGHBOURHOOD_CHOICES}},
    .inputs = 1,
    .result = RESULT_LABELS,
    .margin = MARGIN_GLOBAL,
    .margin_rule = "label merging",
    .accepts = label_accepts,
    .ref = label_ref,
    .omp = label_omp,
    .scratch_bytes = label_scratch_bytes,
    .ocl = label_ocl,
};
