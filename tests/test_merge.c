/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Stores joined: nothing lost, nothing twice, sources as they were, targets whole or as they were.
 */
#include <signal.h>
#include <sys/resource.h>

#include "bench/merge.h"
#include "bench/store_limits.h"
#include "tests/store_fixture.h"

static char a[96], b[96], out[96];
static struct merge_result result;

static void use(const char *file)
{
    snprintf(path, sizeof path, "%s", file);
}

/* A run with two groups of samples and a profile with one limit and one point of a series. */
static void make_store(const char *file, const char *name)
{
    struct store *store;
    int64_t run, profile;
    struct limits limits = {0};
    struct limit limit;
    struct series_row point;
    use(file);
    cr_assert_eq(store_open(path, &store), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_begin_run(store, name, "{}", "{\"host\":{\"name\":\"h\"}}", &run), STATUS_OK);
    cr_assert_eq(add(store, run, "one", 3), STATUS_OK, "%s", status_text());
    cr_assert_eq(add(store, run, "two", 4), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_begin_profile(store, name, "{\"host\":{\"name\":\"h\"}}", &profile), STATUS_OK);
    fill(&limit, limit_fields, LIMIT_FIELDS, 7);
    fill(&point, series_fields, SERIES_FIELDS, 9);
    cr_assert_eq(limits_add(&limits, &limit), STATUS_OK);
    cr_assert_eq(store_add_limits(store, profile, &limits), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_add_series(store, profile, &point, 1), STATUS_OK, "%s", status_text());
    limits_free(&limits);
    store_close(store);
}

static void make_stores(void)
{
    make_folder();
    snprintf(a, sizeof a, "%s/a.db", folder);
    snprintf(b, sizeof b, "%s/b.db", folder);
    snprintf(out, sizeof out, "%s/out.db", folder);
    make_store(a, "laptop");
    make_store(b, "workstation");
}

static void remove_stores(void)
{
    unlink(a);
    unlink(b);
    use(out);
    remove_folder();
}

TestSuite(merge, .init = make_stores, .fini = remove_stores);

static void merge(char *const *sources, int count)
{
    cr_assert_eq(merge_files(out, sources, count, &result), STATUS_OK, "%s", status_text());
}

static const char *in_out(const char *query)
{
    use(out);
    return answer(query);
}

/* Every row of every table as text. */
static char *contents(const char *file)
{
    static const char *const tables[] = {"run", "groups", "cases", "samples", "profile", "limits", "series"};
    char *text = NULL;
    size_t bytes;
    sqlite3 *db;
    FILE *to = open_memstream(&text, &bytes);
    cr_assert_eq(sqlite3_open(file, &db), SQLITE_OK);
    for (int t = 0; t < 7; t++) {
        sqlite3_stmt *statement;
        char *query = sqlite3_mprintf("SELECT * FROM %s", tables[t]);
        cr_assert_eq(sqlite3_prepare_v2(db, query, -1, &statement, NULL), SQLITE_OK);
        while (sqlite3_step(statement) == SQLITE_ROW)
            for (int c = 0; c < sqlite3_column_count(statement); c++)
                fprintf(to, "%s|", sqlite3_column_text(statement, c));
        fputc('\n', to);
        sqlite3_finalize(statement);
        sqlite3_free(query);
    }
    sqlite3_close(db);
    fclose(to);
    return text;
}

Test(merge, one_store_comes_through_whole)
{
    merge((char *[]){a}, 1);
    char *before = contents(a), *after = contents(out);
    cr_expect_str_eq(before, after);
    free(before);
    free(after);
}

Test(merge, two_stores_are_joined_and_twice_adds_nothing)
{
    merge((char *[]){a, b}, 2);
    cr_expect_eq(result.runs_added, 2);
    cr_expect_eq(result.profiles_added, 2);
    cr_expect_eq(result.cases_added, 4);
    cr_expect_str_eq(in_out("SELECT count(*) FROM samples"), "14");
    cr_expect_str_eq(in_out("SELECT group_concat(r.name || g.key) FROM run r JOIN groups g ON g.run = r.id"),
                     "laptopone,laptoptwo,workstationone,workstationtwo");
    cr_expect_str_eq(in_out("SELECT count(*) FROM cases c JOIN groups g ON g.id = c.group_id AND g.run = c.run"), "4");
    cr_expect_str_eq(in_out("SELECT group_concat(p.name) FROM profile p JOIN limits l ON l.profile = p.id "
                            "JOIN series s ON s.profile = p.id"),
                     "laptop,workstation");
    char *once = contents(out);
    merge((char *[]){b, a, b}, 3);
    cr_expect_eq(result.runs_added + result.profiles_added + (int)result.cases_added, 0);
    cr_expect_eq(result.runs_known, 3);
    char *twice = contents(out);
    cr_expect_str_eq(once, twice);
    free(once);
    free(twice);
    /* Planted: another start is another run. */
    use(b);
    sql("UPDATE run SET started_unix_s = started_unix_s + 1");
    merge((char *[]){b}, 1);
    cr_expect_eq(result.runs_added, 1);
    cr_expect_eq(result.cases_added, 2);
}

