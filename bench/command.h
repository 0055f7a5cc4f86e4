/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The commands of the command line. A command is one line in COMMAND_LIST and one exported `const struct command
 * command_<name>`, in bench/command_<name>.c; help, man page and completions are made of it. A failure prints one line.
 */
#ifndef BENCH_COMMAND_H
#define BENCH_COMMAND_H

#include <argp.h>
#include <stdio.h>

#include "hardware/opencl.h"

/* In the order of the help. */
#define COMMAND_LIST(X)                                                                                                \
    X(run)                                                                                                             \
    X(check)                                                                                                           \
    X(apply)                                                                                                           \
    X(tile)                                                                                                            \
    X(report)                                                                                                          \
    X(compare)                                                                                                         \
    X(merge)                                                                                                           \
    X(profile)                                                                                                         \
    X(memory)                                                                                                          \
    X(checklist)                                                                                                       \
    X(gate)                                                                                                            \
    X(history)                                                                                                         \
    X(devices)                                                                                                         \
    X(ops)                                                                                                             \
    X(export)                                                                                                          \
    X(import)

enum { COMMAND_EXAMPLES = 2 };

struct command {
    const char *name;
    const char *help; /* one line for the list of commands, without a stop */

    /* A flat table of options; their texts name defaults. A placeholder that starts with FILE is completed as a file,
     * WHICH as a device; see completion.c for the others. In args_doc CHAIN stands for operations, other words for
     * files. Text behind \v stands below the options. */
    const struct argp *argp;

    struct {
        const char *line, *why;
    } examples[COMMAND_EXAMPLES];

    /* Takes its own arguments, argv[0] being "breakeven NAME". Returns the process's exit status: 0 fine, 2 bad usage
     * or input, 4 wrong results, 5 crashed or nothing measured, 1 anything else. */
    int (*run)(int argc, char **argv);
};

#define X(name) extern const struct command command_##name;
COMMAND_LIST(X)
#undef X

/* All of them; ends with NULL. */
extern const struct command *const command_table[];

/* NULL if there is none. */
const struct command *command_find(const char *name);

/* The i-th option that is shown to users, without titles and hidden ones; NULL past the end. */
const struct argp_option *command_option(const struct command *command, int i);

/* Options, their defaults and the examples, as --help shows them. */
void command_help(const struct command *command, FILE *out);

/* Parses with the command's argp. True: go on. False: end with *exit_status, 0 after --help, 2 after one line about a
 * bad option, with the one that was probably meant. */
bool command_parse(const struct command *command, int argc, char **argv, void *input, int *exit_status);

/* Prints status_text() as "breakeven: text" if the status is not OK; returns the exit status for it. */
int command_end(enum status status);

/* What was printed may not have got out, to a full disk for example. STATUS_IO. */
enum status command_flush(void);

/* Where progress goes: standard error if that is a terminal or if `asked` for by --progress, else NULL. */
FILE *command_progress(bool asked);

/* A whole number of at least `low` from an option's text, or STATUS_USAGE naming the option. */
enum status command_integer(const char *option, const char *text, long long low, long long *value);

/* "512M", "4G", "1T" in bytes, or STATUS_USAGE naming the option. */
enum status command_bytes(const char *option, const char *text, int64_t *bytes);

/* "90", "90s", "2m", "1h" in seconds, positive, or STATUS_USAGE. */
enum status command_seconds(const char *option, const char *text, double *seconds);

/* Opens the devices that `text` names, see devices_choose(). Release with command_close_devices(). */
enum status command_open_devices(const char *text, struct opencl ***opened, size_t *count);

void command_close_devices(struct opencl **opened, size_t count);

#endif
