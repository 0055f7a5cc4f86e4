/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Values are known by an option's name, which means the same in every command, and by its placeholder: FILE..., WHICH
 * (a device), LIST (several with commas).
 */
#include "bench/completion.h"

#include <string.h>

#include "hardware/limits.h"
#include "images/synthetic.h"
#include "ops/execution.h"
#include "ops/registry.h"

static void add_word(struct completion *c, const char *word)
{
    const size_t used = strlen(c->words);
    snprintf(c->words + used, sizeof c->words - used, "%s%s", used ? " " : "", word);
}

static void add_operations(struct completion *c)
{
    for (int i = 0; i < ops_count(); i++)
        add_word(c, op_at(i, PIXEL_U8, CPU_V2)->name);
}

static void add_types(struct completion *c)
{
    for (int i = 0; i < PIXEL_INTENSITY_COUNT; i++)
        add_word(c, pixel_type_name((enum pixel_type)i));
}

static void add_backends(struct completion *c)
{
    for (int i = c->kind == COMPLETE_LIST ? BACKEND_OPENMP : 0; i < BACKEND_COUNT; i++) /* the reference is not timed */
        add_word(c, backend_name((enum backend)i));
}

static void add_variants(struct completion *c)
{
    for (int i = 0; i < VARIANT_COUNT; i++)
        add_word(c, op_variant_name((enum op_variant)i));
}

static void add_contents(struct completion *c)
{
    for (int i = 0; i < CONTENT_COUNT; i++)
        add_word(c, content_name((enum content)i));
}

static void add_stages(struct completion *c)
{
    for (int i = 0; i < LIMIT_STAGES; i++)
        add_word(c, limit_stages[i].name);
}

static void add_lecture(struct completion *c)
{
    add_word(c, "lecture");
}

static const struct {
    const char *option;
    void (*add)(struct completion *c);
} known[] = {
    {"ops", add_operations},   {"types", add_types},       {"type", add_types},        {"backends", add_backends},
    {"backend", add_backends}, {"variant", add_variants},  {"contents", add_contents}, {"stages", add_stages},
    {"suite", add_lecture},    {"reference", add_lecture},
};

struct completion completion_of_option(const struct argp_option *row)
{
    struct completion c = {.kind = COMPLETE_NOTHING};
    if (!row->arg || row->flags & OPTION_ARG_OPTIONAL) {
        c.kind = COMPLETE_NO_VALUE;
        return c;
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i].option, row->name) == 0) {
            c.kind = strcmp(row->arg, "LIST") == 0 ? COMPLETE_LIST : COMPLETE_WORD;
            known[i].add(&c);
            return c;
        }
    if (strncmp(row->arg, "FILE", 4) == 0)
        c.kind = COMPLETE_FILES;
    else if (strcmp(row->arg, "WHICH") == 0)
        c.kind = COMPLETE_DEVICES;
    return c;
}

struct completion completion_of_arguments(const struct command *command)
{
    struct completion c = {.kind = command->argp->args_doc ? COMPLETE_FILES : COMPLETE_NOTHING};
    if (command->argp->args_doc && strstr(command->argp->args_doc, "CHAIN"))
        add_operations(&c);
    return c;
}
