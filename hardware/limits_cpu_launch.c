/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What it costs to start and end an empty parallel region, in ns, with half of the cores and with all. Row:
 * parallel_region. The threads are awake: regions follow each other. A region after a pause costs the waking of threads
 * on top, which depends on how long OpenMP lets them wait.
 */
#include "hardware/limits_stages.h"

#include "hardware/clock.h"
#include "hardware/cpu.h"
#include "hardware/limits_cpu_team.h"

static const double BUDGET_NS = 0.8e9;

struct regions {
    int threads;
    int64_t repeats;
};

static enum status enter(void *context, double *ns)
{
    const struct regions *r = context;
    int64_t start = clock_ns();
    for (int64_t i = 0; i < r->repeats; i++) {
#pragma omp parallel num_threads(r->threads)
        __asm__ volatile("" ::: "memory"); /* a region that is empty for the compiler may be none */
    }
    *ns = (double)(clock_ns() - start);
    return STATUS_OK;
}

static enum status measure(int threads, double budget_ns, struct limits *limits)
{
    enum status status;
    struct limit_samples samples;
    struct regions regions = {.threads = threads, .repeats = 8};
    struct limit row = limit_row("launch", "parallel_region", "ns");
    row.threads = threads;
    if (cpu_team_check(threads) != STATUS_OK)
        return limits_add_failure(limits, &row);
    TRY(cpu_team_sample(&(struct cpu_repeated){enter, enter, &regions, &regions.repeats}, budget_ns, &samples));
    limit_set_time(&row, &samples, (double)regions.repeats);
    TRY(limits_add(limits, &row));
done:
    return status;
}

enum status limits_cpu_launch(struct limits *limits)
{
    enum status status;
    const int cores = cpu_cores(), half = cores / 2;
    if (half >= 1)
        TRY(measure(half, BUDGET_NS / 2, limits));
    TRY(measure(cores, BUDGET_NS / 2, limits));
done:
    return status;
}
