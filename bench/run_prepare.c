/* SPDX-License-Identifier: BSD-3-Clause
 *
 * From options to a run that can start: devices, image, groups, store.
 */
#include "bench/run_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/suite.h"
#include "bench/worker.h"
#include "hardware/cpu.h"
#include "hardware/environment.h"
#include "images/tiff.h"
#include "ops/registry.h"

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

static struct worker_link cpu_link(double watchdog_s)
{
    const char *model = cpu_facts()->model;
    struct worker_link link = {.device_index = WORKER_CPU, .type = DEVICE_CPU, .watchdog_s = watchdog_s};
    snprintf(link.name, sizeof link.name, "%s", *model ? model : "CPU");
    return link;
}

static struct worker_link device_link(const struct device *device, size_t listed, double watchdog_s)
{
    struct worker_link link = {
        .device_index = device->index, .type = device->type, .listed = listed, .watchdog_s = watchdog_s};
    snprintf(link.name, sizeof link.name, "%s", device->name);
    snprintf(link.platform, sizeof link.platform, "%s", device->platform);
    snprintf(link.driver, sizeof link.driver, "%s", device->driver);
    return link;
}

enum status run_choose_devices(struct runner *r)
{
    enum status status;
    bool *chosen = NULL, opencl = false;
    TRY(read_backends(r->options->backends, &r->bench.measures_cpu, &opencl));
    status = devices_find(&r->devices, &r->device_count);
    if (status != STATUS_OK && opencl)
        return status;
    if (*devices_left_out() && opencl && r->options->notes)
        fprintf(r->options->notes, "left out, because their devices cannot be listed: %s\n", devices_left_out());
    r->bench.cpu = cpu_link(r->options->watchdog_s);
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
        r->bench.devices[r->bench.device_count++] = device_link(device, r->device_count, r->options->watchdog_s);
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

enum status run_load_image(struct runner *r)
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
    if (r->options->notes && info.channels > 1)
        fprintf(r->options->notes, "%s: channel %lld of %lld (choose by --channel)\n", r->options->image_path,
                (long long)info.channel, (long long)info.channels);
    if (r->options->notes && info.nonfinite > 0)
        fprintf(r->options->notes, "%s: %lld pixels are NaN or infinite; results around them are not defined\n",
                r->options->image_path, (long long)info.nonfinite);
    return STATUS_OK;
}

enum status run_plan_groups(struct runner *r)
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
    return axes.suite ? suite_groups(&axes, &r->groups, &r->group_count)
                      : axes_groups(&axes, &r->groups, &r->group_count);
}

/* A guess before anything was measured: the protocol's least times, and single calls at a few hundred million pixel
 * operations a second. */
static double group_estimate_s(const struct runner *r, const struct case_group *group)
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

double run_estimate_s(const struct runner *r)
{
    double sum = 0;
    for (int i = 0; i < r->group_count; i++)
        sum += group_estimate_s(r, &r->groups[i]);
    return sum;
}

enum status run_open_run(struct runner *r)
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

enum status run_resume_run(struct runner *r)
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
