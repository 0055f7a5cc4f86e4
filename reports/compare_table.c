/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A comparison on the terminal.
 */
#include "reports/compare_report.h"

#include <stdlib.h>
#include <string.h>

#include "reports/format.h"

enum { LINE_BYTES = 1024 };

const char *compare_kind(enum row_class class)
{
    static const char *const kinds[] = {[ROW_GPU] = "GPU",
                                        [ROW_ACCELERATOR] = "accelerator",
                                        [ROW_CPU_DEVICE] = "CPU through OpenCL",
                                        [ROW_OPENMP] = "CPU, OpenMP"};
    return kinds[class];
}

static void print_title(const struct terminal *t, const char *title)
{
    fputc('\n', t->out);
    terminal_wrap(t, TERMINAL_BOLD, title, 0, 2);
}

static void print_machines(const struct terminal *t, const struct comparison *c)
{
    char name[ROW_NAME], source[ROW_TEXT], line[LINE_BYTES];
    terminal_wrap(t, TERMINAL_BOLD, c->machine_count == 1 ? "Machine" : "Machines", 0, 2);
    for (int m = 0; m < c->machine_count; m++) {
        format_clean(name, sizeof name, c->machines[m].name);
        format_clean(source, sizeof source, c->machines[m].source);
        snprintf(line, sizeof line, "%s: %d results, %s", name, c->machines[m].count, source);
        fputs("  ", t->out);
        terminal_wrap(t, NULL, line, 2, 4);
    }
}

/* One line for each value, with the names of all machines that have it. */
static void print_difference(const struct terminal *t, const struct comparison *c,
                             const struct environment_difference *row)
{
    char line[LINE_BYTES], name[ROW_NAME];
    fputs("  ", t->out);
    terminal_wrap(t, NULL, row->field, 2, 4);
    for (int m = 0; m < c->machine_count; m++) {
        bool told = false;
        size_t used = 0;
        for (int i = 0; i < m; i++)
            told = told || strcmp(row->values[i], row->values[m]) == 0;
        if (told)
            continue;
        for (int i = m; i < c->machine_count && used < sizeof line; i++)
            if (strcmp(row->values[i], row->values[m]) == 0)
                used += (size_t)snprintf(line + used, sizeof line - used, "%s%s", used ? ", " : "",
                                         format_clean(name, sizeof name, c->machines[i].name));
        if (used < sizeof line)
            snprintf(line + used, sizeof line - used, ": %s", row->values[m]);
        fputs("    ", t->out);
        terminal_wrap(t, NULL, line, 4, 6);
    }
}

static void print_columns(const struct terminal *t, const struct comparison *c)
{
    char head[16], device[ROW_TEXT], line[LINE_BYTES];
    print_title(t, "Devices");
    for (int i = 0; i < c->column_count; i++) {
        const struct compare_column *column = &c->columns[i];
        speedup_table_head(head, i);
        format_clean(device, sizeof device, column->device->device);
        snprintf(line, sizeof line, "%s  %s (%s%s%s)%s", head, column->name, column->class == ROW_OPENMP ? device : "",
                 column->class == ROW_OPENMP ? "; " : "", compare_kind(column->class),
                 i == c->baseline ? ", the baseline" : "");
        fputs("  ", t->out);
        terminal_wrap(t, NULL, line, 2, 5);
    }
}

static const char *cases(int count)
{
    return count == 1 ? "case" : "cases";
}

void compare_left_out(const struct comparison *c, compare_say say, void *context)
{
    char name[ROW_NAME], sentence[ROW_NAME + 128];
    snprintf(sentence, sizeof sentence, "%d equal %s compared.", c->line_count,
             c->line_count == 1 ? "case is" : "cases are");
    say(context, sentence);
    for (int m = 0; m < c->machine_count; m++) {
        if (!c->alone[m])
            continue;
        snprintf(sentence, sizeof sentence, "Left out: %d %s that only %s has.", c->alone[m], cases(c->alone[m]),
                 format_clean(name, sizeof name, c->machines[m].name));
        say(context, sentence);
    }
    if (c->without_baseline) {
        snprintf(sentence, sizeof sentence, "Left out: %d %s not measured on the baseline.", c->without_baseline,
                 cases(c->without_baseline));
        say(context, sentence);
    }
    if (c->baseline_failed) {
        snprintf(sentence, sizeof sentence, "Left out: %d %s without a valid time on the baseline.", c->baseline_failed,
                 cases(c->baseline_failed));
        say(context, sentence);
    }
}

