/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Sustained load: does a device keep its rate for a minute, or does it throttle, after how long and to what fraction?
 *
 * The memory load is a triad a = b + s * c over arrays far larger than the caches, 3 * 4 bytes per element as STREAM
 * counts them; the compute load are chains of float32 multiply-adds in registers, two operations each.
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
    int threads;   /* of the CPU; -1 on a device */
    int64_t bytes; /* of the arrays together; -1: has none */
    struct sustain_point *points;
    int count, capacity;
};

/* Runs the load for `seconds` on the device, or with NULL on all cores of the CPU, a point about every half second.
 * `alive` (may be NULL) is called at each point. Points are kept when the run fails half-way. STATUS_WRONG if what was
 * computed is wrong in the end. Release with sustain_free(). */
enum status sustain_run(struct opencl *opencl, enum sustain_load load, double seconds, void (*alive)(void *),
                        void *context, struct sustain_series *series);

void sustain_free(struct sustain_series *series);

/* What a series says. */
struct sustain_judgement {
    double best;              /* rate of the first 5 s, or of the first quarter of a short series: the highest median of
                                 three neighbouring points, so that one lucky point is no yardstick. NAN without points */
    double last;              /* median of the last quarter */
    double fraction;          /* last / best, at most 1 */
    double throttled_after_s; /* since when the rate stayed under 90 % of the best for a while (an eighth of the series,
                                 at most 5 s): half of the points of that while were under it. NAN: it never did */
};

struct sustain_judgement sustain_judge(const struct sustain_series *series);

/* Appends what the series says as rows of stage "sustained": "memory" or "compute" (the rate of the first seconds),
 * "..._fraction" (the last quarter's median over the first seconds' best, 1 if it did not fall),
 * "..._throttled_after" (ns; NAN with a reason if it never fell below 90 %), and the medians of the last quarter of
 * "..._core_clock", "..._memory_clock" (Hz), "..._temperature" (degC) and "..._power" (W). */
enum status sustain_limits(const struct sustain_series *series, struct limits *limits);

#endif
