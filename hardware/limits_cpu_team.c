/* SPDX-License-Identifier: BSD-3-Clause */
#include "hardware/limits_cpu_team.h"

#include <math.h>
#include <stdio.h>

#include "hardware/cpu.h"
#include "hardware/limits_cpu_loops.h"

enum { SAMPLES_LEAST = 3, TRIALS = 3, ATTEMPTS = 4 };
static const double SAMPLE_NS = 2e6, SAMPLE_LEAST_NS = 1e6, SURE_NS = 50e6;

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

/* Repetitions that make a sample last SAMPLE_NS, if `ns` are what the present number takes. */
static void raise_repeats(int64_t *repeats, double ns)
{
    *repeats *= (int64_t)ceil(fmin(fmax(SAMPLE_NS / fmax(ns, 1), 2), 32));
}

/* Another program may interrupt one trial, hardly three; what takes very long needs no second look. */
static enum status choose_repeats(enum status (*once)(void *context, double *ns), void *context, int64_t *repeats)
{
    enum status status;
    for (;;) {
        double shortest = INFINITY, ns;
        for (int trial = 0; trial < TRIALS && shortest >= SAMPLE_LEAST_NS; trial++) {
            TRY(once(context, &ns));
            shortest = fmin(shortest, ns);
            if (ns > SURE_NS)
                break;
        }
        if (shortest >= SAMPLE_LEAST_NS)
            return STATUS_OK;
        raise_repeats(repeats, shortest);
    }
done:
    return status;
}

enum status cpu_team_sample(enum status (*once)(void *context, double *ns), void *context, int64_t *repeats,
                            double budget_ns, struct limit_samples *samples)
{
    enum status status;
    TRY(choose_repeats(once, context, repeats));
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        double fastest = INFINITY;
        TRY(limit_sample(once, context, budget_ns, SAMPLES_LEAST, samples));
        for (int i = 0; i < samples->count; i++)
            fastest = fmin(fastest, samples->ns[i]);
        /* On a busy machine all trials may have been interrupted, and this shows only now. */
        if (fastest >= SAMPLE_LEAST_NS / 2)
            break;
        raise_repeats(repeats, fastest);
    }
done:
    return status;
}

const char *cpu_team_level(void)
{
    static char text[64];
    const struct cpu_loops *loops = cpu_loops_best();
    snprintf(text, sizeof text, "%s, %d bit", loops->name, loops->chains->vector_bits);
    return text;
}
