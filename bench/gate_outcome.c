/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What the gate leaves behind: an exit status that says which of six things happened (never a count, which 256 findings
 * would turn into success), and for each finding the command that shows it again.
 */
#include <string.h>

#include "bench/gate.h"

enum { EXIT_REGRESSION = 1, EXIT_USAGE = 2, EXIT_UNSURE = 3, EXIT_WRONG = 4, EXIT_NOTHING = 5, SHELL_BYTES = 1024 };

int gate_exit_code(const struct gate_result *result)
{
    int counts[GATE_VERDICTS] = {0}, measured = 0;
    for (int i = 0; i < result->count; i++) {
        counts[result->rows[i].verdict]++;
        measured += result->rows[i].pairs > 0 || result->rows[i].verdict == GATE_FINE;
    }
    if (counts[GATE_WRONG])
        return EXIT_WRONG;
    if (counts[GATE_CRASHED])
        return EXIT_NOTHING;
    if (counts[GATE_REGRESSION] || counts[GATE_COUNTS_DIFFER])
        return EXIT_REGRESSION;
    if (result->environment[0] || counts[GATE_INCONCLUSIVE] || counts[GATE_NOT_COMPARABLE])
        return EXIT_UNSURE;
    return measured > 0 || counts[GATE_NEW] ? 0 : EXIT_NOTHING;
}

int gate_status_exit_code(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return 0;
    case STATUS_USAGE:
    case STATUS_INPUT:
    case STATUS_UNSUPPORTED:
        return EXIT_USAGE;
    case STATUS_WRONG:
        return EXIT_WRONG;
    default:
        return EXIT_NOTHING;
    }
}

/* In single quotes, as a shell reads it; plain where nothing needs them. */
static const char *quote(const char *from, char text[SHELL_BYTES])
{
    size_t used = 0;
    if (*from && !from[strspn(from, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+=,:")]) {
        snprintf(text, SHELL_BYTES, "%s", from);
        return text;
    }
    text[used++] = '\'';
    for (; *from && used + 6 < SHELL_BYTES; from++) {
        if (*from == '\'') {
            memcpy(text + used, "'\\''", 4);
            used += 4;
        } else {
            text[used++] = *from;
        }
    }
    text[used++] = '\'';
    text[used] = 0;
    return text;
}

void gate_command_text(const struct gate_options *o, const char *name, char *text, size_t bytes)
{
    char base[SHELL_BYTES], head[SHELL_BYTES], one[SHELL_BYTES], threshold[64] = "", device[32] = "";
    if (o->threshold == GATE_DEDICATED)
        snprintf(threshold, sizeof threshold, " --dedicated");
    else if (o->threshold != GATE_SHARED)
        snprintf(threshold, sizeof threshold, " --threshold %g", 100 * o->threshold);
    if (o->device >= 0)
        snprintf(device, sizeof device, " --device %d", o->device);
    if (o->head.command)
        snprintf(text, bytes, "breakeven gate --base-command %s --head-command %s%s%s", quote(o->base.command, base),
                 quote(o->head.command, head), o->head.printed ? " --printed" : "", threshold);
    else
        snprintf(text, bytes, "breakeven gate --base %s --head %s --cases %s%s%s", quote(o->base.path, base),
                 quote(o->head.path, head), quote(name, one), device, threshold);
}

void gate_counts_command(const struct gate_options *o, const char *path, const char *name, char *text, size_t bytes)
{
    char file[SHELL_BYTES], head[SHELL_BYTES], one[SHELL_BYTES], device[32] = "";
    if (o->device >= 0)
        snprintf(device, sizeof device, " --device %d", o->device);
    snprintf(text, bytes, "breakeven gate --counts %s --head %s --cases %s%s", quote(path, file),
             quote(o->head.path, head), quote(name, one), device);
}
