/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Included by every ops/<name>.c: the pixel type and CPU level this translation unit is compiled for. The build passes
 * one of PIXEL_IS_U8, PIXEL_IS_U16, PIXEL_IS_F32, and OP_SUFFIX, such as _u16_v3.
 */
#ifndef OPS_COMPILE_H
#define OPS_COMPILE_H

#include <math.h>
#include <stdint.h>

#include "ops/op.h"

#if defined PIXEL_IS_U8
typedef uint8_t pixel;
#define PIXEL_TYPE PIXEL_U8
#define PIXEL_LARGEST 255.0f
#elif defined PIXEL_IS_U16
typedef uint16_t pixel;
#define PIXEL_TYPE PIXEL_U16
#define PIXEL_LARGEST 65535.0f
#else
#define PIXEL_IS_F32 1
typedef float pixel;
#define PIXEL_TYPE PIXEL_F32
#endif

#define OP_PASTE_(name, suffix) name##suffix
#define OP_PASTE(name, suffix) OP_PASTE_(name, suffix)
#ifndef OP_SUFFIX
#define OP_SUFFIX _alone /* the file compiled by itself, as an editor does */
#endif

/* The symbol of a descriptor: const struct op OP(erode) = {...}. */
#define OP(name) OP_PASTE(name, OP_SUFFIX)

/* The same for the operations that an operation is made of, whose input is of another type: OP_F32(auto_threshold). */
#ifndef OP_LEVEL
#define OP_LEVEL _alone
#endif
#define OP_U8(name) OP_PASTE(name##_u8, OP_LEVEL)
#define OP_F32(name) OP_PASTE(name##_f32, OP_LEVEL)

/* The kernel texts the build embeds. */
#define OP_KERNEL_(name) kernel_##name
#define OP_COMMON(op_name) .name = #op_name, .type = PIXEL_TYPE, .kernel_source = OP_KERNEL_(op_name)

/* Rounds half to even and saturates; float32 is stored as it is. NaN becomes 0 or the largest. */
static inline pixel pixel_store(float value)
{
#ifdef PIXEL_IS_F32
    return value;
#else
    /* Floats between 2^23 and 2^24 are the integers, and their bits count upwards: adding 1.5 * 2^23 rounds, the lowest
     * bits are the result, and they are saturated as integers, in half the instructions that comparing floats takes. */
    enum { ZERO = 0x4b400000, LARGEST = ZERO + (int)PIXEL_LARGEST };
    union {
        float value;
        int32_t bits;
    } sum = {value + 12582912.0f};
    int32_t low = sum.bits > ZERO ? sum.bits : ZERO;
    return (pixel)(low < LARGEST ? low : LARGEST);
#endif
}

/* Rows of the input and output, typed. */
static inline const pixel *in_row(const struct op_call *call, int which, int64_t y, int64_t z)
{
    return (const pixel *)image_row(call->in[which], y, z);
}

static inline pixel *out_row(const struct op_call *call, int64_t y, int64_t z)
{
    return (pixel *)image_row(call->out, y, z);
}

/* The row of a binary result. */
static inline uint8_t *out_row_u8(const struct op_call *call, int64_t y, int64_t z)
{
    return (uint8_t *)image_row(call->out, y, z);
}

/* The row of a result that is float32 whatever the input. */
static inline float *out_row_f32(const struct op_call *call, int64_t y, int64_t z)
{
    return (float *)image_row(call->out, y, z);
}

/* Clamp to edge. */
static inline int64_t clamp_index(int64_t i, int64_t size)
{
    return i < 0 ? 0 : i >= size ? size - 1 : i;
}

#endif
