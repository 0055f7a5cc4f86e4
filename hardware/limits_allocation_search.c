/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Bisection over sizes, with the safety rule that keeps a shared host alive.
 */
#include "hardware/limits_allocation.h"

enum { PAGE = 4096 };

static const uint64_t cpu_most_bytes = (uint64_t)1 << 30;

static uint64_t whole_pages(uint64_t bytes)
{
    return bytes / PAGE * PAGE;
}

/* Asks about one size; true while the search goes on. */
static bool ask(struct allocation_search *s, enum allocation_answer (*try)(void *context, uint64_t bytes),
                void *context, uint64_t bytes)
{
    const enum allocation_answer answer = try(context, bytes);
    if (answer == ALLOCATION_WORKS)
        s->works_bytes = bytes;
    else if (answer == ALLOCATION_FAILS)
        s->fails_bytes = bytes;
    else
        s->cut_short = true;
    return !s->cut_short;
}

struct allocation_search allocation_search(enum allocation_answer (*try)(void *context, uint64_t bytes), void *context,
                                           uint64_t first, uint64_t most)
{
    struct allocation_search s = {0};
    most = whole_pages(most);
    first = whole_pages(first);
    if (first > most)
        first = most;
    if (most == 0 || (first > 0 && !ask(&s, try, context, first)))
        return s;
    if (s.fails_bytes == 0 && first < most && !ask(&s, try, context, most))
        return s;
    while (s.fails_bytes > 0 && s.fails_bytes - s.works_bytes > s.fails_bytes / 100) {
        const uint64_t middle = whole_pages(s.works_bytes + (s.fails_bytes - s.works_bytes) / 2);
        if (middle <= s.works_bytes || !ask(&s, try, context, middle))
            break;
    }
    return s;
}

uint64_t allocation_ceiling(const struct device *device, int64_t host_bytes, const char **reason)
{
    uint64_t most = device->global_bytes;
    *reason = "";
    if (device->type != DEVICE_CPU && !device->unified_memory)
        return most;
    const uint64_t half = host_bytes > 0 ? (uint64_t)host_bytes / 2 : 0;
    if (half < most) {
        most = half;
        *reason = "no more was tried: half of the host's free memory";
    }
    if (device->type == DEVICE_CPU && cpu_most_bytes < most) {
        most = cpu_most_bytes;
        *reason = "no more was tried: 1 GiB on a device that runs on the CPU";
    }
    return most;
}
