/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The energy that one call takes, by the device's own counter.
 *
 * Counters advance in steps, by up to 100 ms: what a counter gains during a turn of a few milliseconds was mostly spent
 * before it, while the device was idle or the other side worked. So energy has a measurement of its own after the
 * samples: calls one after the other from one advance of the counter to another, at least ten steps apart.
 */
#ifndef BENCH_ENERGY_H
#define BENCH_ENERGY_H

#include "bench/timing.h"
#include "hardware/telemetry.h"

struct energy {
    double call_j; /* the whole device's energy per call, idle power included; NAN: no counter, a counter that stands
                      still, or one too slow for a quick run */
    int64_t calls;
    double spent_ns;
};

/* Up to a second or two with NVML's counter, 50 ms with RAPL's, nothing without one. Calls are as in the samples,
 * `repeats` of `call_ns` together, but caches are not flushed between them: that too takes energy. `alive` is called
 * between calls. */
enum status energy_measure(struct execution *execution, enum residency residency, int repeats, double call_ns,
                           bool quick, struct telemetry *telemetry, void (*alive)(void *), void *context,
                           struct energy *energy);

#endif
