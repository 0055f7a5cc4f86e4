/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven merge: stores of several machines, or of several runs, into one file.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/command.h"
#include "bench/merge.h"

struct request {
    char **files; /* into argv; the first is the target */
    int file_count;
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct request *r = state->input;
    enum status status = STATUS_OK;
    switch (key) {
    case ARGP_KEY_ARG:
        r->files[r->file_count++] = text;
        break;
    case ARGP_KEY_END:
        if (r->file_count < 2)
            status = status_fail(STATUS_USAGE, "merge: name the file to write and at least one to read, as in "
                                               "breakeven merge all.db laptop.db gpu.db");
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return status == STATUS_OK ? 0 : ENOTSUP;
}

static const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

static enum status merge(const struct request *r)
{
    struct merge_result m;
    enum status status = merge_files(r->files[0], r->files + 1, r->file_count - 1, &m);
    if (status == STATUS_OK)
        printf("%s: %d run%s and %d profile%s added with %lld case%s; %d run%s and %d profile%s were there already.\n",
               r->files[0], m.runs_added, plural(m.runs_added), m.profiles_added, plural(m.profiles_added),
               (long long)m.cases_added, plural(m.cases_added), m.runs_known, plural(m.runs_known), m.profiles_known,
               plural(m.profiles_known));
    return status;
}

static const struct argp argp = {NULL,
                                 parse_option,
                                 "OUT.db FILE.db...",
                                 "Joins stores into OUT.db, which is made or added to. What is there already is not "
                                 "added again.",
                                 0,
                                 0,
                                 0};

static int command(int argc, char **argv)
{
    int usage = 1;
    struct request r = {.files = calloc((size_t)argc + 1, sizeof(char *))};
    if (!r.files)
        usage = command_end(status_fail(STATUS_MEMORY, "no host memory"));
    else if (command_parse(&command_merge, argc, argv, &r, &usage))
        usage = command_end(merge(&r));
    free(r.files);
    return usage;
}

const struct command command_merge = {
    .name = "merge",
    .help = "join stores of several machines",
    .argp = &argp,
    .examples = {{"breakeven merge all.db laptop.db workstation.db", "all runs of two machines in one file"},
                 {"breakeven merge all.db usb/*.db", "once more with further files: nothing is added twice"}},
    .run = command,
};
