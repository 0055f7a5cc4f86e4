/* SPDX-License-Identifier: BSD-3-Clause
 *
 * From sessions to verdicts. All cases are measured in one session; what is slower is measured again in a second one,
 * alone, and only what is slower there too is a regression. When many cases move together, or the canary does, it was
 * the machine: then nothing is said of the code.
 */
#include "bench/gate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/gate_commands.h"
#include "bench/gate_session.h"
#include "bench/statistics.h"
#include "hardware/clock.h"

static void say(struct gate_row *row, enum gate_verdict verdict, const char *reason)
{
    row->verdict = verdict;
    if (reason)
        snprintf(row->reason, sizeof row->reason, "%s", reason);
}

/* Whether the program does not know the case, as one of another age. */
static bool is_unknown(const struct gate_answer *answer)
{
    return answer->there && (answer->status == STATUS_USAGE || answer->status == STATUS_UNSUPPORTED);
}

/* The verdict of a case that one side failed in; false: both went well. */
static bool judge_failure(const struct gate_answer *base, const struct gate_answer *head, struct gate_row *row)
{
    char text[GATE_ROW_TEXT];
    if (head->there && head->status == STATUS_WRONG)
        say(row, GATE_WRONG, head->text);
    else if (is_unknown(head))
        say(row, GATE_NOT_COMPARABLE, head->text);
    else if (head->there && head->status != STATUS_OK)
        say(row, GATE_CRASHED, head->text);
    else if (is_unknown(base))
        say(row, GATE_NEW, base->text);
    else if (base->there && base->status != STATUS_OK) {
        snprintf(text, sizeof text, "base: %s", base->text);
        say(row, GATE_NOT_COMPARABLE, text);
    } else
        return false;
    return true;
}

static double threshold_of(const struct gate_session *s, int i)
{
    return gate_threshold(s->options->threshold, gate_noise_of(s->options->noise, s->cases->text[i]));
}

static void start_row(const struct gate_session *s, int i, struct gate_row *row)
{
    *row = (struct gate_row){
        .verdict = GATE_FINE, .base_ns = NAN, .head_ns = NAN, .change = NAN, .low = NAN, .high = NAN, .again = NAN};
    snprintf(row->name, sizeof row->name, "%s", s->cases->text[i]);
    row->threshold = threshold_of(s, i);
    gate_command_text(s->options, row->name, row->command, sizeof row->command);
}

static void judge_times(const struct gate_session *s, int i, const struct gate_test *test, struct gate_row *row)
{
    row->pairs = test->pairs;
    row->change = test->change;
    row->low = test->low;
    row->high = test->high;
    row->base_ns = median_of(s->ns[GATE_BASE][i], s->pairs[i]);
    row->head_ns = median_of(s->ns[GATE_HEAD][i], s->pairs[i]);
    if (test->pairs < GATE_PAIRS_LEAST)
        say(row, GATE_NOT_COMPARABLE, "too few pairs for a bound");
    else if (gate_noise_too_noisy(s->options->noise, row->name))
        say(row, GATE_TOO_NOISY, "on this machine base differs from itself by more than 10 %");
    else if (test->finding == GATE_SLOWER)
        row->verdict = GATE_REGRESSION; /* until the rerun says otherwise */
    else if (test->finding == GATE_FASTER)
        row->verdict = GATE_FASTER_HEAD;
    else if (test->finding == GATE_UNSURE)
        say(row, GATE_INCONCLUSIVE, "the estimate reaches the threshold, but pairs contradict each other");
}

/* Verdicts of the first session; rows are in the order of the cases. */
static void judge_first(const struct gate_session *s, const double *thresholds, struct gate_row *rows,
                        struct gate_test *tests)
{
    for (int i = 0; i < s->cases->count; i++) {
        start_row(s, i, &rows[i]);
        tests[i] = (struct gate_test){0};
        if (judge_failure(&s->failed[GATE_BASE][i], &s->failed[GATE_HEAD][i], &rows[i]) ||
            judge_failure(&s->first[GATE_BASE][i], &s->first[GATE_HEAD][i], &rows[i]))
            continue;
        if (s->pairs[i] == 0) {
            say(&rows[i], GATE_NOT_COMPARABLE, "it was not measured");
            continue;
        }
        tests[i] = gate_test(s->differences[i], s->pairs[i], thresholds[i]);
        judge_times(s, i, &tests[i], &rows[i]);
    }
}

static void find_environment(const struct gate_session *s, const struct gate_test *tests, const double *thresholds,
                             struct gate_result *result)
{
    double change;
    if (gate_canary_changed(s->canary, s->canaries, &change))
        snprintf(result->environment, sizeof result->environment,
                 "Environment changed: a fixed piece of work was %.0f %% %s beside head than beside base; nothing is "
                 "said of the code.",
                 100 * fabs(change), change > 0 ? "slower" : "faster");
    else if (gate_environment_changed(tests, thresholds, s->cases->count))
        snprintf(result->environment, sizeof result->environment,
                 "Environment changed: more than %.0f %% of the cases moved the same way, as another compiler, clock "
                 "or load does; "
                 "nothing is said of the code.",
                 100 * GATE_MOVING_SHARE);
}

