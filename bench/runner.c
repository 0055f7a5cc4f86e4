/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The loop of a run. Each finished group is in the store before the next one starts; a group that is there already, after
 * --resume, is not measured again.
 */
#include "bench/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/configuration.h"
#include "bench/progress.h"
#include "bench/refine.h"
#include "bench/store.h"
#include "bench/watchman.h"
#include "bench/worker.h"
#include "hardware/clock.h"
#include "hardware/cpu.h"
#include "hardware/environment.h"
#include "images/tiff.h"
#include "ops/registry.h"

enum { KEY_BYTES = 512 };

struct runner {
    const struct run_options *options;
    struct run_options resolved; /* with what a resumed run brings along */
    struct configuration resumed;
    struct bench bench;
    struct image image;
    struct device *devices; /* all of this machine */
    size_t device_count;
    struct store *store;
    int64_t run;
    struct case_group *groups;
    int group_count;
    struct progress progress;
    struct watchman watchman;
    struct run_result *result;
};

/* --backends is a list of openmp and opencl. */
static enum status read_backends(const char *text, bool *openmp, bool *opencl)
{
    *openmp = *opencl = false;
    for (const char *item = text;; item++) {
        size_t length = strcspn(item, ",");
        if (strncmp(item, "openmp", length) == 0 && length == 6)
            *openmp = true;
        else if (strncmp(item, "opencl", length) == 0 && length == 6)
            *opencl = true;
        else
            return status_fail(STATUS_USAGE, "backend '%.*s'; valid for run: openmp, opencl", (int)length, item);
        item += length;
        if (!*item)
            return STATUS_OK;
    }
}

static void set_link(struct worker_link *link, int index, const char *name, enum device_type type, double watchdog_s)
{
    *link = (struct worker_link){.device_index = index, .type = type, .watchdog_s = watchdog_s};
    snprintf(link->name, sizeof link->name, "%s", name);
}

