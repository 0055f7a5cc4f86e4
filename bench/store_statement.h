/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The statements of the store, prepared on first use and then kept, and the way of a row into and out of one.
 */
#ifndef BENCH_STORE_STATEMENT_H
#define BENCH_STORE_STATEMENT_H

#include <sqlite3.h>

#include "hardware/status.h"
#include "reports/row_fields.h"

enum statement {
    BEGIN_RUN,
    FINISH_RUN,
    LAST_RUN,
    LAST_UNFINISHED_RUN,
    GET_RUN,
    RUN_BEFORE,
    ADD_GROUP,
    HAS_GROUP,
    ADD_CASE,
    ADD_SAMPLE,
    GET_CASES,
    GET_SAMPLES,
    BEGIN_PROFILE,
    FINISH_PROFILE,
    NEWEST_PROFILE,
    ADD_LIMIT,
    GET_LIMITS,
    GET_LIMITS_OF_HOST,
    NEWEST_SERIES,
    ADD_SERIES,
    GET_SERIES,
    STATEMENT_COUNT,
};

struct store {
    sqlite3 *db;
    char *path;
    sqlite3_stmt *prepared[STATEMENT_COUNT];
};

/* The statement, reset, its values to be bound anew from 1. Owned by the store. */
enum status store_prepare(struct store *store, enum statement which, sqlite3_stmt **statement);

/* Runs a statement that returns no row; `what` says in a failure's text what was tried. */
enum status store_execute(struct store *store, sqlite3_stmt *statement, const char *what);

/* Binds the row's fields from value 2 on, as ADD_CASE and ADD_SAMPLE want them. The row must live until the statement
 * ran. */
void store_bind_row(sqlite3_stmt *statement, const void *row, const struct row_field *fields, int count);

/* The row's fields from column 1 on, as GET_CASES and GET_SAMPLES give them; what is not a field is left alone.
 * STATUS_STORE: a text that is too long for its field. */
enum status store_read_row(const struct store *store, sqlite3_stmt *statement, void *row,
                           const struct row_field *fields, int count);

#endif
