/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Options of `breakeven gate` to a request.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/command.h"
#include "bench/command_gate.h"
#include "bench/gate_measure.h"

enum option_key {
    OPTION_BASE = 1000,
    OPTION_HEAD,
    OPTION_BASE_COMMAND,
    OPTION_HEAD_COMMAND,
    OPTION_PRINTED,
    OPTION_CASES,
    OPTION_FEW,
    OPTION_DEDICATED,
    OPTION_THRESHOLD,
    OPTION_PAIRS,
    OPTION_SAMPLES,
    OPTION_THREADS,
    OPTION_DEVICE,
    OPTION_WATCHDOG,
    OPTION_COUNTS,
    OPTION_WRITE_COUNTS,
    OPTION_SELF,
    OPTION_RUNS,
    OPTION_SIMULATE,
    OPTION_TRIALS,
    OPTION_MARKDOWN,
    OPTION_JUNIT,
    OPTION_FORMAT,
    OPTION_MEASURE,
    OPTION_VERIFY,
    OPTION_COUNT,
};

static const struct argp_option rows[] = {
    {"base", OPTION_BASE, "PATH", 0, "a breakeven built from the code as it was (no default)", 0},
    {"head", OPTION_HEAD, "PATH", 0, "a breakeven built from the changed code (default: this program)", 0},
    {"base-command", OPTION_BASE_COMMAND, "COMMAND", 0,
     "instead: a shell command of any project, timed as a whole (no default)", 0},
    {"head-command", OPTION_HEAD_COMMAND, "COMMAND", 0, "the same of the changed code (no default)", 0},
    {"printed", OPTION_PRINTED, 0, 0, "the commands print their times, one a line: blur 12.3 ms", 0},
    {"cases", OPTION_CASES, "LIST", 0,
     "cases such as 'flip uint8 512x512 openmp', separated by ;, or @FILE with one a line (default: 24 sentinels)", 0},
    {"few", OPTION_FEW, 0, 0, "4 of the sentinels", 0},
    {"dedicated", OPTION_DEDICATED, 0, 0, "the machine does nothing else: threshold 5 % instead of 10 %", 0},
    {"threshold", OPTION_THRESHOLD, "PERCENT", 0, "another threshold (default: as said above)", 0},
    {"pairs", OPTION_PAIRS, "N", 0, "pairs of processes, 7 to 50 (default 10)", 0},
    {"samples", OPTION_SAMPLES, "N", 0, "samples of a case in a process (default 10; runs of a command: 1)", 0},
    {"threads", OPTION_THREADS, "N", 0, "threads of the CPU cases (default: all cores)", 0},
    {"device", OPTION_DEVICE, "WHICH", 0,
     "OpenCL device: index, gpu, cpu or part of a name (default: a GPU, else the first)", 0},
    {"watchdog", OPTION_WATCHDOG, "TIME", 0, "end a process without progress after this time (default 60s)", 0},
    {"counts", OPTION_COUNTS, "FILE", 0,
     "verify results and compare launches, bytes and programs with the file; no clock (no default)", 0},
    {"write-counts", OPTION_WRITE_COUNTS, "FILE", 0, "write such a file (no default)", 0},
    {"self", OPTION_SELF, 0, 0, "head against itself: the false alarms of this machine, and what is too noisy on it",
     0},
    {"runs", OPTION_RUNS, "N", 0, "of --self (default 1)", 0},
    {"simulate", OPTION_SIMULATE, 0, 0, "print how often the rule is wrong, by simulation", 0},
    {"trials", OPTION_TRIALS, "N", 0, "of --simulate (default 20000)", 0},
    {"markdown", OPTION_MARKDOWN, "FILE", 0, "also as Markdown; - is standard output", 0},
    {"junit", OPTION_JUNIT, "FILE", 0, "also as JUnit XML (default: not)", 0},
    {"format", OPTION_FORMAT, "NAME", 0, "github: also annotations for GitHub Actions (default: terminal)", 0},
    {"measure", OPTION_MEASURE, 0, OPTION_HIDDEN, "what the gate starts: measure --cases, print JSON lines", 0},
    {"verify", OPTION_VERIFY, 0, OPTION_HIDDEN, "of --measure: verify results", 0},
    {"count", OPTION_COUNT, 0, OPTION_HIDDEN, "of --measure: counts", 0},
    {0},
};

static enum status bounded(const char *option, const char *text, int low, int high, int *value)
{
    long long number = 0;
    enum status status = command_integer(option, text, low, &number);
    if (status == STATUS_OK && number > high)
        return status_fail(STATUS_USAGE, "%s %s: at most %d", option, text, high);
    *value = (int)number;
    return status;
}

static enum status percent(const char *text, double *share)
{
    char *end;
    *share = strtod(text, &end) / 100;
    if (end == text || *end || !(*share > 0) || *share > 10)
        return status_fail(STATUS_USAGE, "--threshold %s: a percentage above 0 is wanted", text);
    return STATUS_OK;
}

static enum status format(const char *text, bool *github)
{
    *github = strcmp(text, "github") == 0;
    return *github || strcmp(text, "terminal") == 0
               ? STATUS_OK
               : status_fail(STATUS_USAGE, "--format '%s'; valid: terminal, github", text);
}

/* Options with a number; -1 for those that have none. */
static int parse_number(struct gate_command *c, int key, const char *text)
{
    switch (key) {
    case OPTION_THRESHOLD:
        return percent(text, &c->options.threshold);
    case OPTION_PAIRS:
        return bounded("--pairs", text, GATE_PAIRS_LEAST, GATE_PAIRS_MOST, &c->options.pairs);
    case OPTION_SAMPLES:
        return bounded("--samples", text, 0, GATE_SAMPLES_MOST, &c->options.samples);
    case OPTION_THREADS:
        return bounded("--threads", text, 0, 4096, &c->options.threads);
    case OPTION_WATCHDOG:
        return command_seconds("--watchdog", text, &c->options.patience_s);
    case OPTION_RUNS:
        return bounded("--runs", text, 1, 1000, &c->runs);
    case OPTION_TRIALS:
        return bounded("--trials", text, 1, 100000000, &c->trials);
    case OPTION_FORMAT:
        return format(text, &c->github);
    default:
        return -1;
    }
}

