/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The stages of a sweep, one tile after the other.
 */
#include "tiles/conveyor.h"

#include <stdlib.h>
#include <string.h>

#include "hardware/clock.h"
#include "images/volume_cache.h"
#include "tiles/components.h"
#include "tiles/conveyor_parts.h"
#include "tiles/growth.h"

enum { GROWTH_BEGIN_PX = 32 };

void conveyor_begin(struct conveyor *c, const struct tiling_request *request, struct tiling_report *report)
{
    memset(c, 0, sizeof *c);
    c->request = request;
    c->report = report;
    c->growth_px = GROWTH_BEGIN_PX;
    memcpy(c->volumes, request->in, sizeof c->volumes);
    for (int i = 0; i < request->graph->count; i++)
        volume_cache_forget(c->volumes[i]);
}

int64_t conveyor_growth_px(void)
{
    return GROWTH_BEGIN_PX;
}

static void free_engines(struct conveyor *c)
{
    while (c->engine_count > 0) {
        engine_free(c->engines[--c->engine_count]);
        free(c->engines[c->engine_count]);
    }
}

void conveyor_end(struct conveyor *c)
{
    free_engines(c);
}

static bool grows(const struct conveyor_course *course, int node)
{
    const struct graph *g = course->sweep.graph;
    for (int i = 0; i <= course->sweep.target; i++)
        if (course->sweep.needed[i] && g->nodes[i].kind == GRAPH_GROW && (node < 0 || g->nodes[i].in[0] == node))
            return true;
    return false;
}

static void expect_windows(const struct conveyor_course *course, int node, const struct sweep_windows *windows)
{
    int64_t next_px[3];
    const struct sweep *s = &course->sweep;
    const bool ordered = sweep_next(s, &course->grid, &windows->tile, s->graph->nodes[node].space, next_px);
    volume_cache_expect(course->conveyor->volumes[node], ordered ? next_px : NULL);
}

enum status conveyor_read(const struct conveyor_course *course, struct engine *engine, int set)
{
    enum status status = STATUS_OK;
    struct conveyor *c = course->conveyor;
    const struct sweep *s = engine->sweep;
    for (int i = 0; i <= s->target; i++) {
        if (!sweep_reads(s, i))
            continue;
        const int space = s->graph->nodes[i].space;
        const struct region window = engine->set[set].windows.of[space];
        struct image *in = &engine->set[set].in[i];
        expect_windows(course, i, &engine->set[set].windows);
        TRY(volume_read(c->volumes[i], &window, in));
        if (c->numbers[i])
            components_apply(c->numbers[i], in, c->request->threads);
        /* With a margin that was asked for, its own errors are what is wanted to be seen. */
        if (grows(course, i) && !c->request->margin_px)
            growth_mark_cuts(in, &window, s->graph->shapes[space]);
    }
done:
    return status;
}

static void count_memory(struct conveyor *c, const struct engine *engine)
{
    const size_t host = engine->host_bytes, device = c->request->opencl ? c->request->opencl->allocated_bytes : 0;
    c->report->host_bytes = host > c->report->host_bytes ? host : c->report->host_bytes;
    c->report->device_bytes = device > c->report->device_bytes ? device : c->report->device_bytes;
}

enum status conveyor_engine(struct conveyor_course *course, const struct sweep_windows *windows, int sets,
                            struct engine **engine)
{
    struct conveyor *c = course->conveyor;
    const bool moves = course->sweep.first_space < course->sweep.last_space;
    const struct engine_request request = {.sweep = &course->sweep,
                                           .backend = c->request->backend,
                                           .opencl = c->request->opencl,
                                           .threads = c->request->threads,
                                           .sets = sets,
                                           .levels = c->levels,
                                           .tile = c->request->tile};
    for (int i = 0; i < c->engine_count; i++)
        if (engine_fits(c->engines[i], windows)) {
            *engine = c->engines[i];
            return STATUS_OK;
        }
    if (moves || c->engine_count == CONVEYOR_ENGINES_MAX)
        free_engines(c);
    enum status status;
    *engine = malloc(sizeof **engine);
    if (!*engine)
        return status_fail(STATUS_MEMORY, "no host memory for a tile");
    status = engine_prepare(*engine, &request, windows);
    if (status != STATUS_OK) {
        free(*engine);
        return status;
    }
    c->engines[c->engine_count++] = *engine;
    count_memory(c, *engine);
    return STATUS_OK;
}

