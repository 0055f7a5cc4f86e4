/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Stage "launch": what a device takes before and around any work, all in ns.
 *
 *   enqueue           the host's time for one clEnqueueNDRangeKernel of many in a row; the wait for them is not counted
 *   back_to_back      of one launch among many that are queued at once, with the wait for the last
 *   launch_and_wait   enqueue and clFinish
 *   enqueue_to_start  from QUEUED to START by the device's own times, where they can be believed
 *   build_cold        clBuildProgram from a source that no cache has seen
 *   build_cached      the same program from its binary
 *   first_call        first launch and wait of a program just built, where drivers compile what they put off
 *
 * enqueue and back_to_back are those of the fastest sample, the others are medians.
 *
 * The queue is the one that operations use, with profiling, and the kernel has one work-item.
 */
#include "hardware/limits_launch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hardware/clock.h"
#include "hardware/limits_stages.h"
#include "hardware/program.h"

extern const char kernel_limits_launch[];

/* Short calls are summed up: hundreds of single ones would be over within a few milliseconds of the machine's mood. */
enum { ENQUEUED = 100, WAITS = 20, QUEUED_MOST = 1000, QUEUED_LEAST = 10, OPTIONS_BYTES = 96 };

static const double short_budget_ns = 300e6, batch_ns = 50e6, build_budget_ns = 400e6;

struct launcher {
    struct opencl *opencl;
    cl_mem buffer;
    cl_kernel kernel;
    int batch;               /* launches of back_to_back */
    int events, events_sane; /* looked at, believed */
    struct limit_samples starts;
    unsigned char *binary; /* NULL: there is none, see no_binary */
    char no_binary[LIMIT_TEXT];
    size_t binary_bytes;
    unsigned builds; /* so far; tells their names apart */
    struct limit_samples first_calls;
};

bool launch_times_sane(const struct event_times *t, double wall_ns)
{
    const bool present = t->queued_ns && t->submit_ns && t->start_ns && t->end_ns;
    const bool ordered = t->queued_ns <= t->submit_ns && t->submit_ns <= t->start_ns && t->start_ns <= t->end_ns;
    return present && ordered && (double)(t->end_ns - t->queued_ns) <= 1.02 * wall_ns + 2000;
}

static enum status launch(struct launcher *l, cl_kernel kernel, cl_event *event)
{
    static const size_t one = 1;
    return opencl_check(clEnqueueNDRangeKernel(l->opencl->queue, kernel, 1, NULL, &one, &one, 0, NULL, event),
                        "clEnqueueNDRangeKernel", l->opencl);
}

static enum status enqueue_once(void *context, double *ns)
{
    struct launcher *l = context;
    enum status status;
    const int64_t start = clock_ns();
    for (int i = 0; i < ENQUEUED; i++)
        TRY(launch(l, l->kernel, NULL));
    *ns = (double)(clock_ns() - start);
    TRY(opencl_finish(l->opencl));
done:
    return status;
}

static enum status back_to_back_once(void *context, double *ns)
{
    struct launcher *l = context;
    enum status status;
    const int64_t start = clock_ns();
    for (int i = 0; i < l->batch; i++)
        TRY(launch(l, l->kernel, NULL));
    TRY(opencl_finish(l->opencl));
    *ns = (double)(clock_ns() - start);
done:
    return status;
}

static enum status launch_and_wait_once(void *context, double *ns)
{
    struct launcher *l = context;
    enum status status;
    const int64_t start = clock_ns();
    for (int i = 0; i < WAITS; i++) {
        TRY(launch(l, l->kernel, NULL));
        TRY(opencl_finish(l->opencl));
    }
    *ns = (double)(clock_ns() - start);
done:
    return status;
}

/* One launch; *start_ns is NAN where its times cannot be believed. */
static enum status launch_with_event(struct launcher *l, double *start_ns)
{
    enum status status;
    struct event_times times = {0};
    cl_event event = NULL;
    *start_ns = NAN;
    const int64_t start = clock_ns();
    TRY(launch(l, l->kernel, &event));
    TRY(opencl_finish(l->opencl));
    const double wall_ns = (double)(clock_ns() - start);
    l->events++;
    if (event && opencl_event_times(l->opencl, event, &times) == STATUS_OK && launch_times_sane(&times, wall_ns)) {
        l->events_sane++;
        *start_ns = (double)(times.start_ns - times.queued_ns);
    }
done:
    if (event)
        clReleaseEvent(event);
    return status;
}

