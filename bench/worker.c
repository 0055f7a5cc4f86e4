/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The child's side: one group loaded at a time, requests answered in order. Input and output lie in this process's own
 * memory, first touched by the threads that will work on it; only the expectation is read from shared memory.
 *
 * OpenMP's threads are ended before each answer. Between two calls of a turn they spin, as they must: waking a sleeping
 * thread takes longer than many an operation. While the other side is measured they must not.
 */
#include "bench/worker.h"

#include <jansson.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/canary.h"
#include "bench/check.h"
#include "bench/energy.h"
#include "bench/shared_image.h"
#include "bench/timing.h"
#include "bench/worker_limits.h"
#include "hardware/clock.h"
#include "ops/args.h"

enum { CANDIDATES_MOST = 8 };

struct worker {
    FILE *in, *out;
    struct opencl *opencl; /* NULL on the CPU */
    struct canary *canary;
    struct telemetry *telemetry; /* opened by the first request for energy */
    int64_t last_sign_ns;

    bool loaded;
    struct image input[OP_INPUTS_MAX], output;
    struct shared_image shared_input[OP_INPUTS_MAX], expected;
    struct execution execution;
};

static void send_json(struct worker *w, json_t *answer)
{
    json_dumpf(answer, w->out, JSON_COMPACT);
    fputc('\n', w->out);
    fflush(w->out);
    json_decref(answer);
    w->last_sign_ns = clock_ns();
}

/* A sign of life, at most one a second: a message between two calls must not disturb the next. */
static void alive(void *context)
{
    struct worker *w = context;
    if (clock_ns() - w->last_sign_ns > 1000000000)
        send_json(w, json_pack("{s:b}", "alive", 1));
}

static void unload(struct worker *w)
{
    execution_free(&w->execution);
    for (int i = 0; i < OP_INPUTS_MAX; i++) {
        image_free(&w->input[i]);
        shared_image_free(&w->shared_input[i]);
    }
    image_free(&w->output);
    shared_image_free(&w->expected);
    w->loaded = false;
}

struct load_request {
    const char *op, *variant, *parameters, *type;
    json_int_t width, height, depth, owner, threads, input[OP_INPUTS_MAX], expected;
};

static enum status load_images(struct worker *w, const struct op *op, const struct load_request *r,
                               const struct op_args *args)
{
    enum status status = STATUS_OK;
    struct shape shape = {r->width, r->height, r->depth}, result = op_result_shape(op, args, shape);
    for (int i = 0; i < op->inputs; i++) {
        TRY(shared_image_open(&w->shared_input[i], (int)r->owner, (int)r->input[i], shape, op->type));
        TRY(image_alloc(&w->input[i], shape, op->type, 0, (int)r->threads));
        image_copy(&w->input[i], &w->shared_input[i].image);
        shared_image_free(&w->shared_input[i]);
    }
    TRY(image_alloc(&w->output, result, op_result_type(op), 0, (int)r->threads));
    TRY(shared_image_open(&w->expected, (int)r->owner, (int)r->expected, result, op_result_type(op)));
done:
    return status;
}

static enum status load(struct worker *w, json_t *request, json_t *answer)
{
    enum status status;
    struct load_request r = {0};
    struct op_args args;
    unload(w);
    if (json_unpack(request, "{s:s,s:s,s:s,s:s,s:[I,I,I],s:I,s:I,s:[I,I],s:I}", "op", &r.op, "variant", &r.variant,
                    "parameters", &r.parameters, "type", &r.type, "shape", &r.width, &r.height, &r.depth, "owner",
                    &r.owner, "threads", &r.threads, "input", &r.input[0], &r.input[1], "expected", &r.expected) != 0)
        return status_fail(STATUS_USAGE, "a load request lacks a field");
    const struct op *op = op_find(r.op, pixel_type_find(r.type));
    if (!op)
        return op_unknown(r.op);
    op = op_with_variant(op, op_variant_find(r.variant));
    if (!op)
        return status_fail(STATUS_USAGE, "%s has no variant %s", r.op, r.variant);
    TRY(op_args_parse(op, r.parameters, &args));
    TRY(load_images(w, op, &r, &args));