/* The time since *mark, which becomes now. */
static double lap(int64_t *mark)
{
    const int64_t now = clock_ns(), since = now - *mark;
    *mark = now;
    return (double)since;
}

static enum status run_stages(const struct conveyor_course *course, struct engine *engine, struct tiling_stages *t)
{
    enum status status;
    int64_t mark = clock_ns();
    TRY(conveyor_read(course, engine, 0));
    t->read_ns += lap(&mark);
    TRY(engine_push(engine, 0));
    t->push_ns += lap(&mark);
    TRY(engine_compute(engine, 0));
    t->compute_ns += lap(&mark);
    TRY(engine_pull(engine, 0));
    t->pull_ns += lap(&mark);
done:
    return status;
}

enum { SETS_CPU = 3, SETS_DEVICE = 5 };

int conveyor_sets(const struct tiling_request *request, const struct sweep *sweep)
{
    const bool moves = sweep->first_space < sweep->last_space;
    bool growing = false;
    for (int i = 0; i <= sweep->target; i++)
        growing = growing || (sweep->needed[i] && sweep->graph->nodes[i].kind == GRAPH_GROW);
    /* Windows that differ are prepared one by one; labels that grow may have to be looked at again. */
    return !request->overlap || moves || growing ? 1 : request->backend == BACKEND_OPENCL ? SETS_DEVICE : SETS_CPU;
}

static int64_t largest_axis(struct shape s)
{
    const int64_t flat = s.width > s.height ? s.width : s.height;
    return flat > s.depth ? flat : s.depth;
}

static enum status check_need(const struct tiling_request *r, const struct engine_request *request,
                              const struct sweep_windows *windows, int64_t growth_px)
{
    enum status status;
    struct engine_need n;
    TRY(engine_need(request, windows, &n));
    if ((r->host_bytes && n.host_bytes > r->host_bytes) || (r->device_bytes && n.device_bytes > r->device_bytes) ||
        (r->shared_bytes && n.host_bytes + n.device_bytes > r->shared_bytes))
        status = status_fail(
            STATUS_MEMORY, "labels grow so far that a tile needs %lld pixels around it: %zu MiB, more than may be used",
            (long long)growth_px, (n.host_bytes > n.device_bytes ? n.host_bytes : n.device_bytes) >> 20);
done:
    return status;
}

/* Larger and larger windows, up to the image. The engine is this tile's own. */
static enum status grow_again(struct conveyor_course *course, int64_t tile, int64_t *growth_px, struct engine *engine)
{
    enum status status = STATUS_OK;
    struct conveyor *c = course->conveyor;
    struct conveyor_course again = *course;
    const int64_t most = largest_axis(course->grid.image);
    bool certain = false;
    while (!certain && *growth_px < most) {
        *growth_px = 2 * *growth_px < most ? 2 * *growth_px : most;
        engine_free(engine);
        sweep_make(c->request->graph, course->job->target, course->job->label_node, *growth_px, NULL, &again.sweep);
        const struct sweep_windows windows = sweep_windows(&again.sweep, &course->grid, tile);
        const struct engine_request request = {.sweep = &again.sweep,
                                               .backend = c->request->backend,
                                               .opencl = c->request->opencl,
                                               .threads = c->request->threads,
                                               .sets = 1,
                                               .levels = c->levels,
                                               .tile = c->request->tile};
        TRY(check_need(c->request, &request, &windows, *growth_px));
        TRY(engine_prepare(engine, &request, &windows));
        count_memory(c, engine);
        engine_place(engine, 0, &windows);
        TRY(run_stages(&again, engine, &course->times->stages));
        certain = growth_is_certain(&engine->set[0].core);
        engine->sweep = &course->sweep; /* its own goes out of scope */
    }
done:
    return status;
}