/* Keeps the mean of what can be believed; the time it returns is the wall's. */
static enum status event_once(void *context, double *ns)
{
    struct launcher *l = context;
    enum status status = STATUS_OK;
    double sum = 0, start_ns;
    int sane = 0;
    const int64_t start = clock_ns();
    for (int i = 0; i < WAITS; i++) {
        TRY(launch_with_event(l, &start_ns));
        if (isnan(start_ns))
            continue;
        sum += start_ns;
        sane++;
    }
    *ns = (double)(clock_ns() - start);
    if (sane > 0 && l->starts.count < (int)(sizeof l->starts.ns / sizeof l->starts.ns[0]))
        l->starts.ns[l->starts.count++] = sum / sane;
done:
    return status;
}

/* The kernel gets a name that never was, since caches of drivers may look past comments. */
static enum status build(struct launcher *l, cl_program *program, cl_kernel *kernel, double *ns)
{
    enum status status;
    cl_int code;
    char name[48], text[sizeof name + 32];
    snprintf(name, sizeof name, "empty_%ld_%llx_%u", (long)getpid(), (unsigned long long)clock_ns(), l->builds++);
    snprintf(text, sizeof text, "#define EMPTY %s\n", name);
    const char *sources[] = {text, kernel_limits_launch};

    const int64_t start = clock_ns();
    *program = clCreateProgramWithSource(l->opencl->context, 2, sources, NULL, &code);
    TRY(opencl_check(code, "clCreateProgramWithSource", l->opencl));
    TRY(opencl_check(clBuildProgram(*program, 1, &l->opencl->device.id, "-cl-std=CL1.2", NULL, NULL), "clBuildProgram",
                     l->opencl));
    *ns = (double)(clock_ns() - start);
    *kernel = clCreateKernel(*program, name, &code);
    TRY(opencl_check(code, "clCreateKernel", l->opencl));
    TRY(opencl_check(clSetKernelArg(*kernel, 0, sizeof l->buffer, &l->buffer), "clSetKernelArg", l->opencl));
done:
    return status;
}

static enum status build_cold_once(void *context, double *ns)
{
    struct launcher *l = context;
    enum status status;
    cl_program program = NULL;
    cl_kernel kernel = NULL;
    TRY(build(l, &program, &kernel, ns));
    const int64_t start = clock_ns();
    TRY(launch(l, kernel, NULL));
    TRY(opencl_finish(l->opencl));
    if (l->first_calls.count < (int)(sizeof l->first_calls.ns / sizeof l->first_calls.ns[0]))
        l->first_calls.ns[l->first_calls.count++] = (double)(clock_ns() - start);
done:
    if (kernel)
        clReleaseKernel(kernel);
    if (program)
        clReleaseProgram(program);
    return status;
}

static enum status build_cached_once(void *context, double *ns)
{
    struct launcher *l = context;
    enum status status;
    cl_int code, taken = CL_SUCCESS;
    const int64_t start = clock_ns();
    cl_program program = clCreateProgramWithBinary(l->opencl->context, 1, &l->opencl->device.id, &l->binary_bytes,
                                                   (const unsigned char **)&l->binary, &taken, &code);
    TRY(opencl_check(code == CL_SUCCESS ? taken : code, "clCreateProgramWithBinary", l->opencl));
    TRY(opencl_check(clBuildProgram(program, 1, &l->opencl->device.id, "-cl-std=CL1.2", NULL, NULL),
                     "clBuildProgram of a binary", l->opencl));
    *ns = (double)(clock_ns() - start);
done:
    if (program)
        clReleaseProgram(program);
    return status;
}

static enum status read_binary(struct launcher *l, cl_program program)
{
    enum status status;
    TRY(opencl_check(clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof l->binary_bytes, &l->binary_bytes, NULL),
                     "clGetProgramInfo", l->opencl));
    if (l->binary_bytes == 0)
        return status_fail(STATUS_UNSUPPORTED, "the driver gives no binary of a program");
    if (!(l->binary = malloc(l->binary_bytes)))
        return status_fail(STATUS_MEMORY, "no host memory for a program's binary");
    TRY(opencl_check(clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof l->binary, &l->binary, NULL),
                     "clGetProgramInfo", l->opencl));
done:
    return status;
}

/* A row of the samples of `once`; a failure becomes its reason. */
static enum status add(struct launcher *l, struct limits *limits, const char *name,
                       enum status (*once)(void *context, double *ns), double budget_ns, double repeats,
                       const char *remark)
{
    struct limit_samples samples;
    struct limit row = limit_row("launch", name, "ns");
    const bool bounds_a_rate = once == enqueue_once || once == back_to_back_once;
    if (limit_sample(once, l, budget_ns, 3, &samples) != STATUS_OK)
        return limits_add_failure(limits, &row);
    (bounds_a_rate ? limit_set_least_time : limit_set_time)(&row, &samples, repeats);
    snprintf(row.reason, sizeof row.reason, "%s", remark);
    return limits_add(limits, &row);
}

