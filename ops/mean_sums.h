/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Sums of pixels, and what a sum divided by the number of pixels is as a pixel.
 */
#ifndef OPS_MEAN_SUMS_H
#define OPS_MEAN_SUMS_H

#include <stdbool.h>

#include "ops/compile.h"

/* Integer sums are exact modulo 2^32; those that may be larger are made of two parts, see `wide` in mean_box.h. */
#ifdef PIXEL_IS_F32
typedef double sum;
#else
typedef uint32_t sum;
#endif

struct divisor {
    uint32_t count, half; /* half: (count - 1) / 2 */
    float inverse_twice;  /* 2 / count */
    double inverse;
};

static inline struct divisor divisor_of(int64_t count)
{
    return (struct divisor){(uint32_t)count, (uint32_t)(count - 1) / 2, 2.0f / (float)count, 1.0 / (double)count};
}

/* Sums of `count` pixels may be beyond 32 bits, or be so when `half` is added. */
static inline bool sums_are_wide(int64_t count)
{
#ifdef PIXEL_IS_F32
    (void)count;
    return false;
#else
    return (double)count * ((double)PIXEL_LARGEST + 1) > 4294967295.0;
#endif
}

/* sum / count, rounded once. A neighbourhood is symmetric about its middle, so its count is odd and sum / count never
 * lies half way between two integers: rounding is floor((sum + half) / count) under every rule for ties.
 *
 * The float estimate of that quotient has a relative error below 3 * 2^-24 and lacks up to 1 / count, since n >> 1
 * drops a bit (it makes a number that converts as a signed one). Quotients are below 2^16, so it is off by less than 1,
 * and comparing the remainder corrects it. */
static inline pixel quotient(struct divisor d, sum value)
{
#ifdef PIXEL_IS_F32
    return (pixel)(value * d.inverse);
#else
    const uint32_t n = value + d.half;
    int32_t q = (int32_t)((float)(int32_t)(n >> 1) * d.inverse_twice);
    const int32_t rest = (int32_t)(n - (uint32_t)q * d.count);
    q += (rest >= (int32_t)d.count) - (rest < 0);
    return (pixel)q;
#endif
}

/* The same for a sum up to 2^53: the product is off by less than 2^16 * 2^-52, and no exact quotient is nearer to a
 * half than 1 / (2 * count), where count < 2^23. */
static inline pixel wide_quotient(struct divisor d, double value)
{
#ifdef PIXEL_IS_F32
    return (pixel)(value * d.inverse);
#else
    return (pixel)(int32_t)(value * d.inverse + 0.5);
#endif
}

#endif
