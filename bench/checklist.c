/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Five answers. What could not be measured is no pass and says why.
 */
#include "bench/checklist.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "reports/format.h"

static const double ratio_least = 10, bandwidth_least = 400e9;

const char *check_result_name(enum check_result result)
{
    static const char *const names[] = {"pass", "fail", "not measured"};
    return names[result];
}

/* Passed if the value is above the limit, unknown if one of them is. */
static void judge(struct check *check, double value, double limit)
{
    check->value = value;
    check->limit = limit;
    check->result = isnan(value) || isnan(limit) ? CHECK_UNKNOWN : value > limit ? CHECK_PASSED : CHECK_FAILED;
}

__attribute__((format(printf, 2, 3))) static void say(struct check *check, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(check->found, sizeof check->found, format, arguments);
    va_end(arguments);
}

static char *time_text(char *text, double ns)
{
    return format_time(text, FORMAT_MAX, ns, "u");
}

static void answer_loading(const struct checklist_facts *f, struct check *check)
{
    char processing[FORMAT_MAX], loading[FORMAT_MAX];
    const bool file = !isnan(f->file_load_ns);
    const double load_ns = file ? f->file_load_ns : f->times ? f->times->push_ns + f->times->pull_ns : NAN;
    *check = (struct check){
        .name = "loading",
        .question = "processing time / loading time > 10",
        .unit = "1",
        .why = "What takes longer to load than to compute gains nothing from faster computing.",
    };
    judge(check, f->cpu ? f->cpu->total_ns / load_ns : NAN, ratio_least);
    if (!f->cpu)
        say(check, "the chain was not timed on the CPU: %s", f->cpu_reason);
    else if (isnan(load_ns))
        say(check, "neither a file was read nor a device loaded: %s", f->device_reason);
    else
        say(check, "%.3g: the chain on the CPU takes %s, %s %s", check->value, time_text(processing, f->cpu->total_ns),
            file ? "reading the file (again, so from the system's cache if it fits there)" : "push and pull",
            time_text(loading, load_ns));
}

static void answer_memory(const struct checklist_facts *f, struct check *check)
{
    char need[FORMAT_MAX];
    *check = (struct check){
        .name = "memory",
        .question = "the memory fits",
        .unit = "bytes",
        .value = NAN,
        .limit = NAN,
        .why = "An image that does not fit must be cut into tiles, with margins that are computed twice.",
    };
    if (!f->fit || !f->device) {
        check->result = f->device ? CHECK_UNKNOWN : CHECK_FAILED;
        say(check, "%s", f->device ? f->device_reason : "there is no OpenCL device");
        return;
    }
    check->value = (double)f->fit->need.peak_bytes;
    check->result = f->fit->verdict == MEMORY_FITS ? CHECK_PASSED : CHECK_FAILED;
    if (f->fit->verdict == MEMORY_CANNOT_RUN)
        say(check, "the chain cannot run there: %s", f->fit->reason);
    else
        say(check, "%s are needed at once: %s%s%s", format_bytes(need, sizeof need, check->value),
            memory_verdict_name(f->fit->verdict),
            f->fit->verdict == MEMORY_FITS_IN_TILES ? ", not as a whole: "
            : f->fit->reason[0]                     ? ": "
                                                    : "",
            f->fit->reason);
}

static void answer_bandwidth(const struct checklist_facts *f, struct check *check)
{
    char rate[FORMAT_MAX];
    *check = (struct check){
        .name = "bandwidth",
        .question = "bandwidth of the device > 400 GB/s",
        .unit = "B/s",
        .why = "Most image processing waits for memory: a GPU without bandwidth is no faster than a CPU.",
    };
    judge(check, f->device ? f->bandwidth : NAN, bandwidth_least);
    if (!f->device) {
        check->result = CHECK_FAILED;
        say(check, "there is no OpenCL device");
    } else if (isnan(f->bandwidth)) {
        say(check, "%s", f->bandwidth_source);
    } else {
        say(check, "a copy moves %s, read and write together (%s)",
            format_quantity(rate, sizeof rate, f->bandwidth, "B/s"), f->bandwidth_source);
    }
}

