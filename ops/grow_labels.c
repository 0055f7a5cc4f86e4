/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The CPU version keeps a list of the free pixels that touch a label, the only ones that a step can change: a pixel of
 * the list takes its label, and its free neighbours join the list. So the work is that of the pixels reached, not of
 * the image times the steps. A step is two loops over the list, by all threads where it is long: new labels are found
 * from the old ones, then written.
 *
 * The device version: see kernels/grow_labels.clh.
 */
#include "ops/grow_labels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BOX, SPHERE };

static const uint32_t queued = UINT32_MAX; /* a free pixel in the list */

/* The largest label around a pixel, 0 if there is none. 0 and `queued`, both no labels, are the smallest when 1 is
 * added to them. */
static uint32_t largest_around(const struct image *labels, int64_t x, int64_t y, int64_t z, int kind)
{
    const struct shape s = labels->shape;
    uint32_t largest = 1;
    for (int64_t dz = z > 0 ? -1 : 0; dz <= (z + 1 < s.depth ? 1 : 0); dz++)
        for (int64_t dy = y > 0 ? -1 : 0; dy <= (y + 1 < s.height ? 1 : 0); dy++) {
            const uint32_t *row = image_row(labels, y + dy, z + dz);
            const int64_t reach = kind == BOX || (dy == 0 && dz == 0), skip = kind == SPHERE && dy != 0 && dz != 0;
            const int64_t last = x + reach < s.width ? x + reach : s.width - 1;
            for (int64_t i = x - reach > 0 ? x - reach : 0; !skip && i <= last; i++)
                largest = row[i] + 1 > largest ? row[i] + 1 : largest;
        }
    return largest - 1;
}

/* One step on the whole image: from `labels` to `next`. Returns whether a pixel changed. */
static bool step_ref(const struct image *labels, const struct image *outline, struct image *next, int kind)
{
    const struct shape s = labels->shape;
    bool changed = false;
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++) {
                uint32_t label = ((const uint32_t *)image_row(labels, y, z))[x];
                if (label == 0 && ((const uint8_t *)image_row(outline, y, z))[x])
                    label = largest_around(labels, x, y, z, kind);
                changed |= label != ((const uint32_t *)image_row(labels, y, z))[x];
                ((uint32_t *)image_row(next, y, z))[x] = label;
            }
    return changed;
}

enum status grow_labels_ref(struct image *labels, const struct image *outline)
{
    enum status status;
    struct image next = {0};
    TRY(image_alloc(&next, labels->shape, PIXEL_U32, 0, 1));
    for (bool changed = true; changed;) {
        changed = step_ref(labels, outline, &next, BOX);
        step_ref(&next, outline, labels, SPHERE);
    }
done:
    image_free(&next);
    return status;
}

/* Pixels are known by their number in an image without padding, which fits 32 bits like their labels. */
struct growth {
    struct image *labels;
    const struct image *outline;
    uint32_t *list, *next, *fresh; /* fresh: the new labels of the list's pixels, 0 for none yet */
    int64_t count, next_count;
};

enum { RUN = 256, LONG_LIST = 4096 };

/* Numbers that a thread has found and not yet put into the list. */
struct run {
    uint32_t numbers[RUN];
    int64_t count;
};

static void put_down(struct growth *g, struct run *run)
{
    int64_t at = __atomic_fetch_add(&g->next_count, run->count, __ATOMIC_RELAXED);
    memcpy(g->next + at, run->numbers, (size_t)run->count * sizeof *run->numbers);
    run->count = 0;
}

static void append(struct growth *g, struct run *run, uint32_t number)
{
    run->numbers[run->count++] = number;
    if (run->count == RUN)
        put_down(g, run);
}

static bool touches_label(const struct image *labels, int64_t x, int64_t y, int64_t z)
{
    return largest_around(labels, x, y, z, BOX) > 0;
}

