/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The numbers of threads that the CPU's limits are measured with.
 */
#ifndef HARDWARE_LIMITS_CPU_TEAM_H
#define HARDWARE_LIMITS_CPU_TEAM_H

#include "hardware/limits.h"

enum { CPU_TEAMS = 4 };

/* 1, half of the cores, all cores, all hardware threads; rising, each once. Returns how many. */
int cpu_teams(int threads[CPU_TEAMS]);

/* That OpenMP gives as many threads as are asked for, or every rate would be too high. STATUS_UNSUPPORTED. Leaves them
 * awake. */
enum status cpu_team_check(int threads);

/* Like limit_sample() for something that repeats itself `*repeats` times per sample, at least one. Raises *repeats
 * until the fastest sample takes a millisecond or more, so that neither the clock nor the start of threads counts. */
enum status cpu_team_sample(enum status (*once)(void *context, double *ns), void *context, int64_t *repeats,
                            double budget_ns, struct limit_samples *samples);

/* "x86-64-v4, 512 bit": the loops that the rates are measured with. Valid until the process ends. */
const char *cpu_team_level(void);

#endif
