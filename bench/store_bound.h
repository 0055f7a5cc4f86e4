/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Stored results read against the limits of the machine they were measured on.
 */
#ifndef BENCH_STORE_BOUND_H
#define BENCH_STORE_BOUND_H

#include "bench/store.h"

/* Fills limit_percent and bound of the rows from the newest profile of each run's machine; rows of machines without a
 * profile keep what they have. *profiled (may be NULL): some row's machine has one. */
enum status store_bound_cases(struct store *store, struct case_row *cases, int count, bool *profiled);

#endif
