/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Why pairs of processes: a process has a speed of its own (where its memory lies, how its threads were placed), which
 * more samples inside it do not average away; and a shared machine drifts, which hits both halves of a pair alike. Why
 * a threshold beside the bound: what is certain but small is no reason to stop anybody.
 */
#include "bench/gate_rule.h"

#include <math.h>

static const double confidence = 0.99;

struct gate_test gate_test(const double *differences, int n, double threshold)
{
    const struct shift s = signed_rank_shift(differences, n, confidence);
    struct gate_test test = {
        .finding = GATE_SAME, .pairs = n, .change = expm1(s.estimate), .low = expm1(s.low), .high = expm1(s.high)};
    const double least = log1p(threshold);
    if (n < GATE_PAIRS_LEAST)
        test.finding = GATE_UNSURE;
    else if (s.estimate >= least)
        test.finding = s.low > 0 ? GATE_SLOWER : GATE_UNSURE;
    else if (s.estimate <= -least && s.high < 0)
        test.finding = GATE_FASTER;
    return test;
}

bool gate_wants_more(const struct gate_test *test)
{
    return test->finding == GATE_UNSURE && test->pairs >= GATE_PAIRS_LEAST;
}

double gate_threshold(double least, double self_difference)
{
    return isfinite(self_difference) ? fmax(least, 2 * self_difference) : least;
}

bool gate_environment_changed(const struct gate_test *tests, const double *thresholds, int count)
{
    int known = 0, slower = 0, faster = 0;
    for (int i = 0; i < count; i++) {
        const double half = log1p(thresholds[i] / 2);
        if (tests[i].pairs == 0)
            continue;
        known++;
        slower += log1p(tests[i].change) >= half && tests[i].low > 0;
        faster += log1p(tests[i].change) <= -half && tests[i].high < 0;
    }
    const int moving = slower > faster ? slower : faster;
    return moving >= GATE_MOVING_LEAST && moving > GATE_MOVING_SHARE * known;
}

bool gate_canary_changed(const double *differences, int n, double *change)
{
    const struct gate_test test = gate_test(differences, n, GATE_CANARY);
    *change = test.change;
    return test.finding == GATE_SLOWER || test.finding == GATE_FASTER;
}
