/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Memory bandwidth of the CPU by working set and number of threads. Rows: read, write, copy, triad in B/s, with `bytes`
 * and `threads`, by STREAM's counting; then those of limits_cpu_cache(). Working sets double from 16 KiB (8 KiB per
 * thread, if that is more) to four times the last level of cache; reads by one thread and by all cores are also taken
 * halfway, for the cache steps. Sets that do not fit into the caches are written by ordinary stores and by stores
 * around the caches, and the faster of the two is the limit.
 */
#include "hardware/limits_stages.h"

#include <math.h>
#include <stdbool.h>

#include "hardware/clock.h"
#include "hardware/cpu.h"
#include "hardware/limits_cpu_cache.h"
#include "hardware/limits_cpu_sweep.h"
#include "hardware/limits_cpu_team.h"
#include "hardware/memory_available.h"

enum { POINTS_MOST = 64 };
static const double BUDGET_NS = 14e9;
static const int64_t LARGEST_AT_LEAST_BYTES = 256 << 20;

/* The working sets of one number of threads. */
struct curve {
    int threads;
    struct point {
        int64_t bytes;
        bool halfway; /* between two powers of two: read only */
    } points[POINTS_MOST];
    int count;
};

/* A power of two; at most an eighth of the memory and half of what is available. */
static int64_t largest_bytes(int threads)
{
    int64_t largest = sweep_least_bytes(threads), room = INT64_MAX;
    const int64_t cache = limits_cpu_last_cache_bytes(threads), memory = cpu_facts()->memory_bytes;
    const int64_t wanted = 4 * cache > LARGEST_AT_LEAST_BYTES ? 4 * cache : LARGEST_AT_LEAST_BYTES;
    const struct memory_available available = memory_available("");
    if (memory > 0)
        room = memory / 8;
    if (available.bytes >= 0 && available.bytes / 2 < room)
        room = available.bytes / 2;
    while (largest < wanted && 2 * largest <= room)
        largest *= 2;
    return largest;
}

static struct curve curve_of(int threads)
{
    struct curve curve = {.threads = threads};
    const int64_t largest = largest_bytes(threads);
    const bool halfway = threads == 1 || threads == cpu_cores();
    for (int64_t bytes = sweep_least_bytes(threads); bytes <= largest && curve.count + 1 < POINTS_MOST; bytes *= 2) {
        curve.points[curve.count++] = (struct point){bytes, false};
        if (halfway && bytes < largest)
            curve.points[curve.count++] = (struct point){bytes / 2 * 3, true};
    }
    return curve;
}

static int rows_of(const struct curve *curve)
{
    int rows = 0;
    for (int i = 0; i < curve->count; i++)
        rows += curve->points[i].halfway ? 1 : STREAM_COUNT;
    return rows;
}

static enum status measure(const struct sweep_memory *memory, enum stream stream, int64_t bytes, double budget_ns,
                           struct limits *limits)
{
    enum status status;
    const struct cpu_streams *streams = cpu_loops_best()->streams;
    const bool around = streams->around[stream] && 2 * bytes > limits_cpu_last_cache_bytes(memory->threads);
    struct limit row = limit_row("bandwidth", sweep_name(stream), "B/s"), other;
    row.threads = memory->threads;
    row.bytes = bytes;
    other = row;
    TRY(sweep_measure(memory, stream, streams->run[stream], bytes, around ? budget_ns / 2 : budget_ns, &row));
    cpu_team_remark(&row, "");
    if (around) {
        TRY(sweep_measure(memory, stream, streams->around[stream], bytes, budget_ns / 2, &other));
        cpu_team_remark(&other, "stores around the caches");
        if (other.value > row.value)
            row = other;
    }
    TRY(limits_add(limits, &row));
done:
    return status;
}

/* What remains until the deadline is shared evenly by the rows that remain. */
static enum status measure_curve(const struct curve *curve, double deadline_ns, int *rows_left, struct limits *limits)
{
    enum status status;
    struct sweep_memory memory = {0};
    status = sweep_memory_open(&memory, curve->threads, curve->points[curve->count - 1].bytes);
    if (status != STATUS_OK) {
        struct limit row = limit_row("bandwidth", sweep_name(STREAM_READ), "B/s");
        row.threads = curve->threads;
        *rows_left -= rows_of(curve);
        return limits_add_failure(limits, &row);
    }
    for (int i = 0; i < curve->count; i++) {
        const struct point *point = &curve->points[i];
        for (int stream = 0; stream < (point->halfway ? 1 : STREAM_COUNT); stream++) {
            double left_ns = fmax(deadline_ns - (double)clock_ns(), 0);
            TRY(measure(&memory, (enum stream)stream, point->bytes, left_ns / *rows_left, limits));
            --*rows_left;
        }
    }
done:
    sweep_memory_close(&memory);
    return status;
}

enum status limits_cpu_bandwidth_within(double budget_ns, struct limits *limits)
{
    enum status status = STATUS_OK;
    struct curve curves[CPU_TEAMS];
    int threads[CPU_TEAMS], rows_left = 0;
    const int teams = cpu_teams(threads);
    const double deadline_ns = (double)clock_ns() + budget_ns;
    for (int i = 0; i < teams; i++) {
        curves[i] = curve_of(threads[i]);
        rows_left += rows_of(&curves[i]);
    }
    for (int i = 0; i < teams; i++) {
        TRY(measure_curve(&curves[i], deadline_ns, &rows_left, limits));
        if (threads[i] == 1 || threads[i] == cpu_cores())
            TRY(limits_cpu_cache(limits, threads[i]));
    }
done:
    return status;
}

enum status limits_cpu_bandwidth(struct limits *limits)
{
    return limits_cpu_bandwidth_within(BUDGET_NS, limits);
}
