/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Three threads and a ring of sets. Tiles stay in order, so three counters say everything: how many were read,
 * computed, and handed on. A set is free again when its tile has been handed on. On a device several tiles are under
 * way at once, on three queues.
 */
#include <pthread.h>

#include "hardware/clock.h"
#include "images/failure.h"
#include "tiles/conveyor_parts.h"

enum { UNDER_WAY = 2 };

struct ring {
    struct conveyor_course *course;
    struct engine *engine;
    int sets;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int64_t read, computed, taken;
    struct failure failure;
    double read_ns;
};

static void fail(struct ring *r, enum status status)
{
    pthread_mutex_lock(&r->lock);
    failure_keep(&r->failure, status);
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

/* Waits until *counter is above `below`; false after a failure elsewhere. */
static bool wait_for(struct ring *r, const int64_t *counter, int64_t below)
{
    pthread_mutex_lock(&r->lock);
    while (*counter <= below && !failure_seen(&r->failure))
        pthread_cond_wait(&r->changed, &r->lock);
    const bool fine = !failure_seen(&r->failure);
    pthread_mutex_unlock(&r->lock);
    return fine;
}

static void advance(struct ring *r, int64_t *counter)
{
    pthread_mutex_lock(&r->lock);
    ++*counter;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

static void *read_tiles(void *argument)
{
    struct ring *r = argument;
    const struct conveyor_course *course = r->course;
    for (int64_t i = 0; i < course->count && wait_for(r, &r->taken, i - r->sets); i++) {
        const struct sweep_windows windows = sweep_windows(&course->sweep, &course->grid, course->tiles[i]);
        const int set = (int)(i % r->sets);
        const int64_t begin = clock_ns();
        engine_place(r->engine, set, &windows);
        const enum status status = conveyor_read(course, r->engine, set);
        r->read_ns += (double)(clock_ns() - begin);
        if (status != STATUS_OK) {
            fail(r, status);
            break;
        }
        advance(r, &r->read);
    }
    return NULL;
}

static void *take_tiles(void *argument)
{
    struct ring *r = argument;
    for (int64_t i = 0; i < r->course->count && wait_for(r, &r->computed, i); i++) {
        const enum status status = conveyor_take_tile(r->course, r->engine, (int)(i % r->sets), r->course->tiles[i]);
        if (status != STATUS_OK) {
            fail(r, status);
            break;
        }
        advance(r, &r->taken);
    }
    return NULL;
}

static enum status compute_on_cpu(struct ring *r)
{
    enum status status = STATUS_OK;
    for (int64_t i = 0; i < r->course->count && wait_for(r, &r->read, i); i++) {
        const int64_t begin = clock_ns();
        TRY(engine_compute(r->engine, (int)(i % r->sets)));
        r->course->times->stages.compute_ns += (double)(clock_ns() - begin);
        advance(r, &r->computed);
    }
done:
    return status;
}

static enum status finish_tile(struct ring *r, int64_t i)
{
    enum status status;
    struct engine_times times;
    struct tiling_stages *stages = &r->course->times->stages;
    TRY(engine_wait(r->engine, (int)(i % r->sets), &times));
    stages->push_ns += times.push_ns;
    stages->compute_ns += times.compute_ns;
    stages->pull_ns += times.pull_ns;
    advance(r, &r->computed);
done:
    return status;
}

static enum status compute_on_device(struct ring *r)
{
    enum status status = STATUS_OK;
    int64_t finished = 0, i = 0;
    for (; i < r->course->count && wait_for(r, &r->read, i); i++) {
        TRY(engine_enqueue(r->engine, (int)(i % r->sets)));
        if (i - finished >= UNDER_WAY)
            TRY(finish_tile(r, finished++));
    }
    while (finished < i && !failure_seen(&r->failure))
        TRY(finish_tile(r, finished++));
done:
    return status;
}

enum status conveyor_overlapped(struct conveyor_course *course)
{
    enum status status;
    const bool device = course->conveyor->request->backend == BACKEND_OPENCL;
    struct ring ring = {.course = course, .sets = conveyor_sets(course->conveyor->request, &course->sweep)};
    pthread_t reader, taker;
    if (course->count == 0)
        return STATUS_OK;
    const struct sweep_windows windows = sweep_windows(&course->sweep, &course->grid, course->tiles[0]);
    TRY(conveyor_engine(course, &windows, ring.sets, &ring.engine));
    pthread_mutex_init(&ring.lock, NULL);
    pthread_cond_init(&ring.changed, NULL);
    if (pthread_create(&reader, NULL, read_tiles, &ring) != 0)
        return status_fail(STATUS_MEMORY, "no thread to read tiles");
    if (pthread_create(&taker, NULL, take_tiles, &ring) != 0) {
        fail(&ring, status_fail(STATUS_MEMORY, "no thread to write tiles"));
        pthread_join(reader, NULL);
        return STATUS_MEMORY;
    }
    status = device ? compute_on_device(&ring) : compute_on_cpu(&ring);
    if (status != STATUS_OK)
        fail(&ring, status);
    pthread_join(reader, NULL);
    pthread_join(taker, NULL);
    pthread_cond_destroy(&ring.changed);
    pthread_mutex_destroy(&ring.lock);
    course->times->stages.read_ns += ring.read_ns;
    status = failure_status(&ring.failure);
done:
    return status;
}
