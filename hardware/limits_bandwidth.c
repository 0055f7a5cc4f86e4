/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Bandwidth of a device's memory by working set: rows "read", "write", "copy", "triad" in B/s, by STREAM's counting
 * (read and write move n bytes, copy 2 n, triad 3 n; McCalpin 1995); what a cache fetches in order to write is not
 * counted. `bytes` is the set of all arrays together: 16 KiB, doubling; three arrays of whole vectors may be some bytes
 * less, and the rate counts those that moved. Small sets are walked many times within one launch, so that the rate of a
 * cache shows and not the launch. Row "local": local memory, `bytes` per work-group. The reason names the variant that
 * was the fastest.
 */
#include "hardware/limits_stages.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "hardware/limits_checks.h"
#include "hardware/memory_available.h"

extern const char kernel_limits_bandwidth[];

enum { GROUP = 256, SHAPES_MOST = 4 };

static const size_t KIB = 1024, MIB = 1024 * 1024, GIB = 1024 * 1024 * 1024;
static const double BUDGET_NS = 30e6;
/* Sets up to here are dense: the last caches of GPUs hold up to 256 MiB, and drivers declare too little (NVIDIA's
 * OpenCL). */
static const size_t GPU_CACHE_MOST = 256 * 1024 * 1024;
/* From here on launches follow each other without a gap, and on a CPU one choice of variant is enough. */
static const size_t LARGE = 64 * 1024 * 1024;

static const struct walk_traits {
    const char *name;
    int arrays;
} kinds[WALK_KINDS] = {
    [WALK_READ] = {"read", 1}, [WALK_WRITE] = {"write", 1}, [WALK_COPY] = {"copy", 2}, [WALK_TRIAD] = {"triad", 3}};

struct stage {
    struct opencl *opencl;
    struct plan *memory; /* owns the arrays */
    struct walk_shape shapes[SHAPES_MOST];
    int shape_count;
    size_t largest;          /* set */
    char remark[LIMIT_TEXT]; /* why the largest set is not larger; "" */
    struct walk walk;
};

static void set_arguments(struct launch *launch, const struct walk *w, const cl_uint *n, const cl_int *passes,
                          const cl_uint *turn_by)
{
    struct launch_argument *to = launch->arguments;
    for (int i = 0; i < kinds[w->kind].arrays; i++)
        *to++ = (struct launch_argument)ARG(w->arrays[i]);
    *to++ = (struct launch_argument){n, sizeof *n};
    *to++ = (struct launch_argument){passes, sizeof *passes};
    *to++ = (struct launch_argument){turn_by, sizeof *turn_by};
    if (w->kind == WALK_READ)
        *to++ = (struct launch_argument)ARG(w->sums);
    if (w->kind != WALK_COPY)
        *to = (struct launch_argument)ARG(w->scalar);
}

enum status walk_launch(struct plan *plan, const struct walk *w, double *touched, size_t *held)
{
    const int arrays = kinds[w->kind].arrays;
    const size_t vector = (size_t)w->shape.floats * sizeof(cl_float), count = w->bytes / (size_t)arrays / vector;
    const bool once = w->shape.once;
    if (count == 0 || count > 1u << 31)
        return status_fail(STATUS_UNSUPPORTED, "%s: no walk over %zu bytes", kinds[w->kind].name, w->bytes);
    /* A set of fewer vectors than work-items keeps only so many of them busy, as an operation on such an image does. */
    const size_t wanted = once || w->shape.items > count ? count : w->shape.items;
    const size_t items = (wanted + w->shape.group - 1) / w->shape.group * w->shape.group;
    const cl_uint n = (cl_uint)count, turn_by = (cl_uint)(count * 0.382) / 64 * 64;
    const cl_int passes = once ? 1 : w->passes;
    char options[48];
    snprintf(options, sizeof options, "-D FLOATS=%d%s%s", w->shape.floats, w->shape.blocks ? " -D BLOCKS" : "",
             once ? " -D ONCE" : "");
    struct launch launch = {
        .kernel = kinds[w->kind].name, .options = options, .global = {items}, .local = {w->shape.group}};
    set_arguments(&launch, w, &n, &passes, &turn_by);
    *touched = (double)passes * (double)count * (double)vector * arrays;
    *held = count * vector * (size_t)arrays;
    return plan_launch(plan, &launch);
}

