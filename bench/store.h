/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The result store: one SQLite file with runs, their environment, cases and samples. A finished group of cases is one
 * transaction, so that killing the process loses at most the group being measured. The schema has a version; a file of
 * a newer version is refused.
 */
#ifndef BENCH_STORE_H
#define BENCH_STORE_H

#include "hardware/status.h"
#include "reports/row.h"

struct store;

/* Opens or creates the file. STATUS_STORE: not a database, not ours, newer, not writable; the text says which. */
enum status store_open(const char *path, struct store **store);

/* Opens an existing file for reading; a missing file is STATUS_STORE. */
enum status store_open_read(const char *path, struct store **store);

void store_close(struct store *store);

/* A run: what was asked for and where. Both texts are JSON. */
struct store_run {
    int64_t id;
    char name[ROW_NAME];
    char *configuration; /* everything that --resume needs to make the same plan */
    char *environment;
    int64_t started_unix_s, finished_unix_s; /* -1: not finished */
};

enum status store_begin_run(struct store *store, const char *name, const char *configuration, const char *environment,
                            int64_t *run);

enum status store_finish_run(struct store *store, int64_t run);

/* The newest run, or the newest unfinished one; run->id is 0 when there is none. Release with store_run_free(). */
enum status store_last_run(struct store *store, bool unfinished, struct store_run *run);

/* STATUS_USAGE when there is no such run. */
enum status store_get_run(struct store *store, int64_t id, struct store_run *run);

/* The newest run older than this one; before->id is 0 when there is none. Release with store_run_free(). */
enum status store_run_before(struct store *store, const struct store_run *run, struct store_run *before);

void store_run_free(struct store_run *run);

/* Adds cases with their samples in one transaction; sample_counts[i] samples belong to cases[i], samples[i] may be NULL
 * with a count of 0. `key` names the group and is unique in the run: adding it again is STATUS_STORE, and so is a case
 * without operation, backend or status. Disk full leaves the store as it was. Sets cases[i].run and cases[i].id. */
enum status store_add_group(struct store *store, int64_t run, const char *key, struct case_row *cases, int case_count,
                            const struct sample_row *const *samples, const int *sample_counts);

/* Whether the run already has a group of that key. */
enum status store_has_group(struct store *store, int64_t run, const char *key, bool *has);

/* All cases of a run (0: of all runs), oldest first, in one array to be freed with free(). */
enum status store_cases(struct store *store, int64_t run, struct case_row **cases, int *count);

/* All samples of one case in order. */
enum status store_samples(struct store *store, int64_t case_id, struct sample_row **samples, int *count);

#endif
