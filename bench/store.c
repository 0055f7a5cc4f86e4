/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What the harness asks of the store. Adding a group takes the file's lock first (BEGIN IMMEDIATE), writes, and
 * commits; any failure on the way rolls back, so that a group is there as a whole or not at all.
 */
#include "bench/store.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/store_file.h"
#include "bench/store_statement.h"

static enum status open_store(const char *path, bool write, struct store **store)
{
    enum status status;
    struct store *opened = calloc(1, sizeof *opened);
    *store = NULL;
    if (!opened || !(opened->path = strdup(path))) {
        status = status_fail(STATUS_MEMORY, "%s: no memory", path);
        goto done;
    }
    TRY(store_file_open(path, write, &opened->db));
    *store = opened;
    return STATUS_OK;
done:
    store_close(opened);
    return status;
}

enum status store_open(const char *path, struct store **store)
{
    return open_store(path, true, store);
}

enum status store_open_read(const char *path, struct store **store)
{
    return open_store(path, false, store);
}

void store_close(struct store *store)
{
    if (!store)
        return;
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(store->prepared[i]);
    sqlite3_close(store->db);
    free(store->path);
    free(store);
}

enum status store_begin_run(struct store *store, const char *name, const char *configuration, const char *environment,
                            int64_t *run)
{
    enum status status;
    sqlite3_stmt *statement;
    TRY(store_prepare(store, BEGIN_RUN, &statement));
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, configuration, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, environment, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 4, time(NULL));
    TRY(store_execute(store, statement, "beginning a run"));
    *run = sqlite3_last_insert_rowid(store->db);
done:
    return status;
}

enum status store_finish_run(struct store *store, int64_t run)
{
    enum status status;
    sqlite3_stmt *statement;
    TRY(store_prepare(store, FINISH_RUN, &statement));
    sqlite3_bind_int64(statement, 1, time(NULL));
    sqlite3_bind_int64(statement, 2, run);
    TRY(store_execute(store, statement, "finishing a run"));
    if (sqlite3_changes(store->db) == 0)
        return status_fail(STATUS_USAGE, "%s has no run %lld", store->path, (long long)run);
done:
    return status;
}

static char *column_copy(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? strdup(text) : NULL;
}

/* The one row of a prepared statement; run->id stays 0 when there is none. */
static enum status read_run(struct store *store, sqlite3_stmt *statement, struct store_run *run)
{
    enum status status = STATUS_OK;
    *run = (struct store_run){.finished_unix_s = -1};
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        run->id = sqlite3_column_int64(statement, 0);
        sqlite3_snprintf(sizeof run->name, run->name, "%s", sqlite3_column_text(statement, 1));
        run->configuration = column_copy(statement, 2);
        run->environment = column_copy(statement, 3);
        run->started_unix_s = sqlite3_column_int64(statement, 4);
        if (sqlite3_column_type(statement, 5) != SQLITE_NULL)
            run->finished_unix_s = sqlite3_column_int64(statement, 5);
        if (!run->configuration || !run->environment) {
            store_run_free(run);
            status = status_fail(STATUS_MEMORY, "%s: no memory to read a run", store->path);
        }
    } else if (code != SQLITE_DONE) {
        status = store_file_fail(store->path, store->db, "reading a run");
    }
    sqlite3_reset(statement);
    return status;
}

enum status store_last_run(struct store *store, bool unfinished, struct store_run *run)
{
    enum status status;
    sqlite3_stmt *statement;
    *run = (struct store_run){0};
    TRY(store_prepare(store, unfinished ? LAST_UNFINISHED_RUN : LAST_RUN, &statement));
    TRY(read_run(store, statement, run));
done:
    return status;
}

enum status store_get_run(struct store *store, int64_t id, struct store_run *run)
{
    enum status status;
    sqlite3_stmt *statement;
    *run = (struct store_run){0};
    TRY(store_prepare(store, GET_RUN, &statement));
    sqlite3_bind_int64(statement, 1, id);
    TRY(read_run(store, statement, run));
    if (!run->id)
        return status_fail(STATUS_USAGE, "%s has no run %lld", store->path, (long long)id);
done:
    return status;
}

enum status store_run_before(struct store *store, const struct store_run *run, struct store_run *before)
{
    enum status status;
    sqlite3_stmt *statement;
    *before = (struct store_run){0};
    TRY(store_prepare(store, RUN_BEFORE, &statement));
    sqlite3_bind_int64(statement, 1, run->started_unix_s);
    sqlite3_bind_int64(statement, 2, run->id);
    TRY(read_run(store, statement, before));
done:
    return status;
}

void store_run_free(struct store_run *run)
{
    free(run->configuration);
    free(run->environment);
    *run = (struct store_run){0};
}

static enum status transaction(struct store *store, const char *sql)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return store_file_fail(store->path, store->db, "adding results");
    return STATUS_OK;
}