/* The list of the start. */
static void find_edge(struct growth *g, int threads)
{
    const struct shape s = g->labels->shape;
#pragma omp parallel num_threads(threads)
    {
        struct run run = {.count = 0};
#pragma omp for schedule(static)
        for (int64_t row = 0; row < s.height * s.depth; row++) {
            const int64_t y = row % s.height, z = row / s.height;
            const uint8_t *outline = image_row(g->outline, y, z);
            const uint32_t *labels = image_row(g->labels, y, z);
            for (int64_t x = 0; x < s.width; x++)
                if (outline[x] && labels[x] == 0 && touches_label(g->labels, x, y, z))
                    append(g, &run, (uint32_t)(row * s.width + x));
        }
        put_down(g, &run);
    }
}

static uint32_t *pixel_of(const struct growth *g, uint32_t number, int64_t *x, int64_t *y, int64_t *z)
{
    const struct shape s = g->labels->shape;
    const int64_t row = number / s.width;
    *x = number % s.width;
    *y = row % s.height;
    *z = row / s.height;
    return (uint32_t *)image_row(g->labels, *y, *z) + *x;
}

/* Puts the free neighbours of a pixel into the list, unless another thread was faster. */
static void queue_around(struct growth *g, struct run *run, int64_t x, int64_t y, int64_t z)
{
    const struct shape s = g->labels->shape;
    for (int64_t nz = z > 0 ? z - 1 : 0; nz <= z + 1 && nz < s.depth; nz++)
        for (int64_t ny = y > 0 ? y - 1 : 0; ny <= y + 1 && ny < s.height; ny++) {
            const uint8_t *outline = image_row(g->outline, ny, nz);
            uint32_t *labels = image_row(g->labels, ny, nz);
            for (int64_t nx = x > 0 ? x - 1 : 0; nx <= x + 1 && nx < s.width; nx++) {
                uint32_t unlabelled = 0;
                if (outline[nx] && __atomic_load_n(&labels[nx], __ATOMIC_RELAXED) == 0 &&
                    __atomic_compare_exchange_n(&labels[nx], &unlabelled, queued, false, __ATOMIC_RELAXED,
                                                __ATOMIC_RELAXED))
                    append(g, run, (uint32_t)((nz * s.height + ny) * s.width + nx));
            }
        }
}

static void mark_queued(struct growth *g)
{
    int64_t x, y, z;
    for (int64_t i = 0; i < g->count; i++)
        *pixel_of(g, g->list[i], &x, &y, &z) = queued;
}

static void take_next(struct growth *g)
{
    uint32_t *list = g->list;
    g->list = g->next;
    g->next = list;
    g->count = g->next_count;
    g->next_count = 0;
}

static void step_omp(struct growth *g, int kind, int threads)
{
#pragma omp parallel num_threads(threads) if (g->count >= LONG_LIST)
    {
        struct run run = {.count = 0};
        int64_t x, y, z;
#pragma omp for schedule(static)
        for (int64_t i = 0; i < g->count; i++) {
            pixel_of(g, g->list[i], &x, &y, &z);
            g->fresh[i] = largest_around(g->labels, x, y, z, kind);
        }
#pragma omp for schedule(static)
        for (int64_t i = 0; i < g->count; i++) {
            if (g->fresh[i] == 0) {
                append(g, &run, g->list[i]);
                continue;
            }
            *pixel_of(g, g->list[i], &x, &y, &z) = g->fresh[i];
            queue_around(g, &run, x, y, z);
        }
        put_down(g, &run);
    }
    take_next(g);
}

size_t grow_labels_bytes(struct shape shape)
{
    return 3 * sizeof(uint32_t) * (size_t)shape_pixels(shape);
}

