/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What Linux tells about the machine and its settings beside the CPU's topology. What is not known is -1 or "", never
 * an error. Every file is looked up below a root folder, so that a copy of another machine's files can be read too.
 */
#ifndef HARDWARE_MACHINE_H
#define HARDWARE_MACHINE_H

struct machine {
    char host[256];
    char kernel[128]; /* release, "6.1.0-18-amd64" */
    char os[128];     /* "Debian GNU/Linux 12 (bookworm)" */
    char governor[32]; /* of the CPU clock; "mixed" where CPUs differ */
    int turbo;         /* these four: 1 yes, 0 no, -1 unknown */
    int smt;           /* several hardware threads per core are in use */
    int mains;         /* 0: on battery */
    int virtual_machine;
    double load[3];         /* average number of runnable tasks over 1, 5 and 15 minutes */
    double cpu_quota_cores; /* what a container may use, in cores; -1: unknown or no limit */
};

/* Facts from the files below `root`; "" is this machine. */
struct machine machine_facts(const char *root);

#endif
