/* SPDX-License-Identifier: BSD-3-Clause
 *
 * apply for images larger than memory: tiles from a file through a chain to a file, for all channels and time points
 * one by one, within a limit of memory.
 */
#ifndef BENCH_APPLY_TILES_H
#define BENCH_APPLY_TILES_H

#include "bench/apply_files.h"
#include "ops/execution.h"

struct apply_tiles {
    const char *chain, *in;
    struct input_choice choice;
    struct output_options out;
    enum backend backend;
    struct opencl *opencl;
    int threads;
    struct shape tile;    /* all 0: chosen by trying */
    int64_t memory_bytes; /* that this process may use; 0: half of what the machine has free */
    int64_t levels;       /* of an OME-Zarr output: a pyramid; 0: none */
    bool overlap;         /* of reading, computing and writing */
    bool json;
};

/* Reads, computes, writes, and prints where the time went. STATUS_USAGE, STATUS_INPUT, STATUS_IO, STATUS_MEMORY,
 * STATUS_DEVICE_MEMORY, STATUS_UNSUPPORTED. */
enum status apply_tiles(const struct apply_tiles *request);

#endif
