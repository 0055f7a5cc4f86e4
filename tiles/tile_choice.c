/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Trying tiles. Sizes double from the smallest; in 3D cubes, and columns of the whole depth where that is more. Larger
 * tiles have less margin, smaller ones stay in caches: the time falls, then rises. Trying begins with some hundreds of
 * tiles, where the least is mostly near, goes on to larger ones, and to smaller ones if none of those was faster, and
 * ends when a size takes half as long again as the best before it.
 */
#include "tiles/tile_choice.h"

#include <math.h>
#include <stdlib.h>

#include "hardware/clock.h"
#include "images/volume_synthetic.h"
#include "tiles/conveyor.h"

enum { TURNS = 5, SHORT_NS = 100000000, TILES_WANTED = 256 };

/* Trying takes up to a tenth of the expected time, or a quarter of a second where that is more. */
static const double MUCH_SLOWER = 1.5, AS_FAST = 1.1, TRIALS_SHARE = 0.1, TRIALS_NS = 0.25e9;

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* A trial while it runs. */
struct trial {
    const struct tiling_request *request;
    int64_t skipped; /* tiles until all stages are busy with memory that was used before */
    int64_t begin_ns;
    double per_tile_ns; /* sum over the sweeps */
};

static void tile_is_done(void *context, const char *purpose, int64_t tile, int64_t tiles)
{
    struct trial *t = context;
    (void)purpose;
    if (tile == t->skipped)
        t->begin_ns = clock_ns();
    if (tile == tiles - 1 && tile > t->skipped)
        t->per_tile_ns += (double)(clock_ns() - t->begin_ns) / (double)(tile - t->skipped);
}

/* In memory whole images might not fit: what is written is then left out of the time. */
static enum status trial_scratch(void *context, const char *purpose, struct shape shape, enum pixel_type type,
                                 struct volume **volume)
{
    const struct tiling_request *r = ((struct trial *)context)->request;
    return r->scratch ? r->scratch(r->context, purpose, shape, type, volume)
                      : volume_null(shape, type, r->tile, volume);
}

/* Tiles that keep all stages busy for some time, and as many before them. */
static int64_t trial_tiles(const struct tiling_request *request)
{
    struct sweep sweep;
    const struct graph *g = request->graph;
    const struct grid grid = grid_make(g->shapes[g->spaces - 1], request->tile);
    sweep_make(g, g->count - 1, -1, conveyor_growth_px(), request->margin_px, &sweep);
    return smaller(2 * conveyor_sets(request, &sweep) + 1, grid_tiles(&grid));
}

static enum status run_trial(const struct tiling_request *request, int64_t tiles, double *per_tile_ns)
{
    enum status status;
    const struct graph *g = request->graph;
    const struct grid grid = grid_make(g->shapes[g->spaces - 1], request->tile);
    const int64_t middle = (grid.layers / 2 * grid.rows + grid.rows / 2) * grid.columns + grid.columns / 2;
    const int64_t first = smaller(middle, grid_tiles(&grid) - tiles);
    struct trial t = {.request = request, .skipped = (tiles - 1) / 2};
    struct tiling_request trial = *request;
    struct tiling_report *report = malloc(sizeof *report);
    int64_t *only = malloc((size_t)tiles * sizeof *only);
    trial.out = NULL;
    if (!report || !only) {
        status = status_fail(STATUS_MEMORY, "no host memory for a list of %lld tiles", (long long)tiles);
        goto done;
    }
    for (int64_t i = 0; i < tiles; i++)
        only[i] = first + i;
    trial.only = only;
    trial.only_count = tiles;
    trial.scratch = trial_scratch;
    trial.done = NULL;
    trial.progress = tile_is_done;
    trial.context = &t;
    TRY(trial_scratch(&t, "trial", grid.image, g->nodes[g->count - 1].type, &trial.out));
    TRY(tiling_run(&trial, report));
    *per_tile_ns = tiles > 1 ? t.per_tile_ns : tiling_total(report).wall_ns;
done:
    volume_close(trial.out);
    free(only);
    free(report);
    return status;
}

/* The expected time for the whole image: the least of several trials while they are short; and what one of them took.
 */
