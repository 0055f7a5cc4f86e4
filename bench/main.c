/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven COMMAND: finds the command and hands over. Without one it says what newcomers come for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/generate.h"
#include "bench/worker.h"
#include "hardware/build_info.h"
#include "hardware/text.h"

static const char what_it_is[] =
    "breakeven measures whether GPU acceleration pays off for your images, operations\nand machines.\n\n";

static int print_first_steps(void)
{
    static const char *const steps[][2] = {
        {"Does a GPU pay off on this machine? At most 3 minutes:", "breakeven run --quick"},
        {"The results as one page for a browser:", "breakeven report --html report.html"},
        {"Would my own chain of operations be faster on a GPU, and does it fit?",
         "breakeven checklist 'gaussian_blur(sigma=2) | median' --image cells.tif"},
        {"Run such a chain on a file:", "breakeven apply 'gaussian_blur(sigma=2) | auto_threshold' cells.tif mask.tif"},
        {"Laptop or workstation? Results of two machines side by side:", "breakeven compare laptop.db workstation.db"},
    };
    fputs(what_it_is, stdout);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        printf("%s\n    %s\n\n", steps[i][0], steps[i][1]);
    printf("All commands: breakeven --help\nOptions and examples of one: breakeven COMMAND --help\n");
    return 0;
}

static int print_help(void)
{
    printf("%susage: breakeven COMMAND [OPTION...]\n\n", what_it_is);
    for (int i = 0; command_table[i]; i++)
        printf("  %-10s %s\n", command_table[i]->name, command_table[i]->help);
    printf("\nStart with: breakeven run --quick\nOptions and examples of a command: breakeven COMMAND --help\n");
    return 0;
}

static int refuse_option(const char *typed)
{
    const size_t length = strcspn(typed + 2, "=");
    fprintf(stderr, "breakeven: '%s' stands where a command is wanted", typed);
    const struct argp_option *row;
    for (int i = 0; command_table[i]; i++)
        for (int k = 0; (row = command_option(command_table[i], k)); k++)
            if (strlen(row->name) == length && strncmp(row->name, typed + 2, length) == 0) {
                fprintf(stderr, ", as in breakeven %s %s\n", command_table[i]->name, typed);
                return 2;
            }
    fprintf(stderr, "; see breakeven --help\n");
    return 2;
}

static int refuse(const char *name)
{
    char clean[64], meant[96];
    text_clean(clean, sizeof clean, name);
    if (strncmp(name, "--", 2) == 0 && strlen(name) < sizeof clean)
        return refuse_option(clean);
    struct text_guess guess = text_guess(clean);
    for (int i = 0; command_table[i]; i++)
        text_guess_offer(&guess, command_table[i]->name);
    fprintf(stderr, "breakeven: unknown command '%s'%s", clean, text_meant(&guess, meant, sizeof meant));
    for (int i = 0; !*meant && command_table[i]; i++)
        fprintf(stderr, "%s %s", i ? "," : "; valid:", command_table[i]->name);
    fprintf(stderr, "\n");
    return 2;
}

static bool asks_for_help(const char *text)
{
    return strcmp(text, "help") == 0 || strcmp(text, "--help") == 0 || strcmp(text, "-h") == 0 ||
           strcmp(text, "-?") == 0;
}

static int help(const char *name)
{
    if (!name)
        return print_help();
    if (!command_find(name))
        return refuse(name);
    command_help(command_find(name), stdout);
    return 0;
}

static int run(int argc, char **argv)
{
    if (argc < 2)
        return print_first_steps();
    if (asks_for_help(argv[1]))
        return help(argc > 2 ? argv[2] : NULL);
    if (strcmp(argv[1], "--version") == 0) {
        printf("breakeven %s\n", BUILD_VERSION);
        return 0;
    }
    /* Not in the help: for the build, and for this program itself. */
    if (strcmp(argv[1], "--generate") == 0 && argc == 3)
        return command_end(generate(argv[2], stdout));
    if (strcmp(argv[1], "worker") == 0 && argc == 4)
        return worker_main(atoi(argv[2]), atoi(argv[3]));
    const struct command *command = command_find(argv[1]);
    if (!command)
        return refuse(argv[1]);
    char name[64];
    snprintf(name, sizeof name, "breakeven %s", command->name);
    argv[1] = name;
    return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    const int code = run(argc, argv);
    return code ? code : command_end(command_flush());
}
