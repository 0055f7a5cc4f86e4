/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Pixels as integers in the order of the pixels, so that comparing is comparing integers for all pixel types.
 *
 * float32 pixels are mapped to int32 so that -0 comes before +0 and the order of all others stays. Minimum and maximum
 * are then exact choices of bits, which those of floating-point units are not for zeros of different sign.
 */
#ifndef OPS_ORDERED_H
#define OPS_ORDERED_H

#include "ops/compile.h"

#include <stdbool.h>
#include <string.h>

#ifdef PIXEL_IS_F32
typedef int32_t ordered;
#define ORDERED_LEAST    INT32_MIN
#define ORDERED_GREATEST INT32_MAX
#else
typedef pixel ordered;
#define ORDERED_LEAST    0
#define ORDERED_GREATEST ((ordered)-1)
#endif

static inline ordered to_ordered(pixel value)
{
#ifdef PIXEL_IS_F32
    int32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits ^ ((bits >> 31) & INT32_MAX);
#else
    return value;
#endif
}

static inline pixel from_ordered(ordered value)
{
#ifdef PIXEL_IS_F32
    int32_t bits = value ^ ((value >> 31) & INT32_MAX);
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
#else
    return value;
#endif
}

static inline ordered smaller_of(ordered a, ordered b)
{
    return a < b ? a : b;
}

static inline ordered larger_of(ordered a, ordered b)
{
    return a < b ? b : a;
}

/* The same order in plain words, for references: numbers, then -0 before +0. */
static inline bool comes_before(pixel a, pixel b)
{
#ifdef PIXEL_IS_F32
    if (a == b)
        return signbit(a) && !signbit(b);
#endif
    return a < b;
}

#endif
