/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/store.h"
#include "bench/store_file.h"
#include "bench/store_statement.h"
#include "reports/row_fields.h"

static char folder[64], path[96];

static void make_folder(void)
{
    strcpy(folder, "/tmp/breakeven_store_XXXXXX");
    cr_assert(mkdtemp(folder));
    chmod(folder, 0755);
    snprintf(path, sizeof path, "%s/results.db", folder);
}

static void remove_folder(void)
{
    char journal[128];
    snprintf(journal, sizeof journal, "%s-journal", path);
    unlink(journal);
    unlink(path);
    rmdir(folder);
}

TestSuite(store, .init = make_folder, .fini = remove_folder);

/* Runs SQL on the file as another program would. */
static void sql(const char *text)
{
    sqlite3 *db;
    char *error = NULL;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_exec(db, text, NULL, NULL, &error);
    cr_assert_null(error, "%s: %s", text, error);
    sqlite3_close(db);
}

/* The first column of the first row, as text; static. */
static const char *answer(const char *query)
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

static struct store *open_new(int64_t *run)
{
    struct store *store = NULL;
    cr_assert_eq(store_open(path, &store), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_begin_run(store, "test", "{}", "{\"cpu\":null}", run), STATUS_OK, "%s", status_text());
    return store;
}

/* Every field known and different from all others. */
static void fill(void *row, const struct row_field *fields, int count, int seed)
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

static void expect_equal(const void *a, const void *b, const struct row_field *fields, int count)
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

static struct case_row small_case(void)
{
    struct case_row row;
    row_clear(&row, case_fields, CASE_FIELDS);
    strcpy(row.operation, "flip");
    strcpy(row.backend, "openmp");
    strcpy(row.status, "ok");
    return row;
}

/* A group of one case with that many samples. */
static enum status add(struct store *store, int64_t run, const char *key, int sample_count)
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

static bool has(struct store *store, int64_t run, const char *key)
{
    bool found = false;
    cr_assert_eq(store_has_group(store, run, key, &found), STATUS_OK, "%s", status_text());
    return found;
}

static void expect_refused(enum status status, const char *part)
{
    cr_expect_eq(status, STATUS_STORE, "%s", status_name(status));
    cr_expect(strstr(status_text(), path), "no path in: %s", status_text());
    cr_expect(strstr(status_text(), part), "no \"%s\" in: %s", part, status_text());
}

Test(store, every_field_makes_the_round_trip)
{
    struct case_row cases[2], *found;
    struct sample_row samples[3], *found_samples;
    int64_t run;
    int count;
    struct store *store = open_new(&run);
    fill(&cases[0], case_fields, CASE_FIELDS, 1000);
    cases[1] = small_case(); /* the rest unknown */
    fill(&samples[0], sample_fields, SAMPLE_FIELDS, 0);
    fill(&samples[1], sample_fields, SAMPLE_FIELDS, 1);
    row_clear(&samples[2], sample_fields, SAMPLE_FIELDS);
    samples[2].sequence = 2;
    cr_assert_eq(
        store_add_group(store, run, "flip/64", cases, 2, (const struct sample_row *[]){samples, NULL}, (int[]){3, 0}),
        STATUS_OK, "%s", status_text());
    store_close(store);

    cr_assert_eq(store_open_read(path, &store), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_cases(store, run, &found, &count), STATUS_OK, "%s", status_text());
    cr_assert_eq(count, 2);
    for (int i = 0; i < 2; i++) {
        expect_equal(&found[i], &cases[i], case_fields, CASE_FIELDS);
        cr_expect_eq(found[i].id, cases[i].id);
        cr_expect_eq(found[i].run, run);
    }
    cr_assert_eq(store_samples(store, found[0].id, &found_samples, &count), STATUS_OK, "%s", status_text());
    cr_assert_eq(count, 3);
    for (int i = 0; i < 3; i++) {
        expect_equal(&found_samples[i], &samples[i], sample_fields, SAMPLE_FIELDS);
        cr_expect_eq(found_samples[i].case_id, found[0].id);
    }
    free(found_samples);
    cr_assert_eq(store_samples(store, found[1].id, &found_samples, &count), STATUS_OK);
    cr_expect_eq(count, 0);
    free(found_samples);
    free(found);
    store_close(store);
}

