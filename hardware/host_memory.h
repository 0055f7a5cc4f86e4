/* SPDX-License-Identifier: BSD-3-Clause
 *
 * How much host memory a program may take now without making the machine swap.
 */
#ifndef HARDWARE_HOST_MEMORY_H
#define HARDWARE_HOST_MEMORY_H

#include <stdint.h>

/* Bytes: MemAvailable of /proc/meminfo, or what the limit of a container (control group, version 2) leaves, where that
 * is less. -1: unknown. Files are looked up below `root`; "" is this machine. */
int64_t host_memory_available(const char *root);

#endif
