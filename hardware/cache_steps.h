/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The steps in a curve of read bandwidth over working set: where each cache ends and how fast it is. Virtual machines
 * show fewer caches than they have, or claim others: what is not clearly in the curve is not found.
 *
 * A plateau is at least an octave of working sets over which the rate falls by less than 5 % in a calm curve and 15 %
 * in a noisy one. It ends in an edge: within another octave the rate falls by more than a tenth, in a noisy curve by a
 * fifth. A single wrong point does not matter, noise of 5 % does not either.
 */
#ifndef HARDWARE_CACHE_STEPS_H
#define HARDWARE_CACHE_STEPS_H

#include <stdint.h>

enum { CACHE_POINTS = 96, CACHE_PLATEAUS = 16, CACHE_LEVELS = 3 };

struct cache_plateau {
    int64_t first_bytes, last_bytes; /* working sets; of the last plateau last_bytes is no edge but the curve's end */
    double rate, low, high;          /* median and quartiles of the points */
    int points;
};

/* The plateaus of a curve, fastest first, and how many. `bytes` rise; `rate` is positive, any unit. A curve that ends
 * in no plateau has none as its last: see last_bytes. More than CACHE_POINTS points, or rates that are not positive:
 * none. */
int cache_plateaus(const int64_t *bytes, const double *rate, int count, struct cache_plateau found[CACHE_PLATEAUS]);

/* Which plateau is L1, L2, L3 (level 0, 1, 2) and memory (level CACHE_LEVELS): indices into `found`, -1 for none. The
 * order is that of the plateaus; among the ways to name them, that whose edges come closest to `expected_bytes` (sizes
 * by hwloc;
 * <= 0: unknown). Memory is a plateau at the end of a curve that reaches twice the largest expected cache. */
void cache_levels(const struct cache_plateau *found, int count, int64_t curve_bytes,
                  const int64_t expected_bytes[CACHE_LEVELS], int level[CACHE_LEVELS + 1]);

#endif
