/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven tile from its options to a finished sweep in the store: the request is checked as a whole, then images are
 * made or read, the margin is looked for, and every setting is measured.
 *
 *     tile_session_plan()      nothing is measured yet, no file written
 *     tile_session_measure()   rows are in the store as they come
 */
#ifndef BENCH_TILE_SESSION_H
#define BENCH_TILE_SESSION_H

#include "bench/store.h"
#include "bench/chain_images.h"
#include "bench/tile_sweep.h"

struct tile_options {
    struct chain_request chain;
    const char *tiles, *margins, *backends, *database, *name, *csv; /* as typed; NULL: not given */
    enum content content;                                           /* of an image that is made */
    bool content_given;
    long long threads, samples; /* threads 0: all cores */
    double tolerance;           /* NAN: not given */
};

struct tile_session {
    struct tile_options *options;
    bool openmp, opencl;
    struct graph graph;
    struct tile_settings settings;
    struct chain_images images;
    struct margin_found margins;
    struct opencl **devices;
    size_t device_count;
    struct store *store;
    int64_t run;
    struct tile_sweep sweep;
};

/* Everything that can be wrong with the options: STATUS_USAGE, STATUS_INPUT, STATUS_UNSUPPORTED for chains that no tile
 * can serve. `session` is overwritten; tile_session_end() releases it, also after a failure. */
enum status tile_session_plan(struct tile_options *options, struct tile_session *session);

/* As tile_sweep_run(), margin_search() and the store fail. Progress goes to stderr if that is a terminal. */
enum status tile_session_measure(struct tile_session *session);

void tile_session_end(struct tile_session *session);

#endif
