/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A file that was merged holds several machines, and a machine several runs. Only the newest run of each is taken, as
 * every other report does: runs before and after an update of a driver do not belong into one column.
 */
#include "bench/compare_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/store_limits.h"

/* FNV-1a: a pseudonym that is equal for equal names. Who guesses a host's name can check the guess. */
static uint32_t hash_of(const char *text)
{
    uint32_t hash = 2166136261u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Imported results are named by the path they came from, and folders by people. */
static void name_machine(const struct store_run *run, const char *path, bool anonymous, char *name, size_t size)
{
    char host[ROW_TEXT];
    store_host(run->environment, host, sizeof host);
    if (*run->name)
        snprintf(name, size, "%s", anonymous ? base_name(run->name) : run->name);
    else if (*host && anonymous)
        snprintf(name, size, "host-%08x", hash_of(host));
    else
        snprintf(name, size, "%.63s", *host ? host : base_name(path));
}

/* "laptop", the second time "laptop (2)". */
static void make_unique(struct compare_input *input, char *name, size_t size)
{
    char base[ROW_NAME];
    snprintf(base, sizeof base, "%s", name);
    for (int number = 2, i = 0; i < input->count; i++)
        if (strcmp(input->machines[i].name, name) == 0) {
            snprintf(name, size, "%.48s (%d)", base, number++);
            i = -1; /* the new name may be taken too */
        }
}

static enum status make_room(struct compare_input *input)
{
    const size_t room = (size_t)input->count + 1;
    struct compare_machine *machines = realloc(input->machines, room * sizeof *machines);
    input->machines = machines ? machines : input->machines;
    struct store_run *runs = realloc(input->runs, room * sizeof *runs);
    input->runs = runs ? runs : input->runs;
    struct case_row **cases = realloc(input->cases, room * sizeof *cases);
    input->cases = cases ? cases : input->cases;
    return machines && runs && cases ? STATUS_OK : status_fail(STATUS_MEMORY, "no host memory for %zu machines", room);
}

/* Takes over the run, unless it has no results, as one that was ended at once. */
static enum status add_machine(struct compare_input *input, struct store *store, const char *path, const char *name,
                               struct store_run *run)
{
    enum status status;
    struct case_row *cases = NULL;
    int count;
    TRY(make_room(input));
    TRY(store_cases(store, run->id, &cases, &count));
    if (count == 0) {
        free(cases);
        return STATUS_OK;
    }
    struct case_row *fitting = realloc(cases, (size_t)count * sizeof *fitting); /* what was read grew by doubling */
    struct compare_machine *machine = &input->machines[input->count];
    *machine =
        (struct compare_machine){.environment = run->environment, .cases = fitting ? fitting : cases, .count = count};
    snprintf(machine->name, sizeof machine->name, "%s", name);
    make_unique(input, machine->name, sizeof machine->name);
    snprintf(machine->source, sizeof machine->source, "run %lld of %s%s", (long long)run->id, path,
             run->finished_unix_s < 0 ? ", not finished" : "");
    input->cases[input->count] = fitting ? fitting : cases;
    input->runs[input->count++] = *run;
    *run = (struct store_run){0};
done:
    return status;
}

/* From the newest run first to the oldest first. */
static void reverse(struct compare_input *input, int first)
{
    for (int i = first, j = input->count - 1; i < j; i++, j--) {
        const struct compare_machine machine = input->machines[i];
        const struct store_run run = input->runs[i];
        struct case_row *const cases = input->cases[i];
        input->machines[i] = input->machines[j];
        input->runs[i] = input->runs[j];
        input->cases[i] = input->cases[j];
        input->machines[j] = machine;
        input->runs[j] = run;
        input->cases[j] = cases;
    }
}

/* Names of the machines of one file whose newest run was taken. */
struct seen {
    char (*names)[ROW_NAME];
    int count;
};

static bool is_seen(const struct seen *seen, const char *name)
{
    for (int i = 0; i < seen->count; i++)
        if (strcmp(seen->names[i], name) == 0)
            return true;
    return false;
}

static enum status add_seen(struct seen *seen, const char *name)
{
    char(*larger)[ROW_NAME] = realloc(seen->names, (size_t)(seen->count + 1) * sizeof *larger);
    if (!larger)
        return status_fail(STATUS_MEMORY, "no host memory for the names of machines");
    seen->names = larger;
    snprintf(larger[seen->count++], ROW_NAME, "%s", name);
    return STATUS_OK;
}

/* One run; a machine of which a newer one was taken is passed over. */
static enum status load_run(struct compare_input *input, struct store *store, const char *path, bool anonymous,
                            struct seen *seen, struct store_run *run)
{
    enum status status = STATUS_OK;
    char name[ROW_NAME];
    const int before = input->count;
    name_machine(run, path, anonymous, name, sizeof name);
    if (is_seen(seen, name))
        return STATUS_OK;
    TRY(add_machine(input, store, anonymous ? base_name(path) : path, name, run));
    if (input->count > before)
        TRY(add_seen(seen, name));
done:
    return status;
}

/* Runs of one file from the newest on. */
static enum status load_file(struct compare_input *input, const char *path, bool anonymous)
{
    enum status status;
    struct store *store = NULL;
    struct store_run run = {0}, older = {0};
    struct seen seen = {0};
    const int first = input->count;
    TRY(store_open_read(path, &store));
    TRY(store_last_run(store, false, &run));
    while (run.id) {
        TRY(store_run_before(store, &run, &older));
        TRY(load_run(input, store, path, anonymous, &seen, &run));
        store_run_free(&run);
        run = older;
        older = (struct store_run){0};
    }
    if (input->count == first)
        status = status_fail(STATUS_USAGE, "%s has no results; breakeven run measures some", path);
    reverse(input, first);
done:
    free(seen.names);
    store_run_free(&run);
    store_run_free(&older);
    store_close(store);
    return status;
}

enum status compare_input_load(char *const *paths, int path_count, bool anonymous, struct compare_input *input)
{
    enum status status = STATUS_OK;
    *input = (struct compare_input){0};
    for (int i = 0; i < path_count; i++)
        TRY(load_file(input, paths[i], anonymous));
done:
    if (status != STATUS_OK)
        compare_input_free(input);
    return status;
}

void compare_input_free(struct compare_input *input)
{
    for (int i = 0; i < input->count; i++) {
        store_run_free(&input->runs[i]);
        free(input->cases[i]);
    }
    free(input->machines);
    free(input->runs);
    free(input->cases);
    *input = (struct compare_input){0};
}
