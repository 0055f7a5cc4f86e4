/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The first visit of each side verifies, fills the caches of compiled kernels, and finds how many calls a sample holds:
 * the larger number of the two holds for both, so that both do the same. Nothing of it is timed for the comparison. A
 * process that dies costs the case it was at, and the cases after it that one visit.
 */
#include "bench/gate_session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/gate_commands.h"

enum { LOOK_SAMPLES = 3 };

static const struct gate_program *program_of(const struct gate_session *s, enum gate_side side)
{
    return side == GATE_BASE ? &s->options->base : &s->options->head;
}

static enum status visit(const struct gate_session *s, enum gate_side side, const struct gate_request *request,
                         struct gate_hello *hello, struct gate_answer *answers)
{
    const struct gate_program *program = program_of(s, side);
    return program->command ? gate_commands_visit(program, request, hello, answers)
                            : gate_visit(program, request, hello, answers);
}

static struct gate_request request_of(const struct gate_session *s)
{
    return (struct gate_request){.cases = s->cases,
                                 .left_out = s->left_out,
                                 .device = s->options->device,
                                 .samples = s->options->samples,
                                 .threads = s->options->threads,
                                 .patience_s = s->options->patience_s};
}

static bool ended_early(enum status status)
{
    return status == STATUS_CRASH || status == STATUS_HANG;
}

static enum status look_at(struct gate_session *s, enum gate_side side)
{
    struct gate_request request = request_of(s);
    const struct gate_program *program = program_of(s, side);
    request.left_out = NULL;
    request.verify = true;
    request.samples = program->command ? 1 : LOOK_SAMPLES;
    const enum status status = program->command
                                   ? gate_commands_visit(program, &request, &s->hello[side], s->first[side])
                                   : gate_visit_all(program, &request, &s->hello[side], s->first[side]);
    if (status != STATUS_OK && !ended_early(status)) {
        s->refused[side] = status;
        snprintf(s->refusal[side], sizeof s->refusal[side], "%s", status_text());
    }
    return status == STATUS_MEMORY ? status : STATUS_OK;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

enum status gate_session_look(struct gate_session *s)
{
    enum status status;
    for (int side = 0; side < GATE_SIDES; side++)
        TRY(look_at(s, (enum gate_side)side));
    for (int i = 0; i < s->cases->count; i++) {
        const struct gate_answer *base = &s->first[GATE_BASE][i], *head = &s->first[GATE_HEAD][i];
        s->left_out[i] = !base->there || !head->there || base->status != STATUS_OK || head->status != STATUS_OK;
        s->repeats[i] = larger(base->repeats, head->repeats);
        s->batches[i] = larger(base->batches, head->batches);
    }
done:
    return status;
}

static bool all_left_out(const struct gate_session *s)
{
    for (int i = 0; i < s->cases->count; i++)
        if (!s->left_out[i])
            return false;
    return true;
}

static void note_failures(struct gate_session *s, enum gate_side side, const struct gate_answer *answers)
{
    for (int i = 0; i < s->cases->count; i++)
        if (answers[i].there && answers[i].status != STATUS_OK) {
            s->failed[side][i] = answers[i];
            s->left_out[i] = true;
        }
}

static enum status measure_pair(struct gate_session *s, int pair, struct gate_answer *answers[GATE_SIDES])
{
    struct gate_request request = request_of(s);
    struct gate_hello hello[GATE_SIDES];
    request.repeats = s->repeats;
    request.batches = s->batches;
    for (int turn = 0; turn < GATE_SIDES; turn++) {
        const enum gate_side side = (turn + pair) % 2 ? GATE_HEAD : GATE_BASE; /* odd pairs run head first */
        const enum status status = visit(s, side, &request, &hello[side], answers[side]);
        if (status != STATUS_OK && !ended_early(status))
            return status;
        note_failures(s, side, answers[side]);
    }
    for (int i = 0; i < s->cases->count; i++) {
        const double base = answers[GATE_BASE][i].median_ns, head = answers[GATE_HEAD][i].median_ns;
        if (s->left_out[i] || !(base > 0) || !(head > 0))
            continue;
        if (s->pairs[i] == GATE_PAIRS_MOST)
            continue;
        const int n = s->pairs[i]++;
        s->differences[i][n] = log(head / base);
        s->ns[GATE_BASE][i][n] = base;
        s->ns[GATE_HEAD][i][n] = head;
    }
    const double canary = log(hello[GATE_HEAD].canary_ns / hello[GATE_BASE].canary_ns);
    if (isfinite(canary) && s->canaries < GATE_PAIRS_MOST)
        s->canary[s->canaries++] = canary;
    return STATUS_OK;
}

/* Adds pairs of all cases that are not left out. */
static enum status measure_pairs(struct gate_session *s, const char *what)
{
    enum status status = STATUS_OK;
    const size_t bytes = ((size_t)s->cases->count + 1) * sizeof(struct gate_answer);
    struct gate_answer *answers[GATE_SIDES] = {malloc(bytes), malloc(bytes)};
    if (!answers[0] || !answers[1])
        status = status_fail(STATUS_MEMORY, "no host memory for answers");
    for (int pair = 0; pair < s->options->pairs && status == STATUS_OK && !all_left_out(s); pair++) {
        if (s->options->progress)
            fprintf(s->options->progress, "\r%s: pair %d of %d\033[K", what, pair + 1, s->options->pairs);
        status = measure_pair(s, pair, answers);
    }
    if (s->options->progress)
        fprintf(s->options->progress, "\r\033[K");
    free(answers[0]);
    free(answers[1]);
    return status;
}

/* Leaves out all that is sure; true if something is left. */
static bool keep_unsure(struct gate_session *s, const double *thresholds)
{
    bool any = false;
    for (int i = 0; i < s->cases->count; i++) {
        const struct gate_test test = gate_test(s->differences[i], s->pairs[i], thresholds[i]);
        s->left_out[i] = s->left_out[i] || s->pairs[i] == 0 || !gate_wants_more(&test);
        any = any || !s->left_out[i];
    }
    return any;
}

enum status gate_session_measure(struct gate_session *s, const double *thresholds, const char *what)
{
    enum status status;
    bool left_out[GATE_CASES_MOST];
    memset(s->pairs, 0, sizeof s->pairs);
    s->canaries = 0;
    TRY(measure_pairs(s, what));
    memcpy(left_out, s->left_out, sizeof left_out);
    if (keep_unsure(s, thresholds))
        status = measure_pairs(s, "more pairs of what is unsure");
    for (int i = 0; i < s->cases->count; i++)
        s->left_out[i] = left_out[i] || s->failed[GATE_BASE][i].there || s->failed[GATE_HEAD][i].there;
done:
    return status;
}
