/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A profile is begun, gets the rows of one stage after the other, and is finished: one that was interrupted keeps what
 * it has and is not taken for the newest.
 */
#include "bench/store_limits.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench/store_file.h"
#include "bench/store_statement.h"

void store_host(const char *environment, char *host, size_t size)
{
    json_t *facts = json_loads(environment, 0, NULL);
    const char *name = json_string_value(json_object_get(json_object_get(facts, "host"), "name"));
    snprintf(host, size, "%s", name ? name : "");
    json_decref(facts);
}

enum status store_begin_profile(struct store *store, const char *name, const char *environment, int64_t *profile)
{
    enum status status;
    sqlite3_stmt *statement;
    char host[ROW_TEXT];
    store_host(environment, host, sizeof host);
    TRY(store_prepare(store, BEGIN_PROFILE, &statement));
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    if (*host)
        sqlite3_bind_text(statement, 2, host, -1, SQLITE_STATIC);
    else
        sqlite3_bind_null(statement, 2);
    sqlite3_bind_text(statement, 3, environment, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 4, time(NULL));
    TRY(store_execute(store, statement, "beginning a profile"));
    *profile = sqlite3_last_insert_rowid(store->db);
done:
    return status;
}

enum status store_finish_profile(struct store *store, int64_t profile)
{
    enum status status;
    sqlite3_stmt *statement;
    TRY(store_prepare(store, FINISH_PROFILE, &statement));
    sqlite3_bind_int64(statement, 1, time(NULL));
    sqlite3_bind_int64(statement, 2, profile);
    TRY(store_execute(store, statement, "finishing a profile"));
    if (sqlite3_changes(store->db) == 0)
        return status_fail(STATUS_USAGE, "%s has no profile %lld", store->path, (long long)profile);
done:
    return status;
}

/* All rows in one transaction. */
static enum status add_rows(struct store *store, int64_t profile, enum statement which, const void *rows, int count,
                            size_t row_bytes, const struct row_field *fields, int field_count)
{
    enum status status = STATUS_OK;
    sqlite3_stmt *statement;
    if (sqlite3_exec(store->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
        return store_file_fail(store->path, store->db, "adding a profile");
    for (int i = 0; i < count; i++) {
        TRY(store_prepare(store, which, &statement));
        sqlite3_bind_int64(statement, 1, profile);
        store_bind_row(statement, (const char *)rows + (size_t)i * row_bytes, fields, field_count);
        TRY(store_execute(store, statement, "adding a profile"));
    }
    if (sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        status = store_file_fail(store->path, store->db, "adding a profile");
done:
    if (status != STATUS_OK && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

enum status store_add_limits(struct store *store, int64_t profile, const struct limits *limits)
{
    return add_rows(store, profile, ADD_LIMIT, limits->rows, limits->count, sizeof *limits->rows, limit_fields,
                    LIMIT_FIELDS);
}

enum status store_add_series(struct store *store, int64_t profile, const struct series_row *rows, int count)
{
    return add_rows(store, profile, ADD_SERIES, rows, count, sizeof *rows, series_fields, SERIES_FIELDS);
}

/* The id that a statement finds for a host; 0: none. */
static enum status find_profile(struct store *store, enum statement which, const char *host, int64_t *profile)
{
    enum status status;
    sqlite3_stmt *statement;
    *profile = 0;
    TRY(store_prepare(store, which, &statement));
    sqlite3_bind_text(statement, 1, host, -1, SQLITE_STATIC);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *profile = sqlite3_column_int64(statement, 0);
    else if (code != SQLITE_DONE)
        status = store_file_fail(store->path, store->db, "looking for a profile");
    sqlite3_reset(statement);
done:
    return status;
}

enum status store_newest_profile(struct store *store, const char *host, int64_t *profile)
{
    return find_profile(store, NEWEST_PROFILE, host, profile);
}

enum status store_newest_series(struct store *store, const char *host, int64_t *profile)
{
    return find_profile(store, NEWEST_SERIES, host, profile);
}

/* All rows of a bound statement. */
static enum status read_limits(struct store *store, sqlite3_stmt *statement, struct limits *limits)
{
    enum status status = STATUS_OK;
    int code;
    *limits = (struct limits){0};
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct limit row;
        TRY(store_read_row(store, statement, &row, limit_fields, LIMIT_FIELDS));
        TRY(limits_add(limits, &row));
    }
    if (code != SQLITE_DONE)
        status = store_file_fail(store->path, store->db, "reading a profile");
done:
    sqlite3_reset(statement);
    if (status != STATUS_OK)
        limits_free(limits);
    return status;
}

enum status store_limits(struct store *store, int64_t profile, struct limits *limits)
{
    enum status status;
    sqlite3_stmt *statement;
    *limits = (struct limits){0};
    TRY(store_prepare(store, GET_LIMITS, &statement));
    sqlite3_bind_int64(statement, 1, profile);
    TRY(read_limits(store, statement, limits));
done:
    return status;
}

enum status store_limits_of_host(struct store *store, const char *host, struct limits *limits)
{
    enum status status;
    sqlite3_stmt *statement;
    *limits = (struct limits){0};
    TRY(store_prepare(store, GET_LIMITS_OF_HOST, &statement));
    sqlite3_bind_text(statement, 1, host, -1, SQLITE_STATIC);
    TRY(read_limits(store, statement, limits));
done:
    return status;
}

enum status store_series(struct store *store, int64_t profile, struct series_row **rows, int *count)
{
    enum status status;
    sqlite3_stmt *statement = NULL;
    int code, capacity = 0;
    *rows = NULL;
    *count = 0;
    TRY(store_prepare(store, GET_SERIES, &statement));
    sqlite3_bind_int64(statement, 1, profile);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        if (*count == capacity) {
            capacity = capacity ? 2 * capacity : 256;
            struct series_row *larger = realloc(*rows, (size_t)capacity * sizeof *larger);
            if (!larger) {
                status = status_fail(STATUS_MEMORY, "%s: no memory for %d points", store->path, capacity);
                goto done;
            }
            *rows = larger;
        }
        TRY(store_read_row(store, statement, &(*rows)[*count], series_fields, SERIES_FIELDS));
        ++*count;
    }
    if (code != SQLITE_DONE)
        status = store_file_fail(store->path, store->db, "reading a profile");
done:
    sqlite3_reset(statement);
    if (status != STATUS_OK) {
        free(*rows);
        *rows = NULL;
        *count = 0;
    }
    return status;
}
