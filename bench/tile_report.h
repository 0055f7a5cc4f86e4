/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What a sweep over tiles and margins found: a table for each device, the fastest setting that is exact, the fastest
 * within a tolerance, and what is known of the margin; as text and as JSON.
 */
#ifndef BENCH_TILE_REPORT_H
#define BENCH_TILE_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "bench/tile_sweep.h"

struct tile_report {
    const struct tile_sweep *sweep;
    const struct margin_found *margins;
    bool measured;    /* the margin was searched for */
    double tolerance; /* largest absolute error that is fine; NAN: not given */
};

/* The fastest tiled row of `count` neighbours with no error above `most`; `exact`: and no wrong pixel. NULL: none. */
const struct tile_row *tile_report_fastest(const struct tile_row *rows, int count, double most, bool exact);

/* The smallest margin from which on all tiled rows of `count` neighbours are exact; -1: even the largest is not. */
int64_t tile_report_exact_from_px(const struct tile_row *rows, int count);

/* How many rows from `first` on are of its device. */
int tile_report_device_rows(const struct tile_sweep *sweep, int first);

void tile_report_print(FILE *out, const struct tile_report *report);

/* {"margin": ..., "devices": [...], "rows": [...]}; NULL without memory. */
json_t *tile_report_json(const struct tile_report *report);

#endif
