/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A process is the unit of the gate, and it must be short: all cases share one start of the driver, a case is warmed up
 * for some milliseconds, and ten samples are taken. Calls are timed in batches of a millisecond, also kernels that
 * take 5 microseconds: single calls that short measure the launch and the clock. A sample is the fastest of up to
 * twelve batches: other programs only ever add time, and where they take a core for some milliseconds now and then, one
 * batch of twelve is left alone. Counts are taken on a device opened for that case alone, so that they do not depend on
 * the cases before it.
 */
#include "bench/gate_measure.h"

#include <jansson.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "bench/canary.h"
#include "bench/check.h"
#include "bench/statistics.h"
#include "bench/timing.h"
#include "hardware/build_info.h"
#include "hardware/clock.h"
#include "hardware/cpu.h"

enum { WARMUP_NS = 20000000, WARMUP_CALLS_LEAST = 5, WARMUP_CALLS_MOST = 2000, SEED = 20261123 };

struct measuring {
    const struct gate_measure *request;
    FILE *out;
    struct device *devices;
    size_t device_count;
    const struct device *device; /* NULL: none */
    struct opencl *opencl;       /* opened when the first case needs it */
    int threads;
};

/* One case with its images. */
struct subject {
    struct gate_case one;
    struct image in[OP_INPUTS_MAX], out, expected;
    struct execution execution;
};

static void write_line(FILE *out, json_t *line)
{
    json_dumpf(line, out, JSON_COMPACT);
    fputc('\n', out);
    fflush(out);
    json_decref(line);
}

static enum status choose_device(struct measuring *m)
{
    const enum status status = devices_find(&m->devices, &m->device_count);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < m->device_count; i++) {
        const struct device *d = &m->devices[i];
        const bool better = !m->device || (d->type == DEVICE_GPU && m->device->type != DEVICE_GPU);
        const bool wanted = m->request->device >= 0 ? d->index == m->request->device : better && !d->problem[0];
        if (wanted)
            m->device = d;
    }
    if (!m->device && m->request->device >= 0)
        return status_fail(STATUS_USAGE, "there is no OpenCL device %d", m->request->device);
    return STATUS_OK;
}

static bool needs_device(const struct gate_cases *cases)
{
    for (int i = 0; i < cases->count; i++)
        if (strstr(cases->text[i], "opencl"))
            return true;
    return false;
}

static json_t *device_json(const struct device *d)
{
    if (!d)
        return json_null();
    return json_pack("{s:i,s:s,s:s,s:s,s:s,s:i}", "index", d->index, "name", d->name, "platform", d->platform, "driver",
                     d->driver, "type", device_type_name(d->type), "compute_units", (int)d->compute_units);
}

static void write_hello(const struct measuring *m)
{
    json_t *hello = json_pack("{s:i,s:s,s:s,s:i,s:o}", "gate", 1, "version", BUILD_VERSION, "commit", BUILD_COMMIT,
                              "threads", m->threads, "device", device_json(m->device));
    if (m->request->samples > 0)
        json_object_set_new(hello, "canary_ns", json_real(canary_fixed_ns()));
    write_line(m->out, hello);
}

static enum status make_images(struct subject *s, int threads)
{
    enum status status = STATUS_OK;
    const struct case_group *g = &s->one.group;
    const struct shape result = op_result_shape(s->one.op, &s->one.args, g->shape);
    for (int i = 0; i < s->one.op->inputs; i++) {
        TRY(image_alloc(&s->in[i], g->shape, g->type, 0, threads));
        TRY(synthetic_fill(&s->in[i], g->content, SEED + (uint64_t)i));
    }
    TRY(image_alloc(&s->out, result, op_result_type(s->one.op), 0, threads));
done:
    return status;
}

static enum status open_device(struct measuring *m)
{
    if (!m->device)
        return status_fail(STATUS_UNSUPPORTED, "there is no OpenCL device");
    if (m->request->count) {
        opencl_close(m->opencl);
        m->opencl = NULL;
    }
    return m->opencl ? STATUS_OK : opencl_open(m->device, &m->opencl);
}

static enum status prepare(struct measuring *m, struct subject *s)
{
    enum status status;
    const struct image *in[OP_INPUTS_MAX] = {&s->in[0], &s->in[1]};
    TRY(make_images(s, m->threads));
    if (s->one.backend == BACKEND_OPENCL)
        TRY(open_device(m));
    TRY(execution_prepare(&s->execution, s->one.op, &s->one.args, s->one.backend,
                          s->one.backend == BACKEND_OPENCL ? m->opencl : NULL, m->threads, in, &s->out));
done:
    return status;
}

static enum status verify(struct subject *s)
{
    enum status status;
    struct op_call call = s->execution.call;
    TRY(image_alloc(&s->expected, s->out.shape, s->out.type, 0, 1));
    call.out = &s->expected;
    TRY(s->one.op->ref(&call));
    TRY(check_execution(&s->execution, &s->expected));
done:
    return status;
}

