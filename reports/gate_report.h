/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What the gate found, for people and for CI: a table for the terminal, Markdown for a job's summary, JUnit XML,
 * annotations for GitHub. Rows are of the gate's runner (bench/gate.h) or its counts (bench/gate_counts.h).
 */
#ifndef REPORTS_GATE_REPORT_H
#define REPORTS_GATE_REPORT_H

#include <stdio.h>

#include "hardware/status.h"
#include "reports/terminal.h"

/* In the order of tables: what asks for action first. */
#define GATE_VERDICT_LIST(X)                                                                                           \
    X(GATE_WRONG, "wrong")                   /* head's result differs from the reference */                            \
    X(GATE_CRASHED, "crashed")               /* head crashed, hung or failed in it */                                  \
    X(GATE_REGRESSION, "slower")             /* and in a rerun again */                                                \
    X(GATE_COUNTS_DIFFER, "counts differ")   /* from what was expected */                                              \
    X(GATE_INCONCLUSIVE, "inconclusive")     /* the estimate reaches the threshold, its bound does not */              \
    X(GATE_NOT_COMPARABLE, "not comparable") /* base crashed or is wrong in it, or too few pairs were measured */      \
    X(GATE_NOT_CONFIRMED, "not confirmed")   /* slower at first, not in the rerun: noise */                            \
    X(GATE_TOO_NOISY, "too noisy")           /* on this machine base differs from itself by more than 10 % */          \
    X(GATE_FASTER_HEAD, "faster")                                                                                      \
    X(GATE_NEW, "new") /* base does not have it */                                                                     \
    X(GATE_FINE, "same")

enum gate_verdict {
#define X(code, name) code,
    GATE_VERDICT_LIST(X)
#undef X
        GATE_VERDICTS
};

const char *gate_verdict_name(enum gate_verdict verdict);

enum { GATE_ROW_NAME = 384, GATE_ROW_TEXT = 512, GATE_ROW_COMMAND = 2048 };

struct gate_row {
    char name[GATE_ROW_NAME]; /* of the case */
    enum gate_verdict verdict;
    int pairs;
    double base_ns, head_ns;  /* medians over the processes; NAN: not measured */
    double change, low, high; /* head / base - 1 with its one-sided 99 % bounds; NAN or infinite: not known */
    double threshold;         /* of this case */
    double again;             /* the change in the rerun; NAN: there was none */
    char reason[GATE_ROW_TEXT];
    char command[GATE_ROW_COMMAND]; /* that measures this case again */
};

struct gate_report {
    const char *title;           /* "base against head" */
    const char *environment;     /* "environment changed: ..." or "" */
    const char *note;            /* one sentence or "" */
    const struct gate_row *rows; /* in the order of gate_rows_sort() */
    int count;
    int exit_code;
    double seconds;
};

/* By verdict, then by change, largest first. */
void gate_rows_sort(struct gate_row *rows, int count);

/* "2 slower, 1 inconclusive, 21 same" */
char *gate_report_summary(const struct gate_report *report, char *text, size_t bytes);

/* "+12.3 %", "-" for NAN and infinities. */
char *gate_percent(double change, char *text, size_t bytes);

/* Whether a reader has to do something about it. */
bool gate_verdict_is_finding(enum gate_verdict verdict);

void gate_report_print(const struct terminal *terminal, const struct gate_report *report);
void gate_report_markdown(FILE *out, const struct gate_report *report);
void gate_report_junit(FILE *out, const struct gate_report *report);

/* Annotations as GitHub Actions reads them from a job's log. */
void gate_report_github(FILE *out, const struct gate_report *report);

#endif
