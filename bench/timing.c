/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Wall times by the monotonic clock around push, compute and pull; the device's event times beside them as a diagnostic.
 */
#include "bench/timing.h"

#include <math.h>

#include "bench/statistics.h"
#include "hardware/cache.h"
#include "hardware/clock.h"

enum { WARMUP_GROUP = 5, REPEATS_MOST = 1000, TRIAL_NS = 25000000, TRIAL_CALLS = 2000 };

struct timing_rules timing_rules(bool quick)
{
    if (quick)
        return (struct timing_rules){0.2, 0.6, 7, 50, 0.1, 2.0, 0.03};
    return (struct timing_rules){0.2, 3.0, 15, 300, 0.3, 10.0, 0.01};
}

static void flush_image(const struct image *image)
{
    cache_flush(image->pixels, (size_t)(image->slice * image->shape.depth) * pixel_bytes(image->type));
}

static double flush_images(const struct execution *e)
{
    int64_t start = clock_ns();
    for (int i = 0; i < e->op->inputs; i++)
        flush_image(e->call.in[i]);
    flush_image(e->call.out);
    return (double)(clock_ns() - start);
}

/* By whole numbers: clocks that count from 1970 are beyond what a double holds to the nanosecond. */
static double since(uint64_t from_ns, uint64_t to_ns)
{
    return to_ns >= from_ns ? (double)(to_ns - from_ns) : -(double)(from_ns - to_ns);
}

static bool makes_sense(const struct event_times *t)
{
    return t->queued_ns && t->submit_ns >= t->queued_ns && t->start_ns >= t->submit_ns && t->end_ns >= t->start_ns;
}

/* Times of all commands of the operation, from the first's QUEUED to the last's END. Drivers do return nonsense: they count
 * only if they are there, in order, and the device worked for some time, but not longer than the wall clock ran. */
static void read_events(const struct execution *e, struct plan_events *events, double wall_ns, struct sample_row *sample)
{
    struct event_times first, last;
    sample->queued_ns = sample->submit_ns = sample->start_ns = sample->end_ns = NAN;
    sample->events_ok = -1;
    if (!events->first || !events->last)
        return;
    sample->events_ok = 0;
    if (opencl_event_times(e->opencl, events->first, &first) == STATUS_OK &&
        opencl_event_times(e->opencl, events->last, &last) == STATUS_OK) {
        const double device_ns = since(first.start_ns, last.end_ns);
        sample->queued_ns = 0;
        sample->submit_ns = since(first.queued_ns, first.submit_ns);
        sample->start_ns = since(first.queued_ns, first.start_ns);
        sample->end_ns = since(first.queued_ns, last.end_ns);
        sample->events_ok = makes_sense(&first) && makes_sense(&last) && device_ns > 0 && device_ns <= wall_ns * 1.02;
    }
}

static void release_events(struct plan_events *events)
{
    if (events->first)
        clReleaseEvent(events->first);
    if (events->last)
        clReleaseEvent(events->last);
}

static enum status compute(struct execution *e, int repeats, struct plan_events *events)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < repeats && status == STATUS_OK; i++)
        status = execution_enqueue(e, i == repeats - 1 ? events : NULL);
    if (status == STATUS_OK && e->backend == BACKEND_OPENCL)
        status = opencl_finish(e->opencl);
    return status;
}

enum status timing_sample(struct execution *e, enum residency residency, int repeats, struct sample_row *sample,
                          double *flush_ns)
{
    enum status status;
    struct plan_events events = {0};
    bool whole = residency == RESIDENCY_END_TO_END;
    *flush_ns = whole ? flush_images(e) : 0;

    int64_t start = clock_ns();
    if (whole)
        TRY(execution_push(e));
    int64_t pushed = clock_ns();
    TRY(compute(e, repeats, &events));
    int64_t computed = clock_ns();
    if (whole)
        TRY(execution_pull(e));
    int64_t end = clock_ns();

    bool device = e->backend == BACKEND_OPENCL;
    *sample = (struct sample_row){
        .repeats = repeats,
        .total_ns = (double)(end - start) / repeats,
        .push_ns = device && whole ? (double)(pushed - start) / repeats : 0,
        .compute_ns = (double)(computed - pushed) / repeats,
        .pull_ns = device && whole ? (double)(end - computed) / repeats : 0,
    };
    read_events(e, &events, (double)(computed - pushed), sample);
done:
    release_events(&events);
    return status;
}

