/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The line that says what is being measured and how long it will still take. The caller says where to: a terminal, or a
 * log that was asked for.
 */
#ifndef BENCH_PROGRESS_H
#define BENCH_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
    FILE *out; /* NULL: silent */
    bool terminal;
    int64_t started_ns;
    int done, planned;
    double estimate_s; /* per group before the first one is done */
    double budget_s;   /* 0: none */
};

void progress_start(struct progress *progress, FILE *out, int planned, double estimate_s, double budget_s);

/* Seconds left: by what groups took so far, and never more than the budget. */
double progress_left_s(const struct progress *progress);

/* Shows that a group is about to be measured. */
void progress_show(struct progress *progress, const char *what);

/* Clears the line. */
void progress_end(struct progress *progress);

#endif
