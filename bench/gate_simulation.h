/* SPDX-License-Identifier: BSD-3-Clause
 *
 * How often the gate's rule is wrong, by simulation: a table that anybody can make again.
 */
#ifndef BENCH_GATE_SIMULATION_H
#define BENCH_GATE_SIMULATION_H

#include <stdint.h>
#include <stdio.h>

/* Assumed noise of one case on one machine, in logarithms of time. */
struct noise_model {
    const char *name;
    double threshold;
    double within;  /* sd from sample to sample */
    double process; /* sd from process to process */
    double drift;   /* sd of a slow change that goes on through the session */
    double memory;  /* of the drift, in processes */
    double spike;   /* share of samples that are slowed down by log(1 + uniform(0, spike_most)) */
    double spike_most;
};

enum { NOISE_MODELS = 3, SIMULATED_CHANGES = 8, SIMULATED_CELLS = 120 };
extern const struct noise_model noise_models[NOISE_MODELS]; /* dedicated, laptop or desktop, shared CI machine */
extern const double simulated_changes[SIMULATED_CHANGES];   /* 0 to 0.30 */

struct simulated {
    int trials;
    int slower[SIMULATED_CHANGES]; /* by the first ten pairs, or twenty */
    int unsure[SIMULATED_CHANGES];
    int regression[SIMULATED_CHANGES]; /* and by the rerun again: what the gate reports */
    double half_width;                 /* mean of (high - low) / 2 at no change */
};

/* Trials are spread over all cores; the same seed gives the same numbers on any of them. */
struct simulated gate_simulate(const struct noise_model *model, int trials, uint64_t seed);

/* Rate that at least one of `cells` independent cells shows what one does at `rate`. */
double family_rate(double rate, int cells);

/* All models as a table. `planted` is 0, or a spread that head's processes share and base's do not, which no rule of
 * pairs can tell from a change: to see false alarms reported. Returns the number of false regressions. */
int gate_simulation_print(FILE *out, int trials, uint64_t seed, double planted);

#endif
