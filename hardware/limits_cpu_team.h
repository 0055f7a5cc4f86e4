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

/* Something that repeats itself `repeats` times per sample. */
struct cpu_repeated {
    enum status (*once)(void *context, double *ns);  /* a sample, on all threads */
    enum status (*alone)(void *context, double *ns); /* one thread's share of it on the calling thread */
    void *context;
    int64_t *repeats; /* in the context; at least one */
};

/* Like limit_sample(). First raises *repeats until the share of one thread takes a millisecond, so that neither the
 * clock nor the start of threads counts. */
enum status cpu_team_sample(const struct cpu_repeated *repeated, double budget_ns, struct limit_samples *samples);

/* Sets the reason of a measured rate to `text`, and adds that the machine was busy if the samples say so. */
void cpu_team_remark(struct limit *row, const char *text);

/* "x86-64-v4, 512 bit": the loops that the rates are measured with. Valid until the process ends. */
const char *cpu_team_level(void);

#endif
