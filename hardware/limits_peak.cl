/* SPDX-License-Identifier: BSD-3-Clause
 *
 * CHAINS chains of dependent operations on vectors V of the scalar type S: with enough chains, or enough work-items, no
 * operation waits for the one before. Unrolled, so that the loop costs nothing beside them.
 *
 * x = x * m + a, with m and a from the host. SELF: x = x * m + x, one number less to fetch for each operation. ADD: x += y, y += x, sums of sums, which cannot be folded into
 * one multiplication as x += y, x += y could.
 */
#ifdef HALF
#pragma OPENCL EXTENSION cl_khr_fp16 : enable
#endif
#ifdef DOUBLE
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif

/* Written as a product and a sum where FUSED does not ask for fma(): that is one instruction where the hardware has it,
 * whereas fma() is a function in software where it has not, and pocl splits it into narrower vectors. */
#pragma OPENCL FP_CONTRACT ON
#ifdef SELF
#define ADDEND(x) (x)
#else
#define ADDEND(x) a
#endif
#ifdef FUSED
#define MULTIPLY_ADD(x) fma(x, m, ADDEND(x))
#else
#define MULTIPLY_ADD(x) ((x) * m + ADDEND(x))
#endif

/* Chains and lanes start from different numbers, else a compiler may compute one for all of them. */
#if WIDTH == 1
#define LANES ((S)0)
#elif WIDTH == 2
#define LANES ((V)(0, 1))
#elif WIDTH == 4
#define LANES ((V)(0, 1, 2, 3))
#elif WIDTH == 8
#define LANES ((V)(0, 1, 2, 3, 4, 5, 6, 7))
#else
#define LANES ((V)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
#endif

kernel void chains(global V *out, int steps, float multiplier, float addend)
{
    V x[CHAINS];
    const V m = (V)((S)multiplier), a = (V)((S)addend);
#pragma unroll
    for (int c = 0; c < CHAINS; c++)
        x[c] = LANES + (V)((S)(get_global_id(0) % 7 + 16 * c));
    for (int i = 0; i < steps; i++) {
#pragma unroll
        for (int u = 0; u < UNROLL; u++) {
#ifdef ADD
#pragma unroll
            for (int c = 0; c < CHAINS; c += 2) {
                x[c] += x[c + 1];
                x[c + 1] += x[c];
            }
#else
#pragma unroll
            for (int c = 0; c < CHAINS; c++)
                x[c] = MULTIPLY_ADD(x[c]);
#endif
        }
    }
    V sum = x[0];
#pragma unroll
    for (int c = 1; c < CHAINS; c++)
        sum += x[c];
    out[get_global_id(0)] = sum;
}
