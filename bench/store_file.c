/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A store carries an application id and a schema version. Before anything is written, a file is one of four: empty, and
 * gets its tables; ours, and if older is brought up to this version by whoever writes; ours but newer, which is refused;
 * anything else, which is refused and left alone. Looking, making and changing the tables are one transaction, so that
 * two processes may open a new or older store at once.
 *
 * Durability: a rollback journal with synchronous=EXTRA, that is FULL and the folder synced once the journal is gone.
 * Without it a power cut right after a commit may bring the journal back, and with it undo a finished group. No
 * write-ahead log: a store is one file that can be copied, mailed, and kept on a network drive.
 *
 * A reader opens the file for writing too where it may, and then forbids itself to write: after a crash the journal has
 * to be rolled back by whoever opens the file next.
 */
#include "bench/store_file.h"

#include <stdint.h>
#include <string.h>

enum { BUSY_MS = 10000 };

/* Version 1. Columns are the fields of struct case_row and sample_row; NULL is unknown. Never edited: a new version
 * adds its own changes. */
static const char schema_1[] =
    "CREATE TABLE run ("
    " id INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL,"
    " configuration TEXT NOT NULL," /* JSON, as environment */
    " environment TEXT NOT NULL,"
    " started_unix_s INTEGER NOT NULL,"
    " finished_unix_s INTEGER"
    ") STRICT;"
    "CREATE TABLE groups ("
    " id INTEGER PRIMARY KEY,"
    " run INTEGER NOT NULL REFERENCES run(id),"
    " key TEXT NOT NULL,"
    " UNIQUE (run, key)"
    ") STRICT;"
    "CREATE TABLE cases ("
    " id INTEGER PRIMARY KEY,"
    " run INTEGER NOT NULL REFERENCES run(id),"
    " group_id INTEGER NOT NULL REFERENCES groups(id),"
    " operation TEXT NOT NULL, parameters TEXT,"
    " dimensions INTEGER, width INTEGER, height INTEGER, depth INTEGER,"
    " type TEXT, content TEXT,"
    " backend TEXT NOT NULL, device TEXT, device_type TEXT, threads INTEGER,"
    " residency TEXT, cache TEXT,"
    " samples INTEGER,"
    " median_ns REAL, ci_low_ns REAL, ci_high_ns REAL, min_ns REAL,"
    " push_ns REAL, compute_ns REAL, pull_ns REAL, device_ns REAL,"
    " bytes_min REAL, flops REAL,"
    " speedup REAL, speedup_low REAL, speedup_high REAL, verdict TEXT,"
    " status TEXT NOT NULL, flags TEXT, reason TEXT,"
    " build_ns REAL, prepare_ns REAL, first_call_ns REAL,"
    " bytes_pushed INTEGER, bytes_pulled INTEGER, bytes_device INTEGER, launches INTEGER"
    ") STRICT;"
    "CREATE INDEX cases_of_run ON cases(run);"
    "CREATE TABLE samples ("
    " case_id INTEGER NOT NULL REFERENCES cases(id),"
    " sequence INTEGER NOT NULL,"
    " repeats INTEGER,"
    " total_ns REAL, push_ns REAL, compute_ns REAL, pull_ns REAL,"
    " queued_ns REAL, submit_ns REAL, start_ns REAL, end_ns REAL," /* by the device's clock, from the first QUEUED */
    " events_ok INTEGER,"
    " PRIMARY KEY (case_id, sequence)"
    ") STRICT, WITHOUT ROWID;";

