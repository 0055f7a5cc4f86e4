/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Run with OMP_PROC_BIND=true: OpenMP has then bound the initial thread to one place before main(), which must not be
 * taken for all that the machine has. A program of its own, since Criterion's tests inherit the mask of a thread bound
 * that way.
 */
#include <omp.h>
#include <sched.h>
#include <stdio.h>

#include "hardware/cpu.h"

static int mask_size(void)
{
    cpu_set_t mask;
    return sched_getaffinity(0, sizeof mask, &mask) == 0 ? CPU_COUNT(&mask) : -1;
}

int main(void)
{
    int available = omp_get_num_procs(); /* counted by OpenMP before it bound anything */
    int bound = mask_size(), found = cpu_threads();
    cpu_unbind();
    int unbound = mask_size();
    printf("%d threads available, %d in the mask of the bound thread, %d found, %d in the mask when unbound\n",
           available, bound, found, unbound);
    return omp_get_num_places() > 0 && found == available && unbound == available ? 0 : 1;
}
