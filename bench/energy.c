/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Both ends of the measurement lie on an advance of the counter, seen at most one look late, so that the error is two
 * looks in ten steps or more.
 */
#include "bench/energy.h"

#include <math.h>

#include "hardware/clock.h"

/* STEPS: of the counter in one measurement. LOOKS: at the counter in one step; each look costs energy as well. */
enum {
    STEPS = 10,
    LOOKS = 20,
    LOOK_LEAST_NS = 1000000,
    SPAN_LEAST_NS = 50000000,
    QUICK_MOST_NS = 200000000,
    PATIENCE_NS = 300000000
};

struct meter {
    struct execution *execution;
    enum residency residency;
    int repeats;
    struct telemetry *telemetry;
    void (*alive)(void *);
    void *context;
    double look_ns; /* between two looks at the counter */
    double now_j;   /* what it said last */
    int64_t now_ns;
    int64_t calls; /* so far */
};

/* Calls until it is time to look at the counter. */
static enum status work_and_look(struct meter *m)
{
    enum status status;
    do {
        TRY(timing_call(m->execution, m->residency, m->repeats));
        m->calls += m->repeats;
        m->alive(m->context);
    } while ((double)(clock_ns() - m->now_ns) < m->look_ns);
    m->now_j = telemetry_energy_j(m->telemetry);
    m->now_ns = clock_ns();
done:
    return status;
}

/* Until the counter advances and `least_ns` have passed since the last time; *advanced is false if it did not within
 * three times that and 0.3 s more. */
static enum status wait_for_advance(struct meter *m, double least_ns, double step_ns, bool *advanced)
{
    enum status status = STATUS_OK;
    const int64_t begin = m->now_ns;
    double before_j = m->now_j, spent_ns = 0;
    *advanced = false;
    while (!*advanced && isfinite(m->now_j) && spent_ns <= 3 * (least_ns + step_ns) + PATIENCE_NS) {
        before_j = m->now_j;
        TRY(work_and_look(m));
        spent_ns = (double)(m->now_ns - begin);
        *advanced = spent_ns >= least_ns && m->now_j > before_j;
    }
done:
    return status;
}

enum status energy_measure(struct execution *execution, enum residency residency, int repeats, double call_ns,
                           bool quick, struct telemetry *telemetry, void (*alive)(void *), void *context,
                           struct energy *energy)
{
    enum status status = STATUS_OK;
    const int64_t begin = clock_ns();
    const double step_ns = telemetry_energy_step_ns(telemetry), look_ns = fmax(step_ns / LOOKS, LOOK_LEAST_NS);
    const double late_ns = fmin(step_ns, fmax(look_ns, call_ns)); /* an end may lie so long after the advance */
    const double span_ns = fmax(STEPS * (step_ns + late_ns), SPAN_LEAST_NS);
    struct meter m = {execution, residency, repeats, telemetry, alive, context, look_ns, NAN, 0, 0};
    bool advanced = false;
    *energy = (struct energy){.call_j = NAN};
    if (step_ns <= 0 || (quick && span_ns > QUICK_MOST_NS))
        return STATUS_OK;
    m.now_j = telemetry_energy_j(telemetry);
    m.now_ns = clock_ns();
    TRY(wait_for_advance(&m, 0, step_ns, &advanced));
    if (advanced) {
        const double from_j = m.now_j;
        const int64_t from_calls = m.calls;
        TRY(wait_for_advance(&m, span_ns, step_ns, &advanced));
        energy->calls = m.calls - from_calls;
        if (advanced)
            energy->call_j = (m.now_j - from_j) / (double)energy->calls;
    }
done:
    energy->spent_ns = (double)(clock_ns() - begin);
    return status;
}
