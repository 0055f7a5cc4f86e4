/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The loads on all cores by OpenMP. Each thread walks over its own part of the arrays, which it has touched first.
 */
#include "hardware/sustain_load.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

#include "hardware/clock.h"
#include "hardware/cpu.h"
#include "hardware/memory_available.h"

enum { CACHES = 4, FIRST_PAIRS = 100000, PAGE_BYTES = 4096 };

struct cpu_work {
    enum sustain_load load;
    int threads;
    int64_t batch; /* passes over the arrays, or pairs of steps */
    float *a, *b, *c;
    int64_t elements; /* of each array */
    double operations;
    double worst; /* distance of a chain's end from the fixed point */
};

static double compute(const struct sustain_chain *chain, float start, int64_t pairs, double *end)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("x86-64-v4"))
        return sustain_chains_v4(chain, start, pairs, end);
    if (__builtin_cpu_supports("x86-64-v3"))
        return sustain_chains_v3(chain, start, pairs, end);
#endif
    return sustain_chains_v2(chain, start, pairs, end);
}

static void run_chains(struct cpu_work *w)
{
    const struct sustain_chain chain = sustain_chain;
    double operations = 0, worst = 0;
#pragma omp parallel num_threads(w->threads) reduction(+ : operations) reduction(max : worst)
    {
        double end;
        operations = compute(&chain, 0.25f * (float)(omp_get_thread_num() + 1), w->batch, &end);
        /* Not a number is as far as can be. */
        worst = fabs(end - sustain_chain_end()) < 1e30 ? fabs(end - sustain_chain_end()) : 1e30;
    }
    w->operations = operations;
    w->worst = fmax(w->worst, worst);
}

/* The factor changes sign at every pass and the last pass is known: a pass cannot be left out. */
static void run_triad(struct cpu_work *w)
{
    const int64_t n = w->elements, batch = w->batch;
    float *restrict a = w->a;
    const float *restrict b = w->b, *restrict c = w->c;
#pragma omp parallel num_threads(w->threads)
    for (int64_t pass = batch; pass > 0; pass--) {
        const float factor = pass % 2 ? 0.5f : -0.5f;
#pragma omp for simd schedule(static) nowait
        for (int64_t i = 0; i < n; i++)
            a[i] = b[i] + factor * c[i];
    }
}

static enum status start(void *state)
{
    (void)state;
    return STATUS_OK;
}

static enum status wait_for_it(void *state)
{
    struct cpu_work *w = state;
    if (w->load == SUSTAIN_MEMORY)
        run_triad(w);
    else
        run_chains(w);
    return STATUS_OK;
}

static enum status check(void *state)
{
    const struct cpu_work *w = state;
    if (w->load == SUSTAIN_COMPUTE && w->worst > 1e-3)
        return status_fail(STATUS_WRONG, "multiply-adds under sustained load end %g off", w->worst);
    for (int64_t i = 0; w->load == SUSTAIN_MEMORY && i < w->elements; i++)
        if (w->a[i] != w->b[i] + 0.5f * w->c[i])
            return status_fail(STATUS_WRONG, "a sum under sustained load is %g, not %g", (double)w->a[i],
                               (double)(w->b[i] + 0.5f * w->c[i]));
    return STATUS_OK;
}

static void release(void *state)
{
    struct cpu_work *w = state;
    if (!w)
        return;
    free(w->a);
    free(w->b);
    free(w->c);
    free(w);
}

/* Four times what all private and shared caches hold, at most a quarter of the memory and half of what is free. */
static int64_t array_elements(int threads)
{
    const struct cpu *cpu = cpu_facts();
    int64_t cached = 0, least = (int64_t)16 << 20;
    if (cpu->l2.bytes > 0)
        cached += cpu->l2.bytes * cpu->l2.count;
    if (cpu->l3.bytes > 0)
        cached += cpu->l3.bytes * cpu->l3.count;
    int64_t bytes = CACHES * (cached > least ? cached : least);
    const int64_t free_bytes = memory_available("").bytes;
    if (free_bytes >= 0 && bytes > free_bytes / 2)
        bytes = free_bytes / 2;
    if (cpu->memory_bytes > 0 && bytes > cpu->memory_bytes / 4)
        bytes = cpu->memory_bytes / 4;
    int64_t elements = bytes / 3 / (int64_t)sizeof(float);
    return elements < threads ? threads : elements;
}

static enum status allocate(struct cpu_work *w)
{
    w->elements = array_elements(w->threads);
    size_t bytes = ((size_t)w->elements * sizeof(float) + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    w->a = aligned_alloc(PAGE_BYTES, bytes);
    w->b = aligned_alloc(PAGE_BYTES, bytes);
    w->c = aligned_alloc(PAGE_BYTES, bytes);
    if (!w->a || !w->b || !w->c)
        return status_fail(STATUS_MEMORY, "no host memory for %zu bytes of sustained load", 3 * bytes);
#pragma omp parallel for num_threads(w->threads) schedule(static)
    for (int64_t i = 0; i < w->elements; i++) {
        uint32_t bits = (uint32_t)i * 2654435761u;
        w->a[i] = 0;
        w->b[i] = 1 + (float)(bits >> 9) * 0x1p-23f;
        w->c[i] = 2 - (float)(bits >> 9) * 0x1p-23f;
    }
    return STATUS_OK;
}

enum status sustain_on_cpu(enum sustain_load load, struct sustain_work *work)
{
    enum status status = STATUS_OK;
    struct cpu_work *w = calloc(1, sizeof *w);
    *work = (struct sustain_work){
        .state = w, .bytes = -1, .start = start, .wait = wait_for_it, .check = check, .release = release};
    if (!w)
        return status_fail(STATUS_MEMORY, "no host memory for a sustained load");
    bool is_memory = load == SUSTAIN_MEMORY;
    w->load = load;
    w->threads = work->threads = cpu_cores();
    w->batch = is_memory ? 1 : FIRST_PAIRS;
    if (is_memory) {
        TRY(allocate(w));
        work->bytes = 3 * w->elements * (int64_t)sizeof(float);
    }
    for (int round = 0; round < 3; round++) {
        int64_t begin = clock_ns();
        TRY(wait_for_it(w));
        w->batch = sustain_batch(w->batch, (double)(clock_ns() - begin), (int64_t)1 << 40);
    }
    TRY(wait_for_it(w)); /* of the final size: this is what a batch computes */
    work->amount = is_memory ? (double)work->bytes * (double)w->batch : w->operations;
done:
    return status;
}
