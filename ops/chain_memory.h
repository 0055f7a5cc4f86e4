/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What a chain needs, from the plans themselves: every buffer of every step is counted as chain_run() would allocate
 * it, on a dry device that takes no memory, so that an image of any size can be planned anywhere.
 *
 * All figures are bytes as allocated, row padding included. Programs and what a driver keeps for itself are not in
 * them.
 */
#ifndef OPS_CHAIN_MEMORY_H
#define OPS_CHAIN_MEMORY_H

#include "ops/chain.h"

/* Sizes that can be planned: pixels of one image, padding included, and of one axis. Sums of buffers then stay far from
 * overflow. */
enum { MEMORY_PIXELS_MOST_LOG2 = 44 };

struct memory_step {
    const struct op *op;
    struct shape out; /* of the result */
    uint64_t input_bytes, second_bytes, output_bytes;
    uint64_t scratch_bytes; /* between the launches of a step, or of the CPU's threads */
    uint64_t constant_bytes;
    uint64_t held_bytes; /* while this step runs: the above; on the CPU also the chain's own images, see host_bytes */
};

struct chain_memory {
    struct memory_step steps[CHAIN_STEPS_MAX];
    int count;
    uint64_t peak_bytes;    /* the largest held_bytes */
    int peak_step;          /* its position, from 0 */
    uint64_t largest_bytes; /* the largest single allocation */
    uint64_t host_bytes;    /* images in host memory beside that: the input, all second images, the result */
    uint64_t shared_bytes;  /* the most held at once where device and host memory are one; on the CPU the peak */
};

/* The chain on a device that may be a mere description (see opencl_open_dry()), for an input of `shape`.
 * STATUS_UNSUPPORTED if a step does not take what arrives there, STATUS_USAGE for a size beyond the above. */
enum status chain_memory_on_device(const struct chain *chain, const struct device *device, struct shape shape,
                                   struct chain_memory *memory);

/* The chain by OpenMP with that many threads. Its peak_bytes has everything: host_bytes are part of it. */
enum status chain_memory_on_cpu(const struct chain *chain, int threads, struct shape shape,
                                struct chain_memory *memory);

/* The lecture's rule of thumb: image size without padding, times the steps and one more. */
double chain_memory_rule_of_thumb(const struct chain *chain, struct shape shape);

#endif
