/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The file of a store under everything that happens to files: kills, readers, other versions and programs, damage, full
 * disks, several processes.
 */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "bench/store_file.h"
#include "tests/store_fixture.h"

TestSuite(store_file, .init = make_folder, .fini = remove_folder);

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

Test(store_file, finished_groups_outlive_a_kill, .timeout = 60)
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
Test(store_file, a_reader_undoes_what_a_killed_writer_left)
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

Test(store_file, a_reader_cannot_add)
{
    int64_t run;
    struct store *store = open_new(&run);
    store_close(store);
    cr_assert_eq(store_open_read(path, &store), STATUS_OK, "%s", status_text());
    expect_refused(add(store, run, "one", 1), "read-only");
    store_close(store);
}

Test(store_file, read_only_file_can_be_read_but_not_opened_for_adding)
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

Test(store_file, missing_files_and_folders_are_refused)
{
    struct store *store;
    expect_refused(store_open_read(path, &store), "No such file");
    cr_expect_neq(access(path, F_OK), 0, "opening for reading made the file");
    snprintf(path, sizeof path, "%s/missing/results.db", folder);
    expect_refused(store_open(path, &store), "No such file");
    cr_expect_eq(store_open(":memory:", &store), STATUS_STORE);
    cr_expect_eq(store_open("", &store), STATUS_STORE);
}

Test(store_file, newer_version_is_refused)
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

/* A store as version 1 made it: without variants and without limits. */
Test(store_file, older_version_is_read_as_it_is_and_changed_by_a_writer)
{
    int64_t run;
    const int no_samples = 0;
    struct case_row row = small_case();
    struct store *store = open_new(&run);
    cr_assert_eq(add(store, run, "old", 2), STATUS_OK, "%s", status_text());
    store_close(store);
    drop_tiles();
    sql("ALTER TABLE cases DROP COLUMN bytes_read; ALTER TABLE cases DROP COLUMN bytes_images");
    sql("ALTER TABLE cases DROP COLUMN achieved_bps");
    sql("ALTER TABLE cases DROP COLUMN limit_percent; ALTER TABLE cases DROP COLUMN bound");
    sql("ALTER TABLE cases DROP COLUMN energy_j; DROP TABLE series; DROP TABLE limits; DROP TABLE profile");
    sql("ALTER TABLE cases DROP COLUMN variant");
    sql("PRAGMA user_version = 1");
    expect_variants("", NULL);
    cr_expect_str_eq(answer("PRAGMA user_version"), "1", "a reader changes nothing");

    cr_assert_eq(store_open(path, &store), STATUS_OK, "%s", status_text());
    strcpy(row.variant, "image");
    cr_assert_eq(store_add_group(store, run, "new", &row, 1, (const struct sample_row *[]){NULL}, &no_samples),
                 STATUS_OK, "%s", status_text());
    store_close(store);
    cr_expect_str_eq(answer("PRAGMA user_version"), "4");
    expect_variants("", "image");
    cr_expect_str_eq(answer("SELECT count(*) FROM samples"), "2");
}

/* A store as version 3 made it: without tiles. */
Test(store_file, tiles_are_unknown_in_a_store_that_had_none)
{
    int64_t run;
    const int no_samples = 0;
    struct case_row row = small_case(), *cases;
    struct store *store = open_new(&run);
    int count;
    cr_assert_eq(add(store, run, "old", 1), STATUS_OK, "%s", status_text());
    store_close(store);
    drop_tiles();
    sql("PRAGMA user_version = 3");
    expect_variants("", NULL);
    cr_expect_str_eq(answer("PRAGMA user_version"), "3", "a reader changes nothing");

    cr_assert_eq(store_open(path, &store), STATUS_OK, "%s", status_text());
    row.tile_width = 64;
    row.wrong_px = 5000000000;
    row.error_max = INFINITY;
    cr_assert_eq(store_add_group(store, run, "new", &row, 1, (const struct sample_row *[]){NULL}, &no_samples),
                 STATUS_OK, "%s", status_text());
    cr_assert_eq(store_cases(store, run, &cases, &count), STATUS_OK, "%s", status_text());
    cr_assert_eq(count, 2);
    cr_expect(cases[0].tile_width == -1 && cases[0].wrong_px == -1 && isnan(cases[0].error_max));
    cr_expect(cases[1].tile_width == 64 && cases[1].wrong_px == 5000000000 && isinf(cases[1].error_max));
    free(cases);
    store_close(store);
}

/* A sweep of tiles that was killed is nothing that run --resume could go on with. */
Test(store_file, an_unfinished_sweep_of_tiles_is_not_resumed)
{
    int64_t first, second;
    struct store_run last;
    struct store *store = open_new(&first);
    cr_assert_eq(store_begin_run(store, "", "{\"tile\":{}}", "{}", &second), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_last_run(store, true, &last), STATUS_OK, "%s", status_text());
    cr_expect_eq(last.id, first);
    store_run_free(&last);
    cr_assert_eq(store_last_run(store, false, &last), STATUS_OK, "%s", status_text());
    cr_expect_eq(last.id, second);
    store_run_free(&last);
    store_close(store);
}

Test(store_file, another_programs_database_is_refused_and_left_alone)
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

Test(store_file, garbage_is_refused_and_left_alone)
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

Test(store_file, a_damaged_file_is_said_to_be_damaged)
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

Test(store_file, text_too_long_for_its_field_is_refused)
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

Test(store_file, full_disk_leaves_the_store_as_it_was)
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

Test(store_file, failing_write_leaves_the_store_as_it_was)
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

Test(store_file, a_store_in_use_is_waited_for_and_then_named)
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

Test(store_file, two_processes_may_make_it_at_once)
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
    cr_expect_str_eq(answer("SELECT count(*) FROM sqlite_schema WHERE type = 'table'"), "7");
}
