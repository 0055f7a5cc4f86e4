/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Profiles in the store: what a machine was measured to be able to do, and when. A stage's rows are one transaction.
 */
#ifndef BENCH_STORE_LIMITS_H
#define BENCH_STORE_LIMITS_H

#include "bench/store.h"
#include "hardware/limits.h"

/* The host's name in the JSON of environment_json(), "" where it is not known. */
void store_host(const char *environment, char *host, size_t size);

/* `environment` is the JSON of environment_json(). */
enum status store_begin_profile(struct store *store, const char *name, const char *environment, int64_t *profile);

enum status store_finish_profile(struct store *store, int64_t profile);

enum status store_add_limits(struct store *store, int64_t profile, const struct limits *limits);

/* Points of sustained loads. */
enum status store_add_series(struct store *store, int64_t profile, const struct series_row *rows, int count);

/* The id of the newest finished profile of the machine with this host name ("": of any); 0 when there is none. */
enum status store_newest_profile(struct store *store, const char *host, int64_t *profile);

/* All rows of one profile, in the order they were added. Release with limits_free(). */
enum status store_limits(struct store *store, int64_t profile, struct limits *limits);

/* What is known of a host ("": of any): of each stage on each device the rows of the newest finished profile that measured
 * it. count is 0 when there is none. */
enum status store_limits_of_host(struct store *store, const char *host, struct limits *limits);

/* The id of the newest finished profile of a host with sustained loads; 0 when there is none. */
enum status store_newest_series(struct store *store, const char *host, int64_t *profile);

/* All points of one profile; the caller frees *rows. */
enum status store_series(struct store *store, int64_t profile, struct series_row **rows, int *count);

#endif