static void answer_cache(const struct checklist_facts *f, struct check *check)
{
    char image[FORMAT_MAX], cache[FORMAT_MAX];
    *check = (struct check){
        .name = "cache",
        .question = "the image is larger than the CPU's last-level cache",
        .unit = "bytes",
        .why = "An image that stays in the CPU's cache is processed there at the cache's speed.",
    };
    judge(check, f->image_bytes, f->cache_bytes);
    if (isnan(f->cache_bytes))
        say(check, "the CPU's caches are not known");
    else
        say(check, "%s against %s of cache", format_bytes(image, sizeof image, f->image_bytes),
            format_bytes(cache, sizeof cache, f->cache_bytes));
}

double checklist_steps_to_repay(const double *cpu_ns, const double *device_ns, int count, double transfer_ns)
{
    double saved = 0;
    for (int i = 0; i < count; i++) {
        saved += cpu_ns[i] - device_ns[i];
        if (saved > transfer_ns)
            return i + 1;
    }
    if (!(saved > 0))
        return -1;
    return floor(transfer_ns / (saved / count)) + 1;
}

static void answer_chain(const struct checklist_facts *f, struct check *check)
{
    char cpu[FORMAT_MAX], device[FORMAT_MAX], transfer[FORMAT_MAX];
    *check = (struct check){
        .name = "chain",
        .question = "the chain is long enough",
        .unit = "steps",
        .value = f->steps,
        .limit = NAN,
        .result = CHECK_UNKNOWN,
        .why = "The image crosses the link twice however many steps lie between: they must repay that together.",
    };
    if (!f->device) {
        check->result = CHECK_FAILED;
        say(check, "there is no OpenCL device");
        return;
    }
    if (!f->cpu || !f->times) {
        say(check, "not timed: %s", f->cpu ? f->device_reason : f->cpu_reason);
        return;
    }
    const double transfer_ns = f->times->push_ns + f->times->pull_ns;
    const double steps = checklist_steps_to_repay(f->cpu->step_ns, f->times->step_ns, f->steps, transfer_ns);
    time_text(cpu, f->cpu->total_ns);
    time_text(device, f->times->total_ns);
    time_text(transfer, transfer_ns);
    /* The whole chain decides: steps after the one that repays may be slower on the device. */
    check->result = f->cpu->total_ns - f->times->total_ns > transfer_ns ? CHECK_PASSED : CHECK_FAILED;
    if (steps < 0) {
        say(check, "never: the steps take %s on the device, %s on the CPU, without push and pull (%s)", device, cpu,
            transfer);
        return;
    }
    check->limit = steps;
    if (check->result == CHECK_FAILED && steps <= f->steps) {
        say(check, "the first %.0f would repay push and pull (%s), those after lose it again: %s on the device, %s on the CPU",
            steps, transfer, device, cpu);
        return;
    }
    say(check, "%.0f step%s like these repay%s push and pull (%s); the chain has %d: %s on the device, %s on the CPU",
        steps, steps == 1 ? "" : "s", steps == 1 ? "s" : "", transfer, f->steps, device, cpu);
}

void checklist_answer(const struct checklist_facts *facts, struct check checks[CHECKS])
{
    answer_loading(facts, &checks[0]);
    answer_memory(facts, &checks[1]);
    answer_bandwidth(facts, &checks[2]);
    answer_cache(facts, &checks[3]);
    answer_chain(facts, &checks[4]);
}

int checklist_passed(const struct check checks[CHECKS])
{
    int passed = 0;
    for (int i = 0; i < CHECKS; i++)
        passed += checks[i].result == CHECK_PASSED;
    return passed;
}
