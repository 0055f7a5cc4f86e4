/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A store in a folder of its own, rows to put into it, and another program's look at the file.
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/store.h"
#include "bench/store_statement.h"
#include "reports/row_fields.h"

static char folder[64], path[96];

static inline void make_folder(void)
{
    strcpy(folder, "/tmp/breakeven_store_XXXXXX");
    cr_assert(mkdtemp(folder));
    chmod(folder, 0755);
    snprintf(path, sizeof path, "%s/results.db", folder);
}

static inline void remove_folder(void)
{
    char journal[128];
    snprintf(journal, sizeof journal, "%s-journal", path);
    unlink(journal);
    unlink(path);
    rmdir(folder);
}

/* Runs SQL on the file as another program would. */
static inline void sql(const char *text)
{
    sqlite3 *db;
    char *error = NULL;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_exec(db, text, NULL, NULL, &error);
    cr_assert_null(error, "%s: %s", text, error);
    sqlite3_close(db);
}

/* The first column of the first row, as text; static. */
static inline const char *answer(const char *query)
{
    static char text[256];
    sqlite3 *db;
    sqlite3_stmt *statement;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(db, query, -1, &statement, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    cr_assert_eq(sqlite3_step(statement), SQLITE_ROW);
    const unsigned char *found = sqlite3_column_text(statement, 0);
    snprintf(text, sizeof text, "%s", found ? (const char *)found : "NULL");
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return text;
}

static inline struct store *open_new(int64_t *run)
{
    struct store *store = NULL;
    cr_assert_eq(store_open(path, &store), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_begin_run(store, "test", "{}", "{\"cpu\":null}", run), STATUS_OK, "%s", status_text());
    return store;
}

/* Every field known and different from all others. */
static inline void fill(void *row, const struct row_field *fields, int count, int seed)
{
    for (int i = 0; i < count; i++) {
        char *at = (char *)row + fields[i].offset;
        switch (fields[i].kind) {
        case FIELD_TEXT:
            snprintf(at, fields[i].bytes, "%s \"%d\", 'µ'\n", fields[i].name, seed);
            break;
        case FIELD_INT:
            *(int *)at = seed + i;
            break;
        case FIELD_INT64:
            *(int64_t *)at = 5000000000 + seed + i;
            break;
        case FIELD_REAL:
            *(double *)at = (seed + i) / 3.0;
            break;
        }
    }
}

static inline void expect_equal(const void *a, const void *b, const struct row_field *fields, int count)
{
    for (int i = 0; i < count; i++) {
        const char *x = (const char *)a + fields[i].offset, *y = (const char *)b + fields[i].offset;
        if (fields[i].kind == FIELD_TEXT)
            cr_expect_str_eq(x, y, "%s", fields[i].name);
        else if (fields[i].kind == FIELD_REAL)
            cr_expect(*(double *)x == *(double *)y || (isnan(*(double *)x) && isnan(*(double *)y)), "%s",
                      fields[i].name);
        else
            cr_expect_eq(memcmp(x, y, fields[i].bytes), 0, "%s", fields[i].name);
    }
}

/* What versions 1 to 3 had not. */
static inline void drop_tiles(void)
{
    sql("ALTER TABLE cases DROP COLUMN tile_width; ALTER TABLE cases DROP COLUMN tile_height;"
        "ALTER TABLE cases DROP COLUMN tile_depth; ALTER TABLE cases DROP COLUMN margin_px;"
        "ALTER TABLE cases DROP COLUMN work_factor; ALTER TABLE cases DROP COLUMN error_max;"
        "ALTER TABLE cases DROP COLUMN error_p99; ALTER TABLE cases DROP COLUMN wrong_px;"
        "ALTER TABLE cases DROP COLUMN seam_error_max");
}

static inline struct case_row small_case(void)
{
    struct case_row row;
    row_clear(&row, case_fields, CASE_FIELDS);
    strcpy(row.operation, "flip");
    strcpy(row.backend, "openmp");
    strcpy(row.status, "ok");
    return row;
}

/* A group of one case with that many samples. */
static inline enum status add(struct store *store, int64_t run, const char *key, int sample_count)
{
    struct case_row row = small_case();
    struct sample_row *samples = calloc((size_t)sample_count + 1, sizeof *samples);
    for (int i = 0; i < sample_count; i++) {
        fill(&samples[i], sample_fields, SAMPLE_FIELDS, i);
        samples[i].sequence = i;
    }
    enum status status =
        store_add_group(store, run, key, &row, 1, (const struct sample_row *[]){samples}, &sample_count);
    free(samples);
    return status;
}

static inline bool has(struct store *store, int64_t run, const char *key)
{
    bool found = false;
    cr_assert_eq(store_has_group(store, run, key, &found), STATUS_OK, "%s", status_text());
    return found;
}

static inline void expect_refused(enum status status, const char *part)
{
    cr_expect_eq(status, STATUS_STORE, "%s", status_name(status));
    cr_expect(strstr(status_text(), path), "no path in: %s", status_text());
    cr_expect(strstr(status_text(), part), "no \"%s\" in: %s", part, status_text());
}

#endif
