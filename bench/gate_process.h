/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A program that is started, read line by line, and ended: what crashes or hangs in it ends it alone.
 */
#ifndef BENCH_GATE_PROCESS_H
#define BENCH_GATE_PROCESS_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "hardware/status.h"

struct gate_process {
    pid_t pid;
    bool killed;
    int output;   /* its standard output */
    FILE *errors; /* its standard error, kept to tell why it ended */
    char *buffer;
    size_t used, taken, capacity;
    char name[128];
};

/* Starts argv[0] (found as a shell finds it), without a standard input. `name` is for messages. STATUS_CRASH: no
 * process could be made; that the program cannot be run is found when it ends. */
enum status gate_process_start(struct gate_process *process, char *const *argv, const char *name);

/* Its next line, valid until the next call, without its end; NULL at the end of the output. STATUS_HANG after
 * `patience_s` without one: it is killed. */
enum status gate_process_line(struct gate_process *process, double patience_s, char **line);

/* Waits for its end and releases everything; also after a failure above. `*exit_code` is -1 where a signal ended it.
 * STATUS_CRASH for a signal, or an exit code that is not 0, with the last line of its standard error. */
enum status gate_process_end(struct gate_process *process, int *exit_code);

#endif
