/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The table of commands, and what is common to their arguments: help, and one line about what was typed wrong. argp
 * (GNU C library) parses; it says only that something is wrong, so what it was is found out here.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/command.h"
#include "hardware/text.h"

#define X(name) &command_##name,
const struct command *const command_table[] = {COMMAND_LIST(X) NULL};
#undef X

const struct command *command_find(const char *name)
{
    for (int i = 0; command_table[i]; i++)
        if (strcmp(command_table[i]->name, name) == 0)
            return command_table[i];
    return NULL;
}

const struct argp_option *command_option(const struct command *command, int i)
{
    const struct argp_option *row = command->argp->options;
    for (; row && (row->name || row->key || row->doc || row->group); row++)
        if (row->name && !(row->flags & (OPTION_HIDDEN | OPTION_DOC)) && i-- == 0)
            return row;
    return NULL;
}

void command_help(const struct command *command, FILE *out)
{
    char name[64];
    snprintf(name, sizeof name, "breakeven %s", command->name);
    argp_help(command->argp, out, ARGP_HELP_STD_HELP & ~(ARGP_HELP_EXIT_OK | ARGP_HELP_EXIT_ERR), name);
    fprintf(out, "\nExamples:\n");
    for (int i = 0; i < COMMAND_EXAMPLES; i++)
        fprintf(out, "  %s\n      %s\n", command->examples[i].line, command->examples[i].why);
}

static bool asks_for_help(const char *text)
{
    return strcmp(text, "--help") == 0 || strcmp(text, "-h") == 0 || strcmp(text, "-?") == 0;
}

/* The one that is typed in full, or the only one that starts so, as getopt takes them; else NULL. */
static const struct argp_option *find_option(const struct command *command, const char *typed, size_t length)
{
    const struct argp_option *row, *found = NULL;
    int count = 0;
    for (int i = 0; (row = command_option(command, i)); i++)
        if (strncmp(row->name, typed, length) == 0) {
            if (!row->name[length])
                return row;
            found = row;
            count++;
        }
    return count == 1 ? found : NULL;
}

static void explain(const struct command *command, const char *typed)
{
    char name[64], meant[96];
    const size_t dashes = strspn(typed, "-"), length = strcspn(typed + dashes, "=");
    const struct argp_option *row = dashes == 2 ? find_option(command, typed + 2, length) : NULL;
    fprintf(stderr, "breakeven: %s: ", command->name);
    if (row && row->arg) {
        fprintf(stderr, "--%s lacks its value: --%s %s\n", row->name, row->name, row->arg);
        return;
    }
    if (row) {
        fprintf(stderr, "--%s takes no value\n", row->name);
        return;
    }
    snprintf(name, sizeof name, "--%.*s", (int)length, typed + dashes);
    struct text_guess guess = text_guess(name);
    for (int i = 0; (row = command_option(command, i)); i++) {
        char known[64];
        snprintf(known, sizeof known, "--%s", row->name);
        text_guess_offer(&guess, known);
    }
    fprintf(stderr, "'%s' is no option here%s", text_clean(name, sizeof name, typed),
            text_meant(&guess, meant, sizeof meant));
    if (*meant)
        fprintf(stderr, "\n");
    else
        fprintf(stderr, "; see breakeven %s --help\n", command->name);
}

/* The first word that getopt refuses, found by its rules: argp keeps it to itself. There are no options of one letter.
 */
static const char *wrong_word(const struct command *command, int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (argv[i][0] != '-' || !argv[i][1])
            continue;
        const size_t length = strncmp(argv[i], "--", 2) == 0 ? strcspn(argv[i] + 2, "=") : 0;
        const struct argp_option *row = length ? find_option(command, argv[i] + 2, length) : NULL;
        const bool has_value = row && argv[i][2 + length] == '=';
        if (!row || (has_value && !row->arg))
            return argv[i];
        if (row->arg && !has_value && !(row->flags & OPTION_ARG_OPTIONAL) && ++i == argc)
            return argv[argc - 1];
    }
    return argv[argc - 1];
}

bool command_parse(const struct command *command, int argc, char **argv, void *input, int *exit_status)
{
    for (int i = 1; i < argc; i++)
        if (asks_for_help(argv[i])) {
            command_help(command, stdout);
            *exit_status = 0;
            return false;
        }
    *exit_status = 2;
    error_t error = argp_parse(command->argp, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP | ARGP_IN_ORDER, NULL, input);
    if (error == 0)
        return true;
    if (error == ENOTSUP) /* a parser has recorded what is wrong */
        command_end(STATUS_USAGE);
    else
        explain(command, wrong_word(command, argc, argv));
    return false;
}

FILE *command_progress(bool asked)
{
    return asked || isatty(STDERR_FILENO) ? stderr : NULL;
}
