/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The two sustained loads. Numbers with full mantissas that change at every step: power depends on the bits that toggle.
 */

/* A number in [1, 2) that looks like noise. The host computes the same, see sustain_device.c. */
float noise(uint i)
{
    uint bits = i * 2654435761u;
    bits ^= bits >> 15;
    bits *= 2246822519u;
    bits ^= bits >> 13;
    return as_float(0x3f800000u | bits >> 9);
}

kernel void fill(global float *to, uint first, ulong count)
{
    ulong i = get_global_id(0);
    if (i < count)
        to[i] = noise(first + (uint)i);
}

/* 0.5 * c is exact, so that the sum is rounded once, with or without FMA. */
kernel void triad(global float4 *a, global const float4 *b, global const float4 *c, ulong vectors)
{
    ulong i = get_global_id(0);
    if (i < vectors)
        a[i] = b[i] + 0.5f * c[i];
}

/* Where the device has no instruction for it, fma() is a long function. */
float16 step_chain(float16 x, float multiply, float add)
{
#ifdef FP_FAST_FMAF
    return fma(x, (float16)multiply, (float16)add);
#else
    return mad(x, (float16)multiply, (float16)add);
#endif
}

/* 32 chains side by side, each two steps that lead to one fixed point by way of another number: m0 * m1 is just under 1. */
kernel void chains(global float *end, float m0, float a0, float m1, float a1, int pairs, int items)
{
    int item = get_global_id(0);
    if (item >= items)
        return;
    float16 x = (float16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) + 1e-6f * item, y = x + 0.5f;
    for (int i = 0; i < pairs; i++) {
        x = step_chain(x, m0, a0);
        y = step_chain(y, m0, a0);
        x = step_chain(x, m1, a1);
        y = step_chain(y, m1, a1);
    }
    x += y;
    float8 sum8 = x.lo + x.hi;
    float4 sum4 = sum8.lo + sum8.hi;
    float2 sum2 = sum4.lo + sum4.hi;
    end[item] = (sum2.lo + sum2.hi) / 32;
}
