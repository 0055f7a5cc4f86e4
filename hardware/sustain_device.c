/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The loads on an OpenCL device. A batch of the memory load is many launches of one pass over the arrays, since a
 * launch that went over them several times would find them in the caches; a batch of the compute load is one launch.
 */
#include "hardware/sustain_load.h"

#include <math.h>
#include <stdlib.h>

#include "hardware/clock.h"
#include "hardware/cpu.h"
#include "hardware/memory_available.h"
#include "hardware/plan.h"

extern const char kernel_sustain[];

enum { ITEMS_PER_UNIT = 2048, CHAINS_PER_ITEM = 32, FIRST_PAIRS = 4096, CACHES = 4, PROBES = 1024, LOCAL = 128 };

/* Chains shorter than this have not reached their end, see sustain_chain. */
enum { PAIRS_LEAST = 2048 };

struct device_work {
    struct opencl *opencl;
    enum sustain_load load;
    struct plan *plan;
    cl_mem buffers[3]; /* memory: a, b, c; compute: the chains' ends */
    cl_ulong elements; /* of each array, or of the ends */
    int64_t batch;     /* launches, or pairs of steps in the one launch */
};

static float noise(uint32_t i)
{
    uint32_t bits = i * 2654435761u;
    bits ^= bits >> 15;
    bits *= 2246822519u;
    bits ^= bits >> 13;
    return 1 + (float)(bits >> 9) * 0x1p-23f;
}

static enum status start(void *state)
{
    enum status status = STATUS_OK;
    struct device_work *w = state;
    for (int64_t i = 0; i < (w->load == SUSTAIN_MEMORY ? w->batch : 1); i++)
        TRY(plan_run(w->plan, NULL));
    TRY(opencl_check(clFlush(w->opencl->queue), "clFlush", w->opencl));
done:
    return status;
}

static enum status wait_for_it(void *state)
{
    return opencl_finish(((struct device_work *)state)->opencl);
}

static enum status pull(const struct device_work *w, int buffer, size_t first, size_t count, float *to)
{
    return opencl_check(clEnqueueReadBuffer(w->opencl->queue, w->buffers[buffer], CL_TRUE, first * sizeof *to,
                                            count * sizeof *to, to, 0, NULL, NULL),
                        "clEnqueueReadBuffer", w->opencl);
}

/* The first, the middle and the last elements. */
static enum status check(void *state)
{
    enum status status = STATUS_OK;
    const struct device_work *w = state;
    float found[PROBES];
    size_t n = w->elements < PROBES ? (size_t)w->elements : PROBES;
    const size_t places[] = {0, ((size_t)w->elements - n) / 2, (size_t)w->elements - n};
    for (int place = 0; place < 3; place++) {
        TRY(pull(w, 0, places[place], n, found));
        for (size_t i = 0; i < n; i++) {
            uint32_t at = (uint32_t)(places[place] + i);
            double expected = w->load == SUSTAIN_MEMORY ? noise(at) + 0.5f * noise(at + 1) : sustain_chain_end();
            double tolerance = w->load == SUSTAIN_MEMORY ? 0 : 1e-3;
            if (!(fabs(found[i] - expected) <= tolerance))
                return status_fail(STATUS_WRONG, "a result under sustained load is %g, not %g", (double)found[i],
                                   expected);
        }
    }
done:
    return status;
}

static void release(void *state)
{
    struct device_work *w = state;
    if (w)
        plan_free(w->plan);
    free(w);
}

/* 512 MiB an array on a device of its own: more than four times the largest caches (256 MiB of an MI300X's Infinity
 * Cache: AMD CDNA 3 white paper). A device on this machine's CPU has the CPU's caches. */
static cl_ulong array_elements(const struct device *device)
{
    uint64_t bytes = (uint64_t)512 << 20;
    const struct cpu *cpu = cpu_facts();
    if (device->type == DEVICE_CPU) {
        uint64_t cached = (uint64_t)16 << 20, found = 0;
        if (cpu->l2.bytes > 0)
            found += (uint64_t)(cpu->l2.bytes * cpu->l2.count);
        if (cpu->l3.bytes > 0)
            found += (uint64_t)(cpu->l3.bytes * cpu->l3.count);
        bytes = CACHES * (found > cached ? found : cached) / 3;
    }
    const int64_t free_bytes = memory_available("").bytes;
    if ((device->type == DEVICE_CPU || device->unified_memory) && free_bytes >= 0 && bytes > (uint64_t)free_bytes / 8)
        bytes = (uint64_t)free_bytes / 8;
    if (bytes > device->max_alloc_bytes)
        bytes = device->max_alloc_bytes;
    if (bytes > device->global_bytes / 8)
        bytes = device->global_bytes / 8;
    cl_ulong elements = bytes / sizeof(cl_float) / 4 * 4;
    return elements < PROBES ? PROBES : elements;
}