static bool parse_flag(struct gate_command *c, int key)
{
    switch (key) {
    case OPTION_PRINTED:
        c->options.base.printed = c->options.head.printed = true;
        return true;
    case OPTION_FEW:
        return c->few = true;
    case OPTION_DEDICATED:
        c->options.threshold = GATE_DEDICATED;
        return true;
    case OPTION_SELF:
        return c->self = true;
    case OPTION_SIMULATE:
        return c->simulate = true;
    case OPTION_MEASURE:
        return c->measure = true;
    case OPTION_VERIFY:
        return c->verify = true;
    case OPTION_COUNT:
        return c->count = true;
    default:
        return false;
    }
}

static const char **text_option(struct gate_command *c, int key)
{
    switch (key) {
    case OPTION_BASE:
        return &c->options.base.path;
    case OPTION_HEAD:
        return &c->options.head.path;
    case OPTION_BASE_COMMAND:
        return &c->options.base.command;
    case OPTION_HEAD_COMMAND:
        return &c->options.head.command;
    case OPTION_CASES:
        return &c->case_list;
    case OPTION_DEVICE:
        return &c->device;
    case OPTION_COUNTS:
        return &c->counts;
    case OPTION_WRITE_COUNTS:
        return &c->write_counts;
    case OPTION_MARKDOWN:
        return &c->markdown;
    case OPTION_JUNIT:
        return &c->junit;
    default:
        return NULL;
    }
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct gate_command *c = state->input;
    const char **to = text_option(c, key);
    if (to) {
        *to = text;
        return 0;
    }
    if (key == ARGP_KEY_ARG) {
        status_fail(STATUS_USAGE, "gate: '%s' is no option", text);
        return ENOTSUP;
    }
    if (parse_flag(c, key))
        return 0;
    const int status = parse_number(c, key, text);
    return status < 0 ? ARGP_ERR_UNKNOWN : status == STATUS_OK ? 0 : ENOTSUP;
}

const struct argp gate_argp = {
    rows, parse_option, NULL, "Is head slower than base? Compares two builds on this machine.", 0, 0, 0};

bool gate_command_parse(int argc, char **argv, struct gate_command *command, int *exit_code)
{
    command->options.samples = -1;
    return command_parse(&command_gate, argc, argv, command, exit_code);
}

/* The device by its index, and whether there is one. */
static enum status choose_device(struct gate_command *c, bool *there)
{
    enum status status;
    struct device *devices = NULL;
    size_t count = 0;
    bool *chosen = NULL;
    *there = false;
    status = devices_find(&devices, &count);
    if (status != STATUS_OK && !c->device)
        return STATUS_OK; /* the CPU's cases are left */
    if (status != STATUS_OK)
        return status;
    chosen = calloc(count + 1, sizeof *chosen);
    if (!chosen)
        status = status_fail(STATUS_MEMORY, "no host memory for the list of devices");
    else
        status = devices_choose(devices, count, c->device ? c->device : "all", chosen);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        const bool better = !*there || (devices[i].type == DEVICE_GPU && devices[c->options.device].type != DEVICE_GPU);
        if (!chosen[i] || (!c->device && (!better || devices[i].problem[0])))
            continue;
        c->options.device = (int)i;
        *there = true;
    }
    free(chosen);
    free(devices);
    return status;
}

static enum status check_options(const struct gate_command *c)
{
    const struct gate_options *o = &c->options;
    const bool commands = o->base.command || o->head.command;
    if (c->measure || c->simulate)
        return STATUS_OK;
    if (commands && (o->base.path || o->head.path || c->case_list || c->few || c->counts || c->write_counts))
        return status_fail(STATUS_USAGE, "gate: commands are compared with commands, and name their own cases");
    if (commands && (!o->head.command || (!o->base.command && !c->self)))
        return status_fail(STATUS_USAGE, "gate: both --base-command and --head-command are wanted");
    if (!commands && !o->base.path && !c->self && !c->counts && !c->write_counts)
        return status_fail(STATUS_USAGE,
                           "gate: --base is wanted, or --base-command, --counts, --write-counts, --self, --simulate");
    return STATUS_OK;
}

enum status gate_command_complete(struct gate_command *c)
{
    enum status status;
    struct gate_options *o = &c->options;
    bool device = false;
    TRY(check_options(c));
    if (o->samples < 0)
        o->samples = c->measure ? 0 : o->head.command ? 1 : GATE_SAMPLES;
    if (c->simulate || o->head.command)
        return STATUS_OK;
    if (c->measure) { /* the gate gives an index */
        o->device = c->device ? atoi(c->device) : -1;
    } else {
        TRY(choose_device(c, &device));
        o->progress = isatty(STDERR_FILENO) ? stderr : NULL;
    }
    if (!o->head.path && readlink("/proc/self/exe", c->own_path, sizeof c->own_path - 1) > 0)
        o->head.path = c->own_path;
    if (c->case_list)
        TRY(c->case_list[0] == '@' ? gate_cases_read(c->case_list + 1, &c->cases)
                                   : gate_cases_split(c->case_list, &c->cases));
    else if (!c->counts || c->measure)
        TRY(gate_cases_sentinels(c->few, device, &c->cases));
    o->cases = c->cases.count ? &c->cases : NULL;
done:
    return status;
}
