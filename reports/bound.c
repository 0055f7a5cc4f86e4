/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The bandwidth that a case is held against is the one of its own working set: an image that fits the cache is held
 * against the cache. Between two measured sizes the smaller one counts, since where a cache ends is not sharp.
 */
#include "reports/bound.h"

#include <math.h>
#include <string.h>

static bool is_of(const struct limit *row, const char *device, const char *backend, const char *stage, const char *name)
{
    return strcmp(row->device, device) == 0 && strcmp(row->backend, backend) == 0 &&
           strcmp(row->stage, stage) == 0 && strcmp(row->name, name) == 0 && isfinite(row->value) &&
           row->value > 0;
}

/* The best of the rows of that name (thread counts, cards of one name): the largest rate, the shortest time. */
static double limit_value(const struct limits *limits, const char *device, const char *backend, const char *stage,
                   const char *name)
{
    double best = NAN; /* fmax and fmin take the number where the other is NAN */
    for (int i = 0; i < limits->count; i++) {
        const struct limit *row = &limits->rows[i];
        if (is_of(row, device, backend, stage, name))
            best = strcmp(row->unit, "ns") == 0 ? fmin(best, row->value) : fmax(best, row->value);
    }
    return best;
}

/* The best rate of one kind from the largest measured size that is not above `bytes` on: a larger set is never faster,
 * so that what a disturbed measurement lacks at one size is made good by those after it. */
static double rate_at(const struct limits *limits, const char *device, const char *backend, const char *name,
                      double bytes)
{
    double below = -1, best = NAN;
    for (int i = 0; i < limits->count; i++) {
        const struct limit *row = &limits->rows[i];
        if (is_of(row, device, backend, "bandwidth", name) && row->bytes >= 0 && (double)row->bytes <= bytes)
            below = fmax(below, (double)row->bytes);
    }
    for (int i = 0; i < limits->count; i++) {
        const struct limit *row = &limits->rows[i];
        if (is_of(row, device, backend, "bandwidth", name) && (double)row->bytes >= below && row->bytes >= 0)
            best = fmax(best, row->value);
    }
    return best;
}

static const struct {
    const char *name;
    double share; /* of the bytes, what is read */
} mixes[] = {{"write", 0}, {"copy", 0.5}, {"triad", 2 / 3.0}, {"read", 1}};

enum { MIXES = sizeof mixes / sizeof mixes[0] };

double limit_bandwidth(const struct limits *limits, const char *device, const char *backend, double bytes, double share)
{
    double best = NAN;
    for (int i = 0; i + 1 < MIXES; i++)
        if (share >= mixes[i].share - 1e-9 && share <= mixes[i + 1].share + 1e-9) {
            bool first = share<mixes[i + 1].share - 1e-9, second = share> mixes[i].share + 1e-9;
            if (first)
                best = fmax(best, rate_at(limits, device, backend, mixes[i].name, bytes));
            if (second)
                best = fmax(best, rate_at(limits, device, backend, mixes[i + 1].name, bytes));
        }
    return best;
}

static double or_nothing(double value)
{
    return isfinite(value) ? value : 0;
}

static double memory_ns(const struct case_row *row, const struct limits *limits)
{
    double share = row->bytes_min > 0 ? row->bytes_read / row->bytes_min : 0.5;
    double rate = limit_bandwidth(limits, row->device, row->backend, row->bytes_images, share);
    double least = or_nothing(row->bytes_min / rate * 1e9);
    /* Flushed caches: what is read comes from memory, whatever the size; what is written may stay in the cache. */
    if (strcmp(row->cache, "cold") == 0 && strcmp(row->backend, "opencl") != 0)
        least = fmax(least, or_nothing(row->bytes_images * share /
                                       rate_at(limits, row->device, row->backend, "read", INFINITY) * 1e9));
    return least;
}

