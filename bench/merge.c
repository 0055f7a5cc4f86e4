/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The files of a merge: one transaction over all sources.
 */
#include "bench/merge.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/store_file.h"
#include "bench/store_statement.h"

/* Every source can be read and is another file than the target: told before anything is made. */
static enum status check_sources(const char *target, char *const *sources, int count)
{
    enum status status = STATUS_OK;
    struct stat there, here;
    const bool exists = stat(target, &there) == 0;
    for (int i = 0; i < count; i++) {
        struct store *store = NULL;
        if (exists && stat(sources[i], &here) == 0 && here.st_dev == there.st_dev && here.st_ino == there.st_ino)
            return status_fail(STATUS_USAGE, "%s is the file that is merged into, and one of those that are merged",
                               sources[i]);
        TRY(store_open_read(sources[i], &store));
        store_close(store);
    }
done:
    return status;
}

static enum status execute(struct store *store, const char *sql, const char *what)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return store_file_fail(store->path, store->db, what);
    return STATUS_OK;
}

/* The source is read as it is at one moment, although a run may be adding to it. */
static enum status merge_one(struct store *target, const char *path, struct merge_result *result)
{
    enum status status;
    struct store *source = NULL;
    TRY(store_open_read(path, &source));
    TRY(execute(source, "BEGIN", "reading"));
    TRY(store_merge(target, source, result));
done:
    store_close(source);
    return status;
}

static enum status merge_all(struct store *target, char *const *sources, int count, struct merge_result *result)
{
    enum status status;
    TRY(execute(target, "BEGIN IMMEDIATE", "merging"));
    for (int i = 0; i < count; i++)
        TRY(merge_one(target, sources[i], result));
    TRY(execute(target, "COMMIT", "merging"));
done:
    /* Some failures, a full disk among them, have rolled back already. */
    if (status != STATUS_OK && !sqlite3_get_autocommit(target->db))
        sqlite3_exec(target->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

enum status merge_files(const char *target, char *const *sources, int count, struct merge_result *result)
{
    enum status status;
    struct store *store = NULL;
    const bool existed = access(target, F_OK) == 0;
    *result = (struct merge_result){0};
    TRY(check_sources(target, sources, count));
    status = store_open(target, &store);
    if (status == STATUS_OK)
        status = merge_all(store, sources, count, result);
    store_close(store);
    if (status != STATUS_OK && !existed)
        unlink(target);
done:
    return status;
}
