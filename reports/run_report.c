/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The parts that all forms of a report of one run share. Its table of speedups is that of a comparison of one machine
 * with its own CPU.
 */
#include "reports/run_report.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"
#include "reports/headline.h"
#include "reports/table_line.h"

static const char *text_of(const json_t *object, const char *name, char *clean, size_t size)
{
    const char *text = json_string_value(json_object_get(object, name));
    return format_clean(clean, size, text ? text : "unknown");
}

static void write_machine(FILE *out, const char *text)
{
    char a[ROW_TEXT], b[ROW_TEXT], memory[FORMAT_MAX];
    json_t *environment = text ? json_loads(text, 0, NULL) : NULL, *device;
    const json_t *cpu = json_object_get(environment, "cpu"), *tool = json_object_get(environment, "tool");
    size_t i;
    if (json_object_size(environment) == 0) {
        fputs("Machine: not recorded, as in imported results\n", out);
    } else {
        const json_t *bytes = json_object_get(cpu, "memory_bytes"), *cores = json_object_get(cpu, "cores");
        const json_t *threads = json_object_get(cpu, "threads");
        fprintf(out, "CPU: %s", text_of(cpu, "model", a, sizeof a));
        if (json_is_integer(cores) && json_is_integer(threads))
            fprintf(out, ", %lld cores, %lld threads", (long long)json_integer_value(cores),
                    (long long)json_integer_value(threads));
        if (json_is_integer(bytes))
            fprintf(out, ", %s memory", format_bytes(memory, sizeof memory, (double)json_integer_value(bytes)));
        fputc('\n', out);
        json_array_foreach(json_object_get(environment, "opencl_devices"), i, device)
            fprintf(out, "OpenCL: %s, driver %s\n", text_of(device, "name", a, sizeof a),
                    text_of(device, "driver", b, sizeof b));
        fprintf(out, "System: %s; breakeven %s\n", text_of(json_object_get(environment, "host"), "os", a, sizeof a),
                text_of(tool, "version", b, sizeof b));
    }
    json_decref(environment);
}

static enum status make_machine(const char *environment, char **text)
{
    size_t bytes;
    FILE *out = open_memstream(text, &bytes);
    if (!out)
        return status_fail(STATUS_MEMORY, "no memory for the report");
    write_machine(out, environment);
    return fclose(out) == 0 ? STATUS_OK : status_fail(STATUS_MEMORY, "no memory for the report");
}

/* Without times of both a CPU and a device there is no speedup to show. */
static bool has_both(const struct run_report *report)
{
    bool cpu = false, device = false;
    for (int i = 0; i < report->count; i++) {
        cpu = cpu || row_class(&report->cases[i]) == ROW_OPENMP;
        device = device || row_class(&report->cases[i]) < ROW_OPENMP;
    }
    return cpu && device;
}

enum status run_parts_make(const struct run_report *report, struct run_parts *parts)
{
    enum status status;
    *parts = (struct run_parts){
        .alone = {.environment = report->environment, .cases = report->cases, .count = report->count}};
    TRY(headline_text(report->cases, report->count, &parts->headline));
    TRY(make_machine(report->environment, &parts->machine));
    TRY(break_even_find(report->cases, report->count, &parts->break_evens, &parts->break_even_count));
    if (has_both(report)) {
        TRY(comparison_make(&parts->alone, 1, NULL, &parts->comparison));
        TRY(speedup_table_compare(&parts->comparison, OVER_OWN_CPU, &parts->speedups));
    }
done:
    if (status != STATUS_OK)
        run_parts_free(parts);
    return status;
}

void run_parts_free(struct run_parts *parts)
{
    free(parts->headline);
    free(parts->machine);
    free(parts->break_evens);
    speedup_table_free(&parts->speedups);
    comparison_free(&parts->comparison);
    *parts = (struct run_parts){0};
}

void run_report_case(char *text, size_t size, const struct case_row *row)
{
    char subject[TEXT_BYTES], shape[FORMAT_MAX], data[TEXT_BYTES], device[ROW_TEXT], joined[3 * TEXT_BYTES];
    table_subject(subject, sizeof subject, row);
    table_data(data, sizeof data, row);
    snprintf(joined, sizeof joined, "%s, %s %s on %s", subject, format_shape(shape, sizeof shape, row), data,
             row_class(row) == ROW_OPENMP ? "the CPU" : format_clean(device, sizeof device, row->device));
    format_clean(text, size, joined);
}

static const struct {
    const char *flag, *meaning;
} flags[] = {
    {"noisy", "more than 8 % of the samples are far outliers: something else was running"},
    {"drift", "times rose or fell from sample to sample, as when clocks or temperature change"},
    {"throttled", "a fixed load ran more than 10 % off its usual time: the clock was not what it is otherwise"},
    {"timeout", "the median's interval was still wide when the time for one case was over"},
    {"noise_floor", "more samples no longer narrowed the median's interval"},
};

bool run_report_flag(int number, const char **flag, const char **meaning)
{
    if (number < 0 || number >= (int)(sizeof flags / sizeof flags[0]))
        return false;
    *flag = flags[number].flag;
    *meaning = flags[number].meaning;
    return true;
}

bool run_report_has_flag(const struct case_row *row, const char *flag)
{
    const size_t length = strlen(flag);
    for (const char *at = row->flags; (at = strstr(at, flag)); at += length)
        if ((at == row->flags || at[-1] == ' ') && (at[length] == 0 || at[length] == ' '))
            return true;
    return false;
}
