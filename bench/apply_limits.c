/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The limit of memory is that of the whole process. What is no tile is kept apart from it: the program itself with its
 * libraries, and the chunks that threads decode and encode. Labels are expected to be no more than one in a thousand
 * pixels; if there are more, they take 37 bytes each beyond the limit.
 */
#include "bench/apply_limits.h"

enum { OWN_MIB = 40, DRIVER_MIB = 260, CHUNKS_PER_THREAD = 4, PIXELS_PER_LABEL = 1000, DEVICE_PERCENT = 90 };

int64_t apply_memory(int64_t available_bytes)
{
    return available_bytes > 0 ? available_bytes / 2 : INT64_C(1) << 32;
}

struct tile_limits apply_limits(int64_t memory_bytes, const struct device *device, int threads, size_t in_chunk_bytes,
                                struct shape out_chunk)
{
    const int64_t own = (int64_t)(device ? DRIVER_MIB : OWN_MIB) << 20;
    const size_t chunks =
        CHUNKS_PER_THREAD * (size_t)threads * (in_chunk_bytes + (size_t)shape_pixels(out_chunk) * sizeof(uint32_t));
    const int64_t rest = memory_bytes - own - (int64_t)chunks;
    struct tile_limits limits = {.host_bytes = rest > 0 ? (size_t)rest : 0,
                                 .device_bytes = SIZE_MAX,
                                 .multiple = out_chunk,
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