static enum status choose_devices(struct runner *r)
{
    enum status status;
    bool *chosen = NULL, opencl = false;
    TRY(devices_find(&r->devices, &r->device_count));
    TRY(read_backends(r->options->backends, &r->bench.measures_cpu, &opencl));
    const char *model = cpu_facts()->model;
    set_link(&r->bench.cpu, WORKER_CPU, *model ? model : "CPU", DEVICE_CPU, r->options->watchdog_s);
    r->bench.cores = cpu_cores();
    r->bench.hardware_threads = cpu_threads();
    if (!opencl)
        return STATUS_OK;
    chosen = calloc(r->device_count + 1, sizeof *chosen);
    if (!chosen)
        return status_fail(STATUS_MEMORY, "no host memory for the list of devices");
    TRY(devices_choose(r->devices, r->device_count, r->options->device, chosen));
    for (size_t i = 0; i < r->device_count; i++) {
        const struct device *device = &r->devices[i];
        if (!chosen[i])
            continue;
        if (r->bench.device_count == DEVICES_MOST) {
            status = status_fail(STATUS_USAGE, "more than %d devices; choose some by --device", DEVICES_MOST);
            goto done;
        }
        set_link(&r->bench.devices[r->bench.device_count++], device->index, device->name, device->type,
                 r->options->watchdog_s);
    }
done:
    free(chosen);
    return status;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static enum status load_image(struct runner *r)
{
    if (!r->options->image_path)
        return STATUS_OK;
    struct tiff_info info;
    struct tiff_selection selection = {.channel = r->options->channel};
    enum status status = tiff_read(r->options->image_path, &selection, &r->image, &info);
    if (status != STATUS_OK)
        return status;
    if (r->image.type == PIXEL_U32)
        return status_fail(STATUS_INPUT, "%s: uint32 pixels are labels; images to measure on are uint8, uint16 or float32",
                           r->options->image_path);
    if (r->options->progress && info.channels > 1)
        fprintf(r->options->progress, "%s: channel %lld of %lld (choose by --channel)\n", r->options->image_path,
                (long long)info.channel, (long long)info.channels);
    if (r->options->progress && info.nonfinite > 0)
        fprintf(r->options->progress, "%s: %lld pixels are NaN or infinite; results around them are not defined\n",
                r->options->image_path, (long long)info.nonfinite);
    return STATUS_OK;
}

static enum status plan_groups(struct runner *r)
{
    struct axes axes = r->options->axes;
    if (r->image.pixels) {
        axes.image = &r->image;
        axes.image_name = base_name(r->options->image_path);
    }
    r->bench.image = axes.image;
    r->bench.quick = axes.quick;
    r->bench.seed = axes.seed;
    r->bench.fixed_threads = r->options->threads;
    return axes_groups(&axes, &r->groups, &r->group_count);
}

/* A guess before anything was measured: the protocol's least times, and single calls at a few hundred million pixel
 * operations a second. */
static double estimate_s(const struct runner *r, const struct case_group *group)
{
    struct op_args args;
    const struct op *op = case_group_op(group, &args);
    struct timing_rules rules = timing_rules(r->bench.quick);
    int cases = RESIDENCY_COUNT * (r->bench.device_count + r->bench.measures_cpu);
    double call_s = ((double)shape_pixels(group->shape) * 2 + op_flops(op, &args, group->shape)) * 5e-10;
    double warm_up_s = fmax(rules.warmup_least_s, 3 * call_s) + 0.1;
    double sampling_s = fmax(2 * rules.sampling_least_s, rules.samples_least * call_s);
    return cases * (warm_up_s + sampling_s) + 10 * call_s;
}

static double total_estimate_s(const struct runner *r)
{
    double sum = 0;
    for (int i = 0; i < r->group_count; i++)
        sum += estimate_s(r, &r->groups[i]);
    return sum;
}

static enum status open_run(struct runner *r)
{
    enum status status;
    char *configuration = NULL, *environment = NULL;
    TRY(store_open(r->options->database, &r->store));
    TRY(configuration_write(r->options, &configuration));
    TRY(environment_json(cpu_level_name(cpu_level_best()), r->devices, r->device_count, &environment));
    TRY(store_begin_run(r->store, r->options->name ? r->options->name : "", configuration, environment, &r->run));
done:
    free(configuration);
    free(environment);
    return status;
}

/* Takes up the newest unfinished run: its configuration replaces what was typed beside --resume. */
static enum status resume_run(struct runner *r)
{
    enum status status;
    struct store_run last = {0};
    TRY(store_open_read(r->options->database, &r->store));
    store_close(r->store);
    r->store = NULL;
    TRY(store_open(r->options->database, &r->store));
    TRY(store_last_run(r->store, true, &last));
    if (last.id == 0) {
        status = status_fail(STATUS_USAGE, "--resume: %s has no unfinished run", r->options->database);
        goto done;
    }
    TRY(configuration_read(last.configuration, &r->resumed));
    r->resolved = *r->options;
    configuration_apply(&r->resumed, &r->resolved);
    r->options = &r->resolved;
    r->run = last.id;
done:
    store_run_free(&last);
    return status;
}

static void count_cases(struct run_result *result, const struct measured *measured)
{
    for (int i = 0; i < measured->count; i++) {
        const char *name = measured->cases[i].status;
        result->cases++;
        result->wrong += strcmp(name, status_name(STATUS_WRONG)) == 0;
        result->oom += strcmp(name, status_name(STATUS_DEVICE_MEMORY)) == 0;
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
        TRY(resume_run(r));
    TRY(choose_devices(r));
    TRY(load_image(r));
    TRY(plan_groups(r));
    if (!options->resume)
        TRY(open_run(r));
    result->run = r->run;
    result->groups = r->group_count;

    int64_t start = clock_ns();
    progress_start(&r->progress, options->progress, r->group_count, total_estimate_s(r) / r->group_count,
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

enum status run_list(const struct run_options *options, FILE *out)
{
    enum status status;
    char key[KEY_BYTES];
    struct runner *r = calloc(1, sizeof *r);
    if (!r)
        return status_fail(STATUS_MEMORY, "no host memory for a list");
    r->options = options;
    TRY(choose_devices(r));
    TRY(load_image(r));
    TRY(plan_groups(r));
    for (int i = 0; i < r->group_count; i++)
        fprintf(out, "%s\n", case_group_key(&r->groups[i], key, sizeof key));
    double seconds = total_estimate_s(r);
    int per_group = RESIDENCY_COUNT * (r->bench.device_count + r->bench.measures_cpu);
    fprintf(out, "%d groups, %d cases, about %d:%02d minutes\n", r->group_count, r->group_count * per_group,
            (int)seconds / 60, (int)seconds % 60);
done:
    stop(r);
    free(r);
    return status;
}
