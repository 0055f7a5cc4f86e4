/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The parent's side of gate_measure.h. Lines that are no JSON object are a driver's chatter and are passed over.
 */
#include "bench/gate_visit.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/gate_measure.h"
#include "bench/gate_process.h"
#include "bench/statistics.h"

const char *const gate_count_names[GATE_COUNTS] = {
#define X(name, text) #name,
    GATE_COUNT_LIST(X)
#undef X
};

const char *const gate_count_labels[GATE_COUNTS] = {
#define X(name, text) text,
    GATE_COUNT_LIST(X)
#undef X
};

static void copy_text(char *to, size_t bytes, const json_t *from)
{
    const char *text = json_string_value(from);
    snprintf(to, bytes, "%s", text ? text : "");
}

static double number(const json_t *value)
{
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void read_hello(const json_t *line, struct gate_hello *hello)
{
    const json_t *device = json_object_get(line, "device");
    copy_text(hello->version, sizeof hello->version, json_object_get(line, "version"));
    hello->canary_ns = number(json_object_get(line, "canary_ns"));
    if (!json_is_object(device))
        return;
    const char *name = json_string_value(json_object_get(device, "name")),
               *driver = json_string_value(json_object_get(device, "driver"));
    snprintf(hello->device, sizeof hello->device, "%s, driver %s", name ? name : "?", driver ? driver : "?");
    copy_text(hello->device_type, sizeof hello->device_type, json_object_get(device, "type"));
    copy_text(hello->platform, sizeof hello->platform, json_object_get(device, "platform"));
    hello->device_index = (int)json_integer_value(json_object_get(device, "index"));
    hello->compute_units = (int)json_integer_value(json_object_get(device, "compute_units"));
}

static double median_of_json(const json_t *samples)
{
    double values[GATE_SAMPLES_MOST];
    int n = 0;
    size_t i;
    const json_t *value;
    json_array_foreach(samples, i, value)
    {
        const double v = number(value);
        if (n < GATE_SAMPLES_MOST && v > 0 && isfinite(v))
            values[n++] = v;
    }
    return n > 0 ? median_of(values, n) : NAN;
}

static void read_answer(const json_t *line, struct gate_answer *answer)
{
    const json_t *counts = json_object_get(line, "counts");
    char name[32];
    copy_text(name, sizeof name, json_object_get(line, "status"));
    answer->there = true;
    answer->status = status_from_name(name);
    copy_text(answer->text, sizeof answer->text, json_object_get(line, "text"));
    answer->repeats = (int)json_integer_value(json_object_get(line, "repeats"));
    answer->batches = (int)json_integer_value(json_object_get(line, "batches"));
    answer->median_ns = median_of_json(json_object_get(line, "samples_ns"));
    for (int c = 0; c < GATE_COUNTS; c++) {
        const json_t *value = json_object_get(counts, gate_count_names[c]);
        if (json_is_integer(value))
            answer->counts[c] = json_integer_value(value);
    }
}

/* What is asked for, in the process's own numbering. */
struct asked {
    char *list;
    int index[GATE_CASES_MOST]; /* of the n-th case asked for */
    int count;
};

static enum status ask_for(const struct gate_request *r, struct asked *asked)
{
    enum { ROOM = GATE_CASE_TEXT + 64 };
    *asked = (struct asked){.list = calloc((size_t)r->cases->count + 1, ROOM)};
    if (!asked->list)
        return status_fail(STATUS_MEMORY, "no host memory for the list of cases");
    char *end = asked->list;
    for (int i = 0; i < r->cases->count; i++) {
        if (r->left_out && r->left_out[i])
            continue;
        asked->index[asked->count++] = i;
        end += sprintf(end, "%s%s", end == asked->list ? "" : ";", r->cases->text[i]);
        if (r->repeats && r->repeats[i] > 0)
            end += sprintf(end, " repeats=%d", r->repeats[i]);
        if (r->batches && r->batches[i] > 0)
            end += sprintf(end, " batches=%d", r->batches[i]);
    }
    return STATUS_OK;
}

static enum status start(const struct gate_program *program, const struct gate_request *r, char *list,
                         struct gate_process *process)
{
    char device[16], samples[16], threads[16];
    char *argv[16] = {(char *)program->path, "gate",  "--measure", "--cases", list, "--device", device,
                      "--samples",           samples, "--threads", threads};
    int n = 11;
    snprintf(device, sizeof device, "%d", r->device);
    snprintf(samples, sizeof samples, "%d", r->samples);
    snprintf(threads, sizeof threads, "%d", r->threads);
    if (r->verify)
        argv[n++] = "--verify";
    if (r->count)
        argv[n++] = "--count";
    return gate_process_start(process, argv, program->path);
}

struct reading {
    bool greeted, ended;
    int told; /* cases */
};

static enum status read_lines(struct gate_process *process, const struct gate_request *r, const struct asked *asked,
                              struct gate_hello *hello, struct gate_answer *answers, struct reading *reading)
{
    enum status status;
    char *text;
    for (;;) {
        TRY(gate_process_line(process, r->patience_s, &text));
        if (!text)
            return STATUS_OK;
        json_t *line = text[0] == '{' ? json_loads(text, 0, NULL) : NULL;
        const json_t *number_of = json_object_get(line, "case");
        if (json_object_get(line, "gate")) {
            read_hello(line, hello);
            reading->greeted = true;
        } else if (json_object_get(line, "end")) {
            reading->ended = true;
        } else if (json_is_integer(number_of)) {
            const json_int_t n = json_integer_value(number_of);
            if (n >= 0 && n < asked->count) {
                read_answer(line, &answers[asked->index[n]]);
                reading->told = (int)n + 1;
            }
        }
        json_decref(line);
    }
done:
    return status;
}

/* What it means that the process ended as it did. */
static enum status judge(const struct gate_program *program, const struct reading *reading, enum status read,
                         enum status ended, int exit_code)
{
    char text[512];
    if (reading->ended)
        return STATUS_OK;
    snprintf(text, sizeof text, "%s", status_text());
    if (read != STATUS_OK)
        return read;
    if (exit_code == 127)
        return status_fail(STATUS_INPUT, "%s cannot be run", program->path);
    if (!reading->greeted && (exit_code == 0 || exit_code == 2)) /* no such command or option */
        return status_fail(STATUS_UNSUPPORTED, "%s does not measure cases for the gate (%s)", program->path,
                           ended == STATUS_OK ? "it ended without a word" : text);
    return ended != STATUS_OK ? ended : status_fail(STATUS_CRASH, "%s ended in the middle of its cases", program->path);
}

enum status gate_visit(const struct gate_program *program, const struct gate_request *r, struct gate_hello *hello,
                       struct gate_answer *answers)
{
    enum status status;
    struct asked asked = {0};
    struct gate_process process;
    struct reading reading = {0};
    int exit_code;
    *hello = (struct gate_hello){.canary_ns = NAN, .device_index = -1, .compute_units = -1};
    for (int i = 0; i < r->cases->count; i++) {
        answers[i] = (struct gate_answer){.median_ns = NAN};
        memset(answers[i].counts, -1, sizeof answers[i].counts);
    }
    TRY(ask_for(r, &asked));
    if (asked.count == 0) /* a program may well refuse to measure nothing */
        goto done;
    status = start(program, r, asked.list, &process);
    if (status == STATUS_OK)
        status = read_lines(&process, r, &asked, hello, answers, &reading);
    char text[512];
    snprintf(text, sizeof text, "%s", status_text());
    const enum status ended = gate_process_end(&process, &exit_code);
    if (status != STATUS_OK)
        status_fail(status, "%s", text);
    status = judge(program, &reading, status, ended, exit_code);
    if ((status == STATUS_CRASH || status == STATUS_HANG) && reading.told < asked.count) {
        struct gate_answer *at = &answers[asked.index[reading.told]];
        *at = (struct gate_answer){.there = true, .status = status, .median_ns = NAN};
        memset(at->counts, -1, sizeof at->counts);
        snprintf(at->text, sizeof at->text, "%s", status_text());
    }
done:
    free(asked.list);
    return status;
}

enum status gate_visit_all(const struct gate_program *program, const struct gate_request *r, struct gate_hello *hello,
                           struct gate_answer *answers)
{
    enum status status;
    bool told[GATE_CASES_MOST] = {false}, more;
    struct gate_request rest = *r;
    struct gate_hello greeting;
    struct gate_answer *found = calloc((size_t)r->cases->count + 1, sizeof *found);
    if (!found)
        return status_fail(STATUS_MEMORY, "no host memory for answers");
    rest.left_out = told;
    for (int i = 0; i < r->cases->count; i++) {
        answers[i] = (struct gate_answer){.median_ns = NAN};
        told[i] = r->left_out && r->left_out[i];
    }
    do {
        more = false;
        status = gate_visit(program, &rest, &greeting, found);
        for (int i = 0; i < r->cases->count; i++)
            if (found[i].there && !told[i]) {
                answers[i] = found[i];
                told[i] = more = true;
            }
        if (more || status == STATUS_OK)
            *hello = greeting;
    } while ((status == STATUS_CRASH || status == STATUS_HANG) && more && memchr(told, false, (size_t)r->cases->count));
    free(found);
    return more && (status == STATUS_CRASH || status == STATUS_HANG) ? STATUS_OK : status;
}