static enum status try_tile(const struct tiling_request *request, double *expected_ns, int64_t *trial_ns)
{
    enum status status = STATUS_OK;
    const struct graph *g = request->graph;
    const struct grid grid = grid_make(g->shapes[g->spaces - 1], request->tile);
    const int64_t begin = clock_ns(), tiles = trial_tiles(request);
    *expected_ns = INFINITY;
    for (int turn = 0; turn < TURNS && (turn == 0 || clock_ns() - begin < SHORT_NS); turn++) {
        double per_tile_ns;
        TRY(run_trial(request, tiles, &per_tile_ns));
        *expected_ns = fmin(*expected_ns, per_tile_ns * (double)grid_tiles(&grid));
        *trial_ns = (clock_ns() - begin) / (turn + 1);
    }
done:
    return status;
}

/* The trials so far. */
struct search {
    struct tiling_request *request;
    struct tile_choice *choice;
    double trials_ns;
    bool fits[TILE_CHOICES_MAX];
    double fastest_ns;
    int64_t begin_ns, last_trial_ns;
};

static int64_t tiles_of(const struct search *s, int size)
{
    const struct graph *g = s->request->graph;
    const struct grid grid = grid_make(g->shapes[g->spaces - 1], s->choice->tile[size]);
    return grid_tiles(&grid);
}

/* Would trying the request's tile take more time than it may? */
static bool is_dear(const struct search *s, int size)
{
    const double share = (double)trial_tiles(s->request) / (double)tiles_of(s, size);
    const double expected_ns = fmax(share * s->fastest_ns, (double)s->last_trial_ns);
    return (double)(clock_ns() - s->begin_ns) + expected_ns > fmax(TRIALS_SHARE * s->fastest_ns, s->trials_ns);
}

/* Tries sizes from one on, larger or smaller ones, until one is much slower than the best. */
static enum status search_from(struct search *s, int first, int step)
{
    enum status status = STATUS_OK;
    struct tile_choice *choice = s->choice;
    for (int i = first; i >= 0 && i < choice->count; i += step) {
        if (!s->fits[i])
            continue;
        s->request->tile = choice->tile[i];
        if (choice->best >= 0 && is_dear(s, i))
            break;
        TRY(try_tile(s->request, &choice->expected_ns[i], &s->last_trial_ns));
        if (choice->expected_ns[i] < s->fastest_ns)
            choice->best = i;
        s->fastest_ns = fmin(s->fastest_ns, choice->expected_ns[i]);
        if (choice->expected_ns[i] > MUCH_SLOWER * s->fastest_ns)
            break;
    }
done:
    return status;
}

enum status tile_choose(struct tiling_request *request, const struct tile_limits *limits, struct tile_choice *choice)
{
    enum status status;
    const struct graph *g = request->graph;
    struct search search = {.request = request,
                            .choice = choice,
                            .trials_ns = limits->trials_ns > 0 ? limits->trials_ns : TRIALS_NS,
                            .fastest_ns = INFINITY,
                            .begin_ns = clock_ns()};
    int first = -1;
    tile_candidates(g->shapes[g->spaces - 1], limits->multiple, choice);
    for (int i = 0; i < choice->count; i++) {
        request->tile = choice->tile[i];
        status = tile_fits(request, limits, &search.fits[i]);
        /* Operations have limits of their own, which the smallest tile keeps if any does. */
        if (status == STATUS_UNSUPPORTED && i > 0)
            continue;
        TRY(status);
        if (search.fits[i] && (first < 0 || tiles_of(&search, i) >= TILES_WANTED))
            first = i;
    }
    request->tile = choice->tile[0];
    if (first < 0)
        TRY(tile_nothing_fits(request, limits));
    TRY(search_from(&search, first, 1));
    if (choice->best == first)
        TRY(search_from(&search, first - 1, -1));
    /* Of those that are as fast as can be told from a few tiles, the largest has the least margin. */
    for (int i = choice->best + 1; i < choice->count; i++)
        if (choice->expected_ns[i] <= AS_FAST * search.fastest_ns)
            choice->best = i;
    request->tile = choice->tile[choice->best];
done:
    return status;
}
