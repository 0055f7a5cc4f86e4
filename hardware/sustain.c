/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Batches of some 50 ms one after the other, and a point whenever half a second has passed. On a device the figures of
 * the telemetry are read while a batch is running: a moment after the end of the load clocks tell nothing of it.
 */
#include "hardware/sustain.h"

#include <math.h>
#include <stdlib.h>

#include "hardware/clock.h"
#include "hardware/sustain_load.h"

enum { BATCH_NS = 50000000, POINT_NS = 450000000 };

const struct sustain_chain sustain_chain = {1.7320508f, -0.123f, 0.57f, 0.1f};

double sustain_chain_end(void)
{
    const struct sustain_chain *c = &sustain_chain;
    return ((double)c->m1 * c->a0 + c->a1) / (1 - (double)c->m0 * c->m1);
}

int64_t sustain_batch(int64_t units, double ns, int64_t most)
{
    double wanted = ns > 0 ? (double)units * (BATCH_NS / ns) : (double)most;
    return wanted < 1 ? 1 : wanted > (double)most ? most : (int64_t)wanted;
}

static enum status add_point(struct sustain_series *series, const struct sustain_point *point)
{
    if (series->count == series->capacity) {
        int capacity = series->capacity ? 2 * series->capacity : 128;
        struct sustain_point *grown = realloc(series->points, (size_t)capacity * sizeof *grown);
        if (!grown)
            return status_fail(STATUS_MEMORY, "no host memory for a series of sustained load");
        series->points = grown;
        series->capacity = capacity;
    }
    series->points[series->count++] = *point;
    return STATUS_OK;
}

/* One interval of a load that began at `begin`; *since is its own beginning, and becomes that of the next. */
static enum status run_interval(struct sustain_work *work, struct telemetry *telemetry, int64_t begin, int64_t *since,
                                struct sustain_point *point)
{
    enum status status = STATUS_OK;
    int64_t now = *since, batches = 0;
    while (batches == 0 || now - *since < POINT_NS) {
        if (batches > 0)
            TRY(work->start(work->state));
        TRY(work->wait(work->state));
        batches++;
        now = clock_ns();
    }
    point->time_s = (double)(now - begin) * 1e-9;
    point->rate = (double)batches * work->amount / ((double)(now - *since) * 1e-9);
    /* The first batch of the next interval keeps the device busy while it is asked. */
    *since = clock_ns();
    TRY(work->start(work->state));
    point->telemetry = telemetry_read(telemetry);
    if (!work->asynchronous)
        *since = clock_ns();
done:
    return status;
}

static enum status run_points(struct sustain_work *work, struct telemetry *telemetry, double seconds,
                              void (*alive)(void *), void *context, struct sustain_series *series)
{
    enum status status = STATUS_OK;
    int64_t begin = clock_ns(), since = begin, until = begin + (int64_t)(seconds * 1e9);
    telemetry_read(telemetry); /* power from an energy counter is that since the reading before */
    TRY(work->start(work->state));
    /* A last interval much shorter than the others would be noise. */
    while (series->count == 0 || until - since > POINT_NS / 2) {
        struct sustain_point point;
        TRY(run_interval(work, telemetry, begin, &since, &point));
        TRY(add_point(series, &point));
        if (alive)
            alive(context);
    }
    TRY(work->wait(work->state));
    TRY(work->check(work->state));
done:
    return status;
}

enum status sustain_run(struct opencl *opencl, enum sustain_load load, double seconds, void (*alive)(void *),
                        void *context, struct sustain_series *series)
{
    enum status status;
    struct telemetry *telemetry = NULL;
    struct sustain_work work = {0};
    *series = (struct sustain_series){.load = load, .threads = -1, .bytes = -1};
    TRY(telemetry_open(opencl ? &opencl->device : NULL, telemetry_root(), &telemetry));
    TRY(opencl ? sustain_on_device(opencl, load, &work) : sustain_on_cpu(load, &work));
    series->threads = work.threads;
    series->bytes = work.bytes;
    TRY(run_points(&work, telemetry, seconds, alive, context, series));
done:
    if (opencl && status != STATUS_OK)
        clFinish(opencl->queue); /* nothing may still run in what is released now */
    if (work.release)
        work.release(work.state);
    telemetry_close(telemetry);
    return status;
}

void sustain_free(struct sustain_series *series)
{
    free(series->points);
    series->points = NULL;
    series->count = series->capacity = 0;
}
