/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What memory costs before it is used, and how much there is. Rows: allocate_touch, the ns to allocate `bytes`, touch
 * every page from all cores and free it, as an operation that makes its result anew does; memory_total and
 * memory_available in bytes.
 */
#include "hardware/limits_stages.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "hardware/clock.h"
#include "hardware/cpu.h"
#include "hardware/limits_cpu_team.h"
#include "hardware/memory_available.h"

enum { BLOCK_BYTES = 64 << 20, SAMPLES_LEAST = 5, ALIGN_BYTES = 64 };
static const double BUDGET_NS = 0.8e9;

struct block {
    int threads;
    int64_t page_bytes;
};

/* malloc() gives blocks of this size back to the system, so that every sample touches new pages. */
static enum status allocate_touch(void *context, double *ns)
{
    const struct block *b = context;
    int64_t start = clock_ns();
    volatile char *block = aligned_alloc(ALIGN_BYTES, BLOCK_BYTES);
    if (!block)
        return status_fail(STATUS_MEMORY, "no host memory for %d bytes", BLOCK_BYTES);
#pragma omp parallel for num_threads(b->threads) schedule(static)
    for (int64_t i = 0; i < BLOCK_BYTES; i += b->page_bytes)
        block[i] = 1;
    free((void *)block);
    *ns = (double)(clock_ns() - start);
    return STATUS_OK;
}

static enum status measure(struct limits *limits)
{
    enum status status;
    struct limit_samples samples;
    struct block block = {.threads = cpu_cores(), .page_bytes = sysconf(_SC_PAGESIZE)};
    struct limit row = limit_row("allocation", "allocate_touch", "ns");
    row.threads = block.threads;
    row.bytes = BLOCK_BYTES;
    if (cpu_team_check(block.threads) != STATUS_OK ||
        limit_sample(allocate_touch, &block, BUDGET_NS, SAMPLES_LEAST, &samples) != STATUS_OK)
        return limits_add_failure(limits, &row);
    limit_set_time(&row, &samples, 1);
    TRY(limits_add(limits, &row));
done:
    return status;
}

static enum status add_memory(struct limits *limits, const char *name, int64_t bytes, const char *reason)
{
    struct limit row = limit_row("allocation", name, "bytes");
    row.value = bytes >= 0 ? (double)bytes : NAN;
    snprintf(row.reason, sizeof row.reason, "%s", bytes >= 0 ? reason : "the system does not tell");
    return limits_add(limits, &row);
}

enum status limits_cpu_allocation(struct limits *limits)
{
    enum status status;
    const struct memory_available available = memory_available("");
    TRY(measure(limits));
    TRY(add_memory(limits, "memory_total", cpu_facts()->memory_bytes, ""));
    TRY(add_memory(limits, "memory_available", available.bytes,
                   available.limited ? "the limit of a control group, less what it uses" : ""));
done:
    return status;
}