/* What one whole call, image in and result out, asks of the device, with what preparing it took. */
static enum status count(const struct measuring *m, struct subject *s, json_t *line)
{
    enum status status;
    const struct opencl *o = m->opencl;
    if (s->one.backend != BACKEND_OPENCL)
        return STATUS_OK;
    TRY(execution_push(&s->execution));
    TRY(execution_compute(&s->execution));
    TRY(execution_pull(&s->execution));
    json_object_set_new(line, "counts",
                        json_pack("{s:I,s:I,s:I,s:I,s:i,s:i}", "launches", (json_int_t)o->launches, "bytes_pushed",
                                  (json_int_t)o->bytes_pushed, "bytes_pulled", (json_int_t)o->bytes_pulled,
                                  "bytes_device", (json_int_t)o->peak_bytes, "tiles", 0, "programs",
                                  o->programs_compiled + o->programs_from_cache));
done:
    return status;
}

/* `calls` of the case, one after the other, as a user makes them. */
static enum status call(struct subject *s, int calls)
{
    enum status status = STATUS_OK;
    if (s->one.residency == RESIDENCY_RESIDENT)
        return timing_call(&s->execution, RESIDENCY_RESIDENT, calls);
    for (int i = 0; i < calls && status == STATUS_OK; i++)
        status = timing_call(&s->execution, RESIDENCY_END_TO_END, 1);
    return status;
}

/* The clock starts after the first call, which may start threads or a kernel's compiler. How long a call takes is the
 * lower quartile: disturbance only ever adds. */
static enum status warm_up(struct subject *s)
{
    enum status status;
    double ns[WARMUP_CALLS_MOST];
    int calls = 0;
    TRY(execution_push(&s->execution));
    TRY(call(s, 1));
    for (const int64_t start = clock_ns();
         calls < WARMUP_CALLS_LEAST || (calls < WARMUP_CALLS_MOST && clock_ns() - start < WARMUP_NS); calls++) {
        const int64_t before = clock_ns();
        TRY(call(s, 1));
        ns[calls] = (double)(clock_ns() - before);
    }
    const double call_ns = fmax(summarise(ns, calls).q1, 1);
    if (s->one.repeats == 0)
        s->one.repeats = (int)fmin(ceil(GATE_BATCH_NS / call_ns), GATE_REPEATS_MOST);
    if (s->one.batches == 0)
        s->one.batches = (int)fmax(1, fmin(floor(GATE_SAMPLE_NS / (s->one.repeats * call_ns)), GATE_BATCHES_MOST));
done:
    return status;
}

static enum status sample_once(struct subject *s, double *ns)
{
    enum status status = STATUS_OK;
    *ns = INFINITY;
    for (int i = 0; i < s->one.batches; i++) {
        const int64_t start = clock_ns();
        TRY(call(s, s->one.repeats));
        *ns = fmin(*ns, (double)(clock_ns() - start) / s->one.repeats);
    }
done:
    return status;
}

static enum status sample(const struct measuring *m, struct subject *s, json_t *line)
{
    enum status status;
    double ns;
    json_t *samples = json_array();
    json_object_set_new(line, "samples_ns", samples);
    TRY(warm_up(s));
    json_object_set_new(line, "repeats", json_integer(s->one.repeats));
    json_object_set_new(line, "batches", json_integer(s->one.batches));
    for (int i = 0; i < m->request->samples; i++) {
        TRY(sample_once(s, &ns));
        json_array_append_new(samples, json_real(ns));
    }
done:
    return status;
}

static enum status measure_case(struct measuring *m, const char *text, struct subject *s, json_t *line)
{
    enum status status;
    char key[GATE_CASE_TEXT];
    TRY(gate_case_parse(text, &s->one));
    json_object_set_new(line, "key", json_string(gate_case_key(&s->one, key, sizeof key)));
    TRY(prepare(m, s));
    if (m->request->count)
        TRY(count(m, s, line));
    if (m->request->verify)
        TRY(verify(s));
    if (m->request->samples > 0)
        TRY(sample(m, s, line));
done:
    omp_pause_resource_all(
        omp_pause_soft); /* its threads must not spin beside the next case, which may be a device's */
    return status;
}

static void subject_free(struct subject *s)
{
    execution_free(&s->execution);
    for (int i = 0; i < OP_INPUTS_MAX; i++)
        image_free(&s->in[i]);
    image_free(&s->out);
    image_free(&s->expected);
}

enum status gate_measure(const struct gate_measure *request, FILE *out)
{
    enum status status = STATUS_OK;
    struct measuring m = {.request = request, .out = out, .threads = request->threads ? request->threads : cpu_cores()};
    if (needs_device(request->cases))
        TRY(choose_device(&m));
    write_hello(&m);
    for (int i = 0; i < request->cases->count; i++) {
        struct subject s = {0};
        json_t *line = json_pack("{s:i}", "case", i);
        const enum status found = measure_case(&m, request->cases->text[i], &s, line);
        json_object_set_new(line, "status", json_string(status_name(found)));
        if (found != STATUS_OK)
            json_object_set_new(line, "text", json_string(status_text()));
        write_line(out, line);
        subject_free(&s);
    }
    write_line(out, json_pack("{s:b}", "end", 1));
done:
    opencl_close(m.opencl);
    free(m.devices);
    return status;
}
