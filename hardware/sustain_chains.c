/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Chains of multiply-adds in registers: 12 at a time, since an FMA takes 4 to 5 cycles and two are started per cycle,
 * and with four constants they fit into 16 registers. Compiled once per CPU level, with contraction to FMA where there
 * is one: nothing is compared bit by bit here.
 */
#include "hardware/sustain_load.h"

#ifdef __AVX512F__
enum { VECTOR_BYTES = 64 };
#elif defined(__AVX__)
enum { VECTOR_BYTES = 32 };
#else
enum { VECTOR_BYTES = 16 };
#endif
enum { CHAINS = 12, LANES = VECTOR_BYTES / sizeof(float) };

#ifndef SUSTAIN_CHAINS
#define SUSTAIN_CHAINS sustain_chains_v2
#endif

typedef float vector __attribute__((vector_size(VECTOR_BYTES)));

double SUSTAIN_CHAINS(const struct sustain_chain *chain, float start, int64_t pairs, double *end)
{
    const vector zero = {0}, m0 = chain->m0 + zero, a0 = chain->a0 + zero, m1 = chain->m1 + zero, a1 = chain->a1 + zero;
    vector x[CHAINS];
#pragma GCC unroll 12
    for (int c = 0; c < CHAINS; c++)
        x[c] = start * (float)(c + 1) + zero;
    for (int64_t i = 0; i < pairs; i++) {
#pragma GCC unroll 12
        for (int c = 0; c < CHAINS; c++)
            x[c] = x[c] * m0 + a0;
#pragma GCC unroll 12
        for (int c = 0; c < CHAINS; c++)
            x[c] = x[c] * m1 + a1;
    }
    double sum = 0;
#pragma GCC unroll 12
    for (int c = 0; c < CHAINS; c++)
        for (int lane = 0; lane < LANES; lane++)
            sum += (double)x[c][lane];
    *end = sum / (CHAINS * LANES);
    return 2.0 * 2 * CHAINS * LANES * (double)pairs;
}
