/* SPDX-License-Identifier: BSD-3-Clause
 *
 * How near a case comes to what its machine was measured to be able to do, and what holds it back.
 *
 * The least time of a call is the largest of
 *   memory   bytes_min over the bandwidth measured at the case's working set, for the nearest mixes of reads and writes
 *            (write, copy, triad, read), the faster one; with cold caches, on the CPU, at least what is read over the
 *            memory's own
 *   compute  flops over the peak: float32_fma, for integer pixels the best of it, int32 and uint8
 *   launch   launches over the rate of launches back to back; on the CPU one parallel region
 * end_to_end adds the link: pushing and pulling the images' bytes at the rates measured for messages of their size, long
 * ones at the best of all long ones. "link" binds when that is more than all of the above.
 *
 * Every rate is the best that was measured near that size, so that more than 100 % is a mistake in the model or in a
 * measurement.
 */
#ifndef REPORTS_BOUND_H
#define REPORTS_BOUND_H

#include "hardware/limits.h"
#include "reports/row.h"

/* Fills achieved_bps, limit_percent and bound of the rows whose device the limits know; others keep what they have. */
void bound_rows(struct case_row *rows, int count, const struct limits *limits);

/* Bandwidth in bytes per second of a working set: the best of the thread counts and of the measured sizes from the next
 * smaller one on. `share` of the bytes is read. NAN where nothing was measured. */
double limit_bandwidth(const struct limits *limits, const char *device, const char *backend, double bytes, double share);

#endif
