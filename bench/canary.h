/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A fixed piece of work of about 20 ms, run now and then: when it takes longer, the machine is slower than it was.
 */
#ifndef BENCH_CANARY_H
#define BENCH_CANARY_H

#include "hardware/opencl.h"

struct canary;

/* Sizes the work to about 20 ms, on the device or, for NULL, on one thread of the CPU. */
enum status canary_create(struct opencl *opencl, struct canary **canary);

/* Runs it once. */
enum status canary_run(struct canary *canary, double *ns);

/* A piece of work on one thread that is the same in every process and build, under a millisecond: the fastest of five.
 * Two processes whose times of it differ ran at different speeds. */
double canary_fixed_ns(void);

/* NULL is fine. */
void canary_free(struct canary *canary);

#endif
