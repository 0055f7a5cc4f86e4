/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A sample is one parallel region, in which every thread passes over its arrays as often as it takes to last: at 16 KiB
 * the L1 cache is measured and not the start of threads. Passes are whole, because a part of a large set may happen to
 * lie in a cache, and the fastest sample would be that part. The time is that of the whole region: clocks inside it
 * would leave out a thread that begins late.
 *
 * All memory holds one number and every loop writes that number, so that a read can be checked by its sum at any time;
 * a write is checked by spoiling the first and last number of each thread's array before.
 */
#include "hardware/limits_cpu_sweep.h"

#include <omp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "hardware/clock.h"
#include "hardware/limits_cpu_team.h"

enum { SAMPLES_LEAST = 3, HUGE_PAGE_BYTES = 2 << 20, PAGE_BYTES = 4096, ARRAYS_MOST = 3, PART_LEAST_BYTES = 8192 };
static const float NUMBER = 1.1f; /* its bits are an odd number: no sum of fewer of them is the same modulo 2^32 */

struct sweep {
    const struct sweep_memory *memory;
    enum stream stream;
    stream_loop *loop;
    int64_t elements; /* of one array of one thread */
    int64_t passes;
};

static const int array_counts[STREAM_COUNT] = {
#define X(code, name, arrays) arrays,
    STREAM_LIST(X)
#undef X
};

static const char *const names[STREAM_COUNT] = {
#define X(code, name, arrays) name,
    STREAM_LIST(X)
#undef X
};

const char *sweep_name(enum stream stream)
{
    return names[stream];
}

int64_t sweep_least_bytes(int threads)
{
    int64_t bytes = 2 * PART_LEAST_BYTES;
    while (bytes < (int64_t)threads * PART_LEAST_BYTES)
        bytes *= 2;
    return bytes;
}

enum status sweep_memory_open(struct sweep_memory *memory, int threads, int64_t bytes)
{
    enum status status;
    *memory = (struct sweep_memory){.threads = threads};
    TRY(cpu_team_check(threads));
    int64_t part = bytes / threads + ARRAYS_MOST * 2 * PAGE_BYTES;
    memory->part_bytes = (part + HUGE_PAGE_BYTES - 1) / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
    const size_t total = (size_t)memory->part_bytes * (size_t)threads;
    memory->base = aligned_alloc(HUGE_PAGE_BYTES, total);
    if (!memory->base)
        return status_fail(STATUS_MEMORY, "no host memory for arrays of %lld bytes", (long long)total);
    madvise(memory->base, total, MADV_HUGEPAGE); /* a limit is without misses of page tables; if refused, with them */
#pragma omp parallel num_threads(threads)
    {
        float *mine = (float *)(void *)(memory->base + omp_get_thread_num() * memory->part_bytes);
        for (int64_t i = 0; i < memory->part_bytes / (int64_t)sizeof *mine; i++)
            mine[i] = NUMBER;
    }
done:
    return status;
}

void sweep_memory_close(struct sweep_memory *memory)
{
    free(memory->base);
    *memory = (struct sweep_memory){0};
}

/* What is read lies some lines further than what is written, counted from a page's start: a load that agrees in the low
 * 12 bits with a store just before it would wait for that store ("4K aliasing", Intel 64 and IA-32 Architectures
 * Optimization Reference Manual). */
static struct stream_arrays arrays_of(const struct sweep *s, int thread)
{
    const int64_t pages = (s->elements * (int64_t)sizeof(float) + PAGE_BYTES - 1) / PAGE_BYTES;
    char *mine = s->memory->base + thread * s->memory->part_bytes;
    float *array[ARRAYS_MOST];
    for (int i = 0; i < ARRAYS_MOST; i++)
        array[i] = i < array_counts[s->stream]
                       ? (float *)(void *)(mine + i * (pages * PAGE_BYTES + 4 * STREAM_ALIGN_BYTES))
                       : NULL;
    return (struct stream_arrays){array[0], array[1], array[2], s->stream == STREAM_WRITE ? NUMBER : 0};
}

/* What one thread does in a sample; 1 if it did not read what its memory holds. */
static int pass_of(const struct sweep *s, int thread)
{
    uint32_t bits, sum = 0;
    memcpy(&bits, &NUMBER, sizeof bits);
    const uint32_t expected = s->stream == STREAM_READ ? bits * (uint32_t)s->elements * (uint32_t)s->passes : 0;
    const struct stream_arrays arrays = arrays_of(s, thread);
    for (int64_t i = 0; i < s->passes; i++)
        sum += s->loop(&arrays, s->elements);
    return sum != expected;
}

static enum status ended(int64_t start, int wrong, double *ns)
{
    *ns = (double)(clock_ns() - start);
    if (wrong)
        return status_fail(STATUS_WRONG, "%d threads read something else than what their memory holds", wrong);
    return STATUS_OK;
}

/* One sample. */
static enum status pass(void *context, double *ns)
{
    const struct sweep *s = context;
    int wrong = 0;
    int64_t start = clock_ns();
#pragma omp parallel num_threads(s->memory->threads) reduction(+ : wrong)
    wrong += pass_of(s, omp_get_thread_num());
    return ended(start, wrong, ns);
}

static enum status pass_alone(void *context, double *ns)
{
    int64_t start = clock_ns();
    return ended(start, pass_of(context, 0), ns);
}

/* Spoils the first and last number of each thread's array. */
static void spoil(const struct sweep *s)
{
    for (int thread = 0; thread < s->memory->threads; thread++) {
        float *a = arrays_of(s, thread).a;
        a[0] = a[s->elements - 1] = -1;
    }
}

static enum status check(const struct sweep *s)
{
    for (int thread = 0; thread < s->memory->threads; thread++) {
        const float *a = arrays_of(s, thread).a;
        if (a[0] != NUMBER || a[s->elements - 1] != NUMBER)
            return status_fail(STATUS_WRONG, "thread %d of %d did not write what it was timed for (%s)", thread,
                               s->memory->threads, names[s->stream]);
    }
    return STATUS_OK;
}

enum status sweep_measure(const struct sweep_memory *memory, enum stream stream, stream_loop *loop, int64_t bytes,
                          double budget_ns, struct limit *row)
{
    enum status status;
    struct limit_samples samples;
    struct sweep s = {.memory = memory, .stream = stream, .loop = loop, .passes = 1};
    const int64_t block_bytes = STREAM_BLOCK * sizeof(float);
    s.elements = bytes / array_counts[stream] / memory->threads / block_bytes * STREAM_BLOCK;
    const double pass_bytes = (double)s.elements * sizeof(float) * array_counts[stream] * memory->threads;
    if (stream != STREAM_READ)
        spoil(&s);
    TRY(cpu_team_sample(&(struct cpu_repeated){pass, pass_alone, &s, &s.passes}, budget_ns, &samples));
    if (stream != STREAM_READ)
        TRY(check(&s));
    limit_set_rate(row, &samples, pass_bytes * (double)s.passes);
done:
    return status;
}
