/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Rows, groups and runs: what is put into a store comes out of it.
 */
#include "bench/store_limits.h"
#include "tests/store_fixture.h"

TestSuite(store, .init = make_folder, .fini = remove_folder);

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

Test(store, profiles_make_the_round_trip)
{
    int64_t run, first, second, third, unfinished, newest;
    struct limits limits = {0}, found;
    struct limit row;
    struct series_row point, *points;
    int count;
    struct store *store = open_new(&run);
    fill(&row, limit_fields, LIMIT_FIELDS, 100);
    limits_add(&limits, &row);
    row = limit_row("peak", "float16", "op/s"); /* the rest unknown */
    limits_add(&limits, &row);
    fill(&point, series_fields, SERIES_FIELDS, 7);
    const char *here = "{\"host\": {\"name\": \"here\"}}", *there = "{\"host\": {\"name\": \"there\"}}";
    cr_assert_eq(store_begin_profile(store, "a", here, &first), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_add_limits(store, first, &limits), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_add_series(store, first, &point, 1), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_finish_profile(store, first), STATUS_OK);
    cr_assert_eq(store_begin_profile(store, "b", there, &second), STATUS_OK);
    cr_assert_eq(store_finish_profile(store, second), STATUS_OK);
    cr_assert_eq(store_begin_profile(store, "a", here, &third), STATUS_OK);
    struct limit again = limits.rows[0];
    strcpy(again.stage, "another stage");
    cr_assert_eq(store_add_limits(store, third, &(struct limits){&again, 1, 1}), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_finish_profile(store, third), STATUS_OK);
    cr_assert_eq(store_begin_profile(store, "c", here, &unfinished), STATUS_OK);
    cr_expect_eq(store_add_limits(store, 99, &limits), STATUS_STORE, "no such profile");
    store_close(store);

    cr_assert_eq(store_open_read(path, &store), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_newest_profile(store, "here", &newest), STATUS_OK);
    cr_expect_eq(newest, third, "an unfinished one does not count");
    cr_assert_eq(store_newest_profile(store, "", &newest), STATUS_OK);
    cr_expect_eq(newest, third);
    cr_assert_eq(store_newest_series(store, "here", &newest), STATUS_OK);
    cr_expect_eq(newest, first);
    cr_assert_eq(store_limits_of_host(store, "nowhere", &found), STATUS_OK);
    cr_expect_eq(found.count, 0);
    cr_assert_eq(store_limits(store, first, &found), STATUS_OK);
    cr_assert_eq(found.count, 2);
    for (int i = 0; i < 2; i++)
        expect_equal(&found.rows[i], &limits.rows[i], limit_fields, LIMIT_FIELDS);
    limits_free(&found);
    /* What the newer profile did not measure is the older one's; a stage without any value is of neither. */
    cr_assert_eq(store_limits_of_host(store, "here", &found), STATUS_OK, "%s", status_text());
    cr_assert_eq(found.count, 2);
    expect_equal(&found.rows[0], &limits.rows[0], limit_fields, LIMIT_FIELDS);
    cr_expect_str_eq(found.rows[1].stage, "another stage");
    limits_free(&found);
    store_close(store);

    /* A newer one of the same stage takes its place, unless it has no value. */
    cr_assert_eq(store_open(path, &store), STATUS_OK, "%s", status_text());
    struct limit newer[] = {limits.rows[0], again};
    newer[0].value = 12345;
    newer[1].value = NAN;
    cr_assert_eq(store_begin_profile(store, "a", here, &newest), STATUS_OK);
    cr_assert_eq(store_add_limits(store, newest, &(struct limits){newer, 2, 2}), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_finish_profile(store, newest), STATUS_OK);
    cr_assert_eq(store_limits_of_host(store, "here", &found), STATUS_OK, "%s", status_text());
    cr_assert_eq(found.count, 2);
    expect_equal(&found.rows[0], &again, limit_fields, LIMIT_FIELDS);
    expect_equal(&found.rows[1], &newer[0], limit_fields, LIMIT_FIELDS);
    limits_free(&found);
    cr_assert_eq(store_series(store, first, &points, &count), STATUS_OK);
    cr_assert_eq(count, 1);
    expect_equal(points, &point, series_fields, SERIES_FIELDS);
    free(points);
    limits_free(&limits);
    store_close(store);
}
