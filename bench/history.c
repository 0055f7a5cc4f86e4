/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One pass over the results: each is put into the series of its name, found in a hash table, so that a store of 100 000
 * is read in less than a second. A series is cut into segments where the driver of its device or the build's options
 * changed: what such a change did is no news about the code, and steps are looked for within segments only.
 */
#include "bench/history.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "bench/steps.h"
#include "bench/store_file.h"

enum { KEY_BYTES = 1400, NAME_BYTES = 768 };
static const double step_least = 0.05;

/* ifnull: columns that older stores lack, or that are unknown, make the same name as empty ones. */
static const char query[] =
    "SELECT run, operation || CASE WHEN ifnull(parameters, '') = '' THEN '' ELSE '(' || parameters || ')' END || ' ' ||"
    " ifnull(type, '') || ' ' || width || 'x' || height || CASE WHEN depth > 1 THEN 'x' || depth ELSE '' END || ' ' ||"
    " ifnull(content, '') || ' ' || backend || ' ' || ifnull(residency, '') ||"
    " CASE WHEN variant = 'image' AND backend = 'opencl' THEN ' image' ELSE '' END,"
    " ifnull(device, ''), ifnull(cache, ''), median_ns FROM cases WHERE status = 'ok' AND median_ns > 0 ORDER BY id";

struct entry {
    char *key;
    int series; /* -1: the slot is free */
};

struct loading {
    const char *path, *filter;
    struct history *history;
    const struct history_runs *runs;
    struct entry *table;
    size_t slots;    /* a power of two */
    int *capacities; /* of the series' points */
};

static size_t hash_of(const char *key)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *key; key++)
        hash = (hash ^ (unsigned char)*key) * 0x100000001b3u;
    return (size_t)(hash ^ (hash >> 29));
}

static struct entry *slot_of(struct entry *table, size_t slots, const char *key)
{
    size_t i = hash_of(key) & (slots - 1);
    while (table[i].key && strcmp(table[i].key, key) != 0)
        i = (i + 1) & (slots - 1);
    return &table[i];
}

/* The table is at most half full. */
static bool grow_table(struct loading *l)
{
    const size_t slots = l->slots ? 2 * l->slots : 1024;
    struct entry *table = calloc(slots, sizeof *table);
    struct history_series *series = realloc(l->history->series, slots / 2 * sizeof *series);
    if (series)
        l->history->series = series;
    int *capacities = realloc(l->capacities, slots / 2 * sizeof *capacities);
    if (capacities)
        l->capacities = capacities;
    if (!table || !series || !capacities) {
        free(table);
        return false;
    }
    for (size_t i = 0; i < l->slots; i++)
        if (l->table[i].key)
            *slot_of(table, slots, l->table[i].key) = l->table[i];
    free(l->table);
    l->table = table;
    l->slots = slots;
    return true;
}

static struct history_series *add_series(struct loading *l, struct entry *entry, const char *key, const char *name,
                                         const char *machine, const char *device)
{
    struct history_series *s = &l->history->series[l->history->count];
    *s = (struct history_series){.name = strdup(name), .machine = strdup(machine), .device = strdup(device)};
    l->capacities[l->history->count] = 0;
    entry->key = strdup(key);
    entry->series = l->history->count++;
    return entry->key && s->name && s->machine && s->device ? s : NULL;
}

static bool add_point(struct loading *l, int series, const struct history_run *run, const char *driver, double ns)
{
    struct history_series *s = &l->history->series[series];
    if (s->count == l->capacities[series]) {
        const int capacity = s->count ? 2 * s->count : 8;
        struct history_point *grown = realloc(s->points, (size_t)capacity * sizeof *grown);
        if (!grown)
            return false;
        s->points = grown;
        l->capacities[series] = capacity;
    }
    s->points[s->count++] = (struct history_point){
        .run = run->id, .started_unix_s = run->started_unix_s, .ns = ns, .version = run->version, .driver = driver};
    return true;
}

static enum status add_result(struct loading *l, sqlite3_stmt *statement)
{
    char key[KEY_BYTES], name[NAME_BYTES];
    const struct history_run *run = history_runs_find(l->runs, sqlite3_column_int64(statement, 0));
    const char *text = (const char *)sqlite3_column_text(statement, 1),
               *device = (const char *)sqlite3_column_text(statement, 2),
               *cache = (const char *)sqlite3_column_text(statement, 3);
    if (!run || !text || !device || !cache)
        return STATUS_OK;
    snprintf(name, sizeof name, "%s%s%s", text, strcmp(cache, "rotate") == 0 ? " " : "",
             strcmp(cache, "rotate") == 0 ? cache : "");
    if (l->filter && !strstr(name, l->filter))
        return STATUS_OK;
    snprintf(key, sizeof key, "%s\n%s\n%s", name, device, run->machine);
    if ((size_t)l->history->count + 1 >= l->slots / 2 && !grow_table(l))
        return status_fail(STATUS_MEMORY, "%s: no memory for its series", l->path);
    struct entry *entry = slot_of(l->table, l->slots, key);
    if ((!entry->key && !add_series(l, entry, key, name, run->machine, device)) ||
        !add_point(l, entry->series, run, history_run_driver(run, device), sqlite3_column_double(statement, 4)))
        return status_fail(STATUS_MEMORY, "%s: no memory for its results", l->path);
    l->history->results++;
    return STATUS_OK;
}