enum status timing_call(struct execution *e, enum residency residency, int repeats)
{
    enum status status = STATUS_OK;
    bool whole = residency == RESIDENCY_END_TO_END;
    if (whole)
        TRY(execution_push(e));
    TRY(compute(e, repeats, NULL));
    if (whole)
        TRY(execution_pull(e));
done:
    return status;
}

enum status timing_warm_up(struct execution *e, enum residency residency, const struct timing_rules *rules,
                           void (*alive)(void *), void *context, struct warmup *warmup)
{
    double group[2][WARMUP_GROUP];
    int64_t start = clock_ns();
    *warmup = (struct warmup){0};
    for (;;) {
        struct sample_row sample;
        double flush_ns;
        enum status status = timing_sample(e, residency, 1, &sample, &flush_ns);
        if (status != STATUS_OK)
            return status;
        group[warmup->calls / WARMUP_GROUP % 2][warmup->calls % WARMUP_GROUP] = sample.total_ns;
        warmup->calls++;
        alive(context);

        double spent_s = (double)(clock_ns() - start) * 1e-9;
        bool enough = warmup->calls >= 3 && spent_s >= rules->warmup_least_s;
        bool two_groups = warmup->calls >= 2 * WARMUP_GROUP && warmup->calls % WARMUP_GROUP == 0;
        double a = two_groups ? median_of(group[0], WARMUP_GROUP) : 0, b = two_groups ? median_of(group[1], WARMUP_GROUP) : 0;
        bool stable = two_groups && fabs(a - b) <= 0.03 * fmin(a, b);
        if ((enough && stable) || (warmup->calls >= 3 && spent_s >= rules->warmup_most_s))
            break;
    }
    int last = warmup->calls < WARMUP_GROUP ? warmup->calls : WARMUP_GROUP;
    int which = warmup->calls < WARMUP_GROUP ? 0 : (warmup->calls / WARMUP_GROUP - 1) % 2;
    warmup->call_ns = median_of(group[which], last);
    warmup->spent_ns = (double)(clock_ns() - start);
    return STATUS_OK;
}

/* The lower quartile of calls in TRIAL_NS, after calls that are not counted and go on as long: in so short a time a median can
 * be all disturbance, and disturbance only ever adds. */
static enum status try_threads(struct execution *e, int threads, double *ns)
{
    double calls[TRIAL_CALLS];
    int n = 0;
    enum status status;
    TRY(execution_set_threads(e, threads));
    for (int64_t start = clock_ns(); n == 0 || (n < TRIAL_CALLS && clock_ns() - start < 2 * TRIAL_NS);) {
        int64_t before = clock_ns();
        TRY(execution_compute(e));
        int64_t after = clock_ns();
        if (after - start >= TRIAL_NS)
            calls[n++] = (double)(after - before);
    }
    *ns = summarise(calls, n).q1;
done:
    return status;
}

enum status timing_choose_threads(struct execution *e, const int *candidates, int count, void (*alive)(void *),
                                  void *context, int *best)
{
    enum status status = STATUS_OK;
    double best_ns = INFINITY;
    for (int i = 0; i < 2 * count; i++) {
        double ns = 0;
        int threads = candidates[i < count ? i : 2 * count - 1 - i];
        TRY(try_threads(e, threads, &ns));
        alive(context);
        if (ns < best_ns) {
            best_ns = ns;
            *best = threads;
        }
    }
    TRY(execution_set_threads(e, *best));
done:
    return status;
}

int timing_repeats(enum residency residency, double call_ns)
{
    if (residency == RESIDENCY_END_TO_END || !(call_ns > 0) || call_ns >= 1e6)
        return 1;
    return (int)fmin(ceil(1e6 / call_ns), REPEATS_MOST);
}
