/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The lecture's questions before buying or using a GPU, each answered by a number of this machine and this image:
 *
 *     1 processing time / loading time > 10     work beside which loading the data does not count
 *     2 the memory fits                         the chain's buffers, as planned
 *     3 bandwidth of the device > 400 GB/s      most image processing is bound by memory
 *     4 the image is larger than the CPU's last-level cache
 *     5 the chain is long enough                what its steps save repays push and pull
 *
 * Answers follow from numbers alone, so that they can be tested with made-up ones.
 */
#ifndef BENCH_CHECKLIST_H
#define BENCH_CHECKLIST_H

#include "bench/chain_timing.h"
#include "bench/memory_fit.h"

enum { CHECKS = 5, CHECK_TEXT = 512 };

/* What was found out. */
struct checklist_facts {
    const char *device; /* its name; NULL: there is none */
    bool device_is_cpu;
    int steps;
    const struct chain_cpu_times *cpu;      /* NULL: not measured, see cpu_reason */
    const struct chain_device_times *times; /* of the device; NULL: not measured, see device_reason */
    const char *cpu_reason, *device_reason;
    double file_load_ns;             /* NAN: the image is no file */
    const struct memory_fit *fit;    /* on the device; NULL: there is none */
    double bandwidth;                /* of a copy on the device, bytes read and written, in B/s; NAN: not measured */
    const char *bandwidth_source;    /* where from, or why not */
    double image_bytes, cache_bytes; /* NAN: unknown */
};

enum check_result { CHECK_PASSED, CHECK_FAILED, CHECK_UNKNOWN };

struct check {
    const char *name; /* "loading", "memory", ... */
    const char *question;
    enum check_result result;
    double value, limit;    /* what is compared, in `unit`; NAN: unknown */
    const char *unit;       /* "1", "bytes", "B/s", "steps" */
    char found[CHECK_TEXT]; /* the numbers in words */
    const char *why;        /* one sentence */
};

void checklist_answer(const struct checklist_facts *facts, struct check checks[CHECKS]);

int checklist_passed(const struct check checks[CHECKS]);

/* "pass", "fail", "not measured". */
const char *check_result_name(enum check_result result);

/* After how many of `count` steps what the device saves, against the CPU, exceeds `transfer_ns`. Beyond them it goes on
 * with the mean of the steps. -1: never, the steps are not faster on the device. */
double checklist_steps_to_repay(const double *cpu_ns, const double *device_ns, int count, double transfer_ns);

#endif
