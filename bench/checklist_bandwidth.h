/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The bandwidth of a device: from the newest profile of this machine, else measured on the spot.
 */
#ifndef BENCH_CHECKLIST_BANDWIDTH_H
#define BENCH_CHECKLIST_BANDWIDTH_H

#include "hardware/limits.h"

struct checklist_bandwidth {
    double bytes_per_s; /* of a copy of the largest working set, read and write together; NAN: not measured */
    char source[256];   /* where from, or why not */
};

/* Looks into the store at `database`; NULL: breakeven.db, if there is one. STATUS_STORE for a store that was named and
 * cannot be read; what cannot be measured is no failure. */
enum status checklist_bandwidth(struct opencl *opencl, const char *database, struct checklist_bandwidth *bandwidth);

/* The row of the copy with the largest working set in stage "bandwidth"; of that device and driver, or with NULL of
 * whatever device the rows are. NULL: none has a value. */
const struct limit *checklist_copy_row(const struct limits *limits, const struct device *device);

#endif
