/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Stage "transfer": what the link between host and device carries, by the size of the message.
 *
 *   push_pageable pull_pageable   write and read from ordinary memory                  B/s, bytes = message
 *   push_pinned pull_pinned       from memory that the driver allocated for the host
 *   push_mapped pull_mapped       map, memcpy, unmap
 *   both_pinned                   two queues, one pushes, one pulls; B/s of both, bytes = message in each direction
 *   <name>_latency                ns, of the line time = latency + bytes / bandwidth through the medians of all sizes
 *   <name>_bandwidth              B/s, of the same line
 *   <name>_fit_error              1, median of |line - time| / time
 *   map_zero_copy                 1 if a map moves no bytes, else 0
 *
 * Sizes go up, then down: what warms up or cools down on the way (power states of the link, caches) then hits both ends
 * of the curve. The samples of both are one figure. At each size all ways follow one another, so that they stay
 * comparable.
 */
#include "hardware/limits_stages.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "hardware/clock.h"
#include "hardware/limits_transfer.h"
#include "hardware/transfer_fit.h"

enum { SIZES_MOST = 20, SAMPLES_PER_SWEEP = 256, MIB = 1 << 20 };

static const double sample_budget_ns = 10e6, longest_call_ns = 120e6, wake_ns = 100e6;
static const double rough_error = 0.2, wrong_error = 0.5;
static const double zero_copy_factor = 3;

struct sweep {
    struct link link;
    size_t sizes[SIZES_MOST];
    int size_count;
    struct limit_samples samples[LINK_WAYS][SIZES_MOST];
    double last_ns[LINK_WAYS]; /* of a message of last_bytes */
    size_t last_bytes[LINK_WAYS];
    char failure[LINK_WAYS][LIMIT_TEXT]; /* "" while the way works */
    bool zero_copy;
};

/* Doubling, from 1 MiB on by four: latency shows in the small ones, and the large ones take long. The largest is always
 * there. */
static void choose_sizes(struct sweep *s)
{
    size_t bytes = 4096;
    for (; bytes < s->link.largest_bytes; bytes *= bytes < MIB ? 2 : 4)
        s->sizes[s->size_count++] = bytes;
    s->sizes[s->size_count++] = s->link.largest_bytes;
}

static bool both_ways(int way)
{
    return link_ways[way].pushes && link_ways[way].pulls;
}

/* A call that would take too long is not made; on a slow link the large sizes tell nothing new. */
static bool too_long(const struct sweep *s, int way, size_t bytes)
{
    return s->last_bytes[way] && s->last_ns[way] * (double)bytes / (double)s->last_bytes[way] > longest_call_ns;
}

/* A failure of the way ends it, not the stage. */
static void measure(struct sweep *s, int way, int size)
{
    struct limit_samples fresh, *pool = &s->samples[way][size];
    const size_t bytes = s->sizes[size];
    if (s->failure[way][0] || (both_ways(way) && bytes > s->link.largest_bytes / 2) || too_long(s, way, bytes))
        return;
    s->link.bytes = bytes;
    if (limit_sample(link_ways[way].once, &s->link, sample_budget_ns, 2, &fresh) != STATUS_OK) {
        snprintf(s->failure[way], sizeof s->failure[way], "%s", status_text());
        return;
    }
    /* A part of each sweep, so that the second counts as much as the first. */
    for (int i = 0; i < fresh.count && i < SAMPLES_PER_SWEEP; i++)
        pool->ns[pool->count++] = fresh.ns[i];
    s->last_ns[way] = fresh.ns[0];
    for (int i = 1; i < fresh.count; i++)
        s->last_ns[way] = fmin(s->last_ns[way], fresh.ns[i]);
    s->last_bytes[way] = bytes;
}

/* A link at rest may be in a slow power state. */
static void wake(struct sweep *s)
{
    double ns;
    const int64_t start = clock_ns();
    s->link.bytes = s->link.largest_bytes < 16 * MIB ? s->link.largest_bytes : 16 * MIB;
    while ((double)(clock_ns() - start) < wake_ns && link_ways[LINK_PUSH_PAGEABLE].once(&s->link, &ns) == STATUS_OK)
        ;
}

static void sweep(struct sweep *s)
{
    for (int way = 0; way < LINK_WAYS; way++)
        if (link_check(&s->link, &link_ways[way]) != STATUS_OK)
            snprintf(s->failure[way], sizeof s->failure[way], "%s", status_text());
    wake(s);
    for (int size = 0; size < s->size_count; size++)
        for (int way = 0; way < LINK_WAYS; way++)
            measure(s, way, size);
    for (int size = s->size_count - 1; size >= 0; size--)
        for (int way = LINK_WAYS - 1; way >= 0; way--)
            if (s->samples[way][size].count > 0)
                measure(s, way, size);
}

static double median_ns(const struct limit_samples *samples)
{
    struct limit row = limit_row("transfer", "", "ns");
    limit_set_time(&row, samples, 1);
    return row.value;
}

static double median_at(const struct sweep *s, int way, int size)
{
    return s->samples[way][size].count > 0 ? median_ns(&s->samples[way][size]) : NAN;
}

/* Held against the fastest copy: where pinned copies are three times faster than pageable ones, a map that copies
 * through pinned memory is faster than a pageable copy, too. */