/* One to a line; `context` is a FILE. */
static void print_sentence(void *context, const char *sentence)
{
    fprintf(context, "%s\n", sentence);
}

const char *compare_no_difference(const struct compare_report *r)
{
    for (int m = 0; m < r->comparison->machine_count; m++) {
        const char *environment = r->comparison->machines[m].environment;
        if (environment && strchr(environment, ':'))
            return "Their recorded environments do not differ";
    }
    return "No environment is recorded, as in imported results";
}

void compare_print_facts(const struct terminal *t, const struct compare_report *r)
{
    print_machines(t, r->comparison);
    if (r->comparison->machine_count > 1) {
        print_title(t, r->differences->count ? "In what they differ" : compare_no_difference(r));
        for (int i = 0; i < r->differences->count; i++)
            print_difference(t, r->comparison, &r->differences->rows[i]);
    }
    print_columns(t, r->comparison);
    fputc('\n', t->out);
    compare_left_out(r->comparison, print_sentence, t->out);
}

static enum status print_over(const struct terminal *t, const struct comparison *c, enum compare_over over,
                              const char *title)
{
    enum status status;
    struct speedup_table table;
    TRY(speedup_table_compare(c, over, &table));
    print_title(t, title);
    if (table.column_count)
        speedup_table_print(t, &table);
    else
        fputs("  there is no device to compare\n", t->out);
    speedup_table_free(&table);
done:
    return status;
}

static enum status print_reference(const struct terminal *t, const struct compare_report *r)
{
    enum status status;
    struct speedup_table table = {0};
    char(*labels)[64] = calloc((size_t)r->reference_count + 1, sizeof *labels), line[LINE_BYTES];
    if (!labels)
        return status_fail(STATUS_MEMORY, "no memory for the reference table");
    TRY(compare_reference_table(r, labels, &table));
    print_title(t, "Beside the lecture's table: resident images, each device over its own machine's CPU");
    terminal_wrap(t, NULL,
                  "UHD620, P6000: as published, over the laptop's i7-8650U. P6000own: the P6000 over the Xeon Silver "
                  "4110 beside it, from the published times. Then the devices above.",
                  0, 0);
    speedup_table_print(t, &table);
    for (int n = 1; n <= REFERENCE_FOOTNOTES; n++) {
        snprintf(line, sizeof line, "[%d] %s", n, reference_footnote(n));
        terminal_wrap(t, NULL, line, 0, 4);
    }
done:
    speedup_table_free(&table);
    free(labels);
    return status;
}

enum status compare_print_speedups(const struct terminal *t, const struct compare_report *r)
{
    enum status status = STATUS_OK;
    const struct comparison *c = r->comparison;
    char title[LINE_BYTES];
    snprintf(title, sizeof title, "Speedup over the baseline %s", c->columns[c->baseline].name);
    if (c->line_count) {
        TRY(print_over(t, c, OVER_BASELINE, title));
        TRY(print_over(t, c, OVER_OWN_CPU, "Speedup of each device over its own machine's CPU"));
    }
    if (r->reference)
        TRY(print_reference(t, r));
    fputc('\n', t->out);
    terminal_wrap(t, NULL,
                  "Ratios of median times; above 1 the column is faster. end to end: with push to the device and pull "
                  "back; resident: the image stays on the device. *: one of the two times is flagged (noisy, drift, "
                  "throttled, timeout, noise_floor). -: not measured.",
                  0, 0);
done:
    return status;
}
