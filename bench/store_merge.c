/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Runs with their groups, and profiles: which of the source's the target has already, and which are added. A group is
 * in a store as a whole or not at all, and its key is unique in its run, so a run that went on is completed by groups.
 */
#include <stdlib.h>

#include "bench/merge_rows.h"
#include "bench/store_file.h"

static int compare_groups(const void *a, const void *b)
{
    const struct merge_group *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

/* Adds the groups that the target's run lacks, and remembers which those are. */
static enum status copy_groups(struct merge *m, int64_t from, int64_t to)
{
    enum status status;
    sqlite3_stmt *get = NULL, *put = NULL;
    bool row;
    m->group_count = 0;
    TRY(merge_statement(m->source, sqlite3_mprintf("SELECT id, key FROM groups WHERE run = %lld ORDER BY id", from),
                        &get));
    TRY(merge_statement(
        m->target, sqlite3_mprintf("INSERT INTO groups (run, key) VALUES (%lld, ?) ON CONFLICT DO NOTHING", to), &put));
    for (;;) {
        TRY(merge_step(m->source, get, &row));
        if (!row)
            break;
        struct merge_group *larger = realloc(m->groups, (size_t)(m->group_count + 1) * sizeof *larger);
        if (!larger) {
            status = status_fail(STATUS_MEMORY, "no host memory for the groups of a run");
            goto done;
        }
        m->groups = larger;
        sqlite3_bind_value(put, 1, sqlite3_column_value(get, 1));
        TRY(merge_execute(m->target, put));
        m->groups[m->group_count++] =
            (struct merge_group){sqlite3_column_int64(get, 0),
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
    sqlite3_bind_int64(m->get[MERGE_CASES], 1, from);
    for (;;) {
        TRY(merge_step(m->source, m->get[MERGE_CASES], &row));
        if (!row)
            break;
        const int64_t id = sqlite3_column_int64(m->get[MERGE_CASES], 0);
        const struct merge_group key = {.from = sqlite3_column_int64(m->get[MERGE_CASES], 1)};
        const struct merge_group *group =
            m->group_count ? bsearch(&key, m->groups, (size_t)m->group_count, sizeof key, compare_groups) : NULL;
        if (!group) {
            status = status_fail(STATUS_STORE, "%s is damaged: case %lld is of no group of its run", m->source->path,
                                 (long long)id);
            goto done;
        }
        if (!group->to)
            continue;
        sqlite3_bind_int64(m->put[MERGE_CASES], 1, to);
        sqlite3_bind_int64(m->put[MERGE_CASES], 2, group->to);
        TRY(merge_row(m, MERGE_CASES));
        TRY(merge_all_rows(m, MERGE_SAMPLES, id, sqlite3_last_insert_rowid(m->target->db)));
        m->result->cases_added++;
    }
done:
    sqlite3_reset(m->get[MERGE_CASES]);
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
    TRY(merge_statement(m->source, sqlite3_mprintf("SELECT count(*) FROM %s WHERE %s AND id < ?5", table, where),
                        &before));
    TRY(merge_statement(
        m->target, sqlite3_mprintf("SELECT id FROM %s WHERE %s ORDER BY id LIMIT 1 OFFSET ?5", table, where), &same));
    for (int i = 1; i <= 4; i++) {
        sqlite3_bind_value(before, i, sqlite3_column_value(row, i));
        sqlite3_bind_value(same, i, sqlite3_column_value(row, i));
    }
    sqlite3_bind_int64(before, 5, sqlite3_column_int64(row, 0));
    TRY(merge_step(m->source, before, &found));
    sqlite3_bind_int64(same, 5, sqlite3_column_int64(before, 0));
    TRY(merge_step(m->target, same, &found));
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
        TRY(merge_statement(
            m->target,
            sqlite3_mprintf("UPDATE %s SET finished_unix_s = ?1 WHERE id = %lld AND finished_unix_s IS NULL", table,
                            *id),
            &put));
        sqlite3_bind_value(put, 1, sqlite3_column_value(row, 5));
    } else {
        TRY(merge_statement(m->target,
                            sqlite3_mprintf("INSERT INTO %s (name, %s, environment, started_unix_s, finished_unix_s) "
                                            "VALUES (?, ?, ?, ?, ?)",
                                            table, second),
                            &put));
        for (int i = 1; i <= 5; i++)
            sqlite3_bind_value(put, i, sqlite3_column_value(row, i));
    }
    TRY(merge_execute(m->target, put));
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
    TRY(merge_statement(
        m->source,
        sqlite3_mprintf("SELECT id, name, configuration, environment, started_unix_s, finished_unix_s FROM run "
                        "ORDER BY id"),
        &runs));
    for (;;) {
        TRY(merge_step(m->source, runs, &row));
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
    TRY(merge_statement(
        store,
        sqlite3_mprintf("SELECT (SELECT count(*) FROM limits WHERE profile = %lld) + (SELECT count(*) FROM "
                        "series WHERE profile = %lld)",
                        profile, profile),
        &statement));
    TRY(merge_step(store, statement, &row));
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
    for (int t = MERGE_LIMITS; t <= MERGE_SERIES; t++) {
        sqlite3_stmt *delete = NULL;
        TRY(merge_statement(
            m->target,
            sqlite3_mprintf("DELETE FROM %s WHERE profile = %lld", merge_table_name((enum merge_table)t), to),
            &delete));
        status = merge_execute(m->target, delete);
        sqlite3_finalize(delete);
        TRY(status);
        TRY(merge_all_rows(m, (enum merge_table)t, from, to));
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
    TRY(merge_statement(
        m->source,
        sqlite3_mprintf("SELECT id, name, host, environment, started_unix_s, finished_unix_s FROM profile "
                        "ORDER BY id"),
        &profiles));
    for (;;) {
        TRY(merge_step(m->source, profiles, &row));
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
    enum status status;
    struct merge m = {.target = target, .source = source, .result = result};
    TRY(merge_prepare(&m));
    TRY(merge_runs(&m));
    TRY(merge_profiles(&m));
done:
    merge_free(&m);
    return status;
}