/* As many launches as a slow device does in a fraction of a second. */
static enum status add_back_to_back(struct launcher *l, struct limits *limits, double wait_ns)
{
    char remark[LIMIT_TEXT] = "";
    const double fitting = wait_ns > 0 ? batch_ns / wait_ns : QUEUED_MOST;
    l->batch = (int)fmax(QUEUED_LEAST, fmin(QUEUED_MOST, fitting));
    if (l->batch < QUEUED_MOST)
        snprintf(remark, sizeof remark, "of %d launches", l->batch);
    return add(l, limits, "back_to_back", back_to_back_once, short_budget_ns, l->batch, remark);
}

/* limit_sample() makes a call that does not count. */
static void drop_first(struct limit_samples *samples)
{
    if (samples->count > 1)
        memmove(samples->ns, samples->ns + 1, (size_t)--samples->count * sizeof *samples->ns);
}

static enum status add_enqueue_to_start(struct launcher *l, struct limits *limits)
{
    struct limit row = limit_row("launch", "enqueue_to_start", "ns");
    struct limit_samples walls;
    if (limit_sample(event_once, l, short_budget_ns, 20, &walls) != STATUS_OK)
        return limits_add_failure(limits, &row);
    drop_first(&l->starts);
    if (2 * l->events_sane > l->events)
        limit_set_time(&row, &l->starts, 1);
    if (l->events_sane < l->events)
        snprintf(row.reason, sizeof row.reason,
                 "times of %d of %d events are zero, out of order or longer than the wait", l->events - l->events_sane,
                 l->events);
    return limits_add(limits, &row);
}

static enum status add_first_call(struct launcher *l, struct limits *limits, double wait_ns)
{
    struct limit row = limit_row("launch", "first_call", "ns");
    if (l->first_calls.count == 0)
        return limits_add_failure(limits, &row);
    drop_first(&l->first_calls);
    limit_set_time(&row, &l->first_calls, 1);
    if (wait_ns > 0)
        snprintf(row.reason, sizeof row.reason, "later calls take %.3g us", wait_ns / 1e3);
    return limits_add(limits, &row);
}

static enum status add_rows(struct launcher *l, struct limits *limits)
{
    enum status status;
    TRY(add(l, limits, "enqueue", enqueue_once, short_budget_ns, ENQUEUED, ""));
    TRY(add(l, limits, "launch_and_wait", launch_and_wait_once, short_budget_ns, WAITS, ""));
    const double wait_ns = limits->rows[limits->count - 1].value;
    TRY(add_back_to_back(l, limits, wait_ns));
    TRY(add_enqueue_to_start(l, limits));
    TRY(add(l, limits, "build_cold", build_cold_once, build_budget_ns, 1, "a program of one short kernel"));
    TRY(add_first_call(l, limits, wait_ns));
    if (l->binary) {
        TRY(add(l, limits, "build_cached", build_cached_once, short_budget_ns, 1, "from its binary"));
    } else {
        struct limit row = limit_row("launch", "build_cached", "ns");
        snprintf(row.reason, sizeof row.reason, "%s", l->no_binary);
        TRY(limits_add(limits, &row));
    }
done:
    return status;
}

enum status limits_launch(struct opencl *opencl, struct limits *limits)
{
    enum status status;
    double ns;
    cl_program program = NULL;
    struct launcher *l = calloc(1, sizeof *l);
    if (!l)
        return status_fail(STATUS_MEMORY, "no host memory for the samples of launches");
    l->opencl = opencl;
    TRY(opencl_buffer(opencl, sizeof(cl_uint), &l->buffer));
    TRY(build(l, &program, &l->kernel, &ns));
    if (launch(l, l->kernel, NULL) != STATUS_OK || opencl_finish(opencl) != STATUS_OK ||
        read_binary(l, program) != STATUS_OK) {
        snprintf(l->no_binary, sizeof l->no_binary, "%.*s", LIMIT_TEXT - 1, status_text());
        free(l->binary);
        l->binary = NULL;
    }
    TRY(add_rows(l, limits));
done:
    free(l->binary);
    if (l->kernel)
        clReleaseKernel(l->kernel);
    if (program)
        clReleaseProgram(program);
    opencl_release(opencl, &l->buffer);
    free(l);
    return status;
}
