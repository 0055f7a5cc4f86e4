/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Cold caches on demand.
 */
#ifndef HARDWARE_CACHE_H
#define HARDWARE_CACHE_H

#include <stddef.h>

/* Evicts the lines of this memory from every level of the CPU's caches, writing modified ones back. Content is kept.
 * On x86-64 by flushing the lines themselves; elsewhere by sweeping through 128 MiB of other memory. */
void cache_flush(const void *memory, size_t bytes);

#endif
