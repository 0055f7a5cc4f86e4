/* SPDX-License-Identifier: BSD-3-Clause
 *
 * From samples of a chain, whole or in tiles, to rows.
 */
#ifndef BENCH_TILE_ROWS_H
#define BENCH_TILE_ROWS_H

#include "bench/tile_sweep.h"
#include "tiles/tile_error.h"
#include "tiles/tiling.h"

/* A row without times on the device, or on the CPU where `opencl` is NULL. Its samples have room for all that are
 * wanted. STATUS_MEMORY. */
enum status tile_row_begin(const struct tile_sweep_request *request, const struct opencl *opencl, struct tile_row *row);

/* Says which tile and margin; `growth_px` is what growing labels took, 0 if there are none. */
void tile_row_describe(const struct tile_sweep_request *request, struct shape tile, const struct tile_margin *margin,
                       int64_t growth_px, struct tile_row *row);

void tile_row_add_error(const struct tile_error *error, struct tile_row *row);

/* Adds a sample. Push and pull are unknown on the CPU, where nothing is moved. */
void tile_row_add_sample(struct tile_row *row, double total_ns, double push_ns, double compute_ns, double pull_ns);

/* Medians of what was added, and their interval. */
void tile_row_sum_up(struct tile_row *row);

/* Sets the speedup of a device's row over the same setting on the CPU; unknown without samples of both. */
void tile_row_compare(const struct tile_row *cpu, struct tile_row *row);

/* What ended the case, with its text; it has no times. */
void tile_row_fail(struct tile_row *row, enum status status, const char *reason);

void tile_row_free(struct tile_row *row);

#endif
