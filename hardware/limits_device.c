/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Variants of a kernel: how much work each needs for its launch not to show, which is the fastest, its samples.
 */
#include "hardware/limits_device.h"

#include <limits.h>

#include "hardware/clock.h"

/* A launch with its wait costs 12 us on a fast GPU and up to 100 us elsewhere. LAUNCH_NS of work per launch hides it
 * where launches follow each other; the wait at the end of a sample is hidden by SAMPLE_NS. */
static const double LAUNCH_NS = 1e6, TRIAL_NS = 2e6, SAMPLE_NS = 6e6;
enum { LEAST_SAMPLES = 3, GROWTH_MOST = 32, MORE_RUNS = 2, ROUNDS = 4 };

/* What is being timed. */
struct timed {
    struct opencl *opencl;
    struct plan *plan;
    double amount; /* of one run */
    int steps, most_steps;
    int repeats;
    double run_ns; /* of one run, about */
};

static enum status run_once(void *context, double *ns)
{
    struct timed *t = context;
    enum status status = STATUS_OK;
    int64_t start = clock_ns();
    for (int i = 0; i < t->repeats; i++)
        TRY(plan_run(t->plan, NULL));
    TRY(opencl_finish(t->opencl));
    *ns = (double)(clock_ns() - start);
    if (*ns < 1)
        *ns = 1;
done:
    return status;
}

static enum status make(const struct limit_work *work, int variant, int steps, struct timed *t)
{
    plan_free(t->plan);
    t->plan = NULL;
    t->steps = steps;
    t->most_steps = INT_MAX;
    t->repeats = 1;
    return work->make(work->context, variant, steps, &t->plan, &t->amount, &t->most_steps);
}

/* More steps, so that a run of `ns` takes LAUNCH_NS. */
static int grown(int steps, double ns, int most)
{
    const double factor = 1.2 * LAUNCH_NS / ns, wanted = 1 + steps * (factor < GROWTH_MOST ? factor : GROWTH_MOST);
    return wanted > most ? most : (int)wanted;
}

/* The shortest of some runs: a machine that is busy with something else for a moment must not pass for a slow kernel,
 * which would be given too few steps. */
static enum status shortest_run(struct timed *t)
{
    enum status status;
    double ns;
    TRY(run_once(t, &t->run_ns));
    for (int i = 0; i < MORE_RUNS && t->run_ns < TRIAL_NS; i++) {
        TRY(run_once(t, &ns));
        if (ns < t->run_ns)
            t->run_ns = ns;
    }
done:
    return status;
}

static enum status enough_steps(const struct limit_work *work, int variant, struct timed *t)
{
    enum status status = STATUS_OK;
    while (t->run_ns < LAUNCH_NS && t->steps < t->most_steps) {
        TRY(make(work, variant, grown(t->steps, t->run_ns, t->most_steps), t));
        TRY(shortest_run(t));
    }
done:
    return status;
}

/* Plans the variant with enough steps. The first run, which may compile and touch memory, is not looked at. */
static enum status prepare(const struct limit_work *work, int variant, struct timed *t)
{
    enum status status;
    double ignored;
    TRY(make(work, variant, 1, t));
    TRY(run_once(t, &ignored));
    TRY(shortest_run(t));
    TRY(enough_steps(work, variant, t));
done:
    return status;
}

static int repeats_for(double wanted_ns, double run_ns)
{
    return 1 + (int)(wanted_ns / run_ns);
}

/* Amount per ns in one short sample; long runs were sampled well enough by finding the steps. */
static enum status try_rate(struct timed *t, double *rate)
{
    enum status status = STATUS_OK;
    double ns = t->run_ns;
    if (ns < TRIAL_NS) {
        t->repeats = repeats_for(TRIAL_NS, ns);
        TRY(run_once(t, &ns));
        t->run_ns = ns / t->repeats;
    }
    *rate = t->amount / t->run_ns;
done:
    return status;
}

/* The fastest variant stays planned in *best. */
static enum status choose(const struct limit_work *work, struct timed *best, int *chosen)
{
    enum status status, last = STATUS_UNSUPPORTED;
    double best_rate = 0;
    *chosen = -1;
    for (int v = 0; v < work->variants; v++) {
        struct timed t = {.opencl = work->opencl};
        double rate = 0;
        if (work->only >= 0 && v != work->only)
            continue;
        status = prepare(work, v, &t);
        if (status == STATUS_OK)
            status = try_rate(&t, &rate);
        if (status != STATUS_OK)
            last = status;
        else if (rate > best_rate) {
            struct timed slower = *best;
            *best = t;
            t = slower;
            best_rate = rate;
            *chosen = v;
        }
        plan_free(t.plan);
    }
    return *chosen >= 0 ? STATUS_OK : last;
}

static double shortest_of(const struct limit_samples *samples)
{
    double ns = samples->ns[0];
    for (int i = 1; i < samples->count; i++)
        if (samples->ns[i] < ns)
            ns = samples->ns[i];
    return ns;
}

enum status limit_fastest(const struct limit_work *work, struct limit *row, int *best, struct plan **plan)
{
    enum status status;
    struct limit_samples samples;
    struct timed t = {.opencl = work->opencl};
    TRY(choose(work, &t, best));
    /* On a busy machine even the shortest of some runs can have been one that waited. */
    for (int round = 0; round < ROUNDS; round++) {
        t.repeats = repeats_for(SAMPLE_NS, t.run_ns);
        TRY(limit_sample(run_once, &t, work->budget_ns, LEAST_SAMPLES, &samples));
        limit_set_rate(row, &samples, t.amount * t.repeats);
        if (shortest_of(&samples) > SAMPLE_NS / 2 || round == ROUNDS - 1)
            break;
        t.run_ns = shortest_of(&samples) / t.repeats;
        TRY(enough_steps(work, *best, &t));
    }
    if (plan) {
        *plan = t.plan;
        t.plan = NULL;
    }
done:
    plan_free(t.plan);
    return status;
}
