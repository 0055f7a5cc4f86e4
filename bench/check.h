/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The walk that proves equality: operation x pixel type x parameters x size x content x backend x device x
 * variant. Every result is
 * compared with the plain reference, whole image with borders, and every guard byte is looked at.
 */
#ifndef BENCH_CHECK_H
#define BENCH_CHECK_H

#include <stdio.h>

#include "hardware/opencl.h"
#include "ops/execution.h"
#include "ops/registry.h"

struct check_plan {
    bool (*selects_op)(const char *name, const void *context); /* NULL: all */
    const void *context;
    bool types[PIXEL_INTENSITY_COUNT];
    bool backends[BACKEND_COUNT]; /* BACKEND_OPENMP, BACKEND_OPENCL */
    bool variants[VARIANT_COUNT]; /* on devices; an operation that lacks one is not checked in it */
    struct opencl **devices;      /* opened */
    size_t device_count;
    bool all_levels;            /* every CPU level this machine has, not the best alone */
    bool quick;                 /* fewer sizes and contents */
    const struct shape *shapes; /* instead of the walk's sizes, with presets and noise alone; NULL: the walk's */
    size_t shape_count;
    uint64_t seed;
    FILE *out; /* one line per wrong case and per operation; NULL: silent */
};

struct check_count {
    int64_t compared, wrong, skipped;
};

/* STATUS_OK when every comparison held, STATUS_WRONG when at least one did not (the text names the first), another
 * status when the walk could not be done. `count` is filled in every case. */
enum status check_run(const struct check_plan *plan, struct check_count *count);

/* Runs `execution`, which is prepared, and compares its output with `expected`. STATUS_WRONG says where and by how
 * much. */
enum status check_execution(struct execution *execution, const struct image *expected);

#endif
