/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One chain on one image, whole and in tiles: every tile size with every margin on every device, timed, and compared
 * with the untiled result pixel by pixel.
 *
 * Times are wall time, medians of a number of samples after one call that is not counted. The total of a setting is
 * that of its sweeps: reading windows from the image in memory and writing tiles to the result are copies and part of
 * it. Programs, memory and launches are prepared before, as for all other cases; the whole first call is first_call_ns.
 * Untiled, the total is push + compute + pull.
 *
 * Errors are against the untiled result of the same device where rounding may differ between devices, else of OpenMP.
 */
#ifndef BENCH_TILE_SWEEP_H
#define BENCH_TILE_SWEEP_H

#include "bench/tile_setting.h"
#include "reports/row.h"
#include "tiles/margin_search.h"

enum { TILE_SAMPLES_MAX = 1000 };

/* A setting on a device, or the untiled run there. */
struct tile_row {
    struct case_row row;
    struct sample_row *samples; /* row.samples of them, owned */
    double copy_ns;             /* median of reading and writing together; NAN for the untiled run */
    bool tiled;
    struct tile_margin margin; /* of a tiled one */
};

struct tile_sweep_request {
    const struct chain *chain;
    const char *text;    /* of the chain, at most ROW_TEXT - 1 bytes */
    const char *content; /* of the image, for the rows */
    const struct image *in;
    const struct image *const *with; /* as for chain_run() */
    const struct graph *graph;       /* of chain and image */
    const struct tile_settings *settings;
    const struct margin_found *margins; /* measured_px only where a margin TILE_MARGIN_MEASURED is wanted */
    struct opencl *const *devices;
    size_t device_count;
    bool openmp; /* measure the CPU too */
    int threads, samples;
    /* Takes each row when it is there; the row stays the sweep's. */
    enum status (*take)(void *context, struct tile_row *row);
    void (*progress)(void *context, int done, int planned, const char *what); /* NULL: silent */
    void *context;
};

struct tile_sweep {
    struct tile_row *rows; /* by device, the untiled one first */
    int count;
    int wrong, failed; /* rows of status wrong; rows that a driver failed */
};

/* A setting that does not fit is a row with status "oom", and the sweep goes on; a device whose driver fails has such
 * rows too. A setting that must be exact and is not, and an untiled result that differs from OpenMP's, are rows with
 * status "wrong" and without times. STATUS_UNSUPPORTED, STATUS_INPUT, STATUS_MEMORY where nothing can be computed. */
enum status tile_sweep_run(const struct tile_sweep_request *request, struct tile_sweep *sweep);

void tile_sweep_free(struct tile_sweep *sweep);

/* The margin of a setting along x, y, z; NULL: the automatic one, which tiles choose for themselves. */
const int64_t *tile_sweep_margin(const struct tile_sweep_request *request, const struct tile_margin *margin,
                                 int64_t margin_px[3]);

/* False for a margin that is the same as another one of the list, or that measuring did not find. */
bool tile_sweep_wants(const struct tile_sweep_request *request, const struct tile_margin *margin);

#endif