Test(store, unknown_is_null_in_the_file)
{
    int64_t run;
    struct store *store = open_new(&run);
    add(store, run, "one", 0);
    store_close(store);
    cr_expect_str_eq(answer("SELECT operation FROM cases"), "flip");
    cr_expect_str_eq(answer("SELECT median_ns FROM cases"), "NULL");
    cr_expect_str_eq(answer("SELECT threads FROM cases"), "NULL");
    cr_expect_str_eq(answer("SELECT bytes_pushed FROM cases"), "NULL");
    cr_expect_str_eq(answer("SELECT device FROM cases"), "NULL");
    cr_expect_str_eq(answer("PRAGMA journal_mode"), "delete");
}

Test(store, runs_begin_and_finish)
{
    struct store_run run;
    int64_t first, second;
    struct store *store;
    cr_assert_eq(store_open(path, &store), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_last_run(store, false, &run), STATUS_OK);
    cr_expect_eq(run.id, 0);
    cr_assert_eq(store_begin_run(store, "", "{\"ops\":[\"flip\"]}", "{}", &first), STATUS_OK);
    cr_assert_eq(store_begin_run(store, "after", "[]", "{}", &second), STATUS_OK);
    cr_assert_eq(store_finish_run(store, second), STATUS_OK, "%s", status_text());

    cr_assert_eq(store_last_run(store, false, &run), STATUS_OK);
    cr_expect_eq(run.id, second);
    cr_expect_str_eq(run.name, "after");
    cr_expect_geq(run.finished_unix_s, run.started_unix_s);
    cr_expect_gt(run.started_unix_s, 1700000000);
    store_run_free(&run);

    cr_assert_eq(store_last_run(store, true, &run), STATUS_OK);
    cr_expect_eq(run.id, first);
    cr_expect_str_eq(run.configuration, "{\"ops\":[\"flip\"]}");
    cr_expect_eq(run.finished_unix_s, -1);
    store_run_free(&run);

    cr_assert_eq(store_get_run(store, first, &run), STATUS_OK);
    cr_expect_str_eq(run.environment, "{}");
    store_run_free(&run);
    cr_expect_eq(store_get_run(store, 77, &run), STATUS_USAGE);
    cr_expect_eq(store_finish_run(store, 77), STATUS_USAGE);
    store_close(store);
}

Test(store, cases_come_by_run_or_all)
{
    int64_t first, second;
    int count;
    struct case_row *rows;
    struct store *store = open_new(&first);
    cr_assert_eq(store_begin_run(store, "second", "{}", "{}", &second), STATUS_OK);
    add(store, second, "a", 1);
    add(store, first, "a", 1);
    add(store, first, "b", 1);
    cr_assert_eq(store_cases(store, first, &rows, &count), STATUS_OK);
    cr_expect_eq(count, 2);
    free(rows);
    cr_assert_eq(store_cases(store, 0, &rows, &count), STATUS_OK);
    cr_assert_eq(count, 3);
    cr_expect_eq(rows[0].run, first);
    cr_expect_eq(rows[2].run, second);
    free(rows);
    cr_assert_eq(store_cases(store, 99, &rows, &count), STATUS_OK);
    cr_expect_eq(count, 0);
    free(rows);
    store_close(store);
}

Test(store, a_group_is_added_once_and_whole)
{
    int64_t run;
    struct store *store = open_new(&run);
    cr_assert_eq(add(store, run, "flip/64", 2), STATUS_OK, "%s", status_text());
    expect_refused(add(store, run, "flip/64", 2), "already has the group flip/64");
    expect_refused(add(store, run + 1, "flip/64", 2), "has no run 2");

    struct case_row cases[2] = {small_case(), small_case()};
    cases[1].operation[0] = 0; /* refused, and the sound case before it must go with it */
    expect_refused(
        store_add_group(store, run, "other", cases, 2, (const struct sample_row *[]){NULL, NULL}, (int[]){0, 0}),
        "operation");
    cr_expect_not(has(store, run, "other"));
    cr_expect(has(store, run, "flip/64"));
    store_close(store);
    cr_expect_str_eq(answer("SELECT count(*) FROM cases"), "1");
    cr_expect_str_eq(answer("SELECT count(*) FROM samples"), "2");
}

