/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Steps in a series of times: where a case became slower or faster for good.
 */
#ifndef BENCH_STEPS_H
#define BENCH_STEPS_H

enum { STEPS_POINTS_MOST = 500 };

struct step {
    int at;               /* the first value of the new level */
    double before, after; /* medians of the levels on both sides, in the unit of the values */
};

/* Finds at most `most` steps of at least `least` (0.05: 5 %) among n positive finite values, in order; returns how
 * many, or -1 where memory is not enough. Only the newest STEPS_POINTS_MOST values are looked at. A level has at least
 * two values: a single odd one is no step. */
int steps_find(const double *values, int n, double least, struct step *steps, int most);

#endif
