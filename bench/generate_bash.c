/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Completion for bash 4 and newer, without the functions of the package bash-completion, so that the file can also be
 * sourced. bash takes = for a word of its own, hence the look at the words before.
 */
#include "bench/completion.h"
#include "bench/generate.h"

static const char head[] = "# bash completion for breakeven, made by breakeven --generate bash\n"
                           "\n"
                           "_breakeven_words() {\n"
                           "    mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\")\n"
                           "}\n"
                           "\n"
                           "# The last item of a list with commas.\n"
                           "_breakeven_list() {\n"
                           "    local last=${cur##*,}\n"
                           "    mapfile -t COMPREPLY < <(compgen -P \"${cur%\"$last\"}\" -W \"$1\" -- \"$last\")\n"
                           "    compopt -o nospace 2>/dev/null\n"
                           "}\n"
                           "\n"
                           "# Files, and words beside them.\n"
                           "_breakeven_files() {\n"
                           "    mapfile -t COMPREPLY < <(compgen -W \"${1-}\" -- \"$cur\"; compgen -f -- \"$cur\")\n"
                           "    compopt -o filenames 2>/dev/null\n"
                           "}\n"
                           "\n"
                           "_breakeven_devices() {\n"
                           "    _breakeven_words \"all gpu cpu $(\"${COMP_WORDS[0]}\" devices 2>/dev/null | sed -n "
                           "'s/^\\([0-9][0-9]*\\): .*/\\1/p')\"\n"
                           "}\n"
                           "\n"
                           "_breakeven() {\n"
                           "    local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD-1]}\n"
                           "    COMPREPLY=()\n"
                           "    if [ \"$cur\" = = ]; then\n"
                           "        cur=\n"
                           "    elif [ \"$option\" = = ]; then\n"
                           "        option=${COMP_WORDS[COMP_CWORD-2]}\n"
                           "    fi\n"
                           "    cur=${cur#[\\'\\\"]}\n";

static void print_value(FILE *out, const struct argp_option *row)
{
    const struct completion c = completion_of_option(row);
    if (c.kind == COMPLETE_NO_VALUE)
        return;
    fprintf(out, "        --%s) ", row->name);
    if (c.kind == COMPLETE_WORD || c.kind == COMPLETE_LIST)
        fprintf(out, "%s '%s'; ", c.kind == COMPLETE_LIST ? "_breakeven_list" : "_breakeven_words", c.words);
    else if (c.kind == COMPLETE_FILES)
        fprintf(out, "_breakeven_files; ");
    else if (c.kind == COMPLETE_DEVICES)
        fprintf(out, "_breakeven_devices; ");
    fprintf(out, "return ;;\n");
}

static void print_command(FILE *out, const struct command *command)
{
    const struct completion arguments = completion_of_arguments(command);
    const struct argp_option *row;
    fprintf(out, "    %s)\n        case $option in\n", command->name);
    for (int i = 0; (row = command_option(command, i)); i++)
        print_value(out, row);
    fprintf(out, "        esac\n        case $cur in\n        %s) _breakeven_words '",
            arguments.kind == COMPLETE_NOTHING ? "*" : "-*");
    for (int i = 0; (row = command_option(command, i)); i++)
        fprintf(out, "--%s ", row->name);
    fprintf(out, "--help' ;;\n");
    if (arguments.kind != COMPLETE_NOTHING)
        fprintf(out, "        *) _breakeven_files '%s' ;;\n", arguments.words);
    fprintf(out, "        esac\n        ;;\n");
}

void generate_bash(FILE *out)
{
    fputs(head, out);
    fprintf(out, "    local commands='");
    for (int i = 0; command_table[i]; i++)
        fprintf(out, "%s%s", i ? " " : "", command_table[i]->name);
    fprintf(out, "'\n    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                 "        _breakeven_words \"$commands help --help --version\"\n        return\n    fi\n"
                 "    case ${COMP_WORDS[1]} in\n"
                 "    help) _breakeven_words \"$commands\" ;;\n");
    for (int i = 0; command_table[i]; i++)
        print_command(out, command_table[i]);
    fprintf(out, "    esac\n}\n\ncomplete -F _breakeven breakeven\n");
}