    const struct image *in[OP_INPUTS_MAX] = {&w->input[0], &w->input[1]};
    int64_t built_before = w->opencl ? w->opencl->build_ns : 0, start = clock_ns();
    if (w->opencl)
        w->opencl->peak_bytes = w->opencl->allocated_bytes;
    TRY(execution_prepare(&w->execution, op, &args, w->opencl ? BACKEND_OPENCL : BACKEND_OPENMP, w->opencl,
                          (int)r.threads, in, &w->output));
    w->loaded = true;
    json_object_set_new(answer, "prepare_ns", json_real((double)(clock_ns() - start)));
    if (w->opencl) {
        size_t pushed = 0;
        for (int i = 0; i < op->inputs; i++)
            pushed += device_image_bytes(&w->execution.device_in[i]);
        json_object_set_new(answer, "build_ns", json_real((double)(w->opencl->build_ns - built_before)));
        json_object_set_new(answer, "bytes_pushed", json_integer((json_int_t)pushed));
        json_object_set_new(answer, "bytes_pulled",
                            json_integer((json_int_t)device_image_bytes(&w->execution.device_out)));
        json_object_set_new(answer, "bytes_device", json_integer((json_int_t)w->opencl->peak_bytes));
        json_object_set_new(answer, "launches", json_integer(plan_launches(w->execution.plan)));
    }
done:
    if (status != STATUS_OK)
        unload(w);
    return status;
}

static enum status reference(struct worker *w)
{
    struct op_call call = w->execution.call;
    call.out = &w->expected.image;
    return w->execution.op->ref(&call);
}

static enum status verify(struct worker *w, json_t *answer)
{
    int64_t start = clock_ns();
    enum status status = check_execution(&w->execution, &w->expected.image);
    json_object_set_new(answer, "first_call_ns", json_real((double)(clock_ns() - start)));
    return status;
}

static enum residency requested_residency(json_t *request)
{
    return json_is_true(json_object_get(request, "resident")) ? RESIDENCY_RESIDENT : RESIDENCY_END_TO_END;
}

static enum status warm_up(struct worker *w, json_t *request, json_t *answer)
{
    enum status status = STATUS_OK;
    enum residency residency = requested_residency(request);
    int threads = (int)json_integer_value(json_object_get(request, "threads"));
    struct timing_rules rules = timing_rules(json_is_true(json_object_get(request, "quick")));
    struct warmup warmup;
    if (!w->opencl && threads > 0 && threads != w->execution.call.threads)
        TRY(execution_set_threads(&w->execution, threads));
    TRY(timing_warm_up(&w->execution, residency, &rules, alive, w, &warmup));
    json_object_set_new(answer, "spent_ns", json_real(warmup.spent_ns));
    json_object_set_new(answer, "call_ns", json_real(warmup.call_ns));
    json_object_set_new(answer, "repeats", json_integer(timing_repeats(residency, warmup.call_ns)));
done:
    return status;
}

static enum status choose_threads(struct worker *w, json_t *request, json_t *answer)
{
    int candidates[CANDIDATES_MOST], count = 0, best = 1;
    size_t i;
    json_t *threads;
    json_array_foreach(json_object_get(request, "candidates"), i, threads)
    {
        if (count < CANDIDATES_MOST)
            candidates[count++] = (int)json_integer_value(threads);
    }
    int64_t start = clock_ns();
    enum status status = timing_choose_threads(&w->execution, candidates, count, alive, w, &best);
    json_object_set_new(answer, "threads", json_integer(best));
    json_object_set_new(answer, "spent_ns", json_real((double)(clock_ns() - start)));
    return status;
}

/* null stands for NAN, which JSON does not have. */
static json_t *number(double value)
{
    return isnan(value) ? json_null() : json_real(value);
}

static enum status sample(struct worker *w, json_t *request, json_t *answer)
{
    enum residency residency = requested_residency(request);
    int count = (int)json_integer_value(json_object_get(request, "count"));
    int repeats = (int)json_integer_value(json_object_get(request, "repeats"));
    double flushed = 0;
    int64_t start = clock_ns();
    json_t *rows = json_array();
    json_object_set_new(answer, "samples", rows);
    /* A turn of short samples begins with one that does not count: it starts the threads, and brings back what the
     * other side's turn has evicted where the samples are to be hot. */
    for (int i = count > 1 ? -1 : 0; i < count; i++) {
        struct sample_row s;
        double flush_ns;
        enum status status = timing_sample(&w->execution, residency, repeats, &s, &flush_ns);
        if (status != STATUS_OK)
            return status;
        if (i < 0)
            continue;
        flushed += flush_ns;
        json_array_append_new(rows, json_pack("[f,f,f,f,o,o,o,o,i]", s.total_ns, s.push_ns, s.compute_ns, s.pull_ns,
                                              number(s.queued_ns), number(s.submit_ns), number(s.start_ns),
                                              number(s.end_ns), s.events_ok));
        alive(w);
    }
    json_object_set_new(answer, "flush_ns", json_real(flushed));
    json_object_set_new(answer, "spent_ns", json_real((double)(clock_ns() - start)));
    return STATUS_OK;
}

