/* SPDX-License-Identifier: BSD-3-Clause
 *
 * How much memory a program could use now.
 */
#ifndef HARDWARE_MEMORY_AVAILABLE_H
#define HARDWARE_MEMORY_AVAILABLE_H

#include <stdbool.h>
#include <stdint.h>

struct memory_available {
    int64_t bytes; /* -1: unknown */
    bool limited;  /* by a control group (a container, a batch job), not by what the machine has */
};

/* Of files below `root`, "" for this machine: MemAvailable of /proc/meminfo (Linux 3.14), or what the limits of this
 * process's control groups (version 2, or the version 1 controller mounted in its usual place) leave, if that is less.
 */
struct memory_available memory_available(const char *root);

#endif
