/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The man page, in the man macros that groff and mandoc know. No date stands in it, so that a build can be repeated.
 */
#include <string.h>

#include "bench/command.h"
#include "bench/generate.h"
#include "hardware/build_info.h"

static const char head[] =
    ".SH NAME\nbreakeven \\- measure whether GPU acceleration pays off for microscopy images\n"
    ".SH SYNOPSIS\n.B breakeven\n.I COMMAND\n.RI [ OPTION ...]\n"
    ".SH DESCRIPTION\n"
    "breakeven runs every operation on the CPU and on each OpenCL device, checks that both give the same bits, and "
    "times\n"
    "them with transfers apart from computing. It answers from which image size on, and with how many operations in a\n"
    "row, a GPU is faster. Results are kept in an SQLite file.\n"
    ".PP\nWithout a command it shows the first steps;\n.B breakeven \\-\\-help\nlists the commands,\n"
    ".B breakeven\n.I COMMAND\n.B \\-\\-help\nthe options of one.\n"
    ".SH COMMANDS\n";

static const char tail[] =
    ".SH EXIT STATUS\n"
    ".TP\n.B 0\nfine\n.TP\n.B 1\nanything that is not below\n.TP\n.B 2\nbad usage or input\n"
    ".TP\n.B 4\nwrong results\n.TP\n.B 5\ncrashed, hung, or nothing was measured\n"
    ".SH ENVIRONMENT\n"
    ".TP\n.B BREAKEVEN_CACHE\nfolder for compiled kernels (default: breakeven in XDG_CACHE_HOME or ~/.cache)\n"
    ".TP\n.B BREAKEVEN_CPU_LEVEL\nv2, v3 or v4 lowers the instruction set of the CPU code (default: the best of the "
    "CPU)\n"
    ".TP\n.B NO_COLOR\nif set, tables are not coloured\n"
    ".TP\n.BR OCL_ICD_VENDORS\nwhere the OpenCL loader looks for drivers\n"
    ".SH FILES\n"
    ".TP\n.I breakeven.db\nresults of all runs, in the folder where breakeven was started, unless\n.B \\-\\-db\nnames "
    "another\n";

/* Text of ours for roff: '-' stays a minus that can be copied, quotes stay straight, a first dot is no request. */
static void print_text(FILE *out, const char *text)
{
    static const char *const escapes[][2] = {{"\\", "\\e"},  {"-", "\\-"},   {"'", "\\(aq"}, {"`", "\\(ga"},
                                             {"^", "\\(ha"}, {"~", "\\(ti"}, {"\"", "\\(dq"}};
    if (*text == '.')
        fputs("\\&", out);
    for (; *text; text++) {
        const char *shown = (const char[]){*text, 0};
        for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++)
            shown = *text == escapes[i][0][0] ? escapes[i][1] : shown;
        fputs(shown, out);
    }
}

/* Paragraphs, which empty lines part; other ends of lines are kept. Ends at \v or after `length` bytes. */
static void print_paragraphs(FILE *out, const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        char line[1024];
        const size_t bytes = strcspn(text + at, "\n\v");
        snprintf(line, sizeof line, "%.*s", (int)(at + bytes < length ? bytes : length - at), text + at);
        fputs(at == 0 || !*line ? ".PP\n" : ".br\n", out);
        print_text(out, line);
        fputs(*line ? "\n" : "", out);
        at += bytes + 1;
    }
}

static void print_option(FILE *out, const struct argp_option *row)
{
    const bool optional = row->flags & OPTION_ARG_OPTIONAL;
    fputs(".TP\n\\fB", out);
    print_text(out, "--");
    print_text(out, row->name);
    fputs("\\fR", out);
    if (row->arg) {
        fputs(optional ? "[=\\fI" : "=\\fI", out);
        print_text(out, row->arg);
        fputs(optional ? "\\fR]" : "\\fR", out);
    }
    fputc('\n', out);
    print_text(out, row->doc);
    fputc('\n', out);
}

static void print_examples(FILE *out, const struct command *command)
{
    fprintf(out, ".PP\nExamples:\n");
    for (int i = 0; i < COMMAND_EXAMPLES; i++) {
        fprintf(out, ".TP\n");
        print_text(out, command->examples[i].line);
        fputc('\n', out);
        print_text(out, command->examples[i].why);
        fputc('\n', out);
    }
}

static void print_command(FILE *out, const struct command *command)
{
    const struct argp *argp = command->argp;
    const struct argp_option *row;
    const char *behind = argp->doc ? strchr(argp->doc, '\v') : NULL;
    fprintf(out, ".SS \"breakeven %s [OPTION...]", command->name);
    if (argp->args_doc) {
        fputc(' ', out);
        print_text(out, argp->args_doc);
    }
    fprintf(out, "\"\n");
    if (argp->doc)
        print_paragraphs(out, argp->doc, behind ? (size_t)(behind - argp->doc) : strlen(argp->doc));
    for (int i = 0; (row = command_option(command, i)); i++)
        print_option(out, row);
    if (behind)
        print_paragraphs(out, behind + 1, strlen(behind + 1));
    print_examples(out, command);
}

void generate_manual(FILE *out)
{
    fprintf(out, ".\\\" Made by breakeven --generate man.\n.TH BREAKEVEN 1 \"\" \"breakeven %s\" \"User Commands\"\n",
            BUILD_VERSION);
    fputs(head, out);
    for (int i = 0; command_table[i]; i++)
        print_command(out, command_table[i]);
    fputs(tail, out);
}
