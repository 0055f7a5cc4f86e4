/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Tier 2 of the gate: all results of a store as series, one per case, machine and device, with the steps in them.
 */
#ifndef BENCH_HISTORY_H
#define BENCH_HISTORY_H

#include "bench/history_runs.h"
#include "reports/history_report.h"

/* Reads the store; series whose name contains `filter` (NULL: all). STATUS_STORE names the file. The points' texts live
 * in `runs`; release both with history_free(). */
enum status history_load(const char *path, const char *filter, struct history *history, struct history_runs *runs);

void history_free(struct history *history, struct history_runs *runs);

#endif
