/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Joining stores. A run is the same as another one when name, configuration, environment and start are equal; a profile
 * when name, host, environment and start are. What the target has already is not added again: joining twice adds
 * nothing, and joining a run that has gone on since adds what is new.
 */
#ifndef BENCH_MERGE_H
#define BENCH_MERGE_H

#include "bench/store.h"

struct merge_result {
    int runs_added, runs_known; /* known: were there already */
    int profiles_added, profiles_known;
    int64_t cases_added;
};

/* Joins the sources, of any schema version, into `target`, which is made if it does not exist. All or nothing: after a
 * failure, a full disk for example, the target holds what it held before. Sources are only read. STATUS_USAGE: the
 * target is one of the sources. */
enum status merge_files(const char *target, char *const *sources, int count, struct merge_result *result);

/* Joins one opened store into another, which must be in a transaction; the caller's. Adds to *result. */
enum status store_merge(struct store *target, struct store *source, struct merge_result *result);

#endif
