/* SPDX-License-Identifier: BSD-3-Clause */
#include "hardware/limits_cpu_team.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "hardware/cpu.h"
#include "hardware/limits_cpu_loops.h"

enum { SAMPLES_LEAST = 3, TRIALS = 3, ATTEMPTS = 4 };
static const double SAMPLE_NS = 1.5e6, SAMPLE_LEAST_NS = 1e6, SURE_NS = 50e6;

int cpu_teams(int threads[CPU_TEAMS])
{
    const int cores = cpu_cores();
    const int wanted[CPU_TEAMS] = {1, cores / 2, cores, cpu_threads()};
    int count = 0;
    for (int i = 0; i < CPU_TEAMS; i++)
        if (count == 0 || wanted[i] > threads[count - 1])
            threads[count++] = wanted[i];
    return count;
}

enum status cpu_team_check(int threads)
{
    int given = 0;
#pragma omp parallel num_threads(threads) reduction(+ : given)
    given += 1;
    if (given != threads)
        return status_fail(STATUS_UNSUPPORTED, "OpenMP gives %d of %d threads (OMP_THREAD_LIMIT, OMP_DYNAMIC)", given,
                           threads);
    return STATUS_OK;
}

static void raise_repeats(int64_t *repeats, double ns)
{
    *repeats *= (int64_t)ceil(fmin(fmax(SAMPLE_NS / fmax(ns, 1), 2), 32));
}

/* One thread is timed, several times: on a busy machine a few microseconds of one thread pass without an interruption,
 * the shortest region of many threads hardly does. */
static enum status choose_repeats(const struct cpu_repeated *repeated)
{
    enum status status;
    for (;;) {
        double shortest = INFINITY, ns;
        for (int trial = 0; trial < TRIALS && shortest >= SAMPLE_LEAST_NS; trial++) {
            TRY(repeated->alone(repeated->context, &ns));
            shortest = fmin(shortest, ns);
            if (ns > SURE_NS)
                break;
        }
        if (shortest >= SAMPLE_LEAST_NS)
            return STATUS_OK;
        raise_repeats(repeated->repeats, shortest);
    }
done:
    return status;
}

enum status cpu_team_sample(const struct cpu_repeated *repeated, double budget_ns, struct limit_samples *samples)
{
    enum status status;
    TRY(choose_repeats(repeated));
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        double fastest = INFINITY;
        TRY(limit_sample(repeated->once, repeated->context, budget_ns, SAMPLES_LEAST, samples));
        for (int i = 0; i < samples->count; i++)
            fastest = fmin(fastest, samples->ns[i]);
        if (fastest >= SAMPLE_LEAST_NS / 2)
            break;
        raise_repeats(repeated->repeats, fastest); /* all trials were interrupted after all */
    }
done:
    return status;
}

void cpu_team_remark(struct limit *row, const char *text)
{
    const bool busy = row->low < row->value / 2;
    snprintf(row->reason, sizeof row->reason, "%s%s%s", text, busy && text[0] ? "; " : "",
             busy ? "other programs were busy: a quarter of the samples are less than half as fast" : "");
}

const char *cpu_team_level(void)
{
    static char text[64];
    const struct cpu_loops *loops = cpu_loops_best();
    snprintf(text, sizeof text, "%s, %d bit", loops->name, loops->chains->vector_bits);
    return text;
}
