/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Comparing needs with what there is, and the search for the largest tile: the image is cut along the axis on which the
 * tile is longest, into one more piece each time, until the plan of a tile with its margins fits. Tiles near a cube
 * have the least margin for their content.
 */
#include "bench/memory_fit.h"

#include <stdio.h>

#include "reports/format.h"

/* A tile held beside the whole image should be mostly content; below this share the image goes back to its file. */
static const double content_least = 1.0 / 8;

const char *memory_verdict_name(enum memory_verdict verdict)
{
    static const char *const names[] = {"fits", "fits in tiles", "does not fit", "cannot run"};
    return names[verdict];
}

bool memory_is_shared(const struct memory_place *place)
{
    return !place->device || place->device->unified_memory || place->device->type == DEVICE_CPU;
}

/* Not more than the usable part of `there`; else false, with the reason. */
static bool within(uint64_t bytes, double there, int percent, const char *what, const char *where, char *why,
                   size_t size)
{
    char need[32], have[32];
    if ((double)bytes <= there * percent / 100)
        return true;
    format_bytes(need, sizeof need, (double)bytes);
    format_bytes(have, sizeof have, there);
    if (percent < 100)
        snprintf(why, size, "%s (%s) is more than %d %% of %s (%s)", what, need, percent, where, have);
    else
        snprintf(why, size, "%s (%s) is more than %s (%s)", what, need, where, have);
    return false;
}

/* On the device, and `host_bytes` in host memory. */
static bool fits(const struct memory_place *place, const struct chain_memory *need, uint64_t host_bytes, char *why,
                 size_t size)
{
    const struct device *d = place->device;
    if (d && !within(need->peak_bytes, (double)d->global_bytes, MEMORY_USABLE_PERCENT, "what is held at once",
                     "the device's memory", why, size))
        return false;
    if (d && !within(need->largest_bytes, (double)d->max_alloc_bytes, 100, "the largest buffer",
                     "the largest that the device declares", why, size))
        return false;
    return place->host_bytes < 0 ||
           within(host_bytes, (double)place->host_bytes, MEMORY_USABLE_PERCENT,
                  memory_is_shared(place) ? "what is held at once with the images" : "the images",
                  "available host memory", why, size);
}

static enum status plan(const struct chain *chain, const struct memory_place *place, struct shape shape,
                        struct chain_memory *need)
{
    return place->device ? chain_memory_on_device(chain, place->device, shape, need)
                         : chain_memory_on_cpu(chain, place->threads, shape, need);
}

static uint64_t host_need(const struct memory_place *place, const struct chain_memory *need)
{
    return memory_is_shared(place) ? need->shared_bytes : need->host_bytes;
}

/* Host memory while one tile is computed: the tile alone, or beside the whole images. */
static uint64_t host_need_of_tile(const struct memory_place *place, const struct memory_fit *fit)
{
    if (fit->from_file)
        return host_need(place, &fit->tile_need);
    return fit->need.host_bytes + (memory_is_shared(place) ? fit->tile_need.peak_bytes : 0);
}

/* Cuts the axis on which the tile is longest once more; false if nothing is left to cut. */
static bool cut(const struct chain_tiles *tiles, const int64_t whole[3], int64_t pieces[3], int64_t tile[3])
{
    int longest = -1;
    for (int axis = 0; axis < (tiles->whole_depth ? 2 : 3); axis++)
        if (tile[axis] > 1 && (longest < 0 || tile[axis] > tile[longest]))
            longest = axis;
    if (longest < 0)
        return false;
    const int64_t before = tile[longest];
    while (tile[longest] == before) { /* in larger steps when there are many, since nobody counts 1000 tiles */
        pieces[longest] += 1 + pieces[longest] / 16;
        tile[longest] = (whole[longest] + pieces[longest] - 1) / pieces[longest];
    }
    return true;
}

static enum status search_tile(const struct chain *chain, const struct memory_place *place, struct shape shape,
                               struct memory_fit *fit, bool *found)
{
    const int64_t whole[3] = {shape.width, shape.height, shape.depth};
    int64_t pieces[3] = {1, 1, 1}, tile[3] = {whole[0], whole[1], whole[2]};
    char ignored[256];
    *found = false;
    while (!*found && cut(&fit->tiles, whole, pieces, tile)) {
        fit->tile = (struct shape){tile[0], tile[1], tile[2]};
        fit->tile_with_margin = chain_tile_with_margin(&fit->tiles, shape, fit->tile);
        const double content = (double)shape_pixels(fit->tile) / (double)shape_pixels(fit->tile_with_margin);
        if (!fit->from_file && content < content_least)
            return STATUS_OK;
        enum status status = plan(chain, place, fit->tile_with_margin, &fit->tile_need);
        if (status != STATUS_OK)
            return status;
        *found = fits(place, &fit->tile_need, host_need_of_tile(place, fit), ignored, sizeof ignored);
    }
    fit->tile_count = chain_tile_count(shape, fit->tile);
    return STATUS_OK;
}

enum status memory_fit(const struct chain *chain, const struct memory_place *place, struct shape shape,
                       struct memory_fit *fit)
{
    enum status status;
    bool found = false;
    *fit = (struct memory_fit){.verdict = MEMORY_DOES_NOT_FIT};
    if (place->device && place->device->problem[0]) {
        fit->verdict = MEMORY_CANNOT_RUN;
        snprintf(fit->reason, sizeof fit->reason, "%s", place->device->problem);
        return STATUS_OK;
    }
    status = plan(chain, place, shape, &fit->need);
    if (status == STATUS_UNSUPPORTED) {
        fit->need = (struct chain_memory){0};
        fit->verdict = MEMORY_CANNOT_RUN;
        snprintf(fit->reason, sizeof fit->reason, "%s", status_text());
        return STATUS_OK;
    }
    TRY(status);
    if (fits(place, &fit->need, host_need(place, &fit->need), fit->reason, sizeof fit->reason)) {
        fit->verdict = MEMORY_FITS;
        return STATUS_OK;
    }
    fit->tiles = chain_tiles(chain);
    if (fit->tiles.obstacle) {
        snprintf(fit->obstacle, sizeof fit->obstacle, "%s %s", fit->tiles.obstacle->op->name,
                 chain_obstacle_text(fit->tiles.obstacle));
        return STATUS_OK;
    }
    for (int from_file = 0; from_file < 2 && !found; from_file++) {
        fit->from_file = from_file;
        TRY(search_tile(chain, place, shape, fit, &found));
    }
    if (found)
        fit->verdict = MEMORY_FITS_IN_TILES;
    else
        snprintf(fit->obstacle, sizeof fit->obstacle,
                 "even the smallest tile with its margins needs more than there is");
done:
    return status;
}
