/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One case while it is being measured: a worker in one residency, with the samples so far and the rule when to stop.
 */
#ifndef BENCH_PARTICIPANT_H
#define BENCH_PARTICIPANT_H

#include "bench/measure.h"

struct participant {
    struct worker_link *link;
    bool is_cpu;
    enum residency residency;
    int threads; /* CPU only */
    int repeats;
    double call_ns;
    struct sample_row *samples;
    int sample_count;
    double sampled_ns; /* inside samples */
    double spent_s;    /* sampling, with what lies between the samples */
    double energy_j;   /* of one call; NAN: not known */
    double last_width; /* of the interval, when it was last compared */
    int last_width_at; /* samples then */
    bool done;
    const char *stop_flag; /* "timeout", "noise_floor" or "" */
    enum status status;
    char reason[ROW_TEXT];
};

/* Ends a participant with the failure that status_text() tells of. */
void participant_fail(struct participant *p, enum status status);

/* Warms up, which also decides how many calls a sample holds. */
void participant_warm_up(struct bench *bench, struct participant *p);

/* Takes one turn of samples and decides whether more are needed. */
void participant_take_turn(struct bench *bench, struct participant *p);

/* Measures the energy of a call, where the device has a counter. After the samples. */
void participant_measure_energy(struct bench *bench, struct participant *p);

/* The wall times of all samples, to be freed; NULL without samples. */
double *participant_totals(const struct participant *p);

#endif
