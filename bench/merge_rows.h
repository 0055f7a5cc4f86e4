/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The way of rows from one store to another; a part of merging, see merge.h.
 */
#ifndef BENCH_MERGE_ROWS_H
#define BENCH_MERGE_ROWS_H

#include <stdbool.h>

#include "bench/merge.h"
#include "bench/store_statement.h"

enum merge_table { MERGE_CASES, MERGE_SAMPLES, MERGE_LIMITS, MERGE_SERIES, MERGE_TABLES };

struct merge {
    struct store *target, *source;
    struct merge_result *result;
    /* Of each table: the rows of one run, case or profile, whose id is value 1 (of cases, the first columns are id and
     * group); and a row, whose keys are the first values (of cases run and group). */
    sqlite3_stmt *get[MERGE_TABLES], *put[MERGE_TABLES];
    struct merge_group {
        int64_t from, to; /* ids; to 0: the target has it already */
    } * groups;           /* of one run, by `from` */
    int group_count;
};

/* Makes the statements of all tables. */
enum status merge_prepare(struct merge *merge);

void merge_free(struct merge *merge);

/* A further statement from a text of sqlite3_mprintf(), which it frees; to be finalised by the caller, NULL on failure.
 */
enum status merge_statement(struct store *store, char *sql, sqlite3_stmt **statement);

/* What a step comes to: *row tells whether there is one. */
enum status merge_step(struct store *store, sqlite3_stmt *statement, bool *row);

/* Runs what returns no row, and makes it ready for the next time. */
enum status merge_execute(struct store *store, sqlite3_stmt *statement);

/* Writes the row that the table's `get` stands on, under the keys that were bound to `put`. */
enum status merge_row(struct merge *merge, enum merge_table table);

/* All rows of one case or profile. */
enum status merge_all_rows(struct merge *merge, enum merge_table table, int64_t from, int64_t to);

/* The name of a table in the file. */
const char *merge_table_name(enum merge_table table);

#endif
