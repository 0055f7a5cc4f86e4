/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Arithmetic peaks of the CPU: chains of operations in registers, on one thread and on all cores. A multiply-add counts
 * as two operations, as clpeak counts it (https://github.com/krrishnarajx/clpeak). Rows: float32_fma, float64_fma,
 * int32, uint8, float16, in op/s; the reason says what was computed and with which vectors.
 *
 * The chains walk x -> addend - x, which stays between 0 and 1 and keeps changing its bits, so that no number becomes
 * denormal, infinite or constant. What the chains return is compared between threads: a thread that did not work is
 * found.
 */
#include "hardware/limits_stages.h"

#include <math.h>
#include <stdio.h>

#include "hardware/clock.h"
#include "hardware/cpu.h"
#include "hardware/limits_cpu_loops.h"
#include "hardware/limits_cpu_team.h"

enum { STEPS_FIRST = 1024, ROWS = 2 * CHAIN_COUNT };
static const double BUDGET_NS = 4e9;

struct peak {
    const struct cpu_chain *chain;
    double start, multiplier, addend;
    int64_t steps;
    int threads;
};

struct chain_text {
    const char *name;
    int operations; /* per number and step */
};

static const struct chain_text texts[CHAIN_COUNT] = {
#define X(code, name, operations) {name, operations},
    CHAIN_LIST(X)
#undef X
};

static const char *what_of(enum chain chain, int fused)
{
    switch (chain) {
    case CHAIN_INT32_MAD:
        return "multiply-add as two";
    case CHAIN_INT32_ADD:
        return "additions";
    case CHAIN_UINT8:
        return "additions of packed bytes";
    default:
        return fused ? "multiply-add as two" : "multiplication and addition: this level has no FMA";
    }
}

/* One sample: every thread walks its chains once. */
static enum status walk(void *context, double *ns)
{
    const struct peak *p = context;
    double least = INFINITY, most = -INFINITY;
    int64_t start = clock_ns();
#pragma omp parallel num_threads(p->threads) reduction(min : least) reduction(max : most)
    least = most = p->chain->run(p->steps, p->start, p->multiplier, p->addend);
    *ns = (double)(clock_ns() - start);
    if (least != most || !isfinite(most))
        return status_fail(STATUS_WRONG, "the CPU's threads computed %g and %g from the same numbers", least, most);
    return STATUS_OK;
}

static enum status walk_alone(void *context, double *ns)
{
    struct peak alone = *(const struct peak *)context;
    alone.threads = 1;
    return walk(&alone, ns);
}

static struct peak peak_of(enum chain chain, int threads)
{
    struct peak p = {.chain = &cpu_loops_best()->chains->chain[chain], .steps = STEPS_FIRST, .threads = threads};
    p.start = 1.0 / 64;
    p.multiplier = -1;
    p.addend = 1;
    if (chain == CHAIN_INT32_MAD || chain == CHAIN_INT32_ADD || chain == CHAIN_UINT8) {
        p.start = 7;
        p.multiplier = 1664525; /* any odd number keeps the bits changing */
        p.addend = 29;
    }
    return p;
}

static enum status measure(enum chain chain, int threads, double budget_ns, struct limit *row)
{
    enum status status;
    struct limit_samples samples;
    const struct cpu_chains *chains = cpu_loops_best()->chains;
    struct peak p = peak_of(chain, threads);
    *row = limit_row("peak", texts[chain].name, "op/s");
    row->threads = threads;
    if (!p.chain->run) {
        snprintf(row->reason, sizeof row->reason, "no %s vectors at %s, or the compiler did not know them",
                 texts[chain].name, cpu_team_level());
        return STATUS_OK;
    }
    TRY(cpu_team_sample(&(struct cpu_repeated){walk, walk_alone, &p, &p.steps}, budget_ns, &samples));
    limit_set_rate(row, &samples, (double)p.steps * p.chain->numbers * threads * texts[chain].operations);
    char text[128];
    snprintf(text, sizeof text, "%s; %s", cpu_team_level(), what_of(chain, chains->fused));
    cpu_team_remark(row, text);
done:
    return status;
}

/* Rows of one number of threads. Of the two ways to count int32 the one with more operations stays. */
static enum status measure_team(int threads, double budget_ns, struct limits *limits)
{
    enum status status;
    struct limit row, other;
    if (cpu_team_check(threads) != STATUS_OK) {
        row = limit_row("peak", texts[CHAIN_FLOAT32].name, "op/s");
        row.threads = threads;
        return limits_add_failure(limits, &row);
    }
    for (int chain = 0; chain < CHAIN_COUNT; chain++) {
        TRY(measure((enum chain)chain, threads, budget_ns, &row));
        if (chain == CHAIN_INT32_MAD) {
            TRY(measure(CHAIN_INT32_ADD, threads, budget_ns, &other));
            if (other.value > row.value)
                row = other;
            chain = CHAIN_INT32_ADD;
        }
        TRY(limits_add(limits, &row));
    }
done:
    return status;
}

enum status limits_cpu_peak(struct limits *limits)
{
    enum status status;
    const int cores = cpu_cores();
    TRY(measure_team(1, BUDGET_NS / ROWS, limits));
    if (cores > 1)
        TRY(measure_team(cores, BUDGET_NS / ROWS, limits));
done:
    return status;
}
