/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One visit: a process of base or of head that measures all cases once. What it says comes back as one answer per case.
 */
#ifndef BENCH_GATE_VISIT_H
#define BENCH_GATE_VISIT_H

#include "bench/gate_case.h"

#define GATE_COUNT_LIST(X)                                                                                             \
    X(launches, "kernel launches")                                                                                     \
    X(bytes_pushed, "bytes pushed")                                                                                    \
    X(bytes_pulled, "bytes pulled")                                                                                    \
    X(bytes_device, "peak device bytes")                                                                               \
    X(tiles, "tiles")                                                                                                  \
    X(programs, "programs built")

enum gate_count {
#define X(name, text) GATE_COUNT_##name,
    GATE_COUNT_LIST(X)
#undef X
        GATE_COUNTS
};

extern const char *const gate_count_names[GATE_COUNTS];  /* "bytes_pushed", as in files */
extern const char *const gate_count_labels[GATE_COUNTS]; /* "bytes pushed" */

/* What is compared: a build of breakeven, or a command of another project. */
struct gate_program {
    const char *path;    /* of a breakeven; or */
    const char *command; /* of a shell */
    bool printed;        /* the command prints its times; else it is timed as a whole */
};

struct gate_request {
    const struct gate_cases *cases;
    const bool *left_out;         /* cases that are not asked for; NULL: all are */
    const int *repeats, *batches; /* of each case, 0: to be found; NULL: all are */
    int device;                   /* index; -1: the program chooses */
    int samples, threads;
    bool verify, count;
    double patience_s; /* without a line */
};

struct gate_hello {
    char version[64];
    char device[256]; /* "name, driver"; "" without */
    char device_type[16];
    char platform[128];
    int device_index, compute_units; /* -1: none */
    double canary_ns;                /* NAN: not measured */
};

struct gate_answer {
    bool there;
    enum status status;
    char text[256]; /* of a failure */
    int repeats, batches;
    double median_ns;            /* of the samples; NAN without */
    int64_t counts[GATE_COUNTS]; /* -1: not counted */
};

/* answers[i] is of cases->text[i]. STATUS_OK when the process told of every case, be it a failure. STATUS_CRASH,
 * STATUS_HANG: it ended early; the case it was at has that status, those after it are not there. STATUS_UNSUPPORTED:
 * the program does not know how to measure cases; STATUS_INPUT: it cannot be run. */
enum status gate_visit(const struct gate_program *program, const struct gate_request *request, struct gate_hello *hello,
                       struct gate_answer *answers);

/* The same with one process after the other, until one told of the last case: a case that ends its process costs no
 * other. Such a case has the status; what is returned is STATUS_OK then. */
enum status gate_visit_all(const struct gate_program *program, const struct gate_request *request,
                           struct gate_hello *hello, struct gate_answer *answers);

#endif
