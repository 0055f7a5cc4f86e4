/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The SQLite file beneath the store: opening it, recognising it, making the tables, and saying what went wrong.
 */
#ifndef BENCH_STORE_FILE_H
#define BENCH_STORE_FILE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "hardware/status.h"

enum { STORE_VERSION = 4, STORE_APPLICATION_ID = 0x62726b65 /* "brke" */ };

/* Opens `path`; with `write` also creates it with its tables. On failure *db is NULL and what the file held is
 * untouched. */
enum status store_file_open(const char *path, bool write, sqlite3 **db);

/* Records the file, `what` was tried and why SQLite could not; STATUS_STORE. */
enum status store_file_fail(const char *path, sqlite3 *db, const char *what);

#endif
