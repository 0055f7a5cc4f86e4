/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What apply says of a run in tiles: each sweep with the time of its stages, and the stage that sets the pace.
 */
#ifndef BENCH_APPLY_REPORT_H
#define BENCH_APPLY_REPORT_H

#include <stdbool.h>

#include "tiles/tiling.h"

struct apply_summary {
    struct shape shape, tile; /* of the result */
    double input_bytes;       /* of one channel of one time point */
    bool overlap;
    int64_t channel, frame;
    int64_t nuclei; /* that a made image has, -1: not known */
};

/* The stage of a sweep that took longest, and its share of the wall time: 1 if nothing else was waited for. */
const char *apply_slowest(const struct tiling_stages *stages, double *busy_share);

void apply_print(const struct apply_summary *summary, const struct tiling_report *report);
void apply_print_json(const struct apply_summary *summary, const struct tiling_report *report);

#endif
