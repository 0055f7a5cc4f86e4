/* SPDX-License-Identifier: BSD-3-Clause
 *
 * How the stages of a device are timed, and the parts of them that a test checks against the host.
 *
 * A limit is what the best kernel reaches, so each figure is offered in variants (vector widths, grids). Each is first
 * given so much work per launch that the launch itself no longer shows, then tried for a moment; the fastest is
 * sampled. Times are wall times around `repeats` runs of a plan and the wait for the last.
 */
#ifndef HARDWARE_LIMITS_DEVICE_H
#define HARDWARE_LIMITS_DEVICE_H

#include "hardware/limits.h"
#include "hardware/plan.h"

struct limit_work {
    struct opencl *opencl;
    int variants;
    int only; /* the one variant to take; -1: the fastest */
    /* Plans a variant with `steps` times its smallest work; *amount is then what one run does (bytes, operations).
     * *plan is NULL on failure. A variant which cannot have more steps may set *most_steps, which is INT_MAX before. */
    enum status (*make)(void *context, int variant, int steps, struct plan **plan, double *amount, int *most_steps);
    void *context;
    double budget_ns; /* of the samples of the fastest variant */
};

/* Fills a rate's row from the fastest variant, whose index goes to *best. A variant that the device cannot build or run
 * is passed over; if all of them are, the last one's failure is returned. *plan, which the caller frees, is what was
 * sampled, run for the last time and finished; `plan` may be NULL. */
enum status limit_fastest(const struct limit_work *work, struct limit *row, int *best, struct plan **plan);

/* ---- bandwidth: limits_bandwidth.cl ---- */

enum walk_kind { WALK_READ, WALK_WRITE, WALK_COPY, WALK_TRIAD, WALK_KINDS };

/* How work-items share the vectors of a set. */
struct walk_shape {
    int floats;   /* per vector: 1, 2, 4, 8 or 16 */
    bool blocks;  /* each work-item has a block of its own, for CPUs; else neighbours take neighbouring vectors */
    bool once;    /* one vector per work-item, without a loop */
    size_t items; /* work-items; ignored by `once` */
    size_t group; /* of them in a work-group */
};

/* One walk: passes over arrays[0..number of the kind), `bytes` of them together, rounded down to whole vectors. Written
 * is arrays[0]: with `scalar` (write), arrays[1] (copy), arrays[1] + scalar * arrays[2] (triad). A read sums each
 * work-item's elements and stores sums of at least `scalar` in `sums`, one float per work-item. */
struct walk {
    enum walk_kind kind;
    struct walk_shape shape;
    cl_mem arrays[3], sums;
    size_t bytes;
    int passes;
    float scalar;
};

/* Appends the walk to a plan of kernel_limits_bandwidth. *touched: bytes moved by STREAM's counting, *held: the set. */
enum status walk_launch(struct plan *plan, const struct walk *walk, double *touched, size_t *held);

/* One local array per work-group, a power of two of vectors and at least 4 for each work-item, filled with its vector
 * index modulo 8 and read `passes` times; a work-item's sum goes to `sums` if it is at least `least`. */
struct local_walk {
    int floats;
    size_t bytes, group, groups;
    int passes;
    cl_mem sums;
    float least;
};

enum status local_launch(struct plan *plan, const struct local_walk *walk, double *touched);

/* Adds the row "local". */
enum status limits_local_bandwidth(struct opencl *opencl, struct limits *limits);

/* ---- peak: limits_peak.cl ---- */

enum peak_type { PEAK_FLOAT32, PEAK_INT32, PEAK_UINT8, PEAK_FLOAT16, PEAK_FLOAT64, PEAK_TYPES };

/* Per work-item `chains` (even) vectors of `width`, each operated on `unroll` times per step; the sum of them goes to
 * `out`.
 */
struct peak_chains {
    enum peak_type type;
    int width, chains, unroll, steps;
    size_t items, group;
    cl_mem out; /* a vector per work-item */
    float multiplier, addend;
    bool self; /* x is added in place of the addend */
};

/* Appends it to a plan of kernel_limits_peak. *operations: all of one run; a multiply-add is two. STATUS_UNSUPPORTED
 * where the device has no such type. */
enum status peak_launch(struct plan *plan, const struct peak_chains *chains, double *operations);

/* ---- atomics: limits_atomics.cl ---- */

enum { HISTOGRAM_BINS = 256 };

/* Whether the counts are those of so many increments, modulo 2^32 (a count may have wrapped): else STATUS_WRONG. */
enum status histogram_check(const uint32_t counts[HISTOGRAM_BINS], uint64_t increments);

/* ---- sampling: limits_sampling.cl ---- */

/* One work-item per pixel of an image of `size` (depth 1: two dimensions; width a multiple of 16, height of 8), each
 * with `steps` samples from its own place on along x, then from the first column. Linear: at the corner after the
 * pixel, halfway to its neighbours along each axis. A work-item's sum goes to `sums` if it is at least `least`. */
struct sampling_walk {
    size_t size[3];
    bool linear;
    cl_mem image, sums;
    int steps;
    float least;
};

enum status sampling_walk_launch(struct plan *plan, const struct sampling_walk *walk, double *samples);

#endif