static void doubt_all(struct gate_row *rows, int count, const char *reason)
{
    for (int i = 0; i < count; i++)
        if (rows[i].verdict == GATE_REGRESSION)
            say(&rows[i], GATE_INCONCLUSIVE, reason);
}

/* The second session, of the flagged cases alone. */
static enum status confirm(struct gate_session *s, const double *thresholds, struct gate_result *result)
{
    double change;
    enum status status;
    for (int i = 0; i < s->cases->count; i++)
        s->left_out[i] = result->rows[i].verdict != GATE_REGRESSION;
    TRY(gate_session_measure(s, thresholds, "again"));
    const bool canary = gate_canary_changed(s->canary, s->canaries, &change);
    for (int i = 0; i < s->cases->count; i++) {
        struct gate_row *row = &result->rows[i];
        if (row->verdict != GATE_REGRESSION)
            continue;
        if (judge_failure(&s->failed[GATE_BASE][i], &s->failed[GATE_HEAD][i], row))
            continue;
        const struct gate_test test = gate_test(s->differences[i], s->pairs[i], row->threshold);
        row->again = test.change;
        if (canary)
            say(row, GATE_INCONCLUSIVE, "in the rerun a fixed piece of work did not take the same time");
        else if (test.pairs < GATE_PAIRS_LEAST)
            say(row, GATE_INCONCLUSIVE, "too few pairs in the rerun");
        else if (test.finding != GATE_SLOWER)
            say(row, GATE_NOT_CONFIRMED, "slower at first, but not in the rerun");
        else
            snprintf(row->reason, sizeof row->reason,
                     "%.1f %% slower, at least %.1f %% with 99 %% confidence; again %.1f %%", 100 * row->change,
                     100 * row->low, 100 * row->again);
    }
done:
    return status;
}

/* Why nothing can be compared at all; "" otherwise. */
static enum status compare_sides(const struct gate_session *s, struct gate_result *result)
{
    const struct gate_hello *base = &s->hello[GATE_BASE], *head = &s->hello[GATE_HEAD];
    for (int side = 0; side < GATE_SIDES; side++) {
        if (s->refused[side] == STATUS_OK)
            continue;
        if (s->refused[side] != STATUS_UNSUPPORTED)
            return status_fail(s->refused[side], "%s", s->refusal[side]);
        snprintf(result->environment, sizeof result->environment, "Not comparable: %s.", s->refusal[side]);
        return STATUS_OK;
    }
    for (int i = 0; i < s->cases->count; i++)
        if (s->first[GATE_BASE][i].status == STATUS_USAGE && s->first[GATE_HEAD][i].status == STATUS_USAGE)
            return status_fail(STATUS_USAGE, "%s", s->first[GATE_HEAD][i].text);
    if (strcmp(base->device, head->device) != 0)
        snprintf(result->environment, sizeof result->environment, "Not comparable: base ran on '%s', head on '%s'.",
                 base->device, head->device);
    snprintf(result->device, sizeof result->device, "%s", head->device);
    result->device_is_cpu = strcmp(head->device_type, "cpu") == 0;
    return STATUS_OK;
}

static enum status compare(struct gate_session *s, struct gate_result *result)
{
    enum status status;
    struct gate_test tests[GATE_CASES_MOST];
    double thresholds[GATE_CASES_MOST];
    for (int i = 0; i < s->cases->count; i++)
        thresholds[i] = threshold_of(s, i);
    TRY(gate_session_look(s));
    TRY(compare_sides(s, result));
    if (!result->environment[0])
        TRY(gate_session_measure(s, thresholds, "base against head"));
    judge_first(s, thresholds, result->rows, tests);
    if (result->environment[0])
        return STATUS_OK;
    for (int i = 0; i < result->count; i++)
        result->flagged += result->rows[i].verdict == GATE_REGRESSION;
    find_environment(s, tests, thresholds, result);
    if (result->environment[0])
        doubt_all(result->rows, result->count, "the environment changed");
    else if (result->flagged > 0)
        TRY(confirm(s, thresholds, result));
done:
    return status;
}

enum status gate_run(const struct gate_options *options, struct gate_result *result)
{
    enum status status;
    struct gate_cases named = {0};
    struct gate_session *s = calloc(1, sizeof *s);
    const int64_t start = clock_ns();
    *result = (struct gate_result){0};
    if (!s)
        return status_fail(STATUS_MEMORY, "no host memory to compare");
    s->options = options;
    s->cases = options->cases;
    if (options->head.command) {
        TRY(gate_commands_cases(&options->head, options->patience_s, &named));
        s->cases = &named;
    }
    result->rows = calloc((size_t)s->cases->count, sizeof *result->rows);
    if (!result->rows) {
        status = status_fail(STATUS_MEMORY, "no host memory to compare");
        goto done;
    }
    result->count = s->cases->count;
    TRY(compare(s, result));
    gate_rows_sort(result->rows, result->count);
    result->seconds = (double)(clock_ns() - start) * 1e-9;
done:
    gate_cases_free(&named);
    free(s);
    if (status != STATUS_OK)
        gate_result_free(result);
    return status;
}

void gate_result_free(struct gate_result *result)
{
    free(result->rows);
    result->rows = NULL;
    result->count = 0;
}
