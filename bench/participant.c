/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Turns of samples and the stopping rule: enough samples and time, then an interval that is narrow or has stopped
 * narrowing. Never the standard deviation alone: it does not converge for fast kernels.
 */
#include "bench/participant.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/statistics.h"

enum { NOISE_FLOOR_SPAN = 32 };

void participant_fail(struct participant *p, enum status status)
{
    p->status = status;
    p->done = true;
    snprintf(p->reason, sizeof p->reason, "%s", status_text());
}

void participant_warm_up(struct bench *bench, struct participant *p)
{
    json_t *answer;
    if (p->done)
        return;
    enum status status = worker_ask(p->link,
                                    json_pack("{s:s,s:b,s:b,s:i}", "do", "warm_up", "resident",
                                              p->residency == RESIDENCY_RESIDENT, "quick", bench->quick, "threads", p->threads),
                                    1, &answer);
    if (status != STATUS_OK) {
        participant_fail(p, status);
        return;
    }
    p->repeats = (int)json_integer_value(json_object_get(answer, "repeats"));
    p->call_ns = json_real_value(json_object_get(answer, "call_ns"));
    bench->account.warm_up += json_real_value(json_object_get(answer, "spent_ns")) * 1e-9;
    json_decref(answer);
}

/* Turns are short, so that the sides alternate often, but hold some samples, so that the first after the other side's turn
 * does not decide. */
static int turn_samples(const struct participant *p)
{
    double sample_ns = p->call_ns * p->repeats;
    return sample_ns > 50e6 ? 1 : sample_ns > 5e6 ? 3 : 5;
}

static double number(json_t *value)
{
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static bool append_samples(struct participant *p, json_t *rows)
{
    size_t i, count = json_array_size(rows);
    struct sample_row *grown = realloc(p->samples, ((size_t)p->sample_count + count) * sizeof *grown);
    json_t *row;
    if (!grown)
        return false;
    p->samples = grown;
    json_array_foreach(rows, i, row)
    {
        struct sample_row *s = &grown[p->sample_count];
        double *const fields[] = {&s->total_ns,  &s->push_ns,   &s->compute_ns, &s->pull_ns,
                                  &s->queued_ns, &s->submit_ns, &s->start_ns,   &s->end_ns};
        *s = (struct sample_row){.sequence = p->sample_count++, .repeats = p->repeats};
        for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++)
            *fields[f] = number(json_array_get(row, f));
        s->events_ok = (int)json_integer_value(json_array_get(row, 8));
        p->sampled_ns += s->total_ns * s->repeats;
    }
    return true;
}

double *participant_totals(const struct participant *p)
{
    double *totals = p->sample_count ? malloc((size_t)p->sample_count * sizeof *totals) : NULL;
    for (int i = 0; totals && i < p->sample_count; i++)
        totals[i] = p->samples[i].total_ns;
    return totals;
}

static void decide(const struct bench *bench, struct participant *p)
{
    struct timing_rules rules = timing_rules(bench->quick);
    double *totals = participant_totals(p);
    struct summary summary = summarise(totals, totals ? p->sample_count : 0);
    double width = relative_width(&summary), sampled_s = p->sampled_ns * 1e-9;
    free(totals);

    bool enough = p->sample_count >= rules.samples_least && sampled_s >= rules.sampling_least_s;
    if ((enough && width <= rules.relative_width) || p->sample_count >= rules.samples_most) {
        p->done = true;
        return;
    }
    if (p->spent_s >= rules.sampling_most_s) {
        p->done = true;
        p->stop_flag = width <= rules.relative_width ? "" : "timeout";
        return;
    }
    if (enough && p->sample_count >= p->last_width_at + NOISE_FLOOR_SPAN) {
        if (p->last_width_at > 0 && width > 0.9 * p->last_width) {
            p->done = true;
            p->stop_flag = "noise_floor";
        }
        p->last_width = width;
        p->last_width_at = p->sample_count;
    }
}

void participant_take_turn(struct bench *bench, struct participant *p)
{
    json_t *answer;
    enum status status =
        worker_ask(p->link,
                   json_pack("{s:s,s:b,s:i,s:i}", "do", "sample", "resident", p->residency == RESIDENCY_RESIDENT, "count",
                             turn_samples(p), "repeats", p->repeats),
                   1, &answer);
    if (status != STATUS_OK) {
        participant_fail(p, status);
        return;
    }
    double flush_s = json_real_value(json_object_get(answer, "flush_ns")) * 1e-9;
    double spent_s = json_real_value(json_object_get(answer, "spent_ns")) * 1e-9;
    bench->account.flushes += flush_s;
    bench->account.samples += spent_s - flush_s;
    bench->turn_s += spent_s;
    p->spent_s += spent_s;
    if (append_samples(p, json_object_get(answer, "samples")))
        decide(bench, p);
    else
        participant_fail(p, status_fail(STATUS_MEMORY, "no host memory for samples"));
    json_decref(answer);
}

void participant_measure_energy(struct bench *bench, struct participant *p)
{
    json_t *answer;
    if (p->status != STATUS_OK)
        return;
    enum status status = worker_ask(p->link,
                                    json_pack("{s:s,s:b,s:b,s:i,s:f}", "do", "energy", "resident",
                                              p->residency == RESIDENCY_RESIDENT, "quick", bench->quick, "repeats",
                                              p->repeats, "call_ns", p->call_ns * p->repeats),
                                    1, &answer);
    if (status != STATUS_OK) {
        participant_fail(p, status);
        return;
    }
    p->energy_j = number(json_object_get(answer, "call_j"));
    bench->account.energy += json_real_value(json_object_get(answer, "spent_ns")) * 1e-9;
    json_decref(answer);
}
