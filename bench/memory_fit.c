/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Comparing the needs of whole images with what there is; what is too large goes on to tiles.
 */
#include "bench/memory_fit.h"

#include <stdio.h>

#include "reports/format.h"

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

static enum status look_for_tiles(const struct chain *chain, const struct memory_place *place, struct shape shape,
                                  struct memory_fit *fit, bool *possible)
{
    bool found;
    const enum status status =
        memory_tiles(chain, place, shape, &fit->tiles, &found, fit->obstacle, sizeof fit->obstacle);
    *possible = status != STATUS_UNSUPPORTED;
    if (!*possible && fit->verdict != MEMORY_CANNOT_RUN)
        snprintf(fit->obstacle, sizeof fit->obstacle, "%s", status_text());
    else if (status == STATUS_OK && found)
        fit->verdict = MEMORY_FITS_IN_TILES;
    return *possible ? status : STATUS_OK;
}

enum status memory_fit(const struct chain *chain, const struct memory_place *place, struct shape shape,
                       struct memory_fit *fit)
{
    enum status status;
    bool possible;
    *fit = (struct memory_fit){.verdict = MEMORY_CANNOT_RUN};
    if (place->device && place->device->problem[0]) {
        snprintf(fit->reason, sizeof fit->reason, "%s", place->device->problem);
        return STATUS_OK;
    }
    status = plan(chain, place, shape, &fit->need);
    if (status == STATUS_UNSUPPORTED) {
        fit->need = (struct chain_memory){0};
        snprintf(fit->reason, sizeof fit->reason, "%s", status_text());
        TRY(look_for_tiles(chain, place, shape, fit, &possible));
        /* Tiles may be served where the whole is not: more pixels than an operation can number, for one. */
        if (possible && fit->verdict == MEMORY_CANNOT_RUN)
            fit->verdict = MEMORY_DOES_NOT_FIT;
        return STATUS_OK;
    }
    TRY(status);
    fit->verdict = MEMORY_DOES_NOT_FIT;
    if (fits(place, &fit->need, host_need(place, &fit->need), fit->reason, sizeof fit->reason))
        fit->verdict = MEMORY_FITS;
    else
        TRY(look_for_tiles(chain, place, shape, fit, &possible));
done:
    return status;
}