Test(merge, sources_stay_as_they_are_byte_for_byte)
{
    char command[512];
    use(a);
    drop_tiles();
    sql("DROP TABLE series; DROP TABLE limits; DROP TABLE profile; ALTER TABLE cases DROP COLUMN bytes_read;"
        "ALTER TABLE cases DROP COLUMN bytes_images; ALTER TABLE cases DROP COLUMN achieved_bps;"
        "ALTER TABLE cases DROP COLUMN limit_percent; ALTER TABLE cases DROP COLUMN bound;"
        "ALTER TABLE cases DROP COLUMN energy_j; ALTER TABLE cases DROP COLUMN variant; PRAGMA user_version = 1");
    snprintf(command, sizeof command, "cp %s %s.copy && chmod 444 %s", a, a, a);
    cr_assert_eq(system(command), 0);
    merge((char *[]){a, b}, 2); /* of the first version, without profiles */
    cr_expect_eq(result.runs_added, 2);
    cr_expect_eq(result.profiles_added, 1);
    cr_expect_str_eq(in_out("SELECT count(*) FROM samples"), "14");
    cr_expect_str_eq(in_out("SELECT variant FROM cases LIMIT 1"), "NULL");
    snprintf(command, sizeof command, "cmp %s %s.copy && rm %s.copy", a, a, a);
    cr_expect_eq(system(command), 0);
}

Test(merge, a_run_and_a_profile_that_went_on_are_completed)
{
    struct store *store;
    struct limits limits = {0};
    struct limit limit;
    merge((char *[]){a}, 1);
    use(a);
    cr_assert_eq(store_open(path, &store), STATUS_OK);
    cr_assert_eq(add(store, 1, "three", 5), STATUS_OK);
    cr_assert_eq(store_finish_run(store, 1), STATUS_OK);
    fill(&limit, limit_fields, LIMIT_FIELDS, 11);
    limits_add(&limits, &limit);
    cr_assert_eq(store_add_limits(store, 1, &limits), STATUS_OK);
    cr_assert_eq(store_finish_profile(store, 1), STATUS_OK);
    limits_free(&limits);
    store_close(store);
    merge((char *[]){a}, 1);
    cr_expect_eq(result.runs_added, 0);
    cr_expect_eq(result.cases_added, 1);
    char *source = contents(a), *target = contents(out);
    cr_expect_str_eq(source, target);
    free(source);
    free(target);
}

/* Two imports in one second have the same identity, and are two runs all the same. */
Test(merge, equal_runs_of_one_file_stay_two)
{
    use(a);
    sql("INSERT INTO run SELECT 2, name, configuration, environment, started_unix_s, finished_unix_s FROM run");
    merge((char *[]){a}, 1);
    cr_expect_str_eq(in_out("SELECT count(*) FROM run"), "2");
    merge((char *[]){a}, 1);
    cr_expect_str_eq(in_out("SELECT count(*) FROM run"), "2");
}

Test(merge, the_newest_run_is_the_one_that_started_last)
{
    struct store *store;
    struct store_run run;
    use(b);
    sql("UPDATE run SET started_unix_s = 1000");
    merge((char *[]){a, b}, 2);
    cr_assert_eq(store_open_read(out, &store), STATUS_OK);
    cr_assert_eq(store_last_run(store, false, &run), STATUS_OK);
    cr_expect_str_eq(run.name, "laptop");
    struct store_run before, none;
    cr_assert_eq(store_run_before(store, &run, &before), STATUS_OK);
    cr_expect_str_eq(before.name, "workstation");
    cr_assert_eq(store_run_before(store, &before, &none), STATUS_OK);
    cr_expect_eq(none.id, 0);
    store_run_free(&run);
    store_run_free(&before);
    store_close(store);
}

Test(merge, mistakes_make_no_file)
{
    char missing[128];
    snprintf(missing, sizeof missing, "%s/missing.db", folder);
    cr_expect_eq(merge_files(out, (char *[]){a, missing}, 2, &result), STATUS_STORE);
    cr_expect_eq(access(out, F_OK), -1);
    char *before = contents(a);
    cr_expect_eq(merge_files(a, (char *[]){b, a}, 2, &result), STATUS_USAGE, "%s", status_text());
    char *after = contents(a);
    cr_expect_str_eq(before, after);
    free(before);
    free(after);
}

/* A limit on the file's size stands for the full disk. */
static void merge_with_too_little_room(void)
{
    struct rlimit limit;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    const rlim_t all = limit.rlim_cur;
    limit.rlim_cur = 200 * 1024;
    setrlimit(RLIMIT_FSIZE, &limit);
    cr_expect_eq(merge_files(out, (char *[]){b}, 1, &result), STATUS_STORE, "%s", status_text());
    limit.rlim_cur = all;
    setrlimit(RLIMIT_FSIZE, &limit);
}

Test(merge, full_disk_leaves_the_target_as_it_was)
{
    struct store *store;
    use(b);
    cr_assert_eq(store_open(path, &store), STATUS_OK);
    cr_assert_eq(add(store, 1, "large", 20000), STATUS_OK);
    store_close(store);
    merge_with_too_little_room();
    cr_expect_eq(access(out, F_OK), -1, "what was not there before is not there after");
    merge((char *[]){a}, 1);
    char *before = contents(out);
    merge_with_too_little_room();
    char *after = contents(out);
    cr_expect_str_eq(before, after);
    free(before);
    free(after);
    merge((char *[]){b}, 1);
    cr_expect_str_eq(in_out("SELECT count(*) FROM samples"), "20014");
}
