/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Passes over arrays. Compiled once per CPU level with contraction of a * b + c on; vectors are as wide as the level's.
 * A block of eight vectors is worked on at a time: reads into eight sums, since one sum would wait for its own last
 * addition. The sums are of bit patterns: integer additions take one cycle, more of them are started per cycle than
 * loads, and the sum is exact in any order, so that a pass can prove that it read everything.
 */
#include "hardware/limits_cpu_loops.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#ifndef CPU_STREAMS
#define CPU_STREAMS cpu_streams_alone /* the file compiled by itself, as an editor does */
#endif

#if defined(__AVX512F__)
enum { VECTOR_BYTES = 64 };
#elif defined(__AVX__)
enum { VECTOR_BYTES = 32 };
#else
enum { VECTOR_BYTES = 16 };
#endif
enum { VECTORS = 8, LANES = VECTOR_BYTES / sizeof(float) };
_Static_assert(STREAM_BLOCK % (VECTORS * LANES) == 0, "a block of elements is whole blocks of vectors");

typedef float floatv __attribute__((vector_size(VECTOR_BYTES), may_alias));
typedef uint32_t bitsv __attribute__((vector_size(VECTOR_BYTES), may_alias));

static inline void store_around(floatv *to, floatv value)
{
#if defined(__AVX512F__)
    _mm512_stream_ps((float *)to, (__m512)value);
#elif defined(__AVX__)
    _mm256_stream_ps((float *)to, (__m256)value);
#elif defined(__x86_64__)
    _mm_stream_ps((float *)to, (__m128)value);
#else
    *to = value;
#endif
}

static inline __attribute__((always_inline)) void store(floatv *to, floatv value, int around)
{
    if (around)
        store_around(to, value);
    else
        *to = value;
}

/* Keeps the compiler from making a call of memcpy or memset out of a loop. Costs no instruction. */
static inline void stay_a_loop(void)
{
    __asm__ volatile("" ::: "memory");
}

/* Stores around the caches may still be in the core's buffers: they belong to the time of the pass. */
static inline void finish(int around)
{
#ifdef __x86_64__
    if (around)
        _mm_sfence();
#else
    (void)around;
#endif
}

static uint32_t read(const struct stream_arrays *arrays, int64_t elements)
{
    const bitsv *a = (const bitsv *)(const void *)arrays->a;
    bitsv sum[VECTORS] = {{0}};
    for (int64_t i = 0; i < elements / LANES; i += VECTORS)
#pragma GCC unroll 8
        for (int k = 0; k < VECTORS; k++)
            sum[k] += a[i + k];
    for (int k = 1; k < VECTORS; k++)
        sum[0] += sum[k];
    uint32_t total = 0;
    for (int lane = 0; lane < (int)LANES; lane++)
        total += sum[0][lane];
    return total;
}

static inline __attribute__((always_inline)) uint32_t write_by(const struct stream_arrays *arrays, int64_t elements,
                                                               int around)
{
    floatv *a = (floatv *)(void *)arrays->a;
    const floatv value = arrays->value - (floatv){0};
    for (int64_t i = 0; i < elements / LANES; i += VECTORS) {
#pragma GCC unroll 8
        for (int k = 0; k < VECTORS; k++)
            store(&a[i + k], value, around);
        stay_a_loop();
    }
    finish(around);
    return 0;
}

static inline __attribute__((always_inline)) uint32_t copy_by(const struct stream_arrays *arrays, int64_t elements,
                                                              int around)
{
    floatv *restrict a = (floatv *)(void *)arrays->a;
    const floatv *restrict b = (const floatv *)(const void *)arrays->b;
    for (int64_t i = 0; i < elements / LANES; i += VECTORS) {
#pragma GCC unroll 8
        for (int k = 0; k < VECTORS; k++)
            store(&a[i + k], b[i + k], around);
        stay_a_loop();
    }
    finish(around);
    return 0;
}

static inline __attribute__((always_inline)) uint32_t triad_by(const struct stream_arrays *arrays, int64_t elements,
                                                               int around)
{
    floatv *restrict a = (floatv *)(void *)arrays->a;
    const floatv *restrict b = (const floatv *)(const void *)arrays->b;
    const floatv *restrict c = (const floatv *)(const void *)arrays->c;
    const floatv value = arrays->value - (floatv){0};
    for (int64_t i = 0; i < elements / LANES; i += VECTORS) {
#pragma GCC unroll 8
        for (int k = 0; k < VECTORS; k++)
            store(&a[i + k], b[i + k] + value * c[i + k], around);
        stay_a_loop();
    }
    finish(around);
    return 0;
}

static uint32_t write(const struct stream_arrays *arrays, int64_t elements)
{
    return write_by(arrays, elements, 0);
}

static uint32_t copy(const struct stream_arrays *arrays, int64_t elements)
{
    return copy_by(arrays, elements, 0);
}

static uint32_t triad(const struct stream_arrays *arrays, int64_t elements)
{
    return triad_by(arrays, elements, 0);
}

#ifdef __x86_64__
static uint32_t write_around(const struct stream_arrays *arrays, int64_t elements)
{
    return write_by(arrays, elements, 1);
}

static uint32_t copy_around(const struct stream_arrays *arrays, int64_t elements)
{
    return copy_by(arrays, elements, 1);
}

static uint32_t triad_around(const struct stream_arrays *arrays, int64_t elements)
{
    return triad_by(arrays, elements, 1);
}
#endif

extern const struct cpu_streams CPU_STREAMS;
const struct cpu_streams CPU_STREAMS = {
    .vector_bits = 8 * VECTOR_BYTES,
    .run = {read, write, copy, triad},
#ifdef __x86_64__
    .around = {0, write_around, copy_around, triad_around},
#endif
};
