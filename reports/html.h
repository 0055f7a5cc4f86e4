/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A run as one HTML file that needs nothing else: no server, no network, no second file. The page's own sources are in
 * reports/page/ and are embedded at build time with Chart.js, where that was found; without it the page has tables only
 * and says so.
 *
 * Every number travels as JSON inside the page and is drawn there, so that filters need no reload. Names of devices and
 * files are other people's text: see reports/html_json.h for how they are made harmless.
 */
#ifndef REPORTS_HTML_H
#define REPORTS_HTML_H

#include <stdio.h>

#include "hardware/limits.h"
#include "hardware/status.h"
#include "reports/row.h"

struct html_report {
    const char *name;                             /* of the run; "" or NULL: has none */
    int64_t run, started_unix_s, finished_unix_s; /* -1: not known */
    const char *environment;      /* the JSON of environment_json(); NULL or anything else: shown as unknown */
    const struct case_row *cases; /* read against the limits, see bound_rows() */
    int case_count;
    const struct limits *limits; /* count 0: the machine was not profiled */
    const struct series_row *series;
    int series_count;
};

/* Writes the page. STATUS_MEMORY; whether writing to `out` succeeded is for the caller to ask (ferror()). */
enum status html_write(FILE *out, const struct html_report *report);

#endif
