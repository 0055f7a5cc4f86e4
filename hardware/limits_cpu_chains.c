/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Chains of arithmetic in registers. Compiled once per CPU level with contraction of a * b + c on, which the operations
 * have off. An FMA takes 4 to 5 cycles and two are started per cycle (Agner Fog, Instruction tables,
 * https://www.agner.org/optimize/): 12 chains suffice and, with two constants, fit into 16 registers. CPUs with 32
 * registers get 24, since some start four per cycle, and a multiplication of int32 may take 10 cycles. Chains start at
 * different numbers: the compiler makes one of those that are alike.
 */
#include "hardware/limits_cpu_loops.h"

#ifndef CPU_CHAINS
#define CPU_CHAINS cpu_chains_alone
#endif

#if defined(__AVX512F__)
enum { VECTOR_BYTES = 64, CHAINS = 24 };
#elif defined(__AVX2__)
enum { VECTOR_BYTES = 32, CHAINS = 12 };
#elif defined(__x86_64__)
enum { VECTOR_BYTES = 16, CHAINS = 12 };
#else
enum { VECTOR_BYTES = 16, CHAINS = 24 };
#endif

typedef float float32v __attribute__((vector_size(VECTOR_BYTES)));
typedef double float64v __attribute__((vector_size(VECTOR_BYTES)));
typedef uint32_t int32v __attribute__((vector_size(VECTOR_BYTES))); /* unsigned, so that they may wrap */
typedef uint8_t uint8v __attribute__((vector_size(VECTOR_BYTES)));
#if defined(__AVX512FP16__) || defined(__ARM_FEATURE_FP16_VECTOR_ARITHMETIC)
#define HAS_FLOAT16
typedef _Float16 float16v __attribute__((vector_size(VECTOR_BYTES)));
#endif

/* Makes a variable unknown to the compiler, or it might know where a chain ends without walking it. Costs one load. */
static inline void hide(void *variable)
{
    __asm__ volatile("" : : "r"(variable) : "memory");
}

static double float32(int64_t steps, double start, double multiplier, double addend)
{
    float32v chain[CHAINS], add = (float)addend - (float32v){0};
    const float32v multiply = (float)multiplier - (float32v){0};
#pragma GCC unroll 24
    for (int i = 0; i < CHAINS; i++)
        chain[i] = (float)(start * (i + 1)) - (float32v){0};
    for (int64_t step = 0; step < steps; step++) {
        hide(&add);
#pragma GCC unroll 24
        for (int i = 0; i < CHAINS; i++)
            chain[i] = chain[i] * multiply + add;
    }
    float32v sum = chain[0];
#pragma GCC unroll 24
    for (int i = 1; i < CHAINS; i++)
        sum += chain[i];
    double total = 0;
    for (int lane = 0; lane < VECTOR_BYTES / (int)sizeof(float); lane++)
        total += sum[lane];
    return total;
}

static double float64(int64_t steps, double start, double multiplier, double addend)
{
    float64v chain[CHAINS], add = addend - (float64v){0};
    const float64v multiply = multiplier - (float64v){0};
#pragma GCC unroll 24
    for (int i = 0; i < CHAINS; i++)
        chain[i] = (start * (i + 1)) - (float64v){0};
    for (int64_t step = 0; step < steps; step++) {
        hide(&add);
#pragma GCC unroll 24
        for (int i = 0; i < CHAINS; i++)
            chain[i] = chain[i] * multiply + add;
    }
    float64v sum = chain[0];
#pragma GCC unroll 24
    for (int i = 1; i < CHAINS; i++)
        sum += chain[i];
    double total = 0;
    for (int lane = 0; lane < VECTOR_BYTES / (int)sizeof(double); lane++)
        total += sum[lane];
    return total;
}

static double int32_mad(int64_t steps, double start, double multiplier, double addend)
{
    int32v chain[CHAINS], add = (uint32_t)addend - (int32v){0};
    const int32v multiply = (uint32_t)multiplier - (int32v){0};
#pragma GCC unroll 24
    for (int i = 0; i < CHAINS; i++)
        chain[i] = (uint32_t)(start * (i + 1)) - (int32v){0};
    for (int64_t step = 0; step < steps; step++) {
        hide(&add);
#pragma GCC unroll 24
        for (int i = 0; i < CHAINS; i++)
            chain[i] = chain[i] * multiply + add;
    }
    int32v sum = chain[0];
#pragma GCC unroll 24
    for (int i = 1; i < CHAINS; i++)
        sum += chain[i];
    uint32_t total = 0;
    for (int lane = 0; lane < VECTOR_BYTES / (int)sizeof(uint32_t); lane++)
        total += sum[lane];
    return total;
}

static double int32_add(int64_t steps, double start, double multiplier, double addend)
{
    int32v chain[CHAINS], add = (uint32_t)addend - (int32v){0};
    (void)multiplier;
#pragma GCC unroll 24
    for (int i = 0; i < CHAINS; i++)
        chain[i] = (uint32_t)(start * (i + 1)) - (int32v){0};
    for (int64_t step = 0; step < steps; step++) {
        hide(&add);
#pragma GCC unroll 24
        for (int i = 0; i < CHAINS; i++)
            chain[i] = chain[i] + add;
    }
    int32v sum = chain[0];
#pragma GCC unroll 24
    for (int i = 1; i < CHAINS; i++)
        sum += chain[i];
    uint32_t total = 0;
    for (int lane = 0; lane < VECTOR_BYTES / (int)sizeof(uint32_t); lane++)
        total += sum[lane];
    return total;
}

static double uint8_add(int64_t steps, double start, double multiplier, double addend)
{
    uint8v chain[CHAINS], add = (uint8_t)addend - (uint8v){0};
    (void)multiplier;
#pragma GCC unroll 24
    for (int i = 0; i < CHAINS; i++)
        chain[i] = (uint8_t)(start * (i + 1)) - (uint8v){0};
    for (int64_t step = 0; step < steps; step++) {
        hide(&add);
#pragma GCC unroll 24
        for (int i = 0; i < CHAINS; i++)
            chain[i] = chain[i] + add;
    }
    uint8v sum = chain[0];
#pragma GCC unroll 24
    for (int i = 1; i < CHAINS; i++)
        sum += chain[i];
    uint8_t total = 0;
    for (int lane = 0; lane < VECTOR_BYTES / (int)sizeof(uint8_t); lane++)
        total = (uint8_t)(total + sum[lane]);
    return total;
}

#ifdef HAS_FLOAT16
static double float16(int64_t steps, double start, double multiplier, double addend)
{
    float16v chain[CHAINS], add = (_Float16)addend - (float16v){0};
    const float16v multiply = (_Float16)multiplier - (float16v){0};
#pragma GCC unroll 24
    for (int i = 0; i < CHAINS; i++)
        chain[i] = (_Float16)(start * (i + 1)) - (float16v){0};
    for (int64_t step = 0; step < steps; step++) {
        hide(&add);
#pragma GCC unroll 24
        for (int i = 0; i < CHAINS; i++)
            chain[i] = chain[i] * multiply + add;
    }
    float16v sum = chain[0];
#pragma GCC unroll 24
    for (int i = 1; i < CHAINS; i++)
        sum += chain[i];
    double total = 0;
    for (int lane = 0; lane < VECTOR_BYTES / (int)sizeof(_Float16); lane++)
        total += (double)sum[lane];
    return total;
}
#endif

extern const struct cpu_chains CPU_CHAINS;
const struct cpu_chains CPU_CHAINS = {
    .vector_bits = 8 * VECTOR_BYTES,
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    .fused = 1,
#endif
    .chain =
        {
            [CHAIN_FLOAT32] = {float32, CHAINS *VECTOR_BYTES / sizeof(float)},
            [CHAIN_FLOAT64] = {float64, CHAINS *VECTOR_BYTES / sizeof(double)},
            [CHAIN_INT32_MAD] = {int32_mad, CHAINS *VECTOR_BYTES / sizeof(uint32_t)},
            [CHAIN_INT32_ADD] = {int32_add, CHAINS *VECTOR_BYTES / sizeof(uint32_t)},
            [CHAIN_UINT8] = {uint8_add, CHAINS *VECTOR_BYTES},
#ifdef HAS_FLOAT16
            [CHAIN_FLOAT16] = {float16, CHAINS *VECTOR_BYTES / sizeof(_Float16)},
#endif
        },
};
