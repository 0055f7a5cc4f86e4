/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What `breakeven gate --self` learnt of this machine: by how much base differs from itself, case by case. Kept in the
 * cache folder (see hardware/program.h), for this machine's CPU and device alone.
 */
#ifndef BENCH_GATE_NOISE_H
#define BENCH_GATE_NOISE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "hardware/status.h"

enum {
    GATE_NOISE_KEPT = 20, /* differences of a case */
    GATE_NOISE_LEAST = 3, /* before so many no case is set aside */
    GATE_NOISE_OWN = 5,   /* from so many on a case speaks for itself */
};

struct gate_noise {
    json_t *cases; /* name: [differences, newest last]; NULL: nothing is known */
};

/* What is known of the machine; a missing, damaged or foreign file is the same as none. */
void gate_noise_load(const char *machine, struct gate_noise *noise);

/* Adds |change| of a case. */
enum status gate_noise_add(struct gate_noise *noise, const char *name, double change);

/* Writes the file. STATUS_IO names it. */
enum status gate_noise_save(const char *machine, const struct gate_noise *noise);

/* The 95th percentile of |base against base|: of this case, if it was seen GATE_NOISE_OWN times, else of all cases
 * together. NAN: nothing is known. */
double gate_noise_of(const struct gate_noise *noise, const char *name);

/* The same of this case's own differences, however few. */
double gate_noise_own(const struct gate_noise *noise, const char *name);

/* Whether the case is not to be gated here: seen GATE_NOISE_LEAST times, since a single busy hour must not blind the
 * gate, and then 10 % off or more. */
bool gate_noise_too_noisy(const struct gate_noise *noise, const char *name);

void gate_noise_free(struct gate_noise *noise);

#endif