static double compute_ns(const struct case_row *row, const struct limits *limits)
{
    double peak = limit_value(limits, row->device, row->backend, "peak", "float32_fma");
    if (strcmp(row->type, "float32") != 0) {
        peak = fmax(peak, limit_value(limits, row->device, row->backend, "peak", "int32"));
        peak = fmax(peak, limit_value(limits, row->device, row->backend, "peak", "uint8"));
    }
    return row->flops > 0 ? or_nothing(row->flops / peak * 1e9) : 0;
}

/* An empty parallel region of as many threads. */
static double region_ns(const struct case_row *row, const struct limits *limits)
{
    for (int i = 0; i < limits->count; i++)
        if (is_of(&limits->rows[i], row->device, row->backend, "launch", "parallel_region") &&
            limits->rows[i].threads == row->threads)
            return limits->rows[i].value;
    return 0;
}

static double launch_ns(const struct case_row *row, const struct limits *limits)
{
    if (strcmp(row->backend, "opencl") != 0)
        return region_ns(row, limits);
    double each = limit_value(limits, row->device, row->backend, "launch", "back_to_back");
    return row->launches > 0 ? row->launches * or_nothing(each) : 0;
}

/* From this size on rates no longer grow with the message, and what differs is the host's luck. */
static const double LONG_MESSAGE = 16 << 20;

/* By the better of the measured sizes around it, whose rates hold the latency, or the best of all long messages; the
 * images lie in ordinary, pageable memory. */
static double way_ns(const struct case_row *row, const struct limits *limits, int64_t bytes, const char *name)
{
    double below = -1, above = INFINITY, best = NAN;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < limits->count; i++) {
            const struct limit *l = &limits->rows[i];
            double size = (double)l->bytes;
            if (!is_of(l, row->device, row->backend, "transfer", name) || l->bytes < 0)
                continue;
            bool both_long = (double)bytes >= LONG_MESSAGE && size >= LONG_MESSAGE;
            if (pass == 1 && (size == below || size == above || both_long))
                best = fmax(best, l->value);
            if (pass == 0 && size <= (double)bytes)
                below = fmax(below, size);
            if (pass == 0 && size >= (double)bytes)
                above = fmin(above, size);
        }
    return bytes > 0 ? or_nothing((double)bytes / best * 1e9) : 0;
}

/* The least time in ns of each part; 0: none of it, or not known. */
struct bound {
    double memory_ns, compute_ns, launch_ns, link_ns;
    double least_ns;
    const char *name;
};

static bool bound_of(const struct case_row *row, const struct limits *limits, struct bound *bound)
{
    *bound = (struct bound){.memory_ns = memory_ns(row, limits),
                            .compute_ns = compute_ns(row, limits),
                            .launch_ns = launch_ns(row, limits)};
    if (strcmp(row->residency, "end_to_end") == 0 && strcmp(row->backend, "opencl") == 0)
        bound->link_ns = way_ns(row, limits, row->bytes_pushed, "push_pageable") +
                         way_ns(row, limits, row->bytes_pulled, "pull_pageable");
    double most = fmax(bound->memory_ns, fmax(bound->compute_ns, bound->launch_ns));
    bound->name = most == bound->memory_ns ? "memory" : most == bound->compute_ns ? "compute" : "launch";
    if (bound->link_ns > most)
        bound->name = "link";
    bound->least_ns = most + bound->link_ns;
    return bound->memory_ns > 0;
}

void bound_rows(struct case_row *rows, int count, const struct limits *limits)
{
    for (int i = 0; i < count; i++) {
        struct case_row *row = &rows[i];
        struct bound bound;
        if (!(row->median_ns > 0))
            continue;
        if (!isfinite(row->achieved_bps))
            row->achieved_bps = row->bytes_min / (row->median_ns * 1e-9);
        if (!bound_of(row, limits, &bound))
            continue;
        row->limit_percent = 100 * bound.least_ns / row->median_ns;
        strcpy(row->bound, bound.name);
    }
}