/* The child tells of each finished group through a pipe, until it is killed. */
static void add_until_killed(int finished)
{
    struct store *store;
    int64_t run;
    char key[32];
    if (store_open(path, &store) != STATUS_OK || store_begin_run(store, "killed", "{}", "{}", &run) != STATUS_OK)
        _exit(1);
    for (int i = 0;; i++) {
        snprintf(key, sizeof key, "group %d", i);
        if (add(store, run, key, 400) != STATUS_OK || write(finished, &i, sizeof i) != sizeof i)
            _exit(1);
    }
}

/* Kills the child some time after the third group; returns how many it had told of. */
static int kill_while_adding(int delay_us)
{
    int ends[2], told = -1, last = -1, exit_status;
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0)
        add_until_killed(ends[1]);
    close(ends[1]);
    while (last < 2 && read(ends[0], &told, sizeof told) == sizeof told)
        last = told;
    usleep((useconds_t)delay_us);
    kill(child, SIGKILL);
    while (read(ends[0], &told, sizeof told) == sizeof told)
        last = told;
    close(ends[0]);
    waitpid(child, &exit_status, 0);
    cr_assert(WIFSIGNALED(exit_status), "the child ended by itself");
    return last + 1;
}

Test(store, finished_groups_outlive_a_kill, .timeout = 60)
{
    for (int round = 0; round < 6; round++) {
        struct store *store;
        struct store_run run;
        struct case_row *rows;
        int finished = kill_while_adding(round * 1700), count;
        char key[32];
        cr_assert_geq(finished, 3);
        cr_assert_eq(store_open_read(path, &store), STATUS_OK, "%s", status_text());
        cr_assert_eq(store_last_run(store, true, &run), STATUS_OK, "%s", status_text());
        for (int i = 0; i < finished; i++) {
            snprintf(key, sizeof key, "group %d", i);
            cr_expect(has(store, run.id, key), "%s is lost", key);
        }
        cr_assert_eq(store_cases(store, run.id, &rows, &count), STATUS_OK);
        cr_expect_geq(count, finished);
        cr_expect_leq(count, finished + 1, "more than was told of and the one being written");
        free(rows);
        store_run_free(&run);
        store_close(store);
        cr_expect_str_eq(answer("PRAGMA integrity_check"), "ok");
        cr_expect_str_eq(
            answer("SELECT count(*) FROM cases WHERE (SELECT count(*) FROM samples WHERE case_id = id) <> 400"), "0");
    }
}

/* A process killed with half a transaction in the file: even a reader must first undo it. */
Test(store, a_reader_undoes_what_a_killed_writer_left)
{
    int64_t run;
    int count;
    char journal[128];
    struct sample_row *samples;
    struct store *store = open_new(&run);
    add(store, run, "kept", 2000);
    store_close(store);
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *db;
        sqlite3_open(path, &db);
        /* A cache of one page: changed pages go to the file before the commit. */
        sqlite3_exec(db, "PRAGMA cache_size = 1; BEGIN; UPDATE samples SET total_ns = 0", NULL, NULL, NULL);
        raise(SIGKILL);
    }
    waitpid(child, NULL, 0);
    snprintf(journal, sizeof journal, "%s-journal", path);
    cr_assert_eq(access(journal, F_OK), 0, "nothing was left to undo");
    cr_assert_eq(store_open_read(path, &store), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_samples(store, 1, &samples, &count), STATUS_OK, "%s", status_text());
    cr_assert_eq(count, 2000);
    for (int i = 0; i < count; i++)
        cr_assert_eq(samples[i].total_ns, (i + 2) / 3.0);
    free(samples);
    store_close(store);
}

Test(store, a_reader_cannot_add)
{
    int64_t run;
    struct store *store = open_new(&run);
    store_close(store);
    cr_assert_eq(store_open_read(path, &store), STATUS_OK, "%s", status_text());
    expect_refused(add(store, run, "one", 1), "read-only");
    store_close(store);
}