void grow_labels_omp(struct image *labels, const struct image *outline, int threads, void *scratch)
{
    const int64_t pixels = shape_pixels(labels->shape);
    uint32_t *memory = scratch;
    struct growth g = {
        .labels = labels, .outline = outline, .list = memory, .next = memory + pixels, .fresh = memory + 2 * pixels};
    find_edge(&g, threads);
    take_next(&g);
    mark_queued(&g);
    for (int kind = BOX; g.count > 0; kind = kind == BOX ? SPHERE : BOX)
        step_omp(&g, kind, threads);
}

/* Tiles and rounds on a device: as kernels/grow_labels.clh needs them. */
struct tiling {
    cl_int step_count; /* of a round, even */
    cl_int rounds;
    cl_int tile[3], tiles[3];
};

static struct tiling tiling_of(struct shape s)
{
    const struct tiling flat = {.step_count = 8, .rounds = 24, .tile = {32, 32, 1}};
    const struct tiling deep = {.step_count = 2, .rounds = 48, .tile = {16, 8, 8}};
    struct tiling t = s.depth > 1 ? deep : flat;
    t.tiles[0] = (cl_int)((s.width + t.tile[0] - 1) / t.tile[0]);
    t.tiles[1] = (cl_int)((s.height + t.tile[1] - 1) / t.tile[1]);
    t.tiles[2] = (cl_int)((s.depth + t.tile[2] - 1) / t.tile[2]);
    return t;
}

enum status grow_labels_plan(struct plan *plan, const struct device_image *labels, const struct device_image *outline)
{
    enum { FLAT_GROUP = 128 };
    enum status status;
    const bool cpu = plan_opencl(plan)->device.type == DEVICE_CPU;
    const size_t group = cpu ? 1 : 256; /* a CPU's driver takes long to compile groups that meet often */
    const struct tiling t = tiling_of(labels->shape);
    const struct device_shape shape = device_image_shape(labels);
    const cl_long pixels = shape.stride * shape.height * shape.depth;
    const size_t tiles = (size_t)t.tiles[0] * (size_t)t.tiles[1] * (size_t)t.tiles[2];
    const size_t changed_bytes = ((size_t)t.rounds + 2) * sizeof(cl_uint);
    char options[128];
    cl_mem other, active[2], changed;
    snprintf(options, sizeof options, "-D GROUP=%zu -D STEPS=%d -D TILE_X=%d -D TILE_Y=%d -D TILE_Z=%d", group,
             (int)t.step_count, (int)t.tile[0], (int)t.tile[1], (int)t.tile[2]);
    TRY(plan_scratch(plan, (size_t)pixels * sizeof(cl_uint), &other));
    TRY(plan_scratch(plan, tiles * sizeof(cl_uint), &active[0]));
    TRY(plan_scratch(plan, tiles * sizeof(cl_uint), &active[1]));
    TRY(plan_scratch(plan, changed_bytes, &changed));
    TRY(plan_clear(plan, changed, changed_bytes));
    TRY(plan_launch(plan, &(struct launch){"grow_begin",
                                           options,
                                           {(size_t)(pixels / 4)},
                                           {FLAT_GROUP},
                                           {ARG(labels->memory), ARG(other), ARG(outline->memory), ARG(pixels)}}));
    for (cl_int round = 0; round <= t.rounds; round++) {
        /* The last launch is one group, which goes on until nothing changes. */
        const bool rest = round == t.rounds, odd = round % 2 == 1;
        const cl_mem from = odd ? other : labels->memory, to = odd ? labels->memory : other;
        const size_t groups = rest ? 1 : tiles;
        TRY(plan_launch(plan, &(struct launch){rest ? "grow_rest" : "grow_round",
                                               options,
                                               {groups * group},
                                               {group},
                                               {ARG(from), ARG(to), ARG(shape), ARG(active[!odd]), ARG(active[odd]),
                                                ARG(changed), ARG(round)}}));
    }
    TRY(plan_launch(
        plan, &(struct launch){
                  "grow_end", options, {(size_t)(pixels / 4)}, {FLAT_GROUP}, {ARG(labels->memory), ARG(pixels)}}));
done:
    return status;
}
