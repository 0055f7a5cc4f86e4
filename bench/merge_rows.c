/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Rows go from one file to the other as SQLite has them, column by column: no digit of a number is lost, and a column
 * that the schema gets later is copied too, since the columns are those of the target. Sources of older versions show
 * the missing ones as NULL, see store_file.c. Only the keys are new.
 */
#include "bench/merge_rows.h"

#include <stdlib.h>

#include "bench/store_file.h"

/* `read` columns come before the copied ones when read, `write` columns, which are keys, when written. */
static const struct {
    const char *name, *of, *order, *read, *write;
    int reads, writes;
} tables[MERGE_TABLES] = {
    [MERGE_CASES] = {"cases", "run", "id", "id, group_id, ", "run, group_id, ", 2, 2},
    [MERGE_SAMPLES] = {"samples", "case_id", "sequence", "", "case_id, ", 0, 1},
    [MERGE_LIMITS] = {"limits", "profile", "rowid", "", "profile, ", 0, 1},
    [MERGE_SERIES] = {"series", "profile", "rowid", "", "profile, ", 0, 1},
};

enum status merge_statement(struct store *store, char *sql, sqlite3_stmt **statement)
{
    *statement = NULL;
    if (!sql)
        return status_fail(STATUS_MEMORY, "%s: no memory for a statement", store->path);
    const int code = sqlite3_prepare_v2(store->db, sql, -1, statement, NULL);
    sqlite3_free(sql);
    return code == SQLITE_OK ? STATUS_OK : store_file_fail(store->path, store->db, "merging");
}

enum status merge_step(struct store *store, sqlite3_stmt *statement, bool *row)
{
    const int code = sqlite3_step(statement);
    *row = code == SQLITE_ROW;
    return *row || code == SQLITE_DONE ? STATUS_OK : store_file_fail(store->path, store->db, "merging");
}

enum status merge_execute(struct store *store, sqlite3_stmt *statement)
{
    bool row;
    enum status status = merge_step(store, statement, &row);
    sqlite3_reset(statement);
    return status;
}

static enum status prepare_table(struct merge *m, enum merge_table t)
{
    enum status status;
    sqlite3_stmt *names = NULL;
    sqlite3_str *marks = sqlite3_str_new(NULL);
    bool found = false;
    TRY(merge_statement(
        m->target,
        sqlite3_mprintf("SELECT group_concat(name, ', '), count(*) FROM pragma_table_info(%Q) WHERE name NOT IN "
                        "('id', 'run', 'group_id', 'case_id', 'profile')",
                        tables[t].name),
        &names));
    TRY(merge_step(m->target, names, &found));
    const char *columns = (const char *)sqlite3_column_text(names, 0);
    for (int i = sqlite3_column_int(names, 1) + tables[t].writes; i > 0; i--)
        sqlite3_str_appendall(marks, i > 1 ? "?, " : "?");
    TRY(merge_statement(m->source,
                        sqlite3_mprintf("SELECT %s%s FROM %s WHERE %s = ? ORDER BY %s", tables[t].read, columns,
                                        tables[t].name, tables[t].of, tables[t].order),
                        &m->get[t]));
    TRY(merge_statement(m->target,
                        sqlite3_mprintf("INSERT INTO %s (%s%s) VALUES (%s)", tables[t].name, tables[t].write, columns,
                                        sqlite3_str_value(marks)),
                        &m->put[t]));
done:
    sqlite3_finalize(names);
    sqlite3_free(sqlite3_str_finish(marks));
    return status;
}

enum status merge_row(struct merge *m, enum merge_table t)
{
    for (int i = tables[t].reads; i < sqlite3_column_count(m->get[t]); i++)
        sqlite3_bind_value(m->put[t], tables[t].writes + 1 + i - tables[t].reads, sqlite3_column_value(m->get[t], i));
    return merge_execute(m->target, m->put[t]);
}

enum status merge_all_rows(struct merge *m, enum merge_table t, int64_t from, int64_t to)
{
    enum status status;
    bool row;
    sqlite3_bind_int64(m->get[t], 1, from);
    for (;;) {
        TRY(merge_step(m->source, m->get[t], &row));
        if (!row)
            break;
        sqlite3_bind_int64(m->put[t], 1, to);
        TRY(merge_row(m, t));
    }
done:
    sqlite3_reset(m->get[t]);
    return status;
}

enum status merge_prepare(struct merge *m)
{
    enum status status = STATUS_OK;
    for (int t = 0; t < MERGE_TABLES; t++)
        TRY(prepare_table(m, (enum merge_table)t));
done:
    return status;
}

void merge_free(struct merge *m)
{
    for (int t = 0; t < MERGE_TABLES; t++) {
        sqlite3_finalize(m->get[t]);
        sqlite3_finalize(m->put[t]);
    }
    free(m->groups);
}

const char *merge_table_name(enum merge_table table)
{
    return tables[table].name;
}
