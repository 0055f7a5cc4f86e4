/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Tier 0 of the gate: what needs no clock. Every case's result is verified, and on a device the numbers of launches,
 * bytes and programs are compared with those of a file; they are equal or they are not, on any machine of the same
 * kind.
 */
#ifndef BENCH_GATE_COUNTS_H
#define BENCH_GATE_COUNTS_H

#include "bench/gate.h"

/* Counts head's cases and compares with the file, whose cases are taken where options->cases is NULL. Rows as of
 * gate_run(). STATUS_INPUT: the file is missing or no such file. */
enum status gate_counts_compare(const struct gate_options *options, const char *path, struct gate_result *result);

/* Counts head's cases and writes the file. STATUS_WRONG, STATUS_CRASH: a case failed, nothing is written. */
enum status gate_counts_write(const struct gate_options *options, const char *path);

#endif
