/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A run of a command is a process of its own already. The canary is run by this program, just before.
 */
#include "bench/gate_commands.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/canary.h"
#include "bench/gate_measure.h"
#include "bench/gate_process.h"
#include "bench/statistics.h"
#include "hardware/clock.h"

static double unit_ns(const char *unit)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"", 1e9}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"\xc2\xb5s", 1e3}, {"\xce\xbcs", 1e3}, {"ns", 1}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(unit, units[i].name) == 0)
            return units[i].ns;
    return NAN;
}

/* The number and unit in the last one or two words. */
static bool read_number(const char *text, double *ns)
{
    char *end;
    const double value = strtod(text, &end);
    if (end == text)
        return false;
    end += strspn(end, " \t");
    *ns = value * unit_ns(end);
    return *ns > 0 && isfinite(*ns);
}

bool gate_commands_read_time(const char *line, char *name, size_t name_bytes, double *ns)
{
    char text[1024];
    snprintf(text, sizeof text, "%s", line);
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r", text[length - 1]))
        text[--length] = 0;
    for (int words = 0, at = (int)length; words < 2 && at > 0;) {
        at--;
        if (at > 0 && !strchr(" \t:=", text[at - 1]))
            continue;
        words++;
        if (!read_number(text + at, ns))
            continue;
        text[at] = 0;
        while (at > 0 && strchr(" \t:=", text[at - 1]))
            text[--at] = 0;
        snprintf(name, name_bytes, "%s", text + strspn(text, " \t"));
        return true;
    }
    return false;
}

/* Where the times of one run go. */
struct times {
    struct gate_cases *found; /* not NULL: names are added */
    const struct gate_cases *cases;
    double (*ns)[GATE_SAMPLES_MOST];
    int *n;
};

static int case_of(const struct gate_cases *cases, const char *name)
{
    for (int i = 0; i < cases->count; i++)
        if (strcmp(cases->text[i], name) == 0)
            return i;
    return -1;
}

static void take_time(const struct times *times, const char *name, double ns)
{
    if (times->found) {
        if (case_of(times->found, name) < 0 && times->found->count < GATE_CASES_MOST)
            snprintf(times->found->text[times->found->count++], GATE_CASE_TEXT, "%s", name);
        return;
    }
    const int i = case_of(times->cases, name);
    if (i >= 0 && times->n[i] < GATE_SAMPLES_MOST)
        times->ns[i][times->n[i]++] = ns;
}

/* Runs it once. The clock runs from before its start until its end was seen. */
static enum status run_once(const struct gate_program *program, double patience_s, const struct times *times)
{
    char *argv[] = {"sh", "-c", (char *)program->command, NULL}, *line, name[GATE_CASE_TEXT];
    struct gate_process process;
    int exit_code;
    double ns;
    const int64_t start = clock_ns();
    enum status status = gate_process_start(&process, argv, program->command);
    while (status == STATUS_OK && (status = gate_process_line(&process, patience_s, &line)) == STATUS_OK && line)
        if (program->printed && gate_commands_read_time(line, name, sizeof name, &ns))
            take_time(times, *name ? name : "command", ns);
    char text[512];
    snprintf(text, sizeof text, "%s", status_text());
    const enum status ended = gate_process_end(&process, &exit_code);
    if (status != STATUS_OK)
        return status_fail(status, "%s", text);
    if (ended == STATUS_OK && !program->printed)
        take_time(times, "command", (double)(clock_ns() - start));
    return ended;
}

enum status gate_commands_cases(const struct gate_program *program, double patience_s, struct gate_cases *cases)
{
    *cases = (struct gate_cases){.text = calloc(GATE_CASES_MOST, sizeof *cases->text)};
    if (!cases->text)
        return status_fail(STATUS_MEMORY, "no host memory for the list of cases");
    enum status status = run_once(program, patience_s, &(struct times){.found = cases});
    if (status == STATUS_OK && cases->count == 0)
        status = status_fail(STATUS_CRASH, "'%s' printed no time, as in: blur 12.3 ms", program->command);
    if (status != STATUS_OK)
        gate_cases_free(cases);
    return status;
}

static void answer_all(const struct gate_request *r, const struct times *times, enum status status,
                       struct gate_answer *answers)
{
    for (int i = 0; i < r->cases->count; i++) {
        answers[i] = (struct gate_answer){.median_ns = NAN};
        memset(answers[i].counts, -1, sizeof answers[i].counts);
        if (r->left_out && r->left_out[i])
            continue;
        answers[i].there = true;
        answers[i].status = status;
        if (status == STATUS_OK && times->n[i] == 0)
            answers[i].status = status_fail(STATUS_CRASH, "no time of it was printed");
        if (answers[i].status != STATUS_OK)
            snprintf(answers[i].text, sizeof answers[i].text, "%s", status_text());
        else
            answers[i].median_ns = median_of(times->ns[i], times->n[i]);
    }
}

enum status gate_commands_visit(const struct gate_program *program, const struct gate_request *r,
                                struct gate_hello *hello, struct gate_answer *answers)
{
    enum status status = STATUS_OK;
    *hello = (struct gate_hello){.device_index = -1, .compute_units = -1, .canary_ns = canary_fixed_ns()};
    struct times times = {.cases = r->cases,
                          .ns = calloc((size_t)r->cases->count, sizeof *times.ns),
                          .n = calloc((size_t)r->cases->count, sizeof *times.n)};
    if (!times.ns || !times.n)
        status = status_fail(STATUS_MEMORY, "no host memory for times");
    for (int i = 0; i < r->samples && status == STATUS_OK; i++)
        status = run_once(program, r->patience_s, &times);
    if (times.n)
        answer_all(r, &times, status, answers);
    free(times.ns);
    free(times.n);
    return status;
}
