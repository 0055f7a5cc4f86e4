/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Windows of nine pixels along x in one pass over a line. Two passes of ops/extremum_lines.h make them as well, and as
 * quick as loads that are not aligned allow. Here each window of three is made once, by such loads, and the other two
 * that its nine consist of come from registers by shuffles, which other parts of a core do at the same time: both
 * passes take the time of one.
 *
 * Shuffles of AVX2 stay within 16 bytes, whence the pair of them that shifts a whole vector. Without AVX2 two passes
 * are no slower.
 */
#ifndef OPS_EXTREMUM_NINE_H
#define OPS_EXTREMUM_NINE_H

#include "ops/ordered.h"

enum { NINE_REACH = 4 };

#ifdef __AVX2__
enum { NINE_AT_ONCE = true };

enum { HALF_BYTES = 16, NINE_LANES = 2 * HALF_BYTES / sizeof(ordered), THREE_BYTES = 3 * sizeof(ordered) };

typedef ordered nine_lanes __attribute__((vector_size(2 * HALF_BYTES)));
typedef uint8_t nine_bytes __attribute__((vector_size(2 * HALF_BYTES)));

static inline nine_lanes smaller_lanes(nine_lanes a, nine_lanes b)
{
    for (int i = 0; i < NINE_LANES; i++)
        a[i] = smaller_of(a[i], b[i]);
    return a;
}

static inline nine_lanes lanes_at(const ordered *from)
{
    nine_lanes lanes;
    memcpy(&lanes, from, sizeof lanes);
    return lanes;
}

static inline nine_lanes three_at(const ordered *from)
{
    return smaller_lanes(smaller_lanes(lanes_at(from), lanes_at(from + 1)), lanes_at(from + 2));
}

/* The second half of one and the first half of the next. */
static inline nine_lanes between(nine_lanes now, nine_lanes next)
{
    nine_bytes from;
    for (int i = 0; i < 2 * HALF_BYTES; i++)
        from[i] = (uint8_t)(i + HALF_BYTES);
    return (nine_lanes)__builtin_shuffle((nine_bytes)now, (nine_bytes)next, from);
}

/* `bytes` further on than `now`, up to a half; `ahead` is a half further on. */
static inline nine_lanes shifted(nine_lanes now, nine_lanes ahead, int bytes)
{
    nine_bytes from;
    for (int i = 0; i < 2 * HALF_BYTES; i++) {
        const int at = i % HALF_BYTES + bytes;
        from[i] = (uint8_t)(i + bytes + (at < HALF_BYTES ? 0 : HALF_BYTES));
    }
    return (nine_lanes)__builtin_shuffle((nine_bytes)now, (nine_bytes)ahead, from);
}

/* to[i] stands for from[i] .. from[i + 8], for i below `count` rounded up to whole vectors. */
static inline void widen_to_nine(const ordered *restrict from, ordered *restrict to, int64_t count)
{
    const int six = 2 * THREE_BYTES;
    nine_lanes now = three_at(from);
    for (int64_t i = 0; i < count; i += NINE_LANES) {
        const nine_lanes next = three_at(from + i + NINE_LANES), ahead = between(now, next);
        const nine_lanes second = shifted(now, ahead, THREE_BYTES);
        const nine_lanes third = six <= HALF_BYTES ? shifted(now, ahead, six) : shifted(ahead, next, six - HALF_BYTES);
        const nine_lanes nine = smaller_lanes(smaller_lanes(now, second), third);
        memcpy(to + i, &nine, sizeof nine);
        now = next;
    }
}
#else
enum { NINE_AT_ONCE = false };

static inline void widen_to_nine(const ordered *from, ordered *to, int64_t count)
{
    (void)from, (void)to, (void)count;
}
#endif

#endif
