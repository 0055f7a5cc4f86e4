/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The order of a group: make the inputs; the CPU's worker computes the reference; every worker loads, verifies and
 * warms up; then rounds of turns, CPU first in even rounds and last in odd ones (CPU GPU GPU CPU), so that a drift of
 * the machine hits both alike; then each one's energy where it has a counter; then verification again. A failure ends the participant it belongs to and no other.
 */
#include "bench/measure.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/axes.h"
#include "bench/session.h"
#include "bench/worker.h"
#include "hardware/clock.h"
#include "images/fit.h"

/* A plain reference of a large window is one long call without a sign of life. */
enum { REFERENCE_PATIENCE = 30 };

int session_link(const struct bench *bench, const struct worker_link *link)
{
    return link == &bench->cpu ? DEVICES_MOST : (int)(link - bench->devices);
}

static enum status fill_input(const struct session *s, struct image *input, int which)
{
    enum status status;
    struct image fitted = {0}, converted = {0};
    if (s->group->content != CONTENT_COUNT)
        return synthetic_fill(input, s->group->content, s->bench->seed + (uint64_t)which);
    TRY(image_convert(s->bench->image, s->group->type, &converted, NULL));
    TRY(image_fit(&converted, s->group->shape, &fitted));
    image_copy(input, &fitted);
done:
    image_free(&fitted);
    image_free(&converted);
    return status;
}

static enum status make_images(struct session *s)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < s->op->inputs; i++) {
        TRY(shared_image_create(&s->input[i], s->group->shape, s->group->type));
        TRY(fill_input(s, &s->input[i].image, i));
    }
    TRY(shared_image_create(&s->expected, op_result_shape(s->op, &s->args, s->group->shape), op_result_type(s->op)));
    omp_pause_resource_all(omp_pause_soft); /* no thread of this process spins while workers measure */
done:
    return status;
}

static enum status load(struct session *s, struct worker_link *link)
{
    const struct case_group *g = s->group;
    json_t *request =
        json_pack("{s:s,s:s,s:s,s:s,s:s,s:[I,I,I],s:I,s:I,s:[I,I],s:I}", "do", "load", "op", g->op, "variant",
                  op_variant_name(g->variant), "parameters", g->parameters, "type", pixel_type_name(g->type), "shape",
                  (json_int_t)g->shape.width, (json_int_t)g->shape.height, (json_int_t)g->shape.depth, "owner",
                  (json_int_t)getpid(), "threads", (json_int_t)s->bench->cores, "input", (json_int_t)s->input[0].file,
                  (json_int_t)s->input[1].file, "expected", (json_int_t)s->expected.file);
    return worker_ask(link, request, 1, &s->loaded[session_link(s->bench, link)]);
}

static enum status ask_simple(struct worker_link *link, const char *what, double patience, double *ns)
{
    json_t *answer;
    enum status status = worker_ask(link, json_pack("{s:s}", "do", what), patience, &answer);
    if (status == STATUS_OK && ns)
        *ns = json_real_value(json_object_get(answer, "first_call_ns"));
    json_decref(answer);
    return status;
}

static void add_participants(struct session *s, struct worker_link *link)
{
    for (int r = 0; r < RESIDENCY_COUNT; r++)
        s->participants[s->count++] = (struct participant){.link = link,
                                                           .is_cpu = link == &s->bench->cpu,
                                                           .residency = (enum residency)r,
                                                           .repeats = 1,
                                                           .energy_j = NAN,
                                                           .stop_flag = ""};
}

static void fail_link(struct session *s, const struct worker_link *link, enum status status)
{
    for (int i = 0; i < s->count; i++)
        if (s->participants[i].link == link && !s->participants[i].done)
            participant_fail(&s->participants[i], status);
}

/* A dead worker has lost what it had loaded. */
static void fail_if_gone(struct session *s, const struct participant *p)
{
    if (p->status == STATUS_CRASH || p->status == STATUS_HANG)
        fail_link(s, p->link, p->status);
}

/* The best of the thread counts {1, half the cores, all cores, all hardware threads}. */
static enum status choose_threads(struct session *s, int *threads)
{
    struct bench *b = s->bench;
    const int counts[] = {1, b->cores / 2, b->cores, b->hardware_threads};
    json_t *answer, *candidates = json_array();
    int last = 0;
    for (int i = 0; i < 4; i++)
        if (counts[i] > last)
            json_array_append_new(candidates, json_integer(last = counts[i]));
    enum status status =
        worker_ask(&b->cpu, json_pack("{s:s,s:o}", "do", "choose_threads", "candidates", candidates), 1, &answer);
    if (status == STATUS_OK) {
        *threads = (int)json_integer_value(json_object_get(answer, "threads"));
        b->account.warm_up += json_real_value(json_object_get(answer, "spent_ns")) * 1e-9;
    }
    json_decref(answer);
    return status;
}

