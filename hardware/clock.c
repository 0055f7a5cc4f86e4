/* SPDX-License-Identifier: BSD-3-Clause
 *
 * CLOCK_MONOTONIC, and what a read of it costs on this machine (recorded with every run).
 */
#include "hardware/clock.h"

#include <stdlib.h>
#include <time.h>

int64_t clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double clock_overhead_ns(void)
{
    /* Groups of 100 reads: a single read is shorter than the clock's resolution on some machines. */
    enum { GROUPS = 100, READS = 100 };
    double cost[GROUPS];
    for (int g = 0; g < GROUPS; g++) {
        int64_t start = clock_ns();
        for (int i = 1; i < READS; i++)
            clock_ns();
        cost[g] = (double)(clock_ns() - start) / READS;
    }
    qsort(cost, GROUPS, sizeof cost[0], compare);
    return cost[GROUPS / 2];
}
