/* SPDX-License-Identifier: BSD-3-Clause */
#include "hardware/limits_cpu_cache.h"

#include <stdio.h>
#include <string.h>

#include "hardware/cache_steps.h"
#include "hardware/cpu.h"

/* All caches of a level that are near the usable cores; with one thread, the one near it. -1 if unknown. */
static int64_t expected_bytes(struct cpu_cache cache, int threads)
{
    const struct cpu *cpu = cpu_facts();
    if (cache.bytes <= 0)
        return -1;
    if (threads == 1 || cache.count <= 1)
        return cache.bytes;
    int64_t near = cache.count;
    if (cpu->cores > 0)
        near = ((int64_t)cache.count * cpu->usable_cores + cpu->cores - 1) / cpu->cores;
    return cache.bytes * (near < threads ? near : threads);
}

static void expect(int threads, int64_t expected[CACHE_LEVELS])
{
    const struct cpu *cpu = cpu_facts();
    expected[0] = expected_bytes(cpu->l1d, threads);
    expected[1] = expected_bytes(cpu->l2, threads);
    expected[2] = expected_bytes(cpu->l3, threads);
}

int64_t limits_cpu_last_cache_bytes(int threads)
{
    int64_t expected[CACHE_LEVELS], last = 0;
    expect(threads, expected);
    for (int i = 0; i < CACHE_LEVELS; i++)
        last = expected[i] > last ? expected[i] : last;
    return last;
}

static int read_curve(const struct limits *limits, int threads, int64_t *bytes, double *rate)
{
    int count = 0;
    for (int i = 0; i < limits->count && count < CACHE_POINTS; i++) {
        const struct limit *row = &limits->rows[i];
        if (strcmp(row->stage, "bandwidth") != 0 || strcmp(row->name, "read") != 0 || row->threads != threads ||
            !(row->value > 0))
            continue;
        bytes[count] = row->bytes;
        rate[count++] = row->value;
    }
    return count;
}

/* "hwloc says 48 KiB" */
static void say_size(char *text, size_t size, int64_t bytes)
{
    if (bytes <= 0)
        snprintf(text, size, "hwloc does not know it");
    else if (bytes >= 1 << 20)
        snprintf(text, size, "hwloc says %.4g MiB", (double)bytes / (1 << 20));
    else
        snprintf(text, size, "hwloc says %.4g KiB", (double)bytes / (1 << 10));
}

static enum status add_level(struct limits *limits, int threads, int level, const struct cache_plateau *plateau,
                             int64_t expected)
{
    enum status status;
    char name[LIMIT_NAME], size_text[64];
    say_size(size_text, sizeof size_text, expected);
    snprintf(name, sizeof name, "cache_l%d", level + 1);
    struct limit rate = limit_row("bandwidth", name, "B/s");
    snprintf(name, sizeof name, "cache_l%d_bytes", level + 1);
    struct limit size = limit_row("bandwidth", name, "bytes");
    rate.threads = size.threads = threads;
    if (plateau) {
        rate.value = plateau->rate;
        rate.low = plateau->low;
        rate.high = plateau->high;
        rate.bytes = plateau->last_bytes;
        rate.samples = size.samples = plateau->points;
        size.value = (double)plateau->last_bytes;
    }
    snprintf(rate.reason, sizeof rate.reason, "%s%s", plateau ? "" : "no clear step in the curve of read rates; ",
             size_text);
    memcpy(size.reason, rate.reason, sizeof size.reason);
    if (threads == 1)
        TRY(limits_add(limits, &size));
    TRY(limits_add(limits, &rate));
done:
    return status;
}

enum status limits_cpu_cache(struct limits *limits, int threads)
{
    enum status status;
    int64_t bytes[CACHE_POINTS], expected[CACHE_LEVELS];
    double rate[CACHE_POINTS];
    struct cache_plateau found[CACHE_PLATEAUS];
    int level[CACHE_LEVELS + 1];
    int points = read_curve(limits, threads, bytes, rate);
    int count = cache_plateaus(bytes, rate, points, found);
    expect(threads, expected);
    cache_levels(found, count, points ? bytes[points - 1] : 0, expected, level);
    for (int i = 0; i < CACHE_LEVELS; i++)
        TRY(add_level(limits, threads, i, level[i] < 0 ? NULL : &found[level[i]], expected[i]));
    struct limit memory = limit_row("bandwidth", "memory", "B/s");
    memory.threads = threads;
    if (level[CACHE_LEVELS] < 0) {
        snprintf(memory.reason, sizeof memory.reason, "the read rate of the largest working sets is not level");
    } else {
        const struct cache_plateau *plateau = &found[level[CACHE_LEVELS]];
        memory.value = plateau->rate;
        memory.low = plateau->low;
        memory.high = plateau->high;
        memory.samples = plateau->points;
    }
    TRY(limits_add(limits, &memory));
done:
    return status;
}
