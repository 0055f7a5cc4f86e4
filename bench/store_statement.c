/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The statements on cases, samples and limits are made from the tables of fields in reports/row_fields.h: a field that the
 * schema lacks shows at once, as a statement that cannot be prepared. Unknown is NULL in the file, so that averages and
 * counts made with other tools come out right.
 */
#include "bench/store_statement.h"

#include <string.h>

#include "bench/store_file.h"

#define RUN_COLUMNS "id, name, configuration, environment, started_unix_s, finished_unix_s"

/* Ids tell in what order runs came into the file, which in a merged one is not that in which they were measured. */
#define NEWEST_FIRST "ORDER BY started_unix_s DESC, id DESC LIMIT 1"

/* One %s stands for the names of the fields, a second for as many question marks. */
static const struct {
    const char *sql;
    const struct row_field *fields;
    int field_count;
} statements[STATEMENT_COUNT] = {
    [BEGIN_RUN] = {"INSERT INTO run (name, configuration, environment, started_unix_s) VALUES (?, ?, ?, ?)", NULL, 0},
    [FINISH_RUN] = {"UPDATE run SET finished_unix_s = ? WHERE id = ?", NULL, 0},
    [LAST_RUN] = {"SELECT " RUN_COLUMNS " FROM run " NEWEST_FIRST, NULL, 0},
    [LAST_UNFINISHED_RUN] = {"SELECT " RUN_COLUMNS " FROM run WHERE finished_unix_s IS NULL"
                             " AND configuration NOT LIKE '{\"tile\":%%' " NEWEST_FIRST,
                             NULL, 0},
    [GET_RUN] = {"SELECT " RUN_COLUMNS " FROM run WHERE id = ?", NULL, 0},
    [RUN_BEFORE] = {"SELECT " RUN_COLUMNS " FROM run WHERE (started_unix_s, id) < (?, ?) " NEWEST_FIRST, NULL, 0},
    [ADD_GROUP] = {"INSERT INTO groups (run, key) VALUES (?, ?)", NULL, 0},
    [HAS_GROUP] = {"SELECT 1 FROM groups WHERE run = ? AND key = ?", NULL, 0},
    [ADD_CASE] = {"INSERT INTO cases (group_id, %s) VALUES (?, %s)", case_fields, CASE_FIELDS},
    [ADD_SAMPLE] = {"INSERT INTO samples (case_id, %s) VALUES (?, %s)", sample_fields, SAMPLE_FIELDS},
    [GET_CASES] = {"SELECT id, %s FROM cases WHERE run BETWEEN ? AND ? ORDER BY run, id", case_fields, CASE_FIELDS},
    [GET_SAMPLES] = {"SELECT case_id, %s FROM samples WHERE case_id = ? ORDER BY sequence", sample_fields,
                     SAMPLE_FIELDS},
    [BEGIN_PROFILE] = {"INSERT INTO profile (name, host, environment, started_unix_s) VALUES (?, ?, ?, ?)", NULL, 0},
    [FINISH_PROFILE] = {"UPDATE profile SET finished_unix_s = ? WHERE id = ?", NULL, 0},
    [NEWEST_PROFILE] = {"SELECT id FROM profile WHERE finished_unix_s IS NOT NULL AND (?1 = '' OR host = ?1) "
                        NEWEST_FIRST,
                        NULL, 0},
    [ADD_LIMIT] = {"INSERT INTO limits (profile, %s) VALUES (?, %s)", limit_fields, LIMIT_FIELDS},
    /* Of each stage on each device the rows of the newest profile that has it: a profile of one stage or device leaves
     * what is known of the others. */
    [GET_LIMITS_OF_HOST] =
        {"SELECT profile, %s FROM limits"
         " JOIN (SELECT id AS pid, started_unix_s AS at FROM profile) ON pid = profile"
         " JOIN (SELECT device AS d, backend AS b, stage AS s, max(started_unix_s * 1048576 + profile.id) AS newest"
         "       FROM limits JOIN profile ON profile.id = limits.profile"
         "       WHERE finished_unix_s IS NOT NULL AND value IS NOT NULL AND (?1 = '' OR host = ?1) GROUP BY d, b, s)"
         " ON device IS d AND backend IS b AND stage IS s AND at * 1048576 + pid = newest ORDER BY limits.rowid",
         limit_fields, LIMIT_FIELDS},
    [NEWEST_SERIES] = {"SELECT id FROM profile WHERE finished_unix_s IS NOT NULL AND (?1 = '' OR host = ?1) AND"
                       " EXISTS (SELECT 1 FROM series WHERE profile = profile.id) " NEWEST_FIRST,
                       NULL, 0},
    [GET_LIMITS] = {"SELECT profile, %s FROM limits WHERE profile = ? ORDER BY rowid", limit_fields, LIMIT_FIELDS},
    [ADD_SERIES] = {"INSERT INTO series (profile, %s) VALUES (?, %s)", series_fields, SERIES_FIELDS},
    [GET_SERIES] = {"SELECT profile, %s FROM series WHERE profile = ? ORDER BY rowid", series_fields, SERIES_FIELDS},
};

