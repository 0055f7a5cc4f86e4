/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Vectors of floats and 32-bit integers, and loads from anywhere. A level without gathers loads one by one.
 */
#ifndef OPS_GATHER_H
#define OPS_GATHER_H

#include <stdint.h>
#include <string.h>

#include "ops/fused.h"

#if defined __AVX2__
#include <immintrin.h>
#endif

#if defined __AVX512F__
enum { LANES = 16 };
#elif defined __AVX2__
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef int32_t lanes_int __attribute__((vector_size(LANES * sizeof(int32_t))));

static inline lanes to_lanes(lanes_int v)
{
    return __builtin_convertvector(v, lanes);
}

/* Cuts off what is behind the point. */
static inline lanes_int cut_lanes(lanes v)
{
    return __builtin_convertvector(v, lanes_int);
}

static inline lanes fused_lanes(lanes a, lanes b, lanes c)
{
    lanes result;
    for (int i = 0; i < LANES; i++)
        result[i] = fused(a[i], b[i], c[i]);
    return result;
}

static inline lanes_int smaller_lanes(lanes_int a, lanes_int b)
{
    lanes_int result;
    for (int i = 0; i < LANES; i++)
        result[i] = a[i] < b[i] ? a[i] : b[i];
    return result;
}

/* `yes` where `mask` is -1, `no` where it is 0. */
static inline lanes chosen_lanes(lanes_int mask, lanes yes, lanes no)
{
    return (lanes)((mask & (lanes_int)yes) | (~mask & (lanes_int)no));
}

/* The words that start at from + offset * bytes each; bytes is 1, 2 or 4. */
static inline lanes_int gather_words(const void *from, lanes_int offset, int bytes)
{
#if defined __AVX512F__
    return (lanes_int)(bytes == 1   ? _mm512_i32gather_epi32((__m512i)offset, from, 1)
                       : bytes == 2 ? _mm512_i32gather_epi32((__m512i)offset, from, 2)
                                    : _mm512_i32gather_epi32((__m512i)offset, from, 4));
#elif defined __AVX2__
    return (lanes_int)(bytes == 1   ? _mm256_i32gather_epi32(from, (__m256i)offset, 1)
                       : bytes == 2 ? _mm256_i32gather_epi32(from, (__m256i)offset, 2)
                                    : _mm256_i32gather_epi32(from, (__m256i)offset, 4));
#else
    lanes_int result;
    for (int i = 0; i < LANES; i++) {
        int32_t word;
        memcpy(&word, (const char *)from + (int64_t)offset[i] * bytes, sizeof word);
        result[i] = word;
    }
    return result;
#endif
}

/* The floats at from[offset] and from[offset + 1]. Two neighbours are one load. */
static inline void gather_pairs(const float *from, lanes_int offset, lanes *first, lanes *second)
{
#if defined __AVX512F__
    const __m512i offsets = (__m512i)offset,
                  even = (__m512i)(lanes_int){0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30};
    const __m512 low = (__m512)_mm512_i32gather_epi64(_mm512_castsi512_si256(offsets), from, 4);
    const __m512 high = (__m512)_mm512_i32gather_epi64(_mm512_extracti64x4_epi64(offsets, 1), from, 4);
    *first = (lanes)_mm512_permutex2var_ps(low, even, high);
    *second = (lanes)_mm512_permutex2var_ps(low, _mm512_add_epi32(even, _mm512_set1_epi32(1)), high);
#elif defined __AVX2__
    const long long *pairs = (const long long *)from;
    const __m256i offsets = (__m256i)offset;
    const __m256d low = (__m256d)_mm256_i32gather_epi64(pairs, _mm256_castsi256_si128(offsets), 4);
    const __m256d high = (__m256d)_mm256_i32gather_epi64(pairs, _mm256_extracti128_si256(offsets, 1), 4);
    const __m256 a = (__m256)_mm256_permute2f128_pd(low, high, 0x20),
                 b = (__m256)_mm256_permute2f128_pd(low, high, 0x31);
    *first = (lanes)_mm256_shuffle_ps(a, b, 0x88);
    *second = (lanes)_mm256_shuffle_ps(a, b, 0xdd);
#else
    for (int i = 0; i < LANES; i++) {
        (*first)[i] = from[offset[i]];
        (*second)[i] = from[offset[i] + 1];
    }
#endif
}

#endif
