/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The limit of memory is that of the whole process. What is no tile is kept apart from it: the program itself with its
 * libraries, and the chunks that threads decode and encode. An eighth of the rest at the most is for chunks of the
 * inputs that later tiles need again. Labels are expected to be no more than one in a thousand pixels; if there are
 * more, they take 37 bytes each beyond the limit.
 */
#include "bench/apply_limits.h"

enum {
    OWN_MIB = 40,
    DRIVER_MIB = 260,
    CHUNKS_PER_THREAD = 4,
    PIXELS_PER_LABEL = 1000,
    DEVICE_PERCENT = 90,
    CACHE_SHARE = 8
};

int64_t apply_memory(int64_t available_bytes)
{
    return available_bytes > 0 ? available_bytes / 2 : INT64_C(1) << 32;
}

struct tile_limits apply_limits(int64_t memory_bytes, const struct device *device, const struct apply_need *beside,
                                size_t *cache_bytes)
{
    const int64_t own = (int64_t)(device ? DRIVER_MIB : OWN_MIB) << 20;
    const size_t out_chunk_bytes = (size_t)shape_pixels(beside->out_chunk) * sizeof(uint32_t);
    const size_t chunks = CHUNKS_PER_THREAD * (size_t)beside->threads * (beside->in_chunk_bytes + out_chunk_bytes);
    const int64_t rest = memory_bytes - own - (int64_t)chunks;
    const size_t left = rest > 0 ? (size_t)rest : 0, share = left / CACHE_SHARE;
    *cache_bytes = share < beside->cacheable_bytes ? share : beside->cacheable_bytes;
    struct tile_limits limits = {.host_bytes = left - *cache_bytes,
                                 .device_bytes = SIZE_MAX,
                                 .multiple = beside->out_chunk,
                                 .pixels_per_label = PIXELS_PER_LABEL};
    if (!device)
        return limits;
    limits.device_bytes = (size_t)(device->global_bytes / 100 * DEVICE_PERCENT);
    limits.largest_bytes = (size_t)device->max_alloc_bytes;
    /* A device that computes with this memory takes from the same. */
    if (device->type == DEVICE_CPU || device->unified_memory)
        limits.shared_bytes = limits.host_bytes;
    return limits;
}