static enum status energy(struct worker *w, json_t *request, json_t *answer)
{
    enum status status = STATUS_OK;
    struct energy energy;
    if (!w->telemetry)
        TRY(telemetry_open(w->opencl ? &w->opencl->device : NULL, telemetry_root(), &w->telemetry));
    TRY(energy_measure(&w->execution, requested_residency(request),
                       (int)json_integer_value(json_object_get(request, "repeats")),
                       json_number_value(json_object_get(request, "call_ns")),
                       json_is_true(json_object_get(request, "quick")), w->telemetry, alive, w, &energy));
    json_object_set_new(answer, "call_j", number(energy.call_j));
    json_object_set_new(answer, "spent_ns", json_real(energy.spent_ns));
done:
    return status;
}

static enum status canary(struct worker *w, json_t *answer)
{
    double ns = 0;
    enum status status = canary_run(w->canary, &ns);
    json_object_set_new(answer, "ns", json_real(ns));
    return status;
}

static enum status dispatch(struct worker *w, json_t *request, json_t *answer)
{
    const char *what = json_string_value(json_object_get(request, "do"));
    if (!what)
        return status_fail(STATUS_USAGE, "a request without \"do\"");
    if (strcmp(what, "load") == 0)
        return load(w, request, answer);
    if (strcmp(what, "canary") == 0)
        return canary(w, answer);
    if (strcmp(what, "limits") == 0)
        return worker_limits(w->opencl, request, answer);
    if (strcmp(what, "sustain") == 0)
        return worker_sustain(w->opencl, request, answer, alive, w);
    if (!w->loaded)
        return status_fail(STATUS_USAGE, "'%s' before anything was loaded", what);
    if (strcmp(what, "reference") == 0)
        return reference(w);
    if (strcmp(what, "verify") == 0)
        return verify(w, answer);
    if (strcmp(what, "warm_up") == 0)
        return warm_up(w, request, answer);
    if (strcmp(what, "choose_threads") == 0)
        return choose_threads(w, request, answer);
    if (strcmp(what, "sample") == 0)
        return sample(w, request, answer);
    if (strcmp(what, "energy") == 0)
        return energy(w, request, answer);
    if (strcmp(what, "unload") == 0) {
        unload(w);
        return STATUS_OK;
    }
    return status_fail(STATUS_USAGE, "unknown request '%s'", what);
}

static void answer_status(json_t *answer, enum status status)
{
    json_object_set_new(answer, "status", json_string(status_name(status)));
    if (status != STATUS_OK)
        json_object_set_new(answer, "text", json_stringn_nocheck(status_text(), strlen(status_text())));
}

/* Opens the device and tells in `hello` which one it is. */
static enum status open_device(struct worker *w, int index, json_t *hello)
{
    enum status status = STATUS_OK;
    struct device *devices = NULL;
    size_t count = 0;
    if (index != WORKER_CPU) {
        TRY(devices_find(&devices, &count));
        if (index < 0 || (size_t)index >= count)
            status = status_fail(STATUS_DEVICE, "device %d is gone: %zu are listed now", index, count);
        else
            status = opencl_open(&devices[index], &w->opencl);
    }
    if (status == STATUS_OK && w->opencl) {
        json_object_set_new(hello, "name", json_string(w->opencl->device.name));
        json_object_set_new(hello, "platform", json_string(w->opencl->device.platform));
        json_object_set_new(hello, "driver", json_string(w->opencl->device.driver));
        json_object_set_new(hello, "listed", json_integer((json_int_t)count));
    }
    if (status == STATUS_OK)
        status = canary_create(w->opencl, &w->canary);
done:
    free(devices);
    return status;
}

int worker_main(int socket, int device)
{
    struct worker w = {.in = fdopen(socket, "r"), .out = fdopen(dup(socket), "w")};
    char *line = NULL;
    size_t capacity = 0;
    if (!w.in || !w.out)
        return 1;
    json_t *hello = json_object();
    enum status status = open_device(&w, device, hello);
    answer_status(hello, status);
    send_json(&w, hello);

    while (status == STATUS_OK && getline(&line, &capacity, w.in) > 0) {
        json_t *request = json_loads(line, 0, NULL), *answer = json_object();
        answer_status(answer, dispatch(&w, request, answer));
        omp_pause_resource_all(omp_pause_soft);
        send_json(&w, answer);
        json_decref(request);
    }
    unload(&w);
    canary_free(w.canary);
    telemetry_close(w.telemetry);
    opencl_close(w.opencl);
    free(line);
    fclose(w.in);
    fclose(w.out);
    return status_exit_code(status);
}
