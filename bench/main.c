/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven COMMAND: finds the command and hands over.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/worker.h"
#include "hardware/build_info.h"

static const struct {
    const char *name, *help;
    int (*run)(int argc, char **argv);
} commands[] = {
#define X(name, help) {#name, help, command_##name},
    COMMAND_LIST(X)
#undef X
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_help(void)
{
    printf("breakeven measures whether GPU acceleration pays off for your images, operations and machines.\n\n"
           "usage: breakeven COMMAND [OPTION...]\n\n");
    for (int i = 0; i < COMMANDS; i++)
        printf("  %-10s %s\n", commands[i].name, commands[i].help);
    printf("\nStart with: breakeven run --quick\nOptions of a command: breakeven COMMAND --help\n");
}

static int refuse(const char *name)
{
    fprintf(stderr, "breakeven: unknown command '%s'; valid:", name);
    for (int i = 0; i < COMMANDS; i++)
        fprintf(stderr, "%s %s", i ? "," : "", commands[i].name);
    fprintf(stderr, "\n");
    return 2;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "breakeven: a command is missing; see breakeven --help\n");
        return 2;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "-?") == 0) {
        print_help();
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("breakeven %s\n", BUILD_VERSION);
        return 0;
    }
    /* Not in the list: started by this program only. */
    if (strcmp(argv[1], "worker") == 0 && argc == 4)
        return worker_main(atoi(argv[2]), atoi(argv[3]));
    for (int i = 0; i < COMMANDS; i++) {
        char name[64];
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        snprintf(name, sizeof name, "breakeven %s", commands[i].name);
        argv[1] = name;
        return commands[i].run(argc - 1, argv + 1);
    }
    return refuse(argv[1]);
}
