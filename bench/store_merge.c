/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Rows go from one file to the other as SQLite has them, column by column: no digit of a number is lost, and a column
 * that the schema gets later is copied too, since the columns are those of the target. Sources of older versions show
 * the missing ones as NULL, see store_file.c. Only the keys are new.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/merge.h"
#include "bench/store_file.h"
#include "bench/store_statement.h"

enum table { CASES, SAMPLES, LIMITS, SERIES, TABLES };

/* `read` columns come before the copied ones when read, `write` columns, which are keys, when written. */
static const struct {
    const char *name, *of, *order, *read, *write;
    int reads, writes;
} tables[TABLES] = {
    [CASES] = {"cases", "run", "id", "id, group_id, ", "run, group_id, ", 2, 2},
    [SAMPLES] = {"samples", "case_id", "sequence", "", "case_id, ", 0, 1},
    [LIMITS] = {"limits", "profile", "rowid", "", "profile, ", 0, 1},
    [SERIES] = {"series", "profile", "rowid", "", "profile, ", 0, 1},
};

struct group {
    int64_t from, to; /* ids; to 0: the target has it already */
};

struct merge {
    struct store *target, *source;
    struct merge_result *result;
    sqlite3_stmt *get[TABLES], *put[TABLES];
    struct group *groups; /* of one run, by `from` */
    int group_count;
};

/* Prepares a text of sqlite3_mprintf(), which it frees. */
static enum status prepare(struct store *store, char *sql, sqlite3_stmt **statement)
{
    *statement = NULL;
    if (!sql)
        return status_fail(STATUS_MEMORY, "%s: no memory for a statement", store->path);
    const int code = sqlite3_prepare_v2(store->db, sql, -1, statement, NULL);
    sqlite3_free(sql);
    return code == SQLITE_OK ? STATUS_OK : store_file_fail(store->path, store->db, "merging");
}

/* What a step came to: *row tells whether there is one. */
static enum status step(struct store *store, sqlite3_stmt *statement, bool *row)
{
    const int code = sqlite3_step(statement);
    *row = code == SQLITE_ROW;
    return *row || code == SQLITE_DONE ? STATUS_OK : store_file_fail(store->path, store->db, "merging");
}

/* Runs what returns no row, and makes it ready for the next time. */
static enum status run(struct store *store, sqlite3_stmt *statement)
{
    bool row;
    enum status status = step(store, statement, &row);
    sqlite3_reset(statement);
    return status;
}

static enum status prepare_table(struct merge *m, enum table t)
{
    enum status status;
    sqlite3_stmt *names = NULL;
    sqlite3_str *marks = sqlite3_str_new(NULL);
    bool found = false;
    TRY(prepare(
        m->target,
        sqlite3_mprintf("SELECT group_concat(name, ', '), count(*) FROM pragma_table_info(%Q) WHERE name NOT IN "
                        "('id', 'run', 'group_id', 'case_id', 'profile')",
                        tables[t].name),
        &names));
    TRY(step(m->target, names, &found));
    const char *columns = (const char *)sqlite3_column_text(names, 0);
    for (int i = sqlite3_column_int(names, 1) + tables[t].writes; i > 0; i--)
        sqlite3_str_appendall(marks, i > 1 ? "?, " : "?");
    TRY(prepare(m->source,
                sqlite3_mprintf("SELECT %s%s FROM %s WHERE %s = ? ORDER BY %s", tables[t].read, columns, tables[t].name,
                                tables[t].of, tables[t].order),
                &m->get[t]));
    TRY(prepare(m->target,
                sqlite3_mprintf("INSERT INTO %s (%s%s) VALUES (%s)", tables[t].name, tables[t].write, columns,
                                sqlite3_str_value(marks)),
                &m->put[t]));
done:
    sqlite3_finalize(names);
    sqlite3_free(sqlite3_str_finish(marks));
    return status;
}

/* Writes the row that the table's `get` stands on, under the keys that were bound. */
static enum status copy_row(struct merge *m, enum table t)
{
    for (int i = tables[t].reads; i < sqlite3_column_count(m->get[t]); i++)
        sqlite3_bind_value(m->put[t], tables[t].writes + 1 + i - tables[t].reads, sqlite3_column_value(m->get[t], i));
    return run(m->target, m->put[t]);
}

/* All rows of one case or profile. */
static enum status copy_rows(struct merge *m, enum table t, int64_t from, int64_t to)
{
    enum status status;
    bool row;
    sqlite3_bind_int64(m->get[t], 1, from);
    for (;;) {
        TRY(step(m->source, m->get[t], &row));
        if (!row)
            break;
        sqlite3_bind_int64(m->put[t], 1, to);
        TRY(copy_row(m, t));
    }
done:
    sqlite3_reset(m->get[t]);
    return status;
}

