/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Plans on a real device: arguments of every kind, launch geometry, memory that lives as long as the plan, repetition.
 */
#include <string.h>

#include "hardware/plan.h"
#include "tests/open_device.h"

enum { N = 100 };

static const char source[] =
    "struct scale { int factor; int offset; };\n"
    "kernel void scale(global const int *in, global int *out, struct scale s, int n) {\n"
    "    int i = get_global_id(0);\n"
    "    if (i < n) out[i] = in[i] * s.factor + s.offset;\n"
    "}\n"
    "kernel void count(global int *total) { atomic_inc(total); }\n"
    "kernel void extent(global int *out) {\n"
    "    if (get_global_id(0) + get_global_id(1) + get_global_id(2) == 0)\n"
    "        for (int d = 0; d < 3; d++) { out[2 * d] = get_global_size(d); out[2 * d + 1] = get_local_size(d); }\n"
    "}\n"
    "kernel void reversed(global int *out, local int *shared) {\n"
    "    int i = get_local_id(0), n = get_local_size(0);\n"
    "    shared[i] = i;\n"
    "    barrier(CLK_LOCAL_MEM_FENCE);\n"
    "    out[i] = shared[n - 1 - i];\n"
    "}\n"
    "kernel void constant_value(global int *out) {\n"
    "#ifdef VALUE\n"
    "    out[0] = VALUE;\n"
    "#else\n"
    "    out[0] = -1;\n"
    "#endif\n"
    "}\n";

static struct opencl *opencl;
static struct plan *plan;

static void setup(void)
{
    opencl = open_device();
    cr_assert_eq(plan_create(opencl, source, "-cl-std=CL1.2", &plan), STATUS_OK, "%s", status_text());
}

/* Every test ends with all device memory given back. */
static void teardown(void)
{
    plan_free(plan);
    if (opencl)
        cr_expect_eq(opencl->allocated_bytes, 0);
    opencl_close(opencl);
}

TestSuite(plan, .init = setup, .fini = teardown);

static cl_mem scratch(size_t ints)
{
    cl_mem buffer = NULL;
    cr_assert_eq(plan_scratch(plan, ints * sizeof(int), &buffer), STATUS_OK, "%s", status_text());
    return buffer;
}

static void add(const struct launch *launch)
{
    cr_assert_eq(plan_launch(plan, launch), STATUS_OK, "%s", status_text());
}

static void run(void)
{
    cr_assert_eq(plan_run(plan, NULL), STATUS_OK, "%s", status_text());
    cr_assert_eq(opencl_finish(opencl), STATUS_OK, "%s", status_text());
}

static void pull(cl_mem buffer, int *values, size_t count)
{
    cr_assert_eq(clEnqueueReadBuffer(opencl->queue, buffer, CL_TRUE, 0, count * sizeof *values, values, 0, NULL, NULL),
                 0);
}

Test(plan, buffers_structs_and_numbers_are_arguments)
{
    int in[N], out[N];
    const struct {
        int factor, offset;
    } scale = {.factor = 3, .offset = -7};
    const int n = N;
    cl_mem from, to = scratch(N);
    for (int i = 0; i < N; i++)
        in[i] = i;
    cr_assert_eq(plan_constant(plan, in, sizeof in, &from), STATUS_OK);
    memset(in, 0, sizeof in);
    add(&(struct launch){
        .kernel = "scale", .global = {N}, .local = {16}, .arguments = {ARG(from), ARG(to), ARG(scale), ARG(n)}});
    run();
    pull(to, out, N);
    for (int i = 0; i < N; i++)
        cr_expect_eq(out[i], 3 * i - 7);
}

Test(plan, local_memory_is_an_argument)
{
    int out[8];
    cl_mem to = scratch(8);
    add(&(struct launch){
        .kernel = "reversed", .global = {8}, .local = {8}, .arguments = {ARG(to), ARG_LOCAL(8 * sizeof(int))}});
    run();
    pull(to, out, 8);
    for (int i = 0; i < 8; i++)
        cr_expect_eq(out[i], 7 - i);
}

Test(plan, global_size_is_rounded_up_to_the_local_size)
{
    int out[6];
    cl_mem to = scratch(6);
    add(&(struct launch){.kernel = "extent", .global = {13, 5}, .local = {8, 2}, .arguments = {ARG(to)}});
    run();
    pull(to, out, 6);
    const int expected[6] = {16, 8, 6, 2, 1, 1};
    cr_expect_arr_eq(out, expected, sizeof expected);
}

Test(plan, without_a_local_size_the_global_size_is_exact)
{
    int out[6];
    cl_mem to = scratch(6);
    add(&(struct launch){.kernel = "extent", .global = {13, 5, 3}, .arguments = {ARG(to)}});
    run();
    pull(to, out, 6);
    cr_expect_eq(out[0], 13);
    cr_expect_eq(out[2], 5);
    cr_expect_eq(out[4], 3);
}

Test(plan, steps_run_in_order_and_again_on_every_run)
{
    int total;
    cl_mem counter = scratch(1);
    cr_expect_eq(plan_launches(plan), 0);
    cr_assert_eq(plan_clear(plan, counter, sizeof(int)), STATUS_OK);
    add(&(struct launch){.kernel = "count", .global = {10}, .arguments = {ARG(counter)}});
    add(&(struct launch){.kernel = "count", .global = {5}, .arguments = {ARG(counter)}});
    cr_expect_eq(plan_launches(plan), 3);
    for (int repeat = 0; repeat < 3; repeat++) {
        run();
        pull(counter, &total, 1);
        cr_expect_eq(total, 15, "run %d: %d", repeat, total);
    }
}

