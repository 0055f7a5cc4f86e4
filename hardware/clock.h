/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The one clock of the program: CLOCK_MONOTONIC in nanoseconds.
 */
#ifndef HARDWARE_CLOCK_H
#define HARDWARE_CLOCK_H

#include <stdint.h>

/* Nanoseconds since an arbitrary fixed point; never goes back. */
int64_t clock_ns(void);

/* The cost of one clock_ns() call in nanoseconds, the median of 10 000 reads. */
double clock_overhead_ns(void);

#endif