static enum status read_results(struct loading *l, sqlite3 *db)
{
    enum status status = STATUS_OK;
    sqlite3_stmt *statement = NULL;
    int code = SQLITE_DONE;
    if (sqlite3_prepare_v2(db, query, -1, &statement, NULL) != SQLITE_OK)
        return store_file_fail(l->path, db, "reading results");
    while (status == STATUS_OK && (code = sqlite3_step(statement)) == SQLITE_ROW)
        status = add_result(l, statement);
    if (status == STATUS_OK && code != SQLITE_DONE)
        status = store_file_fail(l->path, db, "reading results");
    sqlite3_finalize(statement);
    return status;
}

static int by_time(const void *a, const void *b)
{
    const struct history_point *x = a, *y = b;
    if (x->started_unix_s != y->started_unix_s)
        return x->started_unix_s < y->started_unix_s ? -1 : 1;
    return (x->run > y->run) - (x->run < y->run);
}

static void number_segments(struct history_series *s, const struct history_runs *runs)
{
    for (int i = 1; i < s->count; i++) {
        const struct history_point *before = &s->points[i - 1];
        const struct history_run *a = history_runs_find(runs, before->run),
                                 *b = history_runs_find(runs, s->points[i].run);
        const bool changed = strcmp(before->driver, s->points[i].driver) != 0 || strcmp(a->build, b->build) != 0;
        s->points[i].segment = before->segment + changed;
    }
}

/* The steps of all segments, as positions in the series. */
static enum status find_steps(struct history_series *s)
{
    double *values = malloc((size_t)s->count * sizeof *values);
    struct step found[HISTORY_STEPS];
    int n = values ? 0 : -1;
    for (int start = 0, end; n >= 0 && start < s->count; start = end) {
        for (end = start; end < s->count && s->points[end].segment == s->points[start].segment; end++)
            values[end - start] = s->points[end].ns;
        n = steps_find(values, end - start, step_least, found, HISTORY_STEPS);
        for (int i = 0; i < n && s->step_count < HISTORY_STEPS; i++)
            s->steps[s->step_count++] = (struct history_step){start + found[i].at, found[i].before, found[i].after};
    }
    free(values);
    return n >= 0 ? STATUS_OK : status_fail(STATUS_MEMORY, "no memory to look for steps");
}

static int by_newest_step(const void *a, const void *b)
{
    const struct history_series *x = a, *y = b;
    const int64_t p = x->step_count ? x->points[x->steps[x->step_count - 1].at].started_unix_s : INT64_MIN,
                  q = y->step_count ? y->points[y->steps[y->step_count - 1].at].started_unix_s : INT64_MIN;
    if (p != q)
        return p > q ? -1 : 1;
    const int names = strcmp(x->name, y->name), devices = strcmp(x->device, y->device);
    return names ? names : devices ? devices : strcmp(x->machine, y->machine);
}

enum status history_load(const char *path, const char *filter, struct history *history, struct history_runs *runs)
{
    enum status status;
    sqlite3 *db = NULL;
    struct loading l = {.path = path, .filter = filter, .history = history, .runs = runs};
    *history = (struct history){.source = path};
    *runs = (struct history_runs){0};
    TRY(store_file_open(path, false, &db));
    TRY(history_runs_load(path, db, runs));
    TRY(read_results(&l, db));
    history->runs = runs->count;
    for (int i = 0; i < history->count; i++) {
        struct history_series *s = &history->series[i];
        qsort(s->points, (size_t)s->count, sizeof *s->points, by_time);
        number_segments(s, runs);
        TRY(find_steps(s));
    }
    if (history->count > 0)
        qsort(history->series, (size_t)history->count, sizeof *history->series, by_newest_step);
done:
    for (size_t i = 0; i < l.slots; i++)
        free(l.table[i].key);
    free(l.table);
    free(l.capacities);
    sqlite3_close(db);
    if (status != STATUS_OK)
        history_free(history, runs);
    return status;
}

void history_free(struct history *history, struct history_runs *runs)
{
    for (int i = 0; i < history->count; i++) {
        struct history_series *s = &history->series[i];
        free(s->name);
        free(s->machine);
        free(s->device);
        free(s->points);
    }
    free(history->series);
    *history = (struct history){0};
    history_runs_free(runs);
}
