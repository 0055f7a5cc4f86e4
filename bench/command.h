/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The commands of the command line. Each takes its own arguments (argv[0] is "breakeven NAME") and returns the process's
 * exit status: 0 fine, 2 bad usage or input, 4 wrong results, 5 crashed or nothing measured, 1 anything else. A failure
 * prints one line.
 */
#ifndef BENCH_COMMAND_H
#define BENCH_COMMAND_H

#include <argp.h>

#include "hardware/opencl.h"

#define COMMAND_LIST(X)                                                                                                \
    X(run, "measure operations on the CPU and on OpenCL devices, and say what pays off")                               \
    X(check, "verify that all implementations agree, without timing")                                                  \
    X(apply, "run a chain of operations on a TIFF file")                                                               \
    X(report, "write the results of a run for people: terminal, HTML, Markdown, CSV")                                  \
    X(compare, "machines side by side")                                                                                \
    X(merge, "join stores of several machines")                                                                        \
    X(profile, "measure what this machine can do: bandwidths, peaks, transfers, latencies")                            \
    X(memory, "what a chain of operations needs, and whether it fits")                                                 \
    X(tile, "what cutting an image into tiles costs, and which margin gives the same result")                            \
    X(checklist, "whether a GPU pays off for a chain: the lecture's questions, answered in numbers")                   \
    X(devices, "list OpenCL devices")                                                                                  \
    X(ops, "list operations and their parameters")                                                                     \
    X(export, "write stored results as CSV")                                                                           \
    X(import, "read such a CSV back into a store")

#define X(name, help) int command_##name(int argc, char **argv);
COMMAND_LIST(X)
#undef X

/* Parses with argp. True: go on. False: end with *exit_status, 0 after --help, 2 after one line about a bad option. */
bool command_parse(const struct argp *argp, int argc, char **argv, void *input, int *exit_status);

/* Prints status_text() as "breakeven: text" if the status is not OK; returns the exit status for it. */
int command_end(enum status status);

/* A whole number of at least `low` from an option's text, or STATUS_USAGE naming the option. */
enum status command_integer(const char *option, const char *text, long long low, long long *value);

/* "90", "90s", "2m", "1h" in seconds, positive, or STATUS_USAGE. */
enum status command_seconds(const char *option, const char *text, double *seconds);

/* Opens the devices that `text` names, see devices_choose(). Release with command_close_devices(). */
enum status command_open_devices(const char *text, struct opencl ***opened, size_t *count);

void command_close_devices(struct opencl **opened, size_t count);

#endif
