/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven gate: is head slower than base? Exit status: 0 no, 1 yes, or counts differ, 2 usage, 3 inconclusive or not
 * comparable, 4 wrong results, 5 crashed or nothing measured.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/command.h"
#include "bench/command_gate.h"
#include "bench/gate_counts.h"
#include "bench/gate_measure.h"
#include "bench/gate_self.h"
#include "bench/gate_simulation.h"
#include "bench/output.h"
#include "hardware/cpu.h"

enum { PATIENCE_S = 60, SEED = 1, MACHINE_BYTES = 256 };

static enum status write_file(const char *path, void (*write)(FILE *, const struct gate_report *),
                              const struct gate_report *report)
{
    struct output output;
    if (!path)
        return STATUS_OK;
    const enum status status = output_open(&output, path);
    if (status == STATUS_OK)
        write(output.file, report);
    return output_close(&output, status);
}

/* The report in all the forms asked for; the exit status. */
static int show(const struct gate_command *c, const struct gate_result *result, const char *title, const char *note,
                int exit_code)
{
    enum status status;
    char device[512] = "";
    if (result->device_is_cpu && result->device[0])
        snprintf(device, sizeof device,
                 "The OpenCL cases ran on this machine's CPU (%s): that gates kernel code, and says nothing of a GPU's "
                 "speed.",
                 result->device);
    const struct gate_report report = {.title = title,
                                       .environment = result->environment,
                                       .note = note ? note : device,
                                       .rows = result->rows,
                                       .count = result->count,
                                       .exit_code = exit_code,
                                       .seconds = result->seconds};
    const struct terminal terminal = terminal_of(stdout);
    gate_report_print(&terminal, &report);
    if (c->github)
        gate_report_github(stdout, &report);
    TRY(write_file(c->markdown, gate_report_markdown, &report));
    TRY(write_file(c->junit, gate_report_junit, &report));
    return exit_code;
done:
    command_end(status);
    return exit_code ? exit_code : gate_status_exit_code(status);
}

static int measure(const struct gate_command *c)
{
    const struct gate_measure request = {.cases = &c->cases,
                                         .device = c->options.device,
                                         .samples = c->options.samples,
                                         .verify = c->verify,
                                         .count = c->count,
                                         .threads = c->options.threads};
    /* What a driver prints must not end up between the lines. */
    FILE *out = fdopen(dup(STDOUT_FILENO), "w");
    if (!out)
        return 1;
    dup2(STDERR_FILENO, STDOUT_FILENO);
    const enum status status = gate_measure(&request, out);
    fclose(out);
    command_end(status);
    return gate_status_exit_code(status);
}

static void machine_name(const struct gate_command *c, char machine[MACHINE_BYTES])
{
    snprintf(machine, MACHINE_BYTES, "%s, %d threads, device %d", cpu_facts()->model, cpu_threads(), c->options.device);
}

static int compare(struct gate_command *c)
{
    char machine[MACHINE_BYTES];
    struct gate_noise noise = {0};
    struct gate_result result;
    int exit_code;
    machine_name(c, machine);
    gate_noise_load(machine, &noise);
    c->options.noise = &noise;
    const enum status status = gate_run(&c->options, &result);
    if (status == STATUS_OK) {
        exit_code = show(c, &result, "Head against base", NULL, gate_exit_code(&result));
        gate_result_free(&result);
    } else {
        command_end(status);
        exit_code = gate_status_exit_code(status);
    }
    gate_noise_free(&noise);
    return exit_code;
}

static int compare_self(struct gate_command *c)
{
    char machine[MACHINE_BYTES];
    struct gate_noise noise = {0};
    struct gate_self self;
    struct gate_result result;
    machine_name(c, machine);
    gate_noise_load(machine, &noise);
    const enum status status = gate_self_run(&c->options, machine, c->runs, &noise, &self, &result);
    int exit_code = gate_status_exit_code(status);
    if (status == STATUS_OK) {
        /* A false alarm is what was to be found, and no failure. */
        exit_code = gate_exit_code(&result) > 3 ? gate_exit_code(&result) : 0;
        exit_code = show(c, &result, "Base against base", self.note, exit_code);
    } else {
        command_end(status);
    }
    gate_result_free(&result);
    gate_noise_free(&noise);
    return exit_code;
}

static int compare_counts(struct gate_command *c)
{
    struct gate_result result;
    const enum status status = gate_counts_compare(&c->options, c->counts, &result);
    if (status != STATUS_OK) {
        command_end(status);
        return gate_status_exit_code(status);
    }
    const int exit_code = show(c, &result, "Results and counts", "", gate_exit_code(&result));
    gate_result_free(&result);
    return exit_code;
}

static int write_counts(const struct gate_command *c)
{
    const enum status status = gate_counts_write(&c->options, c->write_counts);
    if (status == STATUS_OK)
        printf("Counts of %d cases are in %s.\n", c->cases.count, c->write_counts);
    command_end(status);
    return gate_status_exit_code(status);
}

static int run(struct gate_command *c)
{
    if (c->simulate)
        return gate_simulation_print(stdout, c->trials, SEED, 0) < 0;
    if (c->measure)
        return measure(c);
    if (c->write_counts)
        return write_counts(c);
    if (c->counts)
        return compare_counts(c);
    return c->self ? compare_self(c) : compare(c);
}

static int command(int argc, char **argv)
{
    int exit_code;
    struct gate_command c = {
        .options = {.threshold = GATE_SHARED, .pairs = GATE_PAIRS, .device = -1, .patience_s = PATIENCE_S},
        .trials = 20000,
        .runs = 1};
    if (!gate_command_parse(argc, argv, &c, &exit_code))
        return exit_code;
    enum status status;
    TRY(gate_command_complete(&c));
    TRY(output_check(c.markdown));
    TRY(output_check(c.junit));
    TRY(output_check(c.write_counts));
    if ((exit_code = run(&c)) == 0)
        status = command_flush(); /* here, since elsewhere 1 is what is told of it */
done:
    if (status != STATUS_OK) {
        command_end(status);
        exit_code = gate_status_exit_code(status);
    }
    gate_cases_free(&c.cases);
    return exit_code;
}

const struct command command_gate = {
    .name = "gate",
    .help = "is a changed build slower? for CI",
    .argp = &gate_argp,
    .examples = {{"breakeven gate --base ../before/build/breakeven",
                  "this program against one built before the change"},
                 {"breakeven gate --self", "how noisy this machine is"}},
    .run = command,
};