static enum status add_zero_copy(struct sweep *s, struct limits *limits)
{
    struct limit row = limit_row("transfer", "map_zero_copy", "1");
    struct limit_samples maps;
    int size = s->size_count - 1;
    while (size > 0 && (s->sizes[size] > 64 * MIB || s->samples[LINK_PULL_PAGEABLE][size].count == 0))
        size--;
    row.bytes = (int64_t)s->sizes[size];
    const double copy = fmin(median_at(s, LINK_PULL_PAGEABLE, size), median_at(s, LINK_PULL_PINNED, size));
    if (!(copy > 0)) {
        snprintf(row.reason, sizeof row.reason, "%s", "there is no copy to hold a map against");
        return limits_add(limits, &row);
    }
    s->link.bytes = s->sizes[size];
    if (limit_sample(link_map_only, &s->link, sample_budget_ns, 3, &maps) != STATUS_OK)
        return limits_add_failure(limits, &row);
    const double map = median_ns(&maps);
    s->zero_copy = map * zero_copy_factor < copy;
    row.value = s->zero_copy;
    row.samples = maps.count;
    snprintf(row.reason, sizeof row.reason, "a map of %.4g MiB takes %.3g us, a copy %.3g us: %s",
             (double)row.bytes / MIB, map / 1e3, copy / 1e3, s->zero_copy ? "no bytes move" : "bytes move");
    return limits_add(limits, &row);
}

static const char *remark(const struct sweep *s, int way)
{
    return s->zero_copy && link_ways[way].mapped ? "memcpy in shared memory" : "";
}

static enum status add_sizes(const struct sweep *s, int way, struct limits *limits)
{
    enum status status = STATUS_OK;
    int measured = 0;
    for (int size = 0; size < s->size_count; size++)
        measured += s->samples[way][size].count > 0;
    for (int size = 0; size < s->size_count && status == STATUS_OK; size++) {
        const struct limit_samples *samples = &s->samples[way][size];
        struct limit row = limit_row("transfer", link_ways[way].name, "B/s");
        if (both_ways(way) && s->sizes[size] > s->link.largest_bytes / 2)
            break;
        if (measured > 0)
            row.bytes = (int64_t)s->sizes[size];
        limit_set_rate(&row, samples, (double)s->sizes[size] * (both_ways(way) ? 2 : 1));
        snprintf(row.reason, sizeof row.reason, "%s",
                 samples->count > 0 && isnan(row.value) ? "the clock saw no time pass"
                 : samples->count > 0                   ? remark(s, way)
                 : s->failure[way][0]                   ? s->failure[way]
                                                        : "not measured: one message would take more than 0.12 s");
        status = limits_add(limits, &row);
        if (measured == 0)
            break;
    }
    return status;
}

static enum status add_figure(struct limits *limits, int way, const char *suffix, const char *unit, double value,
                              int points, const char *reason)
{
    char name[LIMIT_NAME];
    snprintf(name, sizeof name, "%s_%s", link_ways[way].name, suffix);
    struct limit row = limit_row("transfer", name, unit);
    row.value = value;
    row.samples = points;
    snprintf(row.reason, sizeof row.reason, "%s", reason);
    return limits_add(limits, &row);
}

/* What is worth knowing of a fit. A line that does not describe the times, or not the long ones, must not become a
 * figure: short messages can stay in a cache that long ones do not fit. */
static void judge(struct transfer_fit *fit, char *reason, size_t bytes)
{
    if (fit->error > wrong_error) {
        snprintf(reason, bytes,
                 "time is not latency + bytes / bandwidth: half of the times are off the line by more than %.0f %%",
                 100 * fit->error);
        fit->latency_ns = fit->bandwidth = NAN;
    } else if (fit->longest_error > wrong_error) {
        snprintf(reason, bytes, "the line, %.3g B/s, is that of short messages; the longest is off it by %.0f %%",
                 fit->bandwidth, 100 * fit->longest_error);
        fit->bandwidth = NAN;
    } else if (fmax(fit->error, fit->longest_error) > rough_error) {
        snprintf(reason, bytes,
                 "rough: half of the times are off the line by more than %.0f %%, the longest message by %.0f %%",
                 100 * fit->error, 100 * fit->longest_error);
    }
}

static enum status add_fit(const struct sweep *s, int way, struct limits *limits)
{
    struct transfer_point points[SIZES_MOST];
    struct transfer_fit fit;
    enum status status;
    char reason[LIMIT_TEXT];
    for (int size = 0; size < s->size_count; size++)
        points[size] = (struct transfer_point){(double)s->sizes[size], median_at(s, way, size)};
    const bool fitted = transfer_fit(points, s->size_count, &fit) == STATUS_OK;
    snprintf(reason, sizeof reason, "%s",
             fitted               ? remark(s, way)
             : s->failure[way][0] ? s->failure[way]
                                  : status_text());
    if (fitted)
        judge(&fit, reason, sizeof reason);
    const bool hidden = fit.latency_ns == 0;
    TRY(add_figure(limits, way, "latency", "ns", hidden ? NAN : fit.latency_ns, fit.points,
                   hidden ? "too short to be seen: times are in proportion to bytes" : reason));
    TRY(add_figure(limits, way, "bandwidth", "B/s", fit.bandwidth, fit.points, reason));
    TRY(add_figure(limits, way, "fit_error", "1", fit.error, fit.points, reason));
done:
    return status;
}

enum status limits_transfer(struct opencl *opencl, struct limits *limits)
{
    enum status status;
    struct sweep *s = calloc(1, sizeof *s);
    if (!s)
        return status_fail(STATUS_MEMORY, "no host memory for the samples of transfers");
    if (link_open(opencl, &s->link) != STATUS_OK) {
        const struct limit row = limit_row("transfer", "push_pageable", "B/s");
        free(s);
        return limits_add_failure(limits, &row);
    }
    choose_sizes(s);
    sweep(s);
    TRY(add_zero_copy(s, limits));
    for (int way = 0; way < LINK_WAYS; way++) {
        TRY(add_sizes(s, way, limits));
        if (!both_ways(way))
            TRY(add_fit(s, way, limits));
    }
done:
    link_close(&s->link);
    free(s);
    return status;
}
