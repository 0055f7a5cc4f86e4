/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Facts of this machine's CPU, by hwloc, found once per process. What is not known is -1 or "", never an error.
 */
#ifndef HARDWARE_CPU_H
#define HARDWARE_CPU_H

#include <stdint.h>

struct cpu_cache {
    int64_t bytes; /* of one */
    int count;
};

struct cpu {
    char model[128];
    char vendor[64];
    int packages, cores, threads, numa_nodes; /* the whole machine; threads: hardware threads */
    int usable_cores, usable_threads;         /* as cpu_cores() and cpu_threads() */
    struct cpu_cache l1d, l2, l3;
    int64_t memory_bytes;
};

/* Valid until the process ends. The first call is made by the initial thread, whose affinity mask is what counts. */
const struct cpu *cpu_facts(void);

/* Cores and hardware threads that this process may use: inside the affinity mask it was started with (taskset) and the
 * cpuset of its cgroup. At least 1. Binding by OMP_PROC_BIND does not count as a restriction. */
int cpu_cores(void);
int cpu_threads(void);

/* Gives the calling thread back the affinity mask the process was started with. For the initial thread before it starts
 * another process: under OMP_PROC_BIND it is bound to one place, and a new process inherits its mask. */
void cpu_unbind(void);

#endif