/* From version i + 1 to the next. */
static const char *const changes[STORE_VERSION - 1] = {
    "ALTER TABLE cases ADD COLUMN variant TEXT", /* of a device's row: what it reads its input from */
    "ALTER TABLE cases ADD COLUMN bytes_read REAL;"
    "ALTER TABLE cases ADD COLUMN bytes_images REAL;"
    "ALTER TABLE cases ADD COLUMN achieved_bps REAL;"
    "ALTER TABLE cases ADD COLUMN limit_percent REAL;"
    "ALTER TABLE cases ADD COLUMN bound TEXT;"
    "ALTER TABLE cases ADD COLUMN energy_j REAL;"
    "CREATE TABLE profile ("
    " id INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL,"
    " host TEXT," /* as in the environment */
    " environment TEXT NOT NULL,"
    " started_unix_s INTEGER NOT NULL,"
    " finished_unix_s INTEGER"
    ") STRICT;"
    "CREATE TABLE limits (" /* columns are the fields of struct limit */
    " profile INTEGER NOT NULL REFERENCES profile(id),"
    " device TEXT, driver TEXT, device_type TEXT, backend TEXT,"
    " stage TEXT NOT NULL, name TEXT NOT NULL, threads INTEGER, bytes INTEGER,"
    " value REAL, low REAL, high REAL, samples INTEGER, unit TEXT, reason TEXT"
    ") STRICT;"
    "CREATE INDEX limits_of_profile ON limits(profile);"
    "CREATE TABLE series (" /* of a sustained load; columns are the fields of series_row */
    " profile INTEGER NOT NULL REFERENCES profile(id),"
    " device TEXT, backend TEXT, load TEXT, time_s REAL, rate REAL,"
    " clock_mhz REAL, memory_clock_mhz REAL, temperature_c REAL, power_w REAL, energy_j REAL"
    ") STRICT",
    "ALTER TABLE cases ADD COLUMN tile_width INTEGER;" /* of chains that were computed in tiles */
    "ALTER TABLE cases ADD COLUMN tile_height INTEGER;"
    "ALTER TABLE cases ADD COLUMN tile_depth INTEGER;"
    "ALTER TABLE cases ADD COLUMN margin_px INTEGER;"
    "ALTER TABLE cases ADD COLUMN work_factor REAL;"
    "ALTER TABLE cases ADD COLUMN error_max REAL;"
    "ALTER TABLE cases ADD COLUMN error_p99 REAL;"
    "ALTER TABLE cases ADD COLUMN wrong_px INTEGER;"
    "ALTER TABLE cases ADD COLUMN seam_error_max REAL",
};

/* What versions 1 to 3 lack. */
#define WITHOUT_TILES                                                                                                  \
    ", NULL AS tile_width, NULL AS tile_height, NULL AS tile_depth, NULL AS margin_px, NULL AS work_factor,"           \
    " NULL AS error_max, NULL AS error_p99, NULL AS wrong_px, NULL AS seam_error_max FROM main.cases"

/* What versions 1 and 2 lack. */
#define WITHOUT_LIMITS                                                                                                 \
    ", NULL AS bytes_read, NULL AS bytes_images, NULL AS achieved_bps, NULL AS limit_percent, NULL AS bound, NULL AS energy_j" WITHOUT_TILES ";" \
    "CREATE TEMP TABLE profile (id, name, host, environment, started_unix_s, finished_unix_s);"                        \
    "CREATE TEMP TABLE limits (profile, device, driver, device_type, backend, stage, name, threads, bytes, value, low," \
    " high, samples, unit, reason);"                                                                                   \
    "CREATE TEMP TABLE series (profile, device, backend, load, time_s, rate, clock_mhz, memory_clock_mhz,"             \
    " temperature_c, power_w, energy_j)"

/* What a reader, who changes nothing, sees in place of the tables of version i + 1. */
static const char *const views[STORE_VERSION - 1] = {
    "CREATE TEMP VIEW cases AS SELECT *, NULL AS variant" WITHOUT_LIMITS,
    "CREATE TEMP VIEW cases AS SELECT *" WITHOUT_LIMITS,
    "CREATE TEMP VIEW cases AS SELECT *" WITHOUT_TILES,
};

enum status store_file_fail(const char *path, sqlite3 *db, const char *what)
{
    const char *why = sqlite3_errmsg(db);
    int code = sqlite3_extended_errcode(db), error = sqlite3_system_errno(db);
    switch (code & 0xff) {
    case SQLITE_FULL:
        return status_fail(STATUS_STORE, "%s: %s: the disk is full; what was stored before is kept", path, what);
    case SQLITE_IOERR:
        return status_fail(STATUS_STORE,
                           "%s: %s: %s, as when a quota or a limit on file sizes is reached, or a drive fails; "
                           "what was stored before is kept",
                           path, what, why);
    case SQLITE_CANTOPEN:
        return status_fail(STATUS_STORE, "%s: %s: %s", path, what, error ? strerror(error) : why);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return status_fail(STATUS_STORE, "%s: %s: another process has been using it for %d s", path, what,
                           BUSY_MS / 1000);
    case SQLITE_READONLY:
        return status_fail(STATUS_STORE, "%s: %s: the file or its folder is read-only", path, what);
    case SQLITE_NOTADB:
        return status_fail(STATUS_STORE, "%s is not a breakeven store: %s", path, why);
    case SQLITE_CORRUPT:
        return status_fail(STATUS_STORE, "%s: %s: the file is damaged (%s)", path, what, why);
    default:
        return status_fail(STATUS_STORE, "%s: %s: %s", path, what, why);
    }
}