Test(store, read_only_file_can_be_read_but_not_opened_for_adding)
{
    int64_t run;
    int count;
    struct case_row *rows;
    struct store *store = open_new(&run);
    add(store, run, "one", 1);
    store_close(store);
    chmod(path, 0444);
    if (geteuid() == 0)
        cr_assert_eq(setuid(65534), 0); /* root may write everything */
    expect_refused(store_open(path, &store), "read-only");
    cr_expect_null(store);
    cr_assert_eq(store_open_read(path, &store), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_cases(store, run, &rows, &count), STATUS_OK, "%s", status_text());
    cr_expect_eq(count, 1);
    free(rows);
    store_close(store);
}

Test(store, missing_files_and_folders_are_refused)
{
    struct store *store;
    expect_refused(store_open_read(path, &store), "No such file");
    cr_expect_neq(access(path, F_OK), 0, "opening for reading made the file");
    snprintf(path, sizeof path, "%s/missing/results.db", folder);
    expect_refused(store_open(path, &store), "No such file");
    cr_expect_eq(store_open(":memory:", &store), STATUS_STORE);
    cr_expect_eq(store_open("", &store), STATUS_STORE);
}

Test(store, newer_version_is_refused)
{
    int64_t run;
    struct store *store = open_new(&run);
    store_close(store);
    sql("PRAGMA user_version = 99");
    expect_refused(store_open(path, &store), "newer breakeven: schema 99");
    expect_refused(store_open_read(path, &store), "newer breakeven: schema 99");
    cr_expect_str_eq(answer("SELECT count(*) FROM run"), "1");
}

static void expect_variants(const char *first, const char *second)
{
    struct store *store;
    struct case_row *cases;
    int count;
    cr_assert_eq(store_open_read(path, &store), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_cases(store, 0, &cases, &count), STATUS_OK, "%s", status_text());
    cr_assert_eq(count, second ? 2 : 1);
    cr_expect_str_eq(cases[0].operation, "flip");
    cr_expect_str_eq(cases[0].variant, first);
    cr_expect(!second || strcmp(cases[1].variant, second) == 0);
    free(cases);
    store_close(store);
}

/* A store as version 1 made it: without variants. */
Test(store, older_version_is_read_as_it_is_and_changed_by_a_writer)
{
    int64_t run;
    const int no_samples = 0;
    struct case_row row = small_case();
    struct store *store = open_new(&run);
    cr_assert_eq(add(store, run, "old", 2), STATUS_OK, "%s", status_text());
    store_close(store);
    sql("ALTER TABLE cases DROP COLUMN variant");
    sql("PRAGMA user_version = 1");
    expect_variants("", NULL);
    cr_expect_str_eq(answer("PRAGMA user_version"), "1", "a reader changes nothing");

    cr_assert_eq(store_open(path, &store), STATUS_OK, "%s", status_text());
    strcpy(row.variant, "image");
    cr_assert_eq(store_add_group(store, run, "new", &row, 1, (const struct sample_row *[]){NULL}, &no_samples),
                 STATUS_OK, "%s", status_text());
    store_close(store);
    cr_expect_str_eq(answer("PRAGMA user_version"), "2");
    expect_variants("", "image");
    cr_expect_str_eq(answer("SELECT count(*) FROM samples"), "2");
}

Test(store, another_programs_database_is_refused_and_left_alone)
{
    struct store *store;
    sql("CREATE TABLE cells (area REAL)");
    expect_refused(store_open(path, &store), "another program");
    expect_refused(store_open_read(path, &store), "another program");
    cr_expect_str_eq(answer("SELECT count(*) FROM sqlite_schema"), "1");
    cr_expect_str_eq(answer("PRAGMA application_id"), "0");
    sql("PRAGMA application_id = 77");
    expect_refused(store_open(path, &store), "another program");
}

Test(store, garbage_is_refused_and_left_alone)
{
    struct store *store;
    char found[32] = "";
    static const char garbage[] = "these are not the bytes of a database, whatever the file is called\n";
    FILE *file = fopen(path, "w");
    fputs(garbage, file);
    fclose(file);
    expect_refused(store_open(path, &store), "not a breakeven store");
    expect_refused(store_open_read(path, &store), "not a breakeven store");
    file = fopen(path, "r");
    cr_assert(fgets(found, sizeof found, file));
    fclose(file);
    cr_expect_eq(strncmp(found, garbage, strlen(found)), 0);
}

