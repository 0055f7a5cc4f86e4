/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The numbers of threads that the CPU's limits are measured with.
 */
#ifndef HARDWARE_LIMITS_CPU_TEAM_H
#define HARDWARE_LIMITS_CPU_TEAM_H

#include "hardware/status.h"

enum { CPU_TEAMS = 4 };

/* 1, half of the cores, all cores, all hardware threads; rising, each once. Returns how many. */
int cpu_teams(int threads[CPU_TEAMS]);

/* That OpenMP gives as many threads as are asked for, or every rate would be too high. STATUS_UNSUPPORTED. Leaves them
 * awake. */
enum status cpu_team_check(int threads);

/* "x86-64-v4, 512 bit": the loops that the rates are measured with. Valid until the process ends. */
const char *cpu_team_level(void);

#endif