Test(plan, clear_touches_only_its_bytes)
{
    int values[4] = {1, 2, 3, 4};
    cl_mem buffer;
    cr_assert_eq(plan_constant(plan, values, sizeof values, &buffer), STATUS_OK);
    cr_assert_eq(plan_clear(plan, buffer, 2 * sizeof(int)), STATUS_OK);
    run();
    pull(buffer, values, 4);
    const int expected[4] = {0, 0, 3, 4};
    cr_expect_arr_eq(values, expected, sizeof expected);
}

Test(plan, a_launch_adds_its_options_to_those_of_the_plan)
{
    int value;
    cl_mem to = scratch(1);
    add(&(struct launch){.kernel = "constant_value", .options = "-D VALUE=42", .global = {1}, .arguments = {ARG(to)}});
    run();
    pull(to, &value, 1);
    cr_expect_eq(value, 42);
    add(&(struct launch){.kernel = "constant_value", .global = {1}, .arguments = {ARG(to)}});
    run();
    pull(to, &value, 1);
    cr_expect_eq(value, -1);
}

Test(plan, events_are_those_of_the_first_and_last_step)
{
    struct plan_events events;
    struct event_times first, last;
    cl_mem counter = scratch(1);
    cr_assert_eq(plan_clear(plan, counter, sizeof(int)), STATUS_OK);
    add(&(struct launch){.kernel = "count", .global = {10}, .arguments = {ARG(counter)}});
    add(&(struct launch){.kernel = "count", .global = {10}, .arguments = {ARG(counter)}});
    cr_assert_eq(plan_run(plan, &events), STATUS_OK);
    cr_assert_eq(opencl_finish(opencl), STATUS_OK);
    cr_assert_eq(opencl_event_times(opencl, events.first, &first), STATUS_OK, "%s", status_text());
    cr_assert_eq(opencl_event_times(opencl, events.last, &last), STATUS_OK, "%s", status_text());
    cr_expect(first.start_ns <= first.end_ns && first.end_ns <= last.start_ns && last.start_ns <= last.end_ns);
    clReleaseEvent(events.first);
    clReleaseEvent(events.last);
}

Test(plan, one_step_is_first_and_last)
{
    struct plan_events events;
    cl_mem counter = scratch(1);
    cr_assert_eq(plan_clear(plan, counter, sizeof(int)), STATUS_OK);
    cr_assert_eq(plan_run(plan, &events), STATUS_OK);
    cr_expect_eq(events.first, events.last);
    clReleaseEvent(events.first);
    clReleaseEvent(events.last);
}

Test(plan, an_empty_plan_runs_without_events)
{
    struct plan_events events;
    cr_assert_eq(plan_run(plan, &events), STATUS_OK);
    cr_expect_null(events.first);
    cr_expect_null(events.last);
}

Test(plan, a_local_size_beyond_the_device_is_unsupported)
{
    size_t local = opencl->device.max_work_group * 2;
    cl_mem counter = scratch(1);
    const struct launch launch = {.kernel = "count", .global = {local}, .local = {local}, .arguments = {ARG(counter)}};
    cr_expect_eq(plan_launch(plan, &launch), STATUS_UNSUPPORTED);
    cr_expect(strstr(status_text(), "count: work-groups of"), "%s", status_text());
    cr_expect_eq(plan_launches(plan), 0);
}

Test(plan, an_unknown_kernel_names_itself)
{
    cr_expect_eq(plan_launch(plan, &(struct launch){.kernel = "nowhere", .global = {1}}), STATUS_DEVICE);
    cr_expect(strstr(status_text(), "nowhere: CL_INVALID_KERNEL_NAME"), "%s", status_text());
}

Test(plan, an_argument_of_the_wrong_size_is_an_error)
{
    const char small = 1;
    cl_mem to = scratch(1);
    const struct launch launch = {
        .kernel = "scale", .global = {1}, .arguments = {ARG(to), ARG(to), ARG(small), ARG(small)}};
    cr_expect_eq(plan_launch(plan, &launch), STATUS_DEVICE);
    cr_expect_eq(plan_launches(plan), 0);
}

Test(plan, a_build_failure_gives_a_line_of_the_log)
{
    struct plan *broken;
    cr_assert_eq(plan_create(opencl, "kernel void broken(global int *out) { out[0] = nothing; }", "", &broken),
                 STATUS_OK);
    cr_expect_eq(plan_launch(broken, &(struct launch){.kernel = "broken", .global = {1}}), STATUS_DEVICE);
    cr_expect(strstr(status_text(), "nothing"), "%s", status_text());
    plan_free(broken);
}

Test(plan, memory_beyond_the_device_is_refused_with_the_bytes_asked_for)
{
    cl_mem buffer;
    size_t bytes = (size_t)1 << 46;
    cr_expect_eq(plan_scratch(plan, bytes, &buffer), STATUS_DEVICE_MEMORY);
    cr_expect(strstr(status_text(), "70368744177664 bytes asked for"), "%s", status_text());
}

Test(plan, null_is_freed)
{
    plan_free(NULL);
}