static enum status add_group(struct store *store, int64_t run, const char *key, int64_t *group)
{
    enum status status;
    sqlite3_stmt *statement;
    TRY(store_prepare(store, ADD_GROUP, &statement));
    sqlite3_bind_int64(statement, 1, run);
    sqlite3_bind_text(statement, 2, key, -1, SQLITE_STATIC);
    TRY(store_execute(store, statement, "adding results"));
    *group = sqlite3_last_insert_rowid(store->db);
    return STATUS_OK;
done:
    switch (sqlite3_extended_errcode(store->db)) {
    case SQLITE_CONSTRAINT_UNIQUE:
        return status_fail(STATUS_STORE, "%s: run %lld already has the group %s", store->path, (long long)run, key);
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return status_fail(STATUS_STORE, "%s has no run %lld", store->path, (long long)run);
    default:
        return status;
    }
}

static enum status add_case(struct store *store, int64_t group, struct case_row *row, const struct sample_row *samples,
                            int sample_count)
{
    enum status status;
    sqlite3_stmt *statement;
    TRY(store_prepare(store, ADD_CASE, &statement));
    sqlite3_bind_int64(statement, 1, group);
    store_bind_row(statement, row, case_fields, CASE_FIELDS);
    TRY(store_execute(store, statement, "adding a case"));
    row->id = sqlite3_last_insert_rowid(store->db);
    TRY(store_prepare(store, ADD_SAMPLE, &statement));
    for (int i = 0; i < sample_count; i++) {
        sqlite3_bind_int64(statement, 1, row->id);
        store_bind_row(statement, &samples[i], sample_fields, SAMPLE_FIELDS);
        TRY(store_execute(store, statement, "adding a sample"));
    }
done:
    return status;
}

enum status store_add_group(struct store *store, int64_t run, const char *key, struct case_row *cases, int case_count,
                            const struct sample_row *const *samples, const int *sample_counts)
{
    enum status status;
    int64_t group = 0;
    TRY(transaction(store, "BEGIN IMMEDIATE"));
    TRY(add_group(store, run, key, &group));
    for (int i = 0; i < case_count; i++) {
        cases[i].run = run;
        TRY(add_case(store, group, &cases[i], samples[i], sample_counts[i]));
    }
    TRY(transaction(store, "COMMIT"));
done:
    /* Some failures, a full disk among them, have rolled back already. */
    if (status != STATUS_OK && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

enum status store_has_group(struct store *store, int64_t run, const char *key, bool *has)
{
    enum status status;
    sqlite3_stmt *statement;
    TRY(store_prepare(store, HAS_GROUP, &statement));
    sqlite3_bind_int64(statement, 1, run);
    sqlite3_bind_text(statement, 2, key, -1, SQLITE_STATIC);
    int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        status = store_file_fail(store->path, store->db, "looking for a group");
    *has = code == SQLITE_ROW;
    sqlite3_reset(statement);
done:
    return status;
}

/* All rows of a bound statement into one array; `id_offset` is where the first column goes. */
static enum status read_rows(struct store *store, sqlite3_stmt *statement, size_t row_bytes, size_t id_offset,
                             const struct row_field *fields, int field_count, void **rows, int *count)
{
    enum status status = STATUS_OK;
    char *array = NULL;
    int n = 0, capacity = 0, code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        if (n == capacity) {
            capacity = capacity ? 2 * capacity : 64;
            char *larger = realloc(array, (size_t)capacity * row_bytes);
            if (!larger) {
                status = status_fail(STATUS_MEMORY, "%s: no memory for %d rows", store->path, capacity);
                goto done;
            }
            array = larger;
        }
        char *row = array + (size_t)n++ * row_bytes;
        TRY(store_read_row(store, statement, row, fields, field_count));
        *(int64_t *)(row + id_offset) = sqlite3_column_int64(statement, 0);
    }
    if (code != SQLITE_DONE)
        status = store_file_fail(store->path, store->db, "reading results");
done:
    sqlite3_reset(statement);
    if (status != STATUS_OK) {
        free(array);
        array = NULL;
        n = 0;
    }
    *rows = array;
    *count = n;
    return status;
}

enum status store_cases(struct store *store, int64_t run, struct case_row **cases, int *count)
{
    enum status status;
    sqlite3_stmt *statement;
    void *rows = NULL;
    *count = 0;
    TRY(store_prepare(store, GET_CASES, &statement));
    sqlite3_bind_int64(statement, 1, run ? run : INT64_MIN);
    sqlite3_bind_int64(statement, 2, run ? run : INT64_MAX);
    TRY(read_rows(store, statement, sizeof **cases, offsetof(struct case_row, id), case_fields, CASE_FIELDS, &rows,
                  count));
done:
    *cases = rows;
    return status;
}

enum status store_samples(struct store *store, int64_t case_id, struct sample_row **samples, int *count)
{
    enum status status;
    sqlite3_stmt *statement;
    void *rows = NULL;
    *count = 0;
    TRY(store_prepare(store, GET_SAMPLES, &statement));
    sqlite3_bind_int64(statement, 1, case_id);
    TRY(read_rows(store, statement, sizeof **samples, offsetof(struct sample_row, case_id), sample_fields,
                  SAMPLE_FIELDS, &rows, count));
done:
    *samples = rows;
    return status;
}
