/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The innermost loops that the CPU's limits are measured with, one set per CPU level, each built with its own
 * instruction set from the same two files. They take all they need as arguments and live in other files than their
 * callers, so that no compiler can see that a result is repeated or known.
 */
#ifndef HARDWARE_LIMITS_CPU_LOOPS_H
#define HARDWARE_LIMITS_CPU_LOOPS_H

#include <stdint.h>

/* What passes over arrays of float32; the bytes that an element counts for, as STREAM counts them
 * (https://www.cs.virginia.edu/stream/ref.html#counting): a line that is read before it is overwritten counts once. */
#define STREAM_LIST(X)                                                                                                 \
    X(STREAM_READ, "read", 1)   /* sum of a's bits */                                                                  \
    X(STREAM_WRITE, "write", 1) /* a = value */                                                                        \
    X(STREAM_COPY, "copy", 2)   /* a = b */                                                                            \
    X(STREAM_TRIAD, "triad", 3) /* a = b + value * c, rounded once where the CPU has FMA */

enum stream {
#define X(code, name, arrays) code,
    STREAM_LIST(X)
#undef X
        STREAM_COUNT
};

/* Of one thread, each 64-byte aligned, apart from each other. */
struct stream_arrays {
    float *a;
    const float *b, *c;
    float value;
};

enum { STREAM_BLOCK = 128, STREAM_ALIGN_BYTES = 64 }; /* `elements` is a multiple of STREAM_BLOCK */

/* Read gives the sum of the bit patterns modulo 2^32, the others 0. */
struct cpu_streams {
    int vector_bits;
    uint32_t (*run[STREAM_COUNT])(const struct stream_arrays *arrays, int64_t elements);
    /* With stores that go around the caches; NULL where the CPU has none. Stored when they return. */
    uint32_t (*around[STREAM_COUNT])(const struct stream_arrays *arrays, int64_t elements);
};

/* Chains of dependent operations, enough side by side to fill the pipelines. One operation is one on one number; a
 * multiply-add is two. */
#define CHAIN_LIST(X)                                                                                                  \
    X(CHAIN_FLOAT32, "float32_fma", 2)                                                                                 \
    X(CHAIN_FLOAT64, "float64_fma", 2)                                                                                 \
    X(CHAIN_INT32_MAD, "int32", 2)                                                                                     \
    X(CHAIN_INT32_ADD, "int32", 1)                                                                                     \
    X(CHAIN_UINT8, "uint8", 1)                                                                                         \
    X(CHAIN_FLOAT16, "float16", 2)

enum chain {
#define X(code, name, operations) code,
    CHAIN_LIST(X)
#undef X
        CHAIN_COUNT
};

struct cpu_chain {
    /* All numbers x of the i-th chain start at (i + 1) * start and become x * multiplier + addend (adds: x + addend)
     * `steps` times. Returns the sum of all, added up in their own type. NULL where the CPU lacks the type. */
    double (*run)(int64_t steps, double start, double multiplier, double addend);
    int numbers; /* that are worked on side by side */
};

struct cpu_chains {
    int vector_bits;
    int fused; /* 1: multiply-add is one instruction */
    struct cpu_chain chain[CHAIN_COUNT];
};

struct cpu_loops {
    const char *name; /* "x86-64-v4" */
    const struct cpu_streams *streams;
    const struct cpu_chains *chains;
};

/* The levels that this machine can run, weakest first; NULL past the last. */
const struct cpu_loops *cpu_loops_at(int i);

const struct cpu_loops *cpu_loops_best(void);

#endif
