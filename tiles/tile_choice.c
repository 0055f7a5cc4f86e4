/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Trying tiles. Sizes double from the smallest; in 3D cubes, and columns of the whole depth where that is more. Larger
 * tiles have less margin, smaller ones stay in caches: the time falls, then rises, so trying ends when a size takes
 * half as long again as the best before it.
 */
#include "tiles/tile_choice.h"

#include <math.h>

#include "images/volume_synthetic.h"

enum { SMALLEST_PX = 128, SMALLEST_DEEP_PX = 32, TURNS = 5 };

static const double MUCH_SLOWER = 1.5, AS_FAST = 1.1;

enum status tile_fits(const struct tiling_request *request, const struct tile_limits *limits, bool *fits)
{
    enum status status;
    size_t host, device;
    TRY(tiling_need(request, limits->pixels_per_label, &host, &device));
    *fits = host <= limits->host_bytes && device <= limits->device_bytes;
done:
    return status;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The multiple of `unit` at or above `wanted`. */
static int64_t whole_units(int64_t wanted, int64_t unit)
{
    return (wanted + unit - 1) / unit * unit;
}

static bool same_cut(struct shape a, struct shape b, struct shape image)
{
    return smaller(a.width, image.width) == smaller(b.width, image.width) &&
           smaller(a.height, image.height) == smaller(b.height, image.height) &&
           smaller(a.depth, image.depth) == smaller(b.depth, image.depth);
}

static void add(struct tile_choice *choice, struct shape tile, struct shape image, struct shape unit)
{
    tile.width = whole_units(smaller(tile.width, image.width), unit.width);
    tile.height = whole_units(smaller(tile.height, image.height), unit.height);
    tile.depth = whole_units(smaller(tile.depth, image.depth), unit.depth);
    for (int i = 0; i < choice->count; i++)
        if (same_cut(choice->tile[i], tile, image))
            return;
    if (choice->count < TILE_CHOICES_MAX) {
        choice->expected_ns[choice->count] = NAN;
        choice->tile[choice->count++] = tile;
    }
}

static void list_sizes(struct shape image, struct shape unit, struct tile_choice *choice)
{
    const int64_t most = image.width > image.height ? image.width : image.height;
    *choice = (struct tile_choice){.best = -1};
    for (int64_t px = image.depth > 1 ? SMALLEST_DEEP_PX : SMALLEST_PX;; px *= 2) {
        add(choice, (struct shape){px, px, px}, image, unit);
        if (image.depth > 1 && image.depth < 4 * px)
            add(choice, (struct shape){px, px, image.depth}, image, unit);
        if (px >= most)
            break;
    }
}

static double per_tile_ns(const struct tiling_request *request, const struct tiling_report *report)
{
    double sum = 0;
    for (int i = 0; i < report->sweep_count; i++) {
        const struct tiling_stages *s = &report->sweeps[i].stages;
        /* On the CPU all stages share its cores; a device has engines for each. */
        const double transfers = fmax(s->push_ns, s->pull_ns), files = fmax(s->read_ns, s->write_ns);
        sum += request->overlap && request->backend == BACKEND_OPENCL
                   ? fmax(s->compute_ns, fmax(transfers, files))
                   : s->read_ns + s->push_ns + s->compute_ns + s->pull_ns + s->write_ns;
    }
    return sum;
}

static enum status forget(void *context, struct shape shape, struct shape tile, struct volume **volume)
{
    (void)context;
    return volume_null(shape, PIXEL_U32, tile, volume);
}

/* The expected time for the whole image. */
static enum status try_tile(const struct tiling_request *request, double *expected_ns)
{
    enum status status;
    const struct graph *g = request->graph;
    const struct grid grid = grid_make(g->shapes[g->spaces - 1], request->tile);
    const int64_t middle = (grid.layers / 2 * grid.rows + grid.rows / 2) * grid.columns + grid.columns / 2;
    struct tiling_request trial = *request;
    struct tiling_report report;
    trial.only = (const int64_t[]){middle};
    trial.only_count = 1;
    trial.overlap = false;
    trial.uniform = true;
    trial.scratch = forget;
    trial.done = NULL;
    trial.progress = NULL;
    TRY(volume_null(grid.image, g->nodes[g->count - 1].type, request->tile, &trial.out));
    *expected_ns = INFINITY;
    for (int turn = 0; turn < TURNS; turn++) {
        TRY(tiling_run(&trial, &report));
        if (turn > 0)
            *expected_ns = fmin(*expected_ns, per_tile_ns(request, &report) * (double)grid_tiles(&grid));
    }
done:
    volume_close(trial.out);
    return status;
}

enum status tile_choose(struct tiling_request *request, const struct tile_limits *limits, struct tile_choice *choice)
{
    enum status status = STATUS_OK;
    const struct graph *g = request->graph;
    bool fits = true;
    double fastest = INFINITY;
    list_sizes(g->shapes[g->spaces - 1], limits->multiple, choice);
    for (int i = 0; i < choice->count; i++) {
        request->tile = choice->tile[i];
        TRY(tile_fits(request, limits, &fits));
        if (!fits)
            continue;
        TRY(try_tile(request, &choice->expected_ns[i]));
        if (choice->expected_ns[i] < fastest)
            choice->best = i;
        fastest = fmin(fastest, choice->expected_ns[i]);
        if (choice->expected_ns[i] > MUCH_SLOWER * fastest)
            break;
    }
    /* Of those that are as fast as can be told from one tile, the largest has the least margin. */
    for (int i = choice->best + 1; choice->best >= 0 && i < choice->count; i++)
        if (choice->expected_ns[i] <= AS_FAST * fastest)
            choice->best = i;
    if (choice->best < 0) {
        size_t host, device;
        request->tile = choice->tile[0];
        TRY(tiling_need(request, limits->pixels_per_label, &host, &device));
        const bool of_host = host > limits->host_bytes;
        status = status_fail(of_host ? STATUS_MEMORY : STATUS_DEVICE_MEMORY,
                             "the smallest tile, %lldx%lldx%lld, needs %zu MiB of %s memory, and %zu MiB may be used",
                             (long long)request->tile.width, (long long)request->tile.height,
                             (long long)request->tile.depth, (of_host ? host : device) >> 20,
                             of_host ? "host" : "device", (of_host ? limits->host_bytes : limits->device_bytes) >> 20);
        goto done;
    }
    request->tile = choice->tile[choice->best];
done:
    return status;
}