static enum status execute(const char *path, sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return store_file_fail(path, db, "opening it");
    return STATUS_OK;
}

static enum status number(const char *path, sqlite3 *db, const char *sql, int64_t *value)
{
    sqlite3_stmt *statement = NULL;
    enum status status = STATUS_OK;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        *value = sqlite3_column_int64(statement, 0);
    else
        status = store_file_fail(path, db, "opening it");
    sqlite3_finalize(statement);
    return status;
}

/* STATUS_OK for a store of this or an earlier version or, then *version is 0, for a database with nothing in it. */
static enum status recognise(const char *path, sqlite3 *db, int64_t *version)
{
    enum status status;
    int64_t application = 0, objects = 0;
    TRY(number(path, db, "PRAGMA application_id", &application));
    TRY(number(path, db, "PRAGMA user_version", version));
    TRY(number(path, db, "SELECT count(*) FROM sqlite_schema", &objects));
    if (application == 0 && *version == 0 && objects == 0)
        return STATUS_OK;
    if (application != STORE_APPLICATION_ID)
        return status_fail(STATUS_STORE, "%s is an SQLite database of another program, not a breakeven store", path);
    if (*version > STORE_VERSION)
        return status_fail(STATUS_STORE, "%s was written by a newer breakeven: schema %lld, this one reads up to %d",
                           path, (long long)*version, STORE_VERSION);
    if (*version < 1)
        return status_fail(STATUS_STORE, "%s is damaged: schema %lld", path, (long long)*version);
done:
    return status;
}

static enum status open_for_writing(const char *path, sqlite3 *db)
{
    enum status status;
    int64_t version = 0;
    char marks[96];
    if (sqlite3_db_readonly(db, "main") == 1)
        return status_fail(STATUS_STORE, "%s is read-only: results cannot be added", path);
    TRY(execute(path, db, "PRAGMA synchronous = EXTRA; BEGIN IMMEDIATE"));
    TRY(recognise(path, db, &version));
    if (version == 0)
        TRY(execute(path, db, schema_1));
    for (int64_t v = version ? version : 1; v < STORE_VERSION; v++)
        TRY(execute(path, db, changes[v - 1]));
    if (version < STORE_VERSION) {
        sqlite3_snprintf(sizeof marks, marks, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                         STORE_APPLICATION_ID, STORE_VERSION);
        TRY(execute(path, db, marks));
    }
    TRY(execute(path, db, "COMMIT; PRAGMA journal_mode = DELETE"));
done:
    return status;
}

static enum status open_for_reading(const char *path, sqlite3 *db)
{
    enum status status;
    int64_t version = 0;
    TRY(recognise(path, db, &version));
    if (version == 0)
        return status_fail(STATUS_STORE, "%s is empty, not a breakeven store", path);
    if (version < STORE_VERSION)
        TRY(execute(path, db, views[version - 1]));
    TRY(execute(path, db, "PRAGMA query_only = ON"));
done:
    return status;
}

enum status store_file_open(const char *path, bool write, sqlite3 **db)
{
    enum status status = STATUS_OK;
    sqlite3 *opened = NULL;
    int flags = SQLITE_OPEN_READWRITE | (write ? SQLITE_OPEN_CREATE : 0);
    *db = NULL;
    /* To SQLite these are databases in memory, or deleted when closed. */
    if (!*path || *path == ':')
        return status_fail(STATUS_STORE, "\"%s\" is no name for a store", path);
    if (sqlite3_open_v2(path, &opened, flags, NULL) != SQLITE_OK) {
        status =
            opened ? store_file_fail(path, opened, "opening it") : status_fail(STATUS_MEMORY, "%s: no memory", path);
        goto done;
    }
    sqlite3_extended_result_codes(opened, 1);
    sqlite3_busy_timeout(opened, BUSY_MS);
    TRY(execute(path, opened, "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF"));
    TRY(write ? open_for_writing(path, opened) : open_for_reading(path, opened));
    *db = opened;
    return STATUS_OK;
done:
    sqlite3_close(opened); /* rolls back what was begun */
    return status;
}
