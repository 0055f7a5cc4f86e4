/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Completion for fish: one line per option, with the command as its condition.
 */
#include "bench/completion.h"
#include "bench/generate.h"

static const char head[] =
    "# fish completion for breakeven, made by breakeven --generate fish\n"
    "\n"
    "function __breakeven_command_is\n"
    "    set -l words (commandline -opc)\n"
    "    test (count $words) -ge 2; and test $words[2] = $argv[1]\n"
    "end\n"
    "\n"
    "function __breakeven_no_command\n"
    "    test (count (commandline -opc)) -eq 1\n"
    "end\n"
    "\n"
    "function __breakeven_devices\n"
    "    printf '%s\\t%s\\n' all 'every device' gpu 'all GPUs' cpu 'all CPUs'\n"
    "    set -l words (commandline -opc)\n"
    "    $words[1] devices 2>/dev/null | string replace -rf '^([0-9]+): (.*)' '$1\\t$2'\n"
    "end\n"
    "\n"
    "complete -c breakeven -f\n"
    "complete -c breakeven -n __breakeven_no_command -l help -d 'list the commands'\n"
    "complete -c breakeven -n __breakeven_no_command -l version -d 'print the version'\n"
    "complete -c breakeven -n __breakeven_no_command -a help -d 'show the options of a command'\n";

static void print_quoted(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('\'', out);
}

static void print_option(FILE *out, const char *command, const struct argp_option *row)
{
    const struct completion c = completion_of_option(row);
    fprintf(out, "complete -c breakeven -n '__breakeven_command_is %s' -l %s -d ", command, row->name);
    print_quoted(out, row->doc);
    if (c.kind == COMPLETE_WORD)
        fprintf(out, " -x -a '%s'", c.words);
    else if (c.kind == COMPLETE_LIST)
        fprintf(out, " -x -a '(__fish_complete_list , \"string split \\\\\" \\\\\" \\\\\"%s\\\\\"\")'", c.words);
    else if (c.kind == COMPLETE_FILES)
        fprintf(out, " -r -F");
    else if (c.kind == COMPLETE_DEVICES)
        fprintf(out, " -x -a '(__breakeven_devices)'");
    else if (c.kind == COMPLETE_NOTHING)
        fprintf(out, " -x");
    fprintf(out, "\n");
}

static void print_command(FILE *out, const struct command *command)
{
    const struct completion arguments = completion_of_arguments(command);
    const struct argp_option *row;
    fprintf(out, "\ncomplete -c breakeven -n '__breakeven_no_command; or __breakeven_command_is help' -a %s -d ",
            command->name);
    print_quoted(out, command->help);
    fprintf(out, "\ncomplete -c breakeven -n '__breakeven_command_is %s' -l help -d 'options and examples'\n",
            command->name);
    for (int i = 0; (row = command_option(command, i)); i++)
        print_option(out, command->name, row);
    if (arguments.kind == COMPLETE_FILES)
        fprintf(out, "complete -c breakeven -n '__breakeven_command_is %s' -F\n", command->name);
    if (arguments.words[0])
        fprintf(out, "complete -c breakeven -n '__breakeven_command_is %s' -a '%s' -d operation\n", command->name,
                arguments.words);
}

void generate_fish(FILE *out)
{
    fputs(head, out);
    for (int i = 0; command_table[i]; i++)
        print_command(out, command_table[i]);
}