static int compare_groups(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

/* Adds the groups that the target's run lacks, and remembers which those are. */
static enum status copy_groups(struct merge *m, int64_t from, int64_t to)
{
    enum status status;
    sqlite3_stmt *get = NULL, *put = NULL;
    bool row;
    m->group_count = 0;
    TRY(prepare(m->source, sqlite3_mprintf("SELECT id, key FROM groups WHERE run = %lld ORDER BY id", from), &get));
    TRY(prepare(m->target, sqlite3_mprintf("INSERT INTO groups (run, key) VALUES (%lld, ?) ON CONFLICT DO NOTHING", to),
                &put));
    for (;;) {
        TRY(step(m->source, get, &row));
        if (!row)
            break;
        struct group *larger = realloc(m->groups, (size_t)(m->group_count + 1) * sizeof *larger);
        if (!larger) {
            status = status_fail(STATUS_MEMORY, "no host memory for the groups of a run");
            goto done;
        }
        m->groups = larger;
        sqlite3_bind_value(put, 1, sqlite3_column_value(get, 1));
        TRY(run(m->target, put));
        m->groups[m->group_count++] =
            (struct group){sqlite3_column_int64(get, 0),
                           sqlite3_changes(m->target->db) ? sqlite3_last_insert_rowid(m->target->db) : 0};
    }
done:
    sqlite3_finalize(get);
    sqlite3_finalize(put);
    return status;
}

/* The cases of the groups that were added, with their samples. */
static enum status copy_cases(struct merge *m, int64_t from, int64_t to)
{
    enum status status;
    bool row;
    sqlite3_bind_int64(m->get[CASES], 1, from);
    for (;;) {
        TRY(step(m->source, m->get[CASES], &row));
        if (!row)
            break;
        const int64_t id = sqlite3_column_int64(m->get[CASES], 0);
        const struct group key = {.from = sqlite3_column_int64(m->get[CASES], 1)};
        const struct group *group =
            m->group_count ? bsearch(&key, m->groups, (size_t)m->group_count, sizeof key, compare_groups) : NULL;
        if (!group) {
            status = status_fail(STATUS_STORE, "%s is damaged: case %lld is of no group of its run", m->source->path,
                                 (long long)id);
            goto done;
        }
        if (!group->to)
            continue;
        sqlite3_bind_int64(m->put[CASES], 1, to);
        sqlite3_bind_int64(m->put[CASES], 2, group->to);
        TRY(copy_row(m, CASES));
        TRY(copy_rows(m, SAMPLES, id, sqlite3_last_insert_rowid(m->target->db)));
        m->result->cases_added++;
    }
done:
    sqlite3_reset(m->get[CASES]);
    return status;
}

/* A run or profile of the source, in columns name, second, environment, started, finished from the second on, and the
 * target's of the same identity: the first, second, ... of several that are equal, as after two imports in one second.
 * *id is 0 where there is none. */
static enum status find_same(struct merge *m, const char *table, const char *second, sqlite3_stmt *row, int64_t *id)
{
    enum status status;
    sqlite3_stmt *before = NULL, *same = NULL;
    bool found;
    const char *const identity = "name IS ?1 AND %s IS ?2 AND environment IS ?3 AND started_unix_s IS ?4";
    char where[160];
    sqlite3_snprintf(sizeof where, where, identity, second);
    TRY(prepare(m->source, sqlite3_mprintf("SELECT count(*) FROM %s WHERE %s AND id < ?5", table, where), &before));
    TRY(prepare(m->target, sqlite3_mprintf("SELECT id FROM %s WHERE %s ORDER BY id LIMIT 1 OFFSET ?5", table, where),
                &same));
    for (int i = 1; i <= 4; i++) {
        sqlite3_bind_value(before, i, sqlite3_column_value(row, i));
        sqlite3_bind_value(same, i, sqlite3_column_value(row, i));
    }
    sqlite3_bind_int64(before, 5, sqlite3_column_int64(row, 0));
    TRY(step(m->source, before, &found));
    sqlite3_bind_int64(same, 5, sqlite3_column_int64(before, 0));
    TRY(step(m->target, same, &found));
    *id = found ? sqlite3_column_int64(same, 0) : 0;
done:
    sqlite3_finalize(before);
    sqlite3_finalize(same);
    return status;
}

/* The target's row of this run or profile, added where it is missing; *known: it was there. */
static enum status take_row(struct merge *m, const char *table, const char *second, sqlite3_stmt *row, int64_t *id,
                            bool *known)
{
    enum status status;
    sqlite3_stmt *put = NULL;
    TRY(find_same(m, table, second, row, id));
    *known = *id != 0;
    if (*known) {
        TRY(prepare(m->target,
                    sqlite3_mprintf("UPDATE %s SET finished_unix_s = ?1 WHERE id = %lld AND finished_unix_s IS NULL",
                                    table, *id),
                    &put));
        sqlite3_bind_value(put, 1, sqlite3_column_value(row, 5));
    } else {
        TRY(prepare(m->target,
                    sqlite3_mprintf("INSERT INTO %s (name, %s, environment, started_unix_s, finished_unix_s) "
                                    "VALUES (?, ?, ?, ?, ?)",
                                    table, second),
                    &put));
        for (int i = 1; i <= 5; i++)
            sqlite3_bind_value(put, i, sqlite3_column_value(row, i));
    }
    TRY(run(m->target, put));
    if (!*known)
        *id = sqlite3_last_insert_rowid(m->target->db);
done:
    sqlite3_finalize(put);
    return status;
}

static enum status merge_runs(struct merge *m)
{
    enum status status;
    sqlite3_stmt *runs = NULL;
    bool row, known;
    int64_t id;
    TRY(prepare(m->source,
                sqlite3_mprintf("SELECT id, name, configuration, environment, started_unix_s, finished_unix_s FROM run "
                                "ORDER BY id"),
                &runs));
    for (;;) {
        TRY(step(m->source, runs, &row));
        if (!row)
            break;
        TRY(take_row(m, "run", "configuration", runs, &id, &known));
        m->result->runs_known += known;
        m->result->runs_added += !known;
        TRY(copy_groups(m, sqlite3_column_int64(runs, 0), id));
        TRY(copy_cases(m, sqlite3_column_int64(runs, 0), id));
    }
done:
    sqlite3_finalize(runs);
    return status;
}

static enum status count_rows(struct store *store, int64_t profile, int64_t *count)
{
    enum status status;
    sqlite3_stmt *statement = NULL;
    bool row;
    TRY(prepare(store,
                sqlite3_mprintf("SELECT (SELECT count(*) FROM limits WHERE profile = %lld) + (SELECT count(*) FROM "
                                "series WHERE profile = %lld)",
                                profile, profile),
                &statement));
    TRY(step(store, statement, &row));
    *count = sqlite3_column_int64(statement, 0);
done:
    sqlite3_finalize(statement);
    return status;
}

/* Rows of a profile have no key of their own: one that has got more since it was merged is replaced. */
static enum status copy_profile(struct merge *m, int64_t from, int64_t to)
{
    enum status status;
    int64_t have, want;
    TRY(count_rows(m->target, to, &have));
    TRY(count_rows(m->source, from, &want));
    if (have >= want)
        goto done;
    for (int t = LIMITS; t <= SERIES; t++) {
        sqlite3_stmt *delete = NULL;
        TRY(prepare(m->target, sqlite3_mprintf("DELETE FROM %s WHERE profile = %lld", tables[t].name, to), &delete));
        status = run(m->target, delete);
        sqlite3_finalize(delete);
        TRY(status);
        TRY(copy_rows(m, (enum table)t, from, to));
    }
done:
    return status;
}

static enum status merge_profiles(struct merge *m)
{
    enum status status;
    sqlite3_stmt *profiles = NULL;
    bool row, known;
    int64_t id;
    TRY(prepare(m->source,
                sqlite3_mprintf("SELECT id, name, host, environment, started_unix_s, finished_unix_s FROM profile "
                                "ORDER BY id"),
                &profiles));
    for (;;) {
        TRY(step(m->source, profiles, &row));
        if (!row)
            break;
        TRY(take_row(m, "profile", "host", profiles, &id, &known));
        m->result->profiles_known += known;
        m->result->profiles_added += !known;
        TRY(copy_profile(m, sqlite3_column_int64(profiles, 0), id));
    }
done:
    sqlite3_finalize(profiles);
    return status;
}

enum status store_merge(struct store *target, struct store *source, struct merge_result *result)
{
    enum status status = STATUS_OK;
    struct merge m = {.target = target, .source = source, .result = result};
    for (int t = 0; t < TABLES; t++)
        TRY(prepare_table(&m, (enum table)t));
    TRY(merge_runs(&m));
    TRY(merge_profiles(&m));
done:
    for (int t = 0; t < TABLES; t++) {
        sqlite3_finalize(m.get[t]);
        sqlite3_finalize(m.put[t]);
    }
    free(m.groups);
    return status;
}
