/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The state of one group while it is measured; shared by measure.c, which drives it, and session_rows.c, which sums it up.
 */
#ifndef BENCH_SESSION_H
#define BENCH_SESSION_H

#include "bench/participant.h"
#include "bench/shared_image.h"

struct session {
    struct bench *bench;
    const struct case_group *group;
    const struct op *op;
    struct op_args args;
    struct shared_image input[OP_INPUTS_MAX], expected;
    struct participant participants[CASES_MOST];
    int count;
    json_t *loaded[DEVICES_MOST + 1]; /* the answers to "load", by link; the CPU's last */
    double first_call_ns[DEVICES_MOST + 1];
};

/* Position of a link in the arrays above. */
int session_link(const struct bench *bench, const struct worker_link *link);

/* Fills `measured`, which takes over the samples. */
void session_collect(struct session *s, struct measured *measured);

#endif