static char *statement_text(enum statement which)
{
    sqlite3_str *names = sqlite3_str_new(NULL), *marks = sqlite3_str_new(NULL);
    for (int i = 0; i < statements[which].field_count; i++) {
        sqlite3_str_appendf(names, "%s%s", i ? ", " : "", statements[which].fields[i].name);
        sqlite3_str_appendall(marks, i ? ", ?" : "?");
    }
    char *name_list = sqlite3_str_finish(names), *mark_list = sqlite3_str_finish(marks);
    char *sql = sqlite3_mprintf(statements[which].sql, name_list, mark_list);
    sqlite3_free(name_list);
    sqlite3_free(mark_list);
    return sql;
}

enum status store_prepare(struct store *store, enum statement which, sqlite3_stmt **statement)
{
    if (!store->prepared[which]) {
        char *sql = statement_text(which);
        if (!sql)
            return status_fail(STATUS_MEMORY, "%s: no memory for a statement", store->path);
        int code = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &store->prepared[which], NULL);
        sqlite3_free(sql);
        if (code != SQLITE_OK)
            return store_file_fail(store->path, store->db, "preparing a statement");
    }
    *statement = store->prepared[which];
    sqlite3_reset(*statement);
    return STATUS_OK;
}

enum status store_execute(struct store *store, sqlite3_stmt *statement, const char *what)
{
    enum status status = STATUS_OK;
    if (sqlite3_step(statement) != SQLITE_DONE)
        status = store_file_fail(store->path, store->db, what);
    sqlite3_reset(statement); /* a statement that is not reset keeps the transaction open */
    return status;
}

void store_bind_row(sqlite3_stmt *statement, const void *row, const struct row_field *fields, int count)
{
    for (int i = 0; i < count; i++) {
        const char *at = (const char *)row + fields[i].offset;
        int64_t integer = -1;
        switch (fields[i].kind) {
        case FIELD_TEXT:
            if (*at)
                sqlite3_bind_text(statement, 2 + i, at, (int)strnlen(at, fields[i].bytes), SQLITE_STATIC);
            else
                sqlite3_bind_null(statement, 2 + i);
            continue;
        case FIELD_REAL:
            sqlite3_bind_double(statement, 2 + i, *(const double *)at); /* NAN becomes NULL */
            continue;
        case FIELD_INT:
            integer = *(const int *)at;
            break;
        case FIELD_INT64:
            integer = *(const int64_t *)at;
            break;
        }
        if (integer == -1)
            sqlite3_bind_null(statement, 2 + i);
        else
            sqlite3_bind_int64(statement, 2 + i, integer);
    }
}

enum status store_read_row(const struct store *store, sqlite3_stmt *statement, void *row,
                           const struct row_field *fields, int count)
{
    row_clear(row, fields, count);
    for (int i = 0; i < count; i++) {
        char *at = (char *)row + fields[i].offset;
        if (sqlite3_column_type(statement, 1 + i) == SQLITE_NULL)
            continue;
        switch (fields[i].kind) {
        case FIELD_TEXT: {
            const unsigned char *text = sqlite3_column_text(statement, 1 + i);
            int bytes = sqlite3_column_bytes(statement, 1 + i);
            if (!text || (size_t)bytes >= fields[i].bytes)
                return status_fail(STATUS_STORE, "%s: %s %lld: %s is longer than %zu bytes", store->path,
                                   fields == case_fields     ? "case"
                                   : fields == sample_fields ? "samples of case"
                                                             : "profile",
                                   (long long)sqlite3_column_int64(statement, 0), fields[i].name, fields[i].bytes - 1);
            memcpy(at, text, (size_t)bytes);
            at[bytes] = 0;
            break;
        }
        case FIELD_REAL:
            *(double *)at = sqlite3_column_double(statement, 1 + i);
            break;
        case FIELD_INT:
            *(int *)at = sqlite3_column_int(statement, 1 + i);
            break;
        case FIELD_INT64:
            *(int64_t *)at = sqlite3_column_int64(statement, 1 + i);
            break;
        }
    }
    return STATUS_OK;
}
