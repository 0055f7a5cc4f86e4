/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The search for the largest size that works, apart from any device, and how far a search may go.
 */
#ifndef HARDWARE_LIMITS_ALLOCATION_H
#define HARDWARE_LIMITS_ALLOCATION_H

#include "hardware/opencl.h"

enum allocation_answer {
    ALLOCATION_FAILS,
    ALLOCATION_WORKS,
    ALLOCATION_ENOUGH /* no answer: the search has to end, its time is over */
};

struct allocation_search {
    uint64_t works_bytes; /* the largest size that worked; 0: none */
    uint64_t fails_bytes; /* the smallest that did not; 0: none was found up to `most` */
    bool cut_short;
};

/* Searches up to `most` bytes, beginning with `first` (at most `most`; 0: with `most`), until works_bytes and
 * fails_bytes are within 1 %. Sizes are multiples of 4096. If `try` lies about one size the search still ends. */
struct allocation_search allocation_search(enum allocation_answer (*try)(void *context, uint64_t bytes), void *context,
                                           uint64_t first, uint64_t most);

/* How many bytes this stage may hold at once. A device with memory of its own: all it declares. One that shares the
 * host's: at most half of `host_bytes`, what the host has free (0 if that is below 0, unknown); one that runs on the
 * CPU also at most 1 GiB, since that CPU takes about a second to make and write each GiB. *reason says what holds it
 * back, "" if nothing does.
 */
uint64_t allocation_ceiling(const struct device *device, int64_t host_bytes, const char **reason);

#endif