Test(store, a_damaged_file_is_said_to_be_damaged)
{
    int64_t run;
    int count;
    struct sample_row *samples;
    struct store *store = open_new(&run);
    add(store, run, "one", 2000);
    store_close(store);
    FILE *file = fopen(path, "r+");
    for (long page = 8; page < 16; page++) {
        fseek(file, page * 4096, SEEK_SET);
        for (int i = 0; i < 4096; i++)
            fputc(0x5b, file);
    }
    fclose(file);
    cr_assert_eq(store_open_read(path, &store), STATUS_OK, "%s", status_text());
    expect_refused(store_samples(store, 1, &samples, &count), "damaged");
    cr_expect_null(samples);
    store_close(store);
}

Test(store, text_too_long_for_its_field_is_refused)
{
    int64_t run;
    int count;
    struct case_row *rows;
    struct store *store = open_new(&run);
    add(store, run, "one", 0);
    sql("UPDATE cases SET type = printf('%.64c', 'x')");
    expect_refused(store_cases(store, run, &rows, &count), "type is longer than 63 bytes");
    sql("UPDATE cases SET type = printf('%.63c', 'x')");
    cr_assert_eq(store_cases(store, run, &rows, &count), STATUS_OK, "%s", status_text());
    cr_expect_eq(strlen(rows[0].type), 63);
    free(rows);
    store_close(store);
}

/* After a failure to add: the first group is there, nothing else is, and with room again the store goes on. */
static void expect_as_before(struct store *store, int64_t run)
{
    int count;
    struct case_row *rows;
    cr_expect(has(store, run, "first"));
    cr_expect_not(has(store, run, "large"));
    cr_assert_eq(store_cases(store, run, &rows, &count), STATUS_OK, "%s", status_text());
    cr_expect_eq(count, 1);
    free(rows);
}

Test(store, full_disk_leaves_the_store_as_it_was)
{
    int64_t run;
    struct store *store = open_new(&run);
    cr_assert_eq(add(store, run, "first", 10), STATUS_OK);
    sqlite3_exec(store->db, "PRAGMA max_page_count = 20", NULL, NULL, NULL);
    expect_refused(add(store, run, "large", 5000), "the disk is full");
    expect_as_before(store, run);
    sqlite3_exec(store->db, "PRAGMA max_page_count = 100000", NULL, NULL, NULL);
    cr_expect_eq(add(store, run, "large", 5000), STATUS_OK, "%s", status_text());
    store_close(store);
    cr_expect_str_eq(answer("PRAGMA integrity_check"), "ok");
}

Test(store, failing_write_leaves_the_store_as_it_was)
{
    int64_t run;
    struct rlimit limit;
    struct stat facts;
    struct store *store = open_new(&run);
    cr_assert_eq(add(store, run, "first", 10), STATUS_OK);
    stat(path, &facts);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur = (rlim_t)facts.st_size + 16384;
    setrlimit(RLIMIT_FSIZE, &limit);
    expect_refused(add(store, run, "large", 5000), "limit on file sizes");
    expect_as_before(store, run);
    limit.rlim_cur = before;
    setrlimit(RLIMIT_FSIZE, &limit);
    cr_expect_eq(add(store, run, "large", 5000), STATUS_OK, "%s", status_text());
    store_close(store);
    cr_expect_str_eq(answer("PRAGMA integrity_check"), "ok");
}

Test(store, a_store_in_use_is_waited_for_and_then_named)
{
    int64_t run;
    sqlite3 *other;
    struct store *store = open_new(&run);
    sqlite3_busy_timeout(store->db, 10);
    sqlite3_open(path, &other);
    sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    expect_refused(add(store, run, "one", 1), "another process");
    sqlite3_exec(other, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(other);
    cr_expect_eq(add(store, run, "one", 1), STATUS_OK, "%s", status_text());
    store_close(store);
}

Test(store, two_processes_may_make_it_at_once)
{
    struct store *store;
    for (int i = 0; i < 4; i++)
        if (fork() == 0)
            _exit(store_open(path, &store) == STATUS_OK ? 0 : 1);
    for (int i = 0; i < 4; i++) {
        int exit_status;
        wait(&exit_status);
        cr_expect_eq(exit_status, 0);
    }
    cr_expect_str_eq(answer("SELECT count(*) FROM sqlite_schema WHERE type = 'table'"), "4");
}
