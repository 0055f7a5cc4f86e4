/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Measuring one group: every backend verified, warmed up, sampled in turns with the others, verified again.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "bench/case_group.h"
#include "bench/timing.h"
#include "bench/worker_link.h"

enum { DEVICES_MOST = 16, CASES_MOST = (DEVICES_MOST + 1) * RESIDENCY_COUNT };

/* Where the wall time of a run went, in seconds. `wall` includes all of the others; `reference` holds making the images, and
 * `prepare` the building of kernels and both verifications. */
struct time_account {
    double wall, warm_up, samples, flushes, reference, prepare, energy;
};

struct bench {
    struct worker_link cpu;
    struct worker_link devices[DEVICES_MOST];
    int device_count;
    bool measures_cpu; /* --backends openmp; the reference comes from the CPU's worker in any case */
    int cores, hardware_threads;
    int fixed_threads; /* 0: the best of 1, half the cores, all cores, all hardware threads */
    bool quick;
    uint64_t seed;
    const struct image *image; /* the user's image or NULL */
    bool throttled;            /* set by the runner when the canary is slow; becomes a flag */
    struct time_account account;
    double idle_busy_s, turn_s; /* CPU time of workers that should have slept, over the time of the turns */
};

struct measured {
    struct case_row cases[CASES_MOST];
    struct sample_row *samples[CASES_MOST];
    int sample_counts[CASES_MOST];
    int count;
};

/* Fails only when nothing at all could be measured for a reason that will not go away (no host memory for the images is a
 * status of the cases). Release with measured_free(). */
enum status measure_group(struct bench *bench, const struct case_group *group, struct measured *measured);

void measured_free(struct measured *measured);

#endif