enum status conveyor_take_tile(struct conveyor_course *course, struct engine *engine, int set, int64_t tile)
{
    enum status status;
    struct conveyor *c = course->conveyor;
    struct engine again = {0};
    struct image *core = &engine->set[set].core;
    int64_t growth_px = c->growth_px, mark;
    const bool growing = grows(course, -1) && !c->request->margin_px;
    const struct region region = grid_tile(&course->grid, tile);
    if (growing && !growth_is_certain(core)) {
        TRY(grow_again(course, tile, &growth_px, &again));
        core = &again.set[0].core;
        c->report->grown_tiles++;
    }
    if (growing && growth_px > c->report->growth_px)
        c->report->growth_px = growth_px;
    mark = clock_ns();
    TRY(course->job->take(course->job->context, &region, core));
    course->times->stages.write_ns += lap(&mark);
    if (c->request->progress)
        c->request->progress(c->request->context, course->job->purpose, course->times->tiles, course->count);
    course->times->tiles++;
done:
    engine_free(&again);
    return status;
}

enum status conveyor_one_by_one(struct conveyor_course *course)
{
    enum status status = STATUS_OK;
    for (int64_t i = 0; i < course->count; i++) {
        struct engine *engine;
        const struct sweep_windows windows = sweep_windows(&course->sweep, &course->grid, course->tiles[i]);
        int64_t mark = clock_ns();
        TRY(conveyor_engine(course, &windows, 1, &engine));
        course->times->stages.prepare_ns += lap(&mark);
        engine_place(engine, 0, &windows);
        TRY(run_stages(course, engine, &course->times->stages));
        TRY(conveyor_take_tile(course, engine, 0, course->tiles[i]));
    }
done:
    return status;
}

static enum status list_tiles(struct conveyor_course *course)
{
    const struct tiling_request *r = course->conveyor->request;
    const int64_t all = r->only ? r->only_count : grid_tiles(&course->grid);
    course->tiles = malloc((size_t)all * sizeof *course->tiles);
    if (!course->tiles)
        return status_fail(STATUS_MEMORY, "no host memory for a list of %lld tiles", (long long)all);
    for (int64_t i = 0; i < all; i++) {
        const int64_t index = r->only ? r->only[i] : i;
        /* The result may have more tiles than an image before it. */
        if (index >= grid_tiles(&course->grid))
            continue;
        const struct region tile = grid_tile(&course->grid, index);
        if (course->job->result && r->done && r->done(r->context, &tile))
            course->times->skipped++;
        else
            course->tiles[course->count++] = index;
    }
    return STATUS_OK;
}

/* Prepares for all windows before the clock of the first tile starts, where there are few kinds of them. */
static enum status prepare_ahead(struct conveyor_course *course)
{
    enum status status = STATUS_OK;
    struct engine *engine;
    const bool moves = course->sweep.first_space < course->sweep.last_space;
    for (int64_t i = 0; i < course->count && !moves && course->conveyor->engine_count < CONVEYOR_ENGINES_MAX; i++) {
        const struct sweep_windows windows = sweep_windows(&course->sweep, &course->grid, course->tiles[i]);
        TRY(conveyor_engine(course, &windows, 1, &engine));
    }
done:
    return status;
}

enum status conveyor_run(struct conveyor *c, const struct conveyor_job *job, struct tiling_sweep *times)
{
    enum status status;
    const struct tiling_request *r = c->request;
    struct conveyor_course course = {.conveyor = c, .job = job, .times = times};
    sweep_make(r->graph, job->target, job->label_node, c->growth_px, r->margin_px, &course.sweep);
    const bool moves = course.sweep.first_space < course.sweep.last_space;
    const bool overlap = conveyor_sets(r, &course.sweep) > 1;
    course.sweep.uniform = (r->uniform || overlap) && !moves;
    course.grid = sweep_grid(&course.sweep, r->tile);
    memcpy(times->margin_px, course.sweep.margin_px[course.sweep.last_space], sizeof times->margin_px);
    TRY(list_tiles(&course));
    if (!overlap)
        TRY(prepare_ahead(&course));
    int64_t mark = clock_ns();
    TRY(overlap ? conveyor_overlapped(&course) : conveyor_one_by_one(&course));
    times->stages.wall_ns = lap(&mark);
done:
    free_engines(c);
    free(course.tiles);
    return status;
}
