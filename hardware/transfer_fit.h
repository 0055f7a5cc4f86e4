/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What a link costs, as two figures: time = latency + bytes / bandwidth.
 */
#ifndef HARDWARE_TRANSFER_FIT_H
#define HARDWARE_TRANSFER_FIT_H

#include "hardware/status.h"

enum { TRANSFER_POINTS_MOST = 64, TRANSFER_SIZES_LEAST = 4 };

struct transfer_point {
    double bytes, ns; /* one message size and the time that it takes */
};

struct transfer_fit {
    double latency_ns;    /* 0: too short to be seen at the sizes given */
    double bandwidth;     /* B/s */
    double error;         /* median of |fitted time - time| / time; 0.05 is 5 % */
    double longest_error; /* the same at the longest messages alone: whether the bandwidth is theirs, too */
    int points;           /* that were used */
};

/* The line with the least sum of |fitted time - time| / time, latency not negative and bandwidth positive. Points
 * without a positive, finite size and time are left out. STATUS_UNSUPPORTED with fewer than TRANSFER_SIZES_LEAST
 * different sizes, with more than TRANSFER_POINTS_MOST points, or if time does not grow with size. */
enum status transfer_fit(const struct transfer_point *points, int count, struct transfer_fit *fit);

#endif
