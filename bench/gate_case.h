/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A sentinel case of the gate, as one line of text:
 *
 *     gaussian_blur(sigma=2) uint16 512x512x1 noise opencl
 *
 * operation and parameters, pixel type, size, then in any order the content (default noise), the backend (openmp or
 * opencl), the residency (default resident), how many calls a batch holds (repeats=N; default: so many that it lasts
 * GATE_BATCH_NS) and how many batches a sample holds (batches=N; default: so many that it lasts GATE_SAMPLE_NS). Lists
 * of cases are separated by ';' or by ends of lines.
 */
#ifndef BENCH_GATE_CASE_H
#define BENCH_GATE_CASE_H

#include <stdbool.h>

#include "bench/case_group.h"

enum {
    GATE_CASE_TEXT = 384,
    GATE_CASES_MOST = 240,
    GATE_BATCH_NS = 1000000,
    GATE_SAMPLE_NS = 12000000,
    GATE_REPEATS_MOST = 1000,
    GATE_BATCHES_MOST = 12
};

struct gate_case {
    struct case_group group;
    const struct op *op;
    struct op_args args;
    enum backend backend;
    enum residency residency;
    int repeats, batches; /* 0: to be found */
};

/* STATUS_USAGE names the case and what is wrong with it. */
enum status gate_case_parse(const char *text, struct gate_case *one);

/* The canonical text, without repeats and batches. */
char *gate_case_key(const struct gate_case *one, char *text, size_t bytes);

/* Texts of a list, as they were typed, without blanks around; free with gate_cases_free(). STATUS_USAGE: none, too
 * many, or one that is too long. */
struct gate_cases {
    char (*text)[GATE_CASE_TEXT];
    int count;
};

enum status gate_cases_split(const char *list, struct gate_cases *cases);

/* A file of such lines; lines that begin with # and empty ones are left out. STATUS_INPUT names the file. */
enum status gate_cases_read(const char *path, struct gate_cases *cases);

void gate_cases_free(struct gate_cases *cases);

/* The 24 sentinels, each class of operation small and large on both backends; `few`: 4 of them; without `device` those
 * of the CPU alone. */
enum status gate_cases_sentinels(bool few, bool device, struct gate_cases *cases);

#endif
