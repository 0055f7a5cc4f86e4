/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Walks over arrays of `n` vectors V (of FLOATS floats), `passes` times in one launch.
 *
 * BLOCKS: a work-item has a block of its own and starts each pass elsewhere in it. Else neighbouring work-items take
 * neighbouring vectors, and each pass hands every work-item other vectors, so that a set larger than the caches of single
 * compute units does not pass for one that fits them. ONCE: one vector per work-item, one pass, no loop.
 *
 * Work-items of different passes may write one element at the same time; they write the same value. Indices are 32 bits:
 * at most 2^31 vectors. Sums are stored only from a limit on that no sum reaches, else loads could be left out.
 */
#if FLOATS == 1
typedef float V;
#define total(v) (v)
#elif FLOATS == 2
typedef float2 V;
#define total(v) ((v).x + (v).y)
#elif FLOATS == 4
typedef float4 V;
#define total(v) ((v).x + (v).y + (v).z + (v).w)
#else
typedef float16 V;
static inline float total(V v)
{
    float8 a = v.lo + v.hi;
    float4 b = a.lo + a.hi;
    return b.x + b.y + b.z + b.w;
}
#endif

#ifdef ONCE
#define WALK(BODY)                                                                                                     \
    uint at = get_global_id(0);                                                                                        \
    if (at < n) {                                                                                                      \
        BODY;                                                                                                          \
    }
#elif defined(BLOCKS)
/* In two parts, from `turn` to the end and from the start to `turn`. */
#define WALK(BODY)                                                                                                     \
    ulong item = get_global_id(0), items = get_global_size(0);                                                         \
    uint from = item * n / items, to = (item + 1) * n / items, turn = from;                                            \
    for (int pass = 0; pass < passes; pass++) {                                                                        \
        for (uint at = turn; at < to; at++) {                                                                          \
            BODY;                                                                                                      \
        }                                                                                                              \
        for (uint at = from; at < turn; at++) {                                                                        \
            BODY;                                                                                                      \
        }                                                                                                              \
        turn += 8;                                                                                                     \
        turn = turn < to ? turn : from;                                                                                \
    }
#else
#define WALK(BODY)                                                                                                     \
    uint first = get_global_id(0), items = get_global_size(0), shift = 0;                                              \
    for (int pass = 0; pass < passes; pass++) {                                                                        \
        for (uint j = first; j < n; j += items) {                                                                      \
            uint at = j + shift;                                                                                       \
            at = at < n ? at : at - n;                                                                                 \
            BODY;                                                                                                      \
        }                                                                                                              \
        shift += turn_by;                                                                                              \
        shift = shift < n ? shift : shift - n;                                                                         \
    }
#endif

#ifdef BLOCKS
/* A core adds several vectors at the same time, if their sums do not wait for each other. */
static inline V sum_of(global const V *in, uint from, uint to)
{
    V s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
    uint at = from;
    for (; at + 8 <= to; at += 8) {
        s0 += in[at], s1 += in[at + 1], s2 += in[at + 2], s3 += in[at + 3];
        s4 += in[at + 4], s5 += in[at + 5], s6 += in[at + 6], s7 += in[at + 7];
    }
    for (; at < to; at++)
        s0 += in[at];
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
}

kernel void read(global const V *in, uint n, int passes, uint turn_by, global float *sums, float least)
{
    ulong item = get_global_id(0), items = get_global_size(0);
    uint from = item * n / items, to = (item + 1) * n / items, turn = from;
    V sum = 0;
    for (int pass = 0; pass < passes; pass++) {
        sum += sum_of(in, turn, to) + sum_of(in, from, turn);
        turn += 8;
        turn = turn < to ? turn : from;
    }
    float all = total(sum);
    if (all >= least)
        sums[item] = all;
}
#else
kernel void read(global const V *in, uint n, int passes, uint turn_by, global float *sums, float least)
{
    V sum = 0;
    WALK(sum += in[at])
    float all = total(sum);
    if (all >= least)
        sums[get_global_id(0)] = all;
}
#endif

kernel void write(global V *out, uint n, int passes, uint turn_by, float value)
{
    V v = value;
    WALK(out[at] = v)
}

kernel void copy(global V *out, global const V *in, uint n, int passes, uint turn_by)
{
    WALK(out[at] = in[at])
}

kernel void triad(global V *out, global const V *a, global const V *b, uint n, int passes, uint turn_by, float scalar)
{
    WALK(out[at] = a[at] + scalar * b[at])
}

/* Each work-group reads its own local array of `n` vectors, a power of two and at least 4 for each work-item, shifted by one
 * with each pass. Neighbours read neighbouring vectors: no bank conflicts. */
kernel void local_read(local V *shared, uint n, int passes, global float *sums, float least)
{
    uint me = get_local_id(0), items = get_local_size(0), mask = n - 1;
    for (uint j = me; j < n; j += items)
        shared[j] = (float)(j & 7);
    barrier(CLK_LOCAL_MEM_FENCE);
    V s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int pass = 0; pass < passes; pass++) {
        uint at = me + pass;
        for (uint j = 0; j < n; j += 4 * items) {
            s0 += shared[(at + j) & mask];
            s1 += shared[(at + j + items) & mask];
            s2 += shared[(at + j + 2 * items) & mask];
            s3 += shared[(at + j + 3 * items) & mask];
        }
    }
    float all = total((s0 + s1) + (s2 + s3));
    if (all >= least)
        sums[get_global_id(0)] = all;
}
