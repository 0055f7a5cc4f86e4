/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A load that is run in batches of some 50 ms; sustain.c drives it.
 */
#ifndef HARDWARE_SUSTAIN_LOAD_H
#define HARDWARE_SUSTAIN_LOAD_H

#include "hardware/sustain.h"

/* Two steps x * m + a whose multipliers are 0.987 together: chains started anywhere reach the fixed point of the pair,
 * and still change every bit at every step. */
struct sustain_chain {
    float m0, a0, m1, a1;
};

extern const struct sustain_chain sustain_chain;

/* Where a chain ends. */
double sustain_chain_end(void);

struct sustain_work {
    void *state;
    double amount;     /* bytes or operations of one batch */
    int threads;       /* of the CPU; -1 on a device */
    int64_t bytes;     /* of the arrays; -1 */
    bool asynchronous; /* start() returns at once, so that clocks can be read under load */
    enum status (*start)(void *state);
    enum status (*wait)(void *state);  /* until all that was started is done */
    enum status (*check)(void *state); /* STATUS_WRONG if the results are not what they must be */
    void (*release)(void *state);      /* NULL is fine */
};

/* Prepares a load, sizes its batches, and leaves the device warm. Released by release(state) even after a failure. */
enum status sustain_on_cpu(enum sustain_load load, struct sustain_work *work);
enum status sustain_on_device(struct opencl *opencl, enum sustain_load load, struct sustain_work *work);

/* How many units make a batch of 50 ms, if `units` took `ns`; 1 to `most`. */
int64_t sustain_batch(int64_t units, double ns, int64_t most);

/* The chains of one thread, `pairs` of steps long; built once per CPU level. Returns the operations done; *end is the
 * mean of where the chains end. */
double sustain_chains_v2(const struct sustain_chain *chain, float start, int64_t pairs, double *end);
double sustain_chains_v3(const struct sustain_chain *chain, float start, int64_t pairs, double *end);
double sustain_chains_v4(const struct sustain_chain *chain, float start, int64_t pairs, double *end);

#endif
