/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A question, its answer in numbers, and why it matters.
 */
#include "bench/checklist_report.h"

#include <math.h>

#include "reports/terminal.h"

enum { WIDTH = 80, INDENT = 5 };

static const char *colour_of(enum check_result result)
{
    return result == CHECK_PASSED ? TERMINAL_GREEN : result == CHECK_FAILED ? TERMINAL_RED : TERMINAL_YELLOW;
}

void checklist_print(FILE *out, const char *name, const struct check checks[CHECKS])
{
    int unknown = 0;
    struct terminal terminal = terminal_of(out);
    terminal.width = WIDTH;
    fprintf(out, "\n");
    terminal_wrap(&terminal, TERMINAL_BOLD, name, 0, 3);
    for (int i = 0; i < CHECKS; i++) {
        const struct check *c = &checks[i];
        unknown += c->result == CHECK_UNKNOWN;
        fprintf(out, "  %d  %s: ", i + 1, c->question);
        terminal_print(&terminal, colour_of(c->result), check_result_name(c->result));
        fprintf(out, "\n%*s", INDENT, "");
        terminal_wrap(&terminal, NULL, c->found, INDENT, INDENT);
        fprintf(out, "%*s", INDENT, "");
        terminal_wrap(&terminal, NULL, c->why, INDENT, INDENT);
    }
    fprintf(out, "%d of %d passed", checklist_passed(checks), CHECKS);
    if (unknown)
        fprintf(out, ", %d not measured", unknown);
    fprintf(out, "\n");
}

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *check_json(const struct check *c)
{
    return json_pack("{s:s,s:s,s:s,s:o,s:o,s:s,s:s,s:s}", "name", c->name, "question", c->question, "result",
                     check_result_name(c->result), "value", number(c->value), "limit", number(c->limit), "unit",
                     c->unit, "found", c->found, "why", c->why);
}

static json_t *steps_json(const double *ns, int count)
{
    json_t *list = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(list, number(ns[i]));
    return list;
}

static json_t *times_json(const struct checklist_facts *f)
{
    json_t *times = json_pack("{s:o}", "file_load_ns", number(f->file_load_ns));
    json_object_set_new(times, "cpu_ns", f->cpu ? number(f->cpu->total_ns) : json_null());
    json_object_set_new(times, "cpu_steps_ns", f->cpu ? steps_json(f->cpu->step_ns, f->steps) : json_null());
    json_object_set_new(times, "device_ns", f->times ? number(f->times->total_ns) : json_null());
    json_object_set_new(times, "device_steps_ns", f->times ? steps_json(f->times->step_ns, f->steps) : json_null());
    json_object_set_new(times, "push_ns", f->times ? number(f->times->push_ns) : json_null());
    json_object_set_new(times, "pull_ns", f->times ? number(f->times->pull_ns) : json_null());
    return times;
}

json_t *checklist_json(const struct checklist_facts *f, const struct check checks[CHECKS])
{
    json_t *list = json_array();
    for (int i = 0; i < CHECKS; i++)
        json_array_append_new(list, check_json(&checks[i]));
    return json_pack("{s:o,s:o,s:o,s:o,s:i,s:i}", "device", f->device ? json_string(f->device) : json_null(), "is_gpu",
                     f->device ? json_boolean(!f->device_is_cpu) : json_null(), "checks", list, "times", times_json(f),
                     "passed", checklist_passed(checks), "of", CHECKS);
}