static void prepare_link(struct session *s, struct worker_link *link)
{
    bool is_cpu = link == &s->bench->cpu;
    int64_t start = clock_ns();
    enum status status = s->loaded[session_link(s->bench, link)] ? STATUS_OK : load(s, link);
    if (status == STATUS_OK)
        status = ask_simple(link, "verify", 1, &s->first_call_ns[session_link(s->bench, link)]);
    s->bench->account.prepare += (double)(clock_ns() - start) * 1e-9;
    int threads = is_cpu ? s->bench->fixed_threads : 0;
    if (status == STATUS_OK && is_cpu && threads == 0)
        status = choose_threads(s, &threads);
    if (status != STATUS_OK) {
        fail_link(s, link, status);
        return;
    }
    for (int i = 0; i < s->count; i++)
        if (s->participants[i].link == link) {
            s->participants[i].threads = threads;
            participant_warm_up(s->bench, &s->participants[i]);
            fail_if_gone(s, &s->participants[i]);
        }
}

static int64_t idle_cpu_ns(const struct bench *bench, const struct worker_link *busy)
{
    int64_t sum = busy == &bench->cpu ? 0 : worker_cpu_ns(&bench->cpu);
    for (int d = 0; d < bench->device_count; d++)
        sum += busy == &bench->devices[d] ? 0 : worker_cpu_ns(&bench->devices[d]);
    return sum;
}

static void take_rounds(struct session *s)
{
    bool more = true;
    for (int round = 0; more; round++) {
        more = false;
        for (int i = 0; i < s->count; i++) {
            struct participant *p = &s->participants[round % 2 ? s->count - 1 - i : i];
            if (p->done)
                continue;
            int64_t idle = idle_cpu_ns(s->bench, p->link);
            participant_take_turn(s->bench, p);
            if (p->status == STATUS_OK)
                s->bench->idle_busy_s += (double)(idle_cpu_ns(s->bench, p->link) - idle) * 1e-9;
            fail_if_gone(s, p);
            more = more || !p->done;
        }
    }
}

static void measure_energy(struct session *s)
{
    for (int i = 0; i < s->count; i++) {
        participant_measure_energy(s->bench, &s->participants[i]);
        fail_if_gone(s, &s->participants[i]);
    }
}

static void verify_again(struct session *s, struct worker_link *link)
{
    bool measured = false;
    for (int i = 0; i < s->count; i++)
        measured = measured || (s->participants[i].link == link && s->participants[i].status == STATUS_OK);
    if (!measured)
        return;
    enum status status = ask_simple(link, "verify", 1, NULL);
    if (status == STATUS_OK) {
        ask_simple(link, "unload", 1, NULL);
        return;
    }
    for (int i = 0; i < s->count; i++)
        if (s->participants[i].link == link && s->participants[i].status == STATUS_OK)
            participant_fail(&s->participants[i], status);
}

static enum status compute_reference(struct session *s)
{
    enum status status;
    int64_t start = clock_ns();
    TRY(make_images(s));
    TRY(load(s, &s->bench->cpu));
    TRY(ask_simple(&s->bench->cpu, "reference", REFERENCE_PATIENCE, NULL));
done:
    s->bench->account.reference += (double)(clock_ns() - start) * 1e-9;
    return status;
}

enum status measure_group(struct bench *bench, const struct case_group *group, struct measured *measured)
{
    struct session *s = calloc(1, sizeof *s);
    *measured = (struct measured){0};
    if (!s)
        return status_fail(STATUS_MEMORY, "no host memory to measure");
    int64_t start = clock_ns();
    s->bench = bench;
    s->group = group;
    s->op = case_group_op(group, &s->args);
    if (bench->measures_cpu)
        add_participants(s, &bench->cpu);
    for (int d = 0; d < bench->device_count; d++)
        add_participants(s, &bench->devices[d]);

    enum status status = compute_reference(s);
    if (status == STATUS_OK) {
        if (bench->measures_cpu)
            prepare_link(s, &bench->cpu);
        for (int d = 0; d < bench->device_count; d++)
            prepare_link(s, &bench->devices[d]);
        take_rounds(s);
        measure_energy(s);
        int64_t again = clock_ns();
        verify_again(s, &bench->cpu);
        for (int d = 0; d < bench->device_count; d++)
            verify_again(s, &bench->devices[d]);
        bench->account.prepare += (double)(clock_ns() - again) * 1e-9;
    } else {
        for (int i = 0; i < s->count; i++)
            participant_fail(&s->participants[i], status);
    }
    session_collect(s, measured);
    for (int i = 0; i < OP_INPUTS_MAX; i++)
        shared_image_free(&s->input[i]);
    shared_image_free(&s->expected);
    for (int i = 0; i <= DEVICES_MOST; i++)
        json_decref(s->loaded[i]);
    free(s);
    bench->account.wall += (double)(clock_ns() - start) * 1e-9;
    return STATUS_OK;
}

void measured_free(struct measured *measured)
{
    for (int i = 0; i < measured->count; i++)
        free(measured->samples[i]);
    *measured = (struct measured){0};
}
