/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A difference between two processes of one program is noise, whatever it is. Runs in which the environment changed are
 * told of, and their differences are kept too: they are what this machine does.
 */
#include "bench/gate_self.h"

#include <math.h>
#include <string.h>

static enum status learn(const struct gate_result *result, struct gate_noise *noise, struct gate_self *self)
{
    enum status status = STATUS_OK;
    self->runs++;
    self->flagged += result->flagged;
    self->changed += result->environment[0] != 0;
    for (int i = 0; i < result->count && status == STATUS_OK; i++) {
        const struct gate_row *row = &result->rows[i];
        self->confirmed += row->verdict == GATE_REGRESSION;
        if (row->pairs < GATE_PAIRS_LEAST)
            continue;
        self->tested++;
        status = gate_noise_add(noise, row->name, row->change);
    }
    return status;
}

static void describe(struct gate_self *self)
{
    char changed[96] = "";
    if (self->changed)
        snprintf(changed, sizeof changed, " In %d of %d runs the environment changed.", self->changed, self->runs);
    snprintf(self->note, sizeof self->note,
             "Base against base: of %d comparisons %d were flagged (%.1f %%, at most %.1f %% with 95 %% confidence) "
             "and %d confirmed "
             "by the rerun (at most %.1f %%).%s",
             self->tested, self->flagged, self->tested ? 100.0 * self->flagged / self->tested : 0,
             100 * rate_at_most(self->flagged, self->tested, 0.95), self->confirmed,
             100 * rate_at_most(self->confirmed, self->tested, 0.95), changed);
}

/* What is too noisy is known only now. */
static void judge_noise(const struct gate_noise *noise, struct gate_result *result)
{
    for (int i = 0; i < result->count; i++) {
        struct gate_row *row = &result->rows[i];
        const double own = gate_noise_own(noise, row->name);
        if (row->pairs < GATE_PAIRS_LEAST || !(own >= GATE_NOISY))
            continue;
        row->verdict = GATE_TOO_NOISY;
        snprintf(row->reason, sizeof row->reason, "base differs from itself by %.1f %% here", 100 * own);
    }
    gate_rows_sort(result->rows, result->count);
}

enum status gate_self_run(const struct gate_options *options, const char *machine, int runs, struct gate_noise *noise,
                          struct gate_self *self, struct gate_result *result)
{
    enum status status = STATUS_OK;
    struct gate_noise none = {0};
    struct gate_options o = *options;
    o.base = o.head;
    o.noise = &none; /* the bare rule, or a machine that was noisy once would never be found to be quiet */
    *self = (struct gate_self){0};
    *result = (struct gate_result){0};
    for (int i = 0; i < runs; i++) {
        gate_result_free(result);
        TRY(gate_run(&o, result));
        TRY(learn(result, noise, self));
    }
    TRY(gate_noise_save(machine, noise));
    describe(self);
    judge_noise(noise, result);
done:
    return status;
}
