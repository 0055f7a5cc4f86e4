/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The options of `breakeven gate`.
 */
#ifndef BENCH_COMMAND_GATE_H
#define BENCH_COMMAND_GATE_H

#include <argp.h>

#include "bench/gate.h"

extern const struct argp gate_argp;

struct gate_command {
    struct gate_options options;
    struct gate_cases cases; /* freed by the caller */
    const char *case_list, *device, *counts, *write_counts, *markdown, *junit;
    char own_path[1024]; /* of this program */
    bool few, self, simulate, github, measure, verify, count;
    int trials, runs;
};

/* True: go on. False: end with *exit_code. */
bool gate_command_parse(int argc, char **argv, struct gate_command *command, int *exit_code);

/* Defaults that depend on the machine (this program as head, the device, the sentinels), and options that exclude each
 * other: STATUS_USAGE. */
enum status gate_command_complete(struct gate_command *command);

#endif
