/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Sizes double from the smallest; in 3D cubes, and columns of the whole depth where that is more.
 */
#include "tiles/tile_fit.h"

#include <math.h>

enum { SMALLEST_PX = 128, SMALLEST_DEEP_PX = 32 };

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

void tile_candidates(struct shape image, struct shape unit, struct tile_choice *choice)
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

static bool within(const struct engine_need *need, const struct tile_limits *limits)
{
    const size_t shared = need->host_bytes + need->device_bytes;
    return need->host_bytes <= limits->host_bytes && need->device_bytes <= limits->device_bytes &&
           (!limits->shared_bytes || shared <= limits->shared_bytes) &&
           (!limits->largest_bytes || need->largest_bytes <= limits->largest_bytes);
}

enum status tile_fits(const struct tiling_request *request, const struct tile_limits *limits, bool *fits)
{
    enum status status;
    struct tiling_need need;
    TRY(tiling_need(request, limits->pixels_per_label, &need));
    *fits = within(&need.everything, limits);
done:
    return status;
}

enum status tile_nothing_fits(const struct tiling_request *request, const struct tile_limits *limits)
{
    enum status status;
    struct tiling_need need;
    TRY(tiling_need(request, limits->pixels_per_label, &need));
    const struct engine_need *n = &need.everything;
    const struct shape t = request->tile;
    const struct {
        const char *what;
        size_t bytes, most;
    } rows[] = {{"host memory", n->host_bytes, limits->host_bytes},
                {"device memory", n->device_bytes, limits->device_bytes},
                {"host and device memory together", n->host_bytes + n->device_bytes, limits->shared_bytes},
                {"device memory in one buffer", n->largest_bytes, limits->largest_bytes}};
    int row = 0;
    while (row < 3 && (rows[row].bytes <= rows[row].most || (row == 2 && !limits->shared_bytes)))
        row++;
    status = status_fail(row == 0 ? STATUS_MEMORY : STATUS_DEVICE_MEMORY,
                         "the smallest tile, %lldx%lldx%lld, needs %zu MiB of %s, and %zu MiB may be used",
                         (long long)t.width, (long long)t.height, (long long)t.depth, rows[row].bytes >> 20,
                         rows[row].what, rows[row].most >> 20);
done:
    return status;
}

static int64_t pixels_of(struct shape tile, struct shape image)
{
    return smaller(tile.width, image.width) * smaller(tile.height, image.height) * smaller(tile.depth, image.depth);
}

enum status tile_largest(struct tiling_request *request, const struct tile_limits *limits, struct tiling_need *need,
                         bool *found)
{
    const struct graph *g = request->graph;
    const struct shape image = g->shapes[g->spaces - 1];
    struct tile_choice choice;
    struct tiling_need one;
    tile_candidates(image, limits->multiple, &choice);
    *found = false;
    for (int i = 0; i < choice.count; i++) {
        struct tiling_request tried = *request;
        tried.tile = choice.tile[i];
        if (*found && pixels_of(tried.tile, image) <= pixels_of(request->tile, image))
            continue;
        const enum status status = tiling_need(&tried, limits->pixels_per_label, &one);
        if (status != STATUS_OK && (status != STATUS_UNSUPPORTED || i == 0))
            return status;
        if (status != STATUS_OK || !within(&one.everything, limits))
            continue;
        *found = true;
        *need = one;
        request->tile = tried.tile;
    }
    return STATUS_OK;
}
