/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The table of descriptors and the choice of the CPU level.
 */
#include "ops/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hardware/text.h"
#include "ops/list.h" /* OPS_LIST(X), made by the build */

#ifdef __x86_64__
#define LEVELS(X, name, type) X(name, type, v2) X(name, type, v3) X(name, type, v4)
#else
#define LEVELS(X, name, type) X(name, type, v2)
#endif

#define DECLARE(name, type, level) extern const struct op name##_##type##_##level;
#define X(name) LEVELS(DECLARE, name, u8) LEVELS(DECLARE, name, u16) LEVELS(DECLARE, name, f32)
OPS_LIST(X)
#undef X

#define POINTER(name, type, level) &name##_##type##_##level,
#define X(name) {{LEVELS(POINTER, name, u8)}, {LEVELS(POINTER, name, u16)}, {LEVELS(POINTER, name, f32)}},
static const struct op *const table[][PIXEL_INTENSITY_COUNT][CPU_LEVEL_COUNT] = {OPS_LIST(X)};
#undef X

static const char *const level_names[] = {
#ifdef __x86_64__
#define X(code, name) name,
    CPU_LEVEL_LIST(X)
#undef X
#else
    "native"
#endif
};

static enum cpu_level cpu_level_of_machine(void)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("x86-64-v4"))
        return CPU_V4;
    if (__builtin_cpu_supports("x86-64-v3"))
        return CPU_V3;
#endif
    return CPU_V2;
}

enum cpu_level cpu_level_best(void)
{
    enum cpu_level best = cpu_level_of_machine();
    const char *wanted = getenv("BREAKEVEN_CPU_LEVEL");
    for (int level = 0; wanted && level < (int)best; level++)
        if (strlen(wanted) >= 2 && strstr(level_names[level], wanted))
            return (enum cpu_level)level;
    return best;
}

const char *cpu_level_name(enum cpu_level level)
{
    return level_names[level];
}

int ops_count(void)
{
    return (int)(sizeof table / sizeof table[0]);
}

const struct op *op_at(int i, enum pixel_type type, enum cpu_level level)
{
    return table[i][type][level];
}

const struct op *op_find(const char *name, enum pixel_type type)
{
    if (type >= PIXEL_INTENSITY_COUNT)
        return NULL;
    enum cpu_level level = cpu_level_best();
    for (int i = 0; i < ops_count(); i++)
        if (strcmp(op_at(i, type, level)->name, name) == 0)
            return op_at(i, type, level);
    return NULL;
}

enum status op_unknown(const char *name)
{
    char valid[900] = "", meant[96];
    struct text_guess guess = text_guess(name);
    for (int i = 0; i < ops_count(); i++) {
        const char *known = op_at(i, PIXEL_U8, CPU_V2)->name;
        size_t used = strlen(valid);
        snprintf(valid + used, sizeof valid - used, "%s%s", i ? ", " : "", known);
        text_guess_offer(&guess, known);
    }
    if (guess.best[0])
        return status_fail(STATUS_USAGE, "unknown operation '%s'%s (breakeven ops lists all)", name,
                           text_meant(&guess, meant, sizeof meant));
    return status_fail(STATUS_USAGE, "unknown operation '%s'; valid: %s", name, valid);
}
