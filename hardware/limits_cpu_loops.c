/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Which sets of loops this machine can run. CPU_LOOPS_FLOAT16 is defined where the compiler knows AVX512-FP16, which no
 * level includes.
 */
#include "hardware/limits_cpu_loops.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __x86_64__
#include <cpuid.h>
#endif

extern const struct cpu_streams cpu_streams_v2;
extern const struct cpu_chains cpu_chains_v2;

#ifdef __x86_64__
extern const struct cpu_streams cpu_streams_v3, cpu_streams_v4;
extern const struct cpu_chains cpu_chains_v3, cpu_chains_v4, cpu_chains_float16;

static const struct cpu_loops table[] = {
    {"x86-64-v2", &cpu_streams_v2, &cpu_chains_v2},
    {"x86-64-v3", &cpu_streams_v3, &cpu_chains_v3},
    {"x86-64-v4", &cpu_streams_v4, &cpu_chains_v4},
#ifdef CPU_LOOPS_FLOAT16
    {"x86-64-v4 with AVX512-FP16", &cpu_streams_v4, &cpu_chains_float16},
#endif
};

/* Bit 23 of EDX, leaf 7 (Intel 64 and IA-32 Architectures Software Developer's Manual, CPUID). */
static bool has_float16(void)
{
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d >> 23 & 1);
}

static int count(void)
{
    int known = (int)(sizeof table / sizeof table[0]);
    int usable = 1;
    if (__builtin_cpu_supports("x86-64-v3"))
        usable = 2;
    if (__builtin_cpu_supports("x86-64-v4"))
        usable = has_float16() ? 4 : 3;
    return usable < known ? usable : known;
}
#else
static const struct cpu_loops table[] = {{"native", &cpu_streams_v2, &cpu_chains_v2}};

static int count(void)
{
    return 1;
}
#endif

const struct cpu_loops *cpu_loops_at(int i)
{
    return i >= 0 && i < count() ? &table[i] : NULL;
}

const struct cpu_loops *cpu_loops_best(void)
{
    return &table[count() - 1];
}
