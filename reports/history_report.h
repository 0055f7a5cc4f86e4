/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Series of results over time, for people: lines with sparklines on a terminal, a page with small figures for a
 * browser.
 */
#ifndef REPORTS_HISTORY_REPORT_H
#define REPORTS_HISTORY_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "reports/row.h"
#include "reports/terminal.h"

struct history_point {
    int64_t run, started_unix_s;
    double ns;
    int segment;         /* counts changes of driver and build options; steps are looked for inside segments */
    const char *version; /* of the tool, with the first digits of its commit; "" */
    const char *driver;  /* ""; of the CPU "" */
};

struct history_step {
    int at;               /* the first point of the new level */
    double before, after; /* medians of both levels, ns */
};

enum { HISTORY_STEPS = 16 }; /* of a series; further ones are not kept */

struct history_series {
    char *name;    /* the case */
    char *machine; /* host */
    char *device;
    struct history_point *points; /* oldest first */
    int count;
    struct history_step steps[HISTORY_STEPS];
    int step_count;
};

struct history {
    struct history_series *series; /* those with the newest steps first, then by name */
    int count;
    int results, runs;
    const char *source; /* the store's path */
};

/* At most `most` lines of series without a step; 0: all. */
void history_print(const struct terminal *terminal, const struct history *history, int most);

void history_html(FILE *out, const struct history *history);

#endif