/* Given, since a driver may choose 1 where the number of items is a prime. */
static size_t local_size(const struct device_work *w)
{
    size_t most = w->opencl->device.max_work_group;
    return most && most < LOCAL ? most : LOCAL;
}

static enum status fill(struct device_work *w, int buffer, cl_uint first)
{
    enum status status;
    struct plan *once = NULL;
    TRY(plan_create(w->opencl, kernel_sustain, "", &once));
    TRY(plan_launch(once, &(struct launch){.kernel = "fill",
                                           .global = {(size_t)w->elements},
                                           .local = {local_size(w)},
                                           .arguments = {ARG(w->buffers[buffer]), ARG(first), ARG(w->elements)}}));
    TRY(plan_run(once, NULL));
    TRY(opencl_finish(w->opencl));
done:
    plan_free(once);
    return status;
}

static enum status prepare_memory(struct device_work *w)
{
    enum status status;
    w->elements = array_elements(&w->opencl->device);
    cl_ulong vectors = w->elements / 4;
    TRY(plan_create(w->opencl, kernel_sustain, "", &w->plan));
    for (int i = 0; i < 3; i++)
        TRY(plan_scratch(w->plan, (size_t)w->elements * sizeof(cl_float), &w->buffers[i]));
    TRY(fill(w, 1, 0));
    TRY(fill(w, 2, 1));
    TRY(plan_launch(w->plan, &(struct launch){.kernel = "triad",
                                              .global = {(size_t)vectors},
                                              .local = {local_size(w)},
                                              .arguments = {ARG(w->buffers[0]), ARG(w->buffers[1]), ARG(w->buffers[2]),
                                                            ARG(vectors)}}));
done:
    return status;
}

/* Anew for every length, which is an argument. */
static enum status prepare_compute(struct device_work *w)
{
    enum status status;
    struct sustain_chain chain = sustain_chain;
    cl_int pairs = (cl_int)w->batch, items = (cl_int)(w->opencl->device.compute_units * ITEMS_PER_UNIT);
    plan_free(w->plan);
    w->plan = NULL;
    w->elements = (cl_ulong)items;
    TRY(plan_create(w->opencl, kernel_sustain, "", &w->plan));
    TRY(plan_scratch(w->plan, (size_t)items * sizeof(cl_float), &w->buffers[0]));
    TRY(plan_launch(w->plan, &(struct launch){.kernel = "chains",
                                              .global = {(size_t)items},
                                              .local = {local_size(w)},
                                              .arguments = {ARG(w->buffers[0]), ARG(chain.m0), ARG(chain.a0),
                                                            ARG(chain.m1), ARG(chain.a1), ARG(pairs), ARG(items)}}));
done:
    return status;
}

enum status sustain_on_device(struct opencl *opencl, enum sustain_load load, struct sustain_work *work)
{
    enum status status = STATUS_OK;
    struct device_work *w = calloc(1, sizeof *w);
    bool is_memory = load == SUSTAIN_MEMORY;
    *work = (struct sustain_work){.state = w,
                                  .threads = -1,
                                  .bytes = -1,
                                  .asynchronous = true,
                                  .start = start,
                                  .wait = wait_for_it,
                                  .check = check,
                                  .release = release};
    if (!w)
        return status_fail(STATUS_MEMORY, "no host memory for a sustained load");
    w->opencl = opencl;
    w->load = load;
    w->batch = is_memory ? 1 : FIRST_PAIRS;
    if (is_memory)
        TRY(prepare_memory(w));
    for (int round = 0; round < 4; round++) {
        if (!is_memory)
            TRY(prepare_compute(w));
        int64_t begin = clock_ns();
        TRY(start(w));
        TRY(wait_for_it(w));
        /* The first round also compiles. */
        if (round > 0)
            w->batch = sustain_batch(w->batch, (double)(clock_ns() - begin), is_memory ? 10000 : 1 << 30);
        if (!is_memory && w->batch < PAIRS_LEAST)
            w->batch = PAIRS_LEAST;
    }
    if (!is_memory)
        TRY(prepare_compute(w));
    double items = (double)w->elements;
    work->bytes = is_memory ? 3 * (int64_t)w->elements * (int64_t)sizeof(cl_float) : -1;
    work->amount = (is_memory ? (double)work->bytes : items * CHAINS_PER_ITEM * 2 * 2) * (double)w->batch;
done:
    return status;
}
