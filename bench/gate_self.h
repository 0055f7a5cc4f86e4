/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Base against base: what the gate says on this machine when nothing changed.
 */
#ifndef BENCH_GATE_SELF_H
#define BENCH_GATE_SELF_H

#include "bench/gate.h"

struct gate_self {
    int runs, tested, flagged, confirmed; /* tested: cases of all runs that had enough pairs */
    int changed;                          /* runs in which the environment changed */
    char note[512];                       /* the false alarm rate, in words */
};

/* `runs` times head against itself. Adds every difference to `noise` and saves it for `machine`. The rows are those of
 * the last run, with the verdicts that what is known now gives. */
enum status gate_self_run(const struct gate_options *options, const char *machine, int runs, struct gate_noise *noise,
                          struct gate_self *self, struct gate_result *result);

#endif
