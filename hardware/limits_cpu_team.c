/* SPDX-License-Identifier: BSD-3-Clause */
#include "hardware/limits_cpu_team.h"

#include <omp.h>
#include <stdio.h>

#include "hardware/cpu.h"
#include "hardware/limits_cpu_loops.h"

int cpu_teams(int threads[CPU_TEAMS])
{
    const int cores = cpu_cores();
    const int wanted[CPU_TEAMS] = {1, cores / 2, cores, cpu_threads()};
    int count = 0;
    for (int i = 0; i < CPU_TEAMS; i++)
        if (count == 0 || wanted[i] > threads[count - 1])
            threads[count++] = wanted[i];
    return count;
}

enum status cpu_team_check(int threads)
{
    int given = 0;
#pragma omp parallel num_threads(threads) reduction(+ : given)
    given += 1;
    if (given != threads)
        return status_fail(STATUS_UNSUPPORTED, "OpenMP gives %d of %d threads (OMP_THREAD_LIMIT, OMP_DYNAMIC)", given,
                           threads);
    return STATUS_OK;
}

const char *cpu_team_level(void)
{
    static char text[64];
    const struct cpu_loops *loops = cpu_loops_best();
    snprintf(text, sizeof text, "%s, %d bit", loops->name, loops->chains->vector_bits);
    return text;
}
