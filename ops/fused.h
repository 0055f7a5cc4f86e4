/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A fused multiply-add with the same bits on every CPU level. Where the level has the instruction it is that; elsewhere
 * fmaf() would be a call that takes 30 ns on a CPU without it, and compilers cannot vectorise it. The product of two
 * floats is exact in double. If its sum with the third is not, the sum is rounded to odd: with 29 bits more than a
 * float has, a value that is odd in the last bit never lies half-way between two floats, so rounding it again gives the
 * float nearest to the exact result (Boldo and Melquiond, Emulation of FMA and correctly rounded sums, 2008).
 */
#ifndef OPS_FUSED_H
#define OPS_FUSED_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* a * b + c, rounded once. Infinite operands give the unfused result. */
static inline float fused(float a, float b, float c)
{
#if defined FP_FAST_FMAF || !defined __x86_64__
    return fmaf(a, b, c);
#else
    double product = (double)a * b, sum = product + c, part = sum - product;
    double error = (product - (sum - part)) + (c - part); /* of the sum, exactly */
    int64_t bits;
    memcpy(&bits, &sum, sizeof bits);
    int64_t towards = (error > 0) == (sum > 0) ? 1 : -1;
    bits += (error < 0 || error > 0) && !(bits & 1) ? towards : 0;
    memcpy(&sum, &bits, sizeof sum);
    return (float)sum;
#endif
}

#endif
