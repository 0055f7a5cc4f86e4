/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The loop of a run. Each finished group is in the store before the next one starts; a group that is there already, after
 * --resume, is not measured again.
 */
#include "bench/runner.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "bench/refine.h"
#include "bench/run_state.h"
#include "hardware/clock.h"

enum { KEY_BYTES = 512 };

static void count_cases(struct run_result *result, const struct measured *measured)
{
    for (int i = 0; i < measured->count; i++) {
        const char *name = measured->cases[i].status;
        result->cases++;
        result->wrong += strcmp(name, status_name(STATUS_WRONG)) == 0;
        result->oom += strcmp(name, status_name(STATUS_DEVICE_MEMORY)) == 0;
        result->refused += strcmp(name, status_name(STATUS_DEVICE)) == 0;
        result->ended += strcmp(name, status_name(STATUS_CRASH)) == 0 || strcmp(name, status_name(STATUS_HANG)) == 0;
    }
}

static enum status run_group(struct runner *r, const struct case_group *group)
{
    enum status status;
    char key[KEY_BYTES];
    bool has = false;
    struct measured measured = {0};
    case_group_key(group, key, sizeof key);
    progress_show(&r->progress, key);
    TRY(store_has_group(r->store, r->run, key, &has));
    if (has) {
        r->result->groups_kept++;
    } else {
        TRY(measure_group(&r->bench, group, &measured));
        count_cases(r->result, &measured);
        TRY(store_add_group(r->store, r->run, key, measured.cases, measured.count,
                            (const struct sample_row *const *)measured.samples, measured.sample_counts));
        r->result->groups_measured++;
        watchman_look(&r->watchman, &r->bench);
    }
    r->progress.done++;
done:
    measured_free(&measured);
    return status;
}

static bool out_of_budget(const struct runner *r)
{
    return r->options->budget_s > 0 && (double)(clock_ns() - r->progress.started_ns) * 1e-9 > r->options->budget_s;
}

static enum status sweep(struct runner *r)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < r->group_count && status == STATUS_OK; i++) {
        if (out_of_budget(r)) {
            r->result->groups_left = r->group_count - i;
            break;
        }
        status = run_group(r, &r->groups[i]);
    }
    return status;
}

/* Measures between sizes until every break-even is bracketed narrowly or the budget is spent. */
static enum status refine(struct runner *r)
{
    enum status status = STATUS_OK;
    while (r->options->refine && status == STATUS_OK && !out_of_budget(r)) {
        struct case_row *rows = NULL;
        int count = 0;
        struct case_group next;
        TRY(store_cases(r->store, r->run, &rows, &count));
        bool more = refine_next(rows, count, r->groups, r->group_count, &next);
        free(rows);
        if (!more)
            break;
        struct case_group *grown = realloc(r->groups, (size_t)(r->group_count + 1) * sizeof *grown);
        if (!grown)
            return status_fail(STATUS_MEMORY, "no host memory for another case");
        r->groups = grown;
        r->groups[r->group_count++] = next;
        r->progress.planned++;
        status = run_group(r, &next);
    }
done:
    return status;
}

static enum status verdict_of_run(const struct run_result *result)
{
    if (result->wrong)
        return status_fail(STATUS_WRONG, "%d of %d cases gave wrong results; they have no time and no speedup", result->wrong,
                           result->cases);
    if (result->ended)
        return status_fail(STATUS_CRASH, "%d of %d cases crashed or hung; the table names them", result->ended, result->cases);
    if (result->refused)
        return status_fail(STATUS_DEVICE, "%d of %d cases failed in the driver; the table names them", result->refused,
                           result->cases);
    if (result->cases == 0 && result->groups_kept == 0)
        return status_fail(STATUS_CRASH, "nothing was measured");
    return STATUS_OK;
}

static void stop(struct runner *r)
{
    worker_stop(&r->bench.cpu);
    for (int d = 0; d < r->bench.device_count; d++)
        worker_stop(&r->bench.devices[d]);
    store_close(r->store);
    image_free(&r->image);
    configuration_free(&r->resumed);
    free(r->groups);
    free(r->devices);
}

enum status run_suite(const struct run_options *options, struct run_result *result)
{
    enum status status;
    struct runner *r = calloc(1, sizeof *r);
    *result = (struct run_result){0};
    if (!r)
        return status_fail(STATUS_MEMORY, "no host memory for a run");
    r->options = options;
    r->result = result;
    if (options->resume)
        TRY(run_resume_run(r));
    TRY(run_choose_devices(r));
    TRY(run_load_image(r));
    TRY(run_plan_groups(r));
    if (!options->resume)
        TRY(run_open_run(r));
    result->run = r->run;
    result->groups = r->group_count;

    int64_t start = clock_ns();
    progress_start(&r->progress, options->progress, r->group_count, run_estimate_s(r) / r->group_count,
                   r->options->budget_s);
    watchman_start(&r->watchman, &r->bench);
    TRY(sweep(r));
    TRY(refine(r));
    progress_end(&r->progress);
    if (result->groups_left == 0)
        TRY(store_finish_run(r->store, r->run));
    result->account = r->bench.account;
    result->account.wall = (double)(clock_ns() - start) * 1e-9;
    result->idle_busy = r->bench.turn_s > 0 ? r->bench.idle_busy_s / r->bench.turn_s : 0;
    status = verdict_of_run(result);
done:
    progress_end(&r->progress);
    stop(r);
    free(r);
    return status;
}

static void print_list(const struct runner *r, int cases, double seconds, FILE *out)
{
    char key[KEY_BYTES];
    for (int i = 0; i < r->group_count; i++)
        fprintf(out, "%s\n", case_group_key(&r->groups[i], key, sizeof key));
    fprintf(out, "%d groups, %d cases, about %d:%02d minutes\n", r->group_count, cases, (int)seconds / 60,
            (int)seconds % 60);
}

static void print_list_json(const struct runner *r, int cases, double seconds, FILE *out)
{
    json_t *list = json_array();
    for (int i = 0; i < r->group_count; i++) {
        const struct case_group *g = &r->groups[i];
        const struct shape s = g->shape;
        json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:[I,I,I],s:s,s:s}", "operation", g->op, "parameters",
                                              g->parameters, "type", pixel_type_name(g->type), "size",
                                              (json_int_t)s.width, (json_int_t)s.height, (json_int_t)s.depth, "content",
                                              case_group_content(g), "variant", op_variant_name(g->variant)));
    }
    json_t *all = json_pack("{s:o,s:i,s:f}", "groups", list, "cases", cases, "estimate_s", seconds);
    json_dumpf(all, out, JSON_INDENT(2));
    fprintf(out, "\n");
    json_decref(all);
}

enum status run_list(const struct run_options *options, bool json, FILE *out)
{
    enum status status;
    struct runner *r = calloc(1, sizeof *r);
    if (!r)
        return status_fail(STATUS_MEMORY, "no host memory for a list");
    r->options = options;
    TRY(run_choose_devices(r));
    TRY(run_load_image(r));
    TRY(run_plan_groups(r));
    const int cases = r->group_count * RESIDENCY_COUNT * (r->bench.device_count + r->bench.measures_cpu);
    (json ? print_list_json : print_list)(r, cases, run_estimate_s(r), out);
done:
    stop(r);
    free(r);
    return status;
}
