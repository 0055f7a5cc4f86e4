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

/* NULL is fine. */
void canary_free(struct canary *canary);

#endif
