/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Pairs of processes and what they measured; the gate needs one session for all cases and one more for the flagged
 * ones.
 */
#ifndef BENCH_GATE_SESSION_H
#define BENCH_GATE_SESSION_H

#include "bench/gate.h"

enum gate_side { GATE_BASE, GATE_HEAD, GATE_SIDES };

struct gate_session {
    const struct gate_options *options;
    const struct gate_cases *cases;
    bool left_out[GATE_CASES_MOST];
    int repeats[GATE_CASES_MOST], batches[GATE_CASES_MOST];
    struct gate_answer first[GATE_SIDES][GATE_CASES_MOST];  /* of the first visits, with every result verified */
    struct gate_answer failed[GATE_SIDES][GATE_CASES_MOST]; /* there: a failure met later */
    struct gate_hello hello[GATE_SIDES];
    enum status refused[GATE_SIDES]; /* STATUS_OK, or why the program measures nothing */
    char refusal[GATE_SIDES][512];

    double differences[GATE_CASES_MOST][GATE_PAIRS_MOST]; /* log(head / base) */
    int pairs[GATE_CASES_MOST];
    double ns[GATE_SIDES][GATE_CASES_MOST][GATE_PAIRS_MOST]; /* of the same pairs */
    double canary[GATE_PAIRS_MOST];
    int canaries;
};

/* One visit of each side with every result verified: fills first, hello, repeats, and leaves out what failed. */
enum status gate_session_look(struct gate_session *session);

/* The pairs; what was measured before is forgotten. Cases that then want more, by their thresholds, get as many pairs
 * again, pooled with the first. `what` is for the progress line. */
enum status gate_session_measure(struct gate_session *session, const double *thresholds, const char *what);

#endif
