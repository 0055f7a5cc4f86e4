/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Counter-based random numbers: a value is a function of a seed and a counter, so that any pixel can be made at any
 * time by any thread.
 */
#ifndef IMAGES_RANDOM_H
#define IMAGES_RANDOM_H

#include <stdint.h>

/* SplitMix64's finaliser (Steele, Lea, Flood 2014) over a Weyl sequence. */
static inline uint64_t random_bits(uint64_t seed, uint64_t counter)
{
    uint64_t z = seed * 0xd1342543de82ef95u + (counter + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Uniform in [low, high), from 24 bits. */
static inline float random_between(uint64_t seed, uint64_t counter, float low, float high)
{
    return low + (high - low) * ((float)(random_bits(seed, counter) >> 40) * (1.0f / 16777216.0f));
}

/* 32 bits in 32-bit arithmetic, which compilers turn into vectors. The two halves of the key enter at different places,
 * so that sequences of different keys do not overlap. */
static inline uint32_t random_bits_32(uint64_t key, uint32_t counter)
{
    uint32_t z = (counter ^ (uint32_t)key) * 0x9e3779b1u;
    z = ((z ^ (z >> 15)) + (uint32_t)(key >> 32)) * 0x85ebca6bu;
    z = (z ^ (z >> 13)) * 0xc2b2ae35u;
    return z ^ (z >> 16);
}

#endif
