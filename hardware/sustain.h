/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Sustained load: does a device keep its rate for a minute, or does it throttle, after how long and to what fraction?
 */
#ifndef HARDWARE_SUSTAIN_H
#define HARDWARE_SUSTAIN_H

#include "hardware/limits.h"
#include "hardware/telemetry.h"

enum sustain_load { SUSTAIN_MEMORY, SUSTAIN_COMPUTE, SUSTAIN_LOADS };

struct sustain_point {
    double time_s; /* since the load began, at the end of the interval */
    double rate;   /* B/s or op/s over the interval */
    struct telemetry_reading telemetry;
};

struct sustain_series {
    enum sustain_load load;
    struct sustain_point *points;
    int count, capacity;
};

/* Runs the load for `seconds` on the device, or with NULL on all cores of the CPU, a point about every half second. `alive`
 * is called at each point. Points are kept when the run fails half-way. Release with sustain_free(). */
enum status sustain_run(struct opencl *opencl, enum sustain_load load, double seconds, void (*alive)(void *), void *context,
                        struct sustain_series *series);

void sustain_free(struct sustain_series *series);

/* Appends what the series says as rows of stage "sustained": "memory" or "compute" (the rate of the first seconds),
 * "..._fraction" (the last quarter's median over the first seconds' best, 1 if it did not fall),
 * "..._throttled_after" (ns; NAN with a reason if it never fell below 90 %), clocks, temperature and power at the end. */
enum status sustain_limits(const struct sustain_series *series, struct limits *limits);

#endif
