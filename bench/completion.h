/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What a shell can offer for an option's value and for a command's arguments, whatever the shell.
 */
#ifndef BENCH_COMPLETION_H
#define BENCH_COMPLETION_H

#include "bench/command.h"

enum completion_kind {
    COMPLETE_NO_VALUE, /* the option stands alone, or its value is joined by = if there is one */
    COMPLETE_NOTHING,  /* a number, a time: the shell cannot know */
    COMPLETE_FILES,
    COMPLETE_DEVICES, /* what breakeven devices lists on that machine, at that moment */
    COMPLETE_WORD,    /* one of `words` */
    COMPLETE_LIST,    /* several of them with commas */
};

struct completion {
    enum completion_kind kind;
    char words[2048]; /* letters, digits, '_'; single spaces between; "" of other kinds */
};

struct completion completion_of_option(const struct argp_option *row);

/* COMPLETE_NOTHING without arguments; else COMPLETE_FILES, with the operations as `words` where a chain is wanted. */
struct completion completion_of_arguments(const struct command *command);

#endif
