/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Flushing just the lines in question is exact and costs the image's size; a sweep through four times the last-level
 * cache costs tens of milliseconds before each sample and trusts the replacement policy.
 */
#include "hardware/cache.h"

#include <stdint.h>
#include <stdlib.h>

#ifdef __x86_64__
#include <immintrin.h>

enum { LINE_BYTES = 64 };

void cache_flush(const void *memory, size_t bytes)
{
    uintptr_t line = (uintptr_t)memory / LINE_BYTES * LINE_BYTES, end = (uintptr_t)memory + bytes;
    for (; line < end; line += LINE_BYTES)
        _mm_clflush((const void *)line);
    _mm_mfence();
}

#else

enum { SWEEP_BYTES = 128 << 20, STEP_BYTES = 64 };

void cache_flush(const void *memory, size_t bytes)
{
    static volatile char *sweep;
    (void)memory, (void)bytes;
    if (!sweep)
        sweep = malloc(SWEEP_BYTES);
    for (size_t i = 0; sweep && i < SWEEP_BYTES; i += STEP_BYTES)
        sweep[i]++;
}

#endif