static enum status make_walk(void *context, int variant, int steps, struct plan **plan, double *amount, int *most_steps)
{
    struct stage *s = context;
    enum status status;
    size_t held;
    s->walk.shape = s->shapes[variant];
    s->walk.passes = steps;
    *plan = NULL;
    if (s->walk.shape.once) {
        *most_steps = 1;
        if (s->walk.bytes < LARGE)
            return status_fail(STATUS_UNSUPPORTED, "launches would show in a set of %zu bytes", s->walk.bytes);
    }
    TRY(plan_create(s->opencl, kernel_limits_bandwidth, "-cl-std=CL1.2", plan));
    TRY(walk_launch(*plan, &s->walk, amount, &held));
    return STATUS_OK;
done:
    plan_free(*plan);
    *plan = NULL;
    return status;
}

/* Appends the row: measured, or with the reason why not. */
static enum status add_row(struct limits *limits, struct limit *row, enum status measured)
{
    return measured == STATUS_OK ? limits_add(limits, row) : limits_add_failure(limits, row);
}

static enum status measure(struct stage *s, enum walk_kind kind, size_t bytes, int *only, struct limits *limits)
{
    struct limit row = limit_row("bandwidth", kinds[kind].name, "B/s");
    const bool settled = s->opencl->device.type == DEVICE_CPU && bytes > LARGE;
    struct limit_work work = {.opencl = s->opencl,
                              .variants = s->shape_count,
                              .only = settled ? *only : -1,
                              .make = make_walk,
                              .context = s,
                              .budget_ns = BUDGET_NS};
    s->walk.kind = kind;
    s->walk.bytes = bytes;
    /* What is read has no sum near FLT_MAX; written are values that stay normal numbers when added. */
    s->walk.scalar = kind == WALK_READ ? INFINITY : 1;
    row.bytes = (int64_t)bytes;
    enum status measured = limit_fastest(&work, &row, only, NULL);
    if (measured == STATUS_OK) {
        const struct walk_shape *shape = &s->shapes[*only];
        int n = snprintf(row.reason, sizeof row.reason, "float%d, ", shape->floats);
        n += shape->once ? snprintf(row.reason + n, sizeof row.reason - (size_t)n, "one per work-item")
                         : snprintf(row.reason + n, sizeof row.reason - (size_t)n, "%zu work-items", shape->items);
        if (bytes == s->largest && s->remark[0])
            snprintf(row.reason + n, sizeof row.reason - (size_t)n, "; %.200s", s->remark);
    }
    return add_row(limits, &row, measured);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t largest_set(const struct device *device)
{
    size_t most = smaller((size_t)(device->global_bytes / 4), (size_t)device->max_alloc_bytes), power = 16 * KIB;
    /* Memory that the machine needs for itself is not filled. */
    most = smaller(most, device->type == DEVICE_CPU ? 512 * MIB : device->unified_memory ? GIB : 16 * GIB);
    const int64_t free_bytes = memory_available("").bytes;
    if ((device->type == DEVICE_CPU || device->unified_memory) && free_bytes >= 0)
        most = smaller(most, (size_t)free_bytes / 4);
    while (power * 2 <= most)
        power *= 2;
    return power;
}

static size_t next_set(const struct stage *s, size_t bytes)
{
    const struct device *device = &s->opencl->device;
    const size_t declared = 4 * (size_t)device->cache_bytes;
    const size_t dense = device->type == DEVICE_CPU || declared > GPU_CACHE_MOST ? declared : GPU_CACHE_MOST;
    return smaller(bytes * (bytes < 16 * MIB || bytes < dense ? 2 : 4), bytes == s->largest ? SIZE_MAX : s->largest);
}

/* Allocates the arrays for sets of `bytes` and fills them: drivers may find out only then that there is no room, and a
 * CPU would read pages never written from its cache. */
static enum status allocate(struct stage *s, size_t bytes)
{
    enum status status;
    struct plan *fill = NULL;
    struct walk *w = &s->walk;
    size_t sums = 0, held, sizes[3] = {bytes, bytes / 2, bytes / 3};
    double touched;
    for (int i = 0; i < s->shape_count; i++)
        if ((s->shapes[i].items + GROUP) * sizeof(cl_float) > sums)
            sums = (s->shapes[i].items + GROUP) * sizeof(cl_float);
    sizes[1] += sums;
    TRY(plan_create(s->opencl, kernel_limits_bandwidth, "-cl-std=CL1.2", &s->memory));
    TRY(plan_create(s->opencl, kernel_limits_bandwidth, "-cl-std=CL1.2", &fill));
    for (int i = 0; i < 3; i++) {
        struct walk one = {.kind = WALK_WRITE, .shape = s->shapes[0], .bytes = sizes[i], .passes = 1, .scalar = 1};
        TRY(plan_scratch(s->memory, sizes[i], &w->arrays[i]));
        one.arrays[0] = w->arrays[i];
        TRY(walk_launch(fill, &one, &touched, &held));
    }
    TRY(plan_run(fill, NULL));
    TRY(opencl_finish(s->opencl));
    /* Sums are never stored while measuring; there is room for them where no read walks. */
    w->sums = w->arrays[1];
done:
    plan_free(fill);
    if (status != STATUS_OK) {
        plan_free(s->memory);
        s->memory = NULL;
    }
    return status;
}

static enum status allocate_most(struct stage *s)
{
    enum status status = allocate(s, s->largest);
    while (status != STATUS_OK && s->largest > MIB) {
        snprintf(s->remark, sizeof s->remark, "larger sets: %.200s", status_text());
        s->largest /= 2;
        status = allocate(s, s->largest);
    }
    return status;
}

static void choose_shapes(struct stage *s)
{
    const size_t units = s->opencl->device.compute_units;
    const size_t group = smaller(GROUP, s->opencl->device.max_work_group);
    const struct walk_shape for_cpu[] = {{.floats = 16, .blocks = true, .items = units, .group = 1},
                                         {.floats = 16, .blocks = true, .items = 4 * units, .group = 1}};
    const struct walk_shape for_gpu[] = {{.floats = 4, .items = 2048 * units, .group = group},
                                         {.floats = 4, .items = 512 * units, .group = group},
                                         {.floats = 1, .items = 2048 * units, .group = group},
                                         {.floats = 4, .once = true, .group = group}};
    const bool cpu = s->opencl->device.type == DEVICE_CPU;
    s->shape_count = cpu ? 2 : SHAPES_MOST;
    memcpy(s->shapes, cpu ? for_cpu : for_gpu, cpu ? sizeof for_cpu : sizeof for_gpu);
}

/* A shape that the device cannot run is passed over later; one that gives wrong results ends the stage. */
static enum status check_shapes(const struct stage *s)
{
    for (int i = 0; i < s->shape_count; i++)
        if (walk_check(s->opencl, &s->shapes[i]) == STATUS_WRONG)
            return STATUS_WRONG;
    return STATUS_OK;
}

enum status limits_bandwidth(struct opencl *opencl, struct limits *limits)
{
    enum status status;
    struct stage s = {.opencl = opencl, .largest = largest_set(&opencl->device)};
    int best[WALK_KINDS] = {-1, -1, -1, -1};
    choose_shapes(&s);
    TRY(check_shapes(&s));
    status = allocate_most(&s);
    if (status != STATUS_OK) {
        struct limit row = limit_row("bandwidth", "read", "B/s");
        status = limits_add_failure(limits, &row);
    }
    for (size_t bytes = 16 * KIB; s.memory && bytes <= s.largest; bytes = next_set(&s, bytes))
        for (int kind = 0; kind < WALK_KINDS; kind++)
            TRY(measure(&s, (enum walk_kind)kind, bytes, &best[kind], limits));
    TRY(status);
    TRY(limits_local_bandwidth(opencl, limits));
done:
    plan_free(s.memory);
    return status;
}
