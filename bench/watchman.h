/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The canaries of a run: is the machine as fast as it was at the start?
 */
#ifndef BENCH_WATCHMAN_H
#define BENCH_WATCHMAN_H

#include "bench/measure.h"

struct watchman {
    double base_ns[DEVICES_MOST + 1]; /* by device, the CPU's last; 0: not known */
    int64_t last_ns;
    int groups;
};

/* Takes the base figures. A worker that cannot answer has none. */
void watchman_start(struct watchman *watchman, struct bench *bench);

/* To be called after each group: every 20 groups or 30 s runs the canaries, waits up to three times for a slow machine, and
 * sets bench->throttled. */
void watchman_look(struct watchman *watchman, struct bench *bench);

#endif
