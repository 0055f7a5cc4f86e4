/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Histograms of made-up numbers: the upper bits of a linear congruential generator (Numerical Recipes' constants), one
 * sequence per work-item, so that no image is read. `mask` is 255 for random bins and 0 for all in one bin; compilers, which
 * could gather increments of one bin that they know, do not know it.
 */
enum { BINS = 256 };

static inline uint next(uint state)
{
    return state * 1664525u + 1013904223u;
}

/* Well mixed (MurmurHash3's finalizer): with seeds in a row neighbours would never meet in a bin. */
static inline uint first(void)
{
    uint state = (uint)get_global_id(0) + 1u;
    state = (state ^ state >> 16) * 0x85ebca6bu;
    state = (state ^ state >> 13) * 0xc2b2ae35u;
    return state ^ state >> 16;
}

kernel void histogram_global(global uint *counts, int steps, uint mask)
{
    uint state = first();
    for (int i = 0; i < steps; i++) {
        state = next(state);
        atomic_inc(&counts[state >> 24 & mask]);
    }
}

kernel void histogram_local(global uint *counts, int steps, uint mask)
{
    local uint own[BINS];
    for (uint bin = get_local_id(0); bin < BINS; bin += get_local_size(0))
        own[bin] = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    uint state = first();
    for (int i = 0; i < steps; i++) {
        state = next(state);
        atomic_inc(&own[state >> 24 & mask]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint bin = get_local_id(0); bin < BINS; bin += get_local_size(0))
        if (own[bin] > 0)
            atomic_add(&counts[bin], own[bin]);
}
