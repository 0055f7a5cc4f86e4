/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Completion for zsh: one call of _arguments per command. In its specifications brackets and colons are escaped.
 */
#include <string.h>

#include "bench/completion.h"
#include "bench/generate.h"

static const char head[] = "#compdef breakeven\n"
                           "# zsh completion for breakeven, made by breakeven --generate zsh\n"
                           "\n"
                           "_breakeven_devices() {\n"
                           "    local -a devices\n"
                           "    devices=(${(f)\"$($_breakeven_program devices 2>/dev/null | "
                           "sed -n 's/^\\([0-9][0-9]*\\): /\\1:/p')\"})\n"
                           "    devices+=(all:'every device' gpu:'all GPUs' cpu:'all CPUs')\n"
                           "    _describe -t devices device devices\n"
                           "}\n"
                           "\n"
                           "_breakeven() {\n"
                           "    local _breakeven_program=$words[1]\n"
                           "    local -a commands\n"
                           "    commands=(\n";

/* `text` inside single quotes, with a backslash before characters of `special`. */
static void print_escaped(FILE *out, const char *text, const char *special)
{
    for (; *text; text++) {
        if (strchr(special, *text))
            fputc('\\', out);
        fputs(*text == '\'' ? "'\\''" : (const char[]){*text, 0}, out);
    }
}

static void print_option(FILE *out, const struct argp_option *row)
{
    const struct completion c = completion_of_option(row);
    fprintf(out, " \\\n            '--%s%s[", row->name, !row->arg ? "" : c.kind == COMPLETE_NO_VALUE ? "=-" : "=");
    print_escaped(out, row->doc, "[]\\");
    fprintf(out, "]");
    if (row->arg) {
        fprintf(out, ":%s", c.kind == COMPLETE_NO_VALUE ? ":" : "");
        print_escaped(out, row->arg, ":\\");
        fprintf(out, ":");
    }
    if (c.kind == COMPLETE_WORD)
        fprintf(out, "(%s)", c.words);
    else if (c.kind == COMPLETE_LIST) /* a leading space: the words are called as they stand */
        fprintf(out, " _values -s , %s %s", row->name, c.words);
    else if (c.kind == COMPLETE_FILES)
        fprintf(out, "_files");
    else if (c.kind == COMPLETE_DEVICES)
        fprintf(out, "_breakeven_devices");
    fprintf(out, "'");
}

static void print_command(FILE *out, const struct command *command)
{
    const struct completion arguments = completion_of_arguments(command);
    const struct argp_option *row;
    fprintf(out, "    %s)\n        _arguments '--help[options and examples]'", command->name);
    for (int i = 0; (row = command_option(command, i)); i++)
        print_option(out, row);
    if (arguments.words[0])
        fprintf(out, " \\\n            '1:chain:_breakeven_chain'");
    if (arguments.kind == COMPLETE_FILES)
        fprintf(out, " \\\n            '*:file:_files'");
    fprintf(out, "\n        ;;\n");
}

/* The first step of a chain; every chain has the same operations. */
static void print_chain(FILE *out)
{
    for (int i = 0; command_table[i]; i++) {
        const struct completion arguments = completion_of_arguments(command_table[i]);
        if (!arguments.words[0])
            continue;
        fprintf(out, "\n_breakeven_chain() {\n    compadd -- %s\n}\n", arguments.words);
        return;
    }
}

void generate_zsh(FILE *out)
{
    fputs(head, out);
    for (int i = 0; command_table[i]; i++) {
        fprintf(out, "        '%s:", command_table[i]->name);
        print_escaped(out, command_table[i]->help, ":\\");
        fprintf(out, "'\n");
    }
    fprintf(out, "        'help:show the options of a command'\n    )\n"
                 "    if (( CURRENT == 2 )); then\n"
                 "        _describe -t commands command commands\n        return\n    fi\n"
                 "    shift words\n    (( CURRENT-- ))\n"
                 "    case $words[1] in\n"
                 "    help) _describe -t commands command commands ;;\n");
    for (int i = 0; command_table[i]; i++)
        print_command(out, command_table[i]);
    fprintf(out, "    esac\n}\n");
    print_chain(out);
    fprintf(out, "\nif [ \"$funcstack[1]\" = _breakeven ]; then\n    _breakeven \"$@\"\n"
                 "else\n    compdef _breakeven breakeven\nfi\n");
}
