/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Which runs of which files a comparison takes, and what their machines are called.
 */
#include "bench/compare_input.h"
#include "tests/store_fixture.h"

static struct compare_input input;

static void make_empty(void)
{
    struct store *store;
    make_folder();
    cr_assert_eq(store_open(path, &store), STATUS_OK, "%s", status_text());
    store_close(store);
}

static void remove_all(void)
{
    compare_input_free(&input);
    remove_folder();
}

TestSuite(compare_input, .init = make_empty, .fini = remove_all);

/* A run of that many cases, one a second later than the other. */
static void add_run(const char *name, const char *host, int cases)
{
    static int second = 1000;
    struct store *store;
    char environment[128], key[32], update[128];
    int64_t run;
    snprintf(environment, sizeof environment, "{\"host\":{\"name\":\"%s\"}}", host);
    cr_assert_eq(store_open(path, &store), STATUS_OK, "%s", status_text());
    cr_assert_eq(store_begin_run(store, name, "{}", host ? environment : "{}", &run), STATUS_OK);
    for (int i = 0; i < cases; i++) {
        snprintf(key, sizeof key, "group %d", i);
        cr_assert_eq(add(store, run, key, 1), STATUS_OK, "%s", status_text());
    }
    store_close(store);
    snprintf(update, sizeof update, "UPDATE run SET started_unix_s = %d WHERE id = %lld", second++, (long long)run);
    sql(update);
}

static void load(char *const *paths, int count, bool anonymous)
{
    compare_input_free(&input);
    cr_assert_eq(compare_input_load(paths, count, anonymous, &input), STATUS_OK, "%s", status_text());
}

Test(compare_input, the_newest_run_with_results_of_every_machine)
{
    add_run("laptop", "a", 1);
    add_run("", "b", 3);
    add_run("laptop", "a", 2);
    add_run("laptop", "a", 0); /* ended at once */
    load((char *[]){path}, 1, false);
    cr_assert_eq(input.count, 2);
    cr_expect_str_eq(input.machines[0].name, "b");
    cr_expect_eq(input.machines[0].count, 3);
    cr_expect_str_eq(input.machines[1].name, "laptop");
    cr_expect_eq(input.machines[1].count, 2);
    cr_expect(strstr(input.machines[1].source, "run 3 of ") && strstr(input.machines[1].source, "not finished"));
}

Test(compare_input, one_name_in_two_files_stays_two_machines)
{
    add_run("laptop", "a", 1);
    load((char *[]){path, path, path}, 3, false);
    cr_assert_eq(input.count, 3);
    cr_expect_str_eq(input.machines[0].name, "laptop");
    cr_expect_str_eq(input.machines[1].name, "laptop (2)");
    cr_expect_str_eq(input.machines[2].name, "laptop (3)");
}

Test(compare_input, anonymous_hosts_have_a_hash)
{
    add_run("", "ann-mueller", 1);
    add_run("named", "bob", 1);
    add_run("", "carl", 1);
    load((char *[]){path}, 1, true);
    cr_assert_eq(input.count, 3);
    cr_expect_eq(strncmp(input.machines[0].name, "host-", 5), 0, "%s", input.machines[0].name);
    cr_expect_eq(strlen(input.machines[0].name), 13);
    cr_expect_str_eq(input.machines[1].name, "named");
    cr_expect_str_neq(input.machines[0].name, input.machines[2].name);
    cr_expect(!strchr(input.machines[0].source, '/'), "%s", input.machines[0].source);
}

Test(compare_input, imported_results_are_called_by_their_file)
{
    add_run("", NULL, 1);
    load((char *[]){path}, 1, false);
    cr_expect_str_eq(input.machines[0].name, "results.db");
}

Test(compare_input, files_without_results_are_refused)
{
    cr_expect_eq(compare_input_load((char *[]){path}, 1, false, &input), STATUS_USAGE);
    cr_expect(strstr(status_text(), "has no results"), "%s", status_text());
    add_run("laptop", "a", 0);
    cr_expect_eq(compare_input_load((char *[]){path}, 1, false, &input), STATUS_USAGE);
    cr_expect_eq(input.count, 0);
}
