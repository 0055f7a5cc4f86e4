/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The command line of breakeven apply.
 */
#ifndef BENCH_COMMAND_APPLY_OPTIONS_H
#define BENCH_COMMAND_APPLY_OPTIONS_H

#include <argp.h>

#include "images/region.h"
#include "ops/execution.h"
#include "ops/op.h"

struct apply_request {
    const char *arguments[3]; /* chain, input, output */
    int argument_count;
    enum backend backend;
    enum op_variant variant;
    const char *device; /* NULL: not given */
    long long threads, channel, frame, level, zarr, pyramid;
    struct shape tile, chunk;
    int64_t memory_bytes;
    bool tiled, ome, overwrite, resume, one_by_one, json;
    const char *zarr_only; /* an option that means nothing for a TIFF output; NULL: none was given */
};

/* For argp: options with their help, and what reads them into the apply_request that is argp's input. */
extern const struct argp_option apply_options[];
error_t apply_option(int key, char *text, struct argp_state *state);

#endif
