/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The file: {"gate_counts":1,"device":{"platform":"...","type":"cpu","compute_units":2},"cases":{"flip ... opencl":
 * {"launches":1,...},"flip ... openmp":{}}}. How a plan is made may depend on the platform, the kind of device and its
 * compute units (auto_threshold's histograms do), so a file of another such device is not comparable; its exact name
 * and driver do not matter.
 */
#include "bench/gate_counts.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/output.h"
#include "hardware/clock.h"

static enum status take(const struct gate_options *o, const struct gate_cases *cases, struct gate_hello *hello,
                        struct gate_answer **answers)
{
    const struct gate_request request = {.cases = cases,
                                         .device = o->device,
                                         .threads = o->threads,
                                         .patience_s = o->patience_s,
                                         .verify = true,
                                         .count = true};
    *answers = calloc((size_t)cases->count + 1, sizeof **answers);
    if (!*answers)
        return status_fail(STATUS_MEMORY, "no host memory for counts");
    return gate_visit_all(&o->head, &request, hello, *answers);
}

static json_t *device_json(const struct gate_hello *hello)
{
    if (!hello->device[0])
        return json_null();
    return json_pack("{s:s,s:s,s:i}", "platform", hello->platform, "type", hello->device_type, "compute_units",
                     hello->compute_units);
}

static json_t *counts_json(const struct gate_answer *answer)
{
    json_t *counts = json_object();
    for (int c = 0; c < GATE_COUNTS; c++)
        if (answer->counts[c] >= 0)
            json_object_set_new(counts, gate_count_names[c], json_integer(answer->counts[c]));
    return counts;
}

enum status gate_counts_write(const struct gate_options *o, const char *path)
{
    enum status status;
    struct gate_hello hello;
    struct gate_answer *answers = NULL;
    struct output output;
    json_t *cases = json_object(), *file = NULL;
    TRY(take(o, o->cases, &hello, &answers));
    for (int i = 0; i < o->cases->count; i++) {
        if (answers[i].status != STATUS_OK) {
            status =
                status_fail(answers[i].status, "%s: %s; no counts were written", o->cases->text[i], answers[i].text);
            goto done;
        }
        json_object_set_new(cases, o->cases->text[i], counts_json(&answers[i]));
    }
    file = json_pack("{s:i,s:o,s:O}", "gate_counts", 1, "device", device_json(&hello), "cases", cases);
    status = output_open(&output, path);
    if (status == STATUS_OK &&
        (!file || json_dumpf(file, output.file, JSON_INDENT(1)) != 0 || fputc('\n', output.file) == EOF))
        status = status_fail(STATUS_IO, "%s: cannot be written", path);
    status = output_close(&output, status);
done:
    json_decref(file);
    json_decref(cases);
    free(answers);
    return status;
}

static enum status load(const char *path, json_t **file)
{
    json_error_t error;
    *file = json_load_file(path, 0, &error);
    if (!*file)
        return status_fail(STATUS_INPUT, "%s: %s", path, error.text);
    if (json_integer_value(json_object_get(*file, "gate_counts")) != 1 ||
        !json_is_object(json_object_get(*file, "cases")))
        return status_fail(STATUS_INPUT, "%s: not a file of 'breakeven gate --write-counts', or of a newer one", path);
    return STATUS_OK;
}

static enum status cases_of(const json_t *file, const char *path, struct gate_cases *cases)
{
    const char *name;
    json_t *counts;
    *cases = (struct gate_cases){.text = calloc(GATE_CASES_MOST, sizeof *cases->text)};
    if (!cases->text)
        return status_fail(STATUS_MEMORY, "no host memory for the list of cases");
    json_object_foreach(json_object_get(file, "cases"), name, counts)
    {
        if (cases->count == GATE_CASES_MOST || strlen(name) >= GATE_CASE_TEXT)
            return status_fail(STATUS_INPUT, "%s: more than %d cases, or a name of more than %d letters", path,
                               GATE_CASES_MOST, GATE_CASE_TEXT - 1);
        strcpy(cases->text[cases->count++], name);
    }
    return cases->count ? STATUS_OK : status_fail(STATUS_INPUT, "%s: it has no cases", path);
}

/* "kernel launches: expected 2, found 3; ..." for every count that differs; "" for none. */
static void differences(const json_t *expected, const struct gate_answer *found, char *text, size_t bytes)
{
    size_t used = 0;
    text[0] = 0;
    for (int c = 0; c < GATE_COUNTS && used < bytes; c++) {
        const json_t *value = json_object_get(expected, gate_count_names[c]);
        char was[32] = "none", is[32] = "none";
        const bool had = json_is_integer(value), has = found->counts[c] >= 0;
        if (had == has && (!has || json_integer_value(value) == found->counts[c]))
            continue;
        if (had)
            snprintf(was, sizeof was, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        if (has)
            snprintf(is, sizeof is, "%" PRId64, found->counts[c]);
        used += (size_t)snprintf(text + used, bytes - used, "%s%s: expected %s, found %s", used ? "; " : "",
                                 gate_count_labels[c], was, is);
    }
}

static void judge(const json_t *expected, const struct gate_answer *found, bool comparable, struct gate_row *row)
{
    snprintf(row->reason, sizeof row->reason, "%s", found->text);
    if (found->status == STATUS_WRONG)
        row->verdict = GATE_WRONG;
    else if (found->status == STATUS_USAGE || found->status == STATUS_UNSUPPORTED)
        row->verdict = GATE_NOT_COMPARABLE;
    else if (!found->there || found->status != STATUS_OK)
        row->verdict = GATE_CRASHED;
    else if (!expected)
        row->verdict = GATE_NEW;
    else if (comparable) {
        differences(expected, found, row->reason, sizeof row->reason);
        row->verdict = row->reason[0] ? GATE_COUNTS_DIFFER : GATE_FINE;
    }
}

static void fill_rows(const struct gate_options *o, const char *path, const json_t *file,
                      const struct gate_cases *cases, const struct gate_answer *answers, struct gate_result *result)
{
    char one[GATE_ROW_COMMAND];
    for (int i = 0; i < cases->count; i++) {
        struct gate_row *row = &result->rows[result->count++];
        *row = (struct gate_row){
            .verdict = GATE_FINE, .base_ns = NAN, .head_ns = NAN, .change = NAN, .low = NAN, .high = NAN, .again = NAN};
        snprintf(row->name, sizeof row->name, "%s", cases->text[i]);
        judge(json_object_get(json_object_get(file, "cases"), row->name), &answers[i],
              !result->environment[0] || !strstr(row->name, "opencl"), row);
        gate_counts_command(o, path, row->name, one, sizeof one);
        snprintf(row->command, sizeof row->command, "%s", one);
    }
}

enum status gate_counts_compare(const struct gate_options *o, const char *path, struct gate_result *result)
{
    enum status status;
    json_t *file = NULL, *device = NULL;
    struct gate_cases listed = {0};
    struct gate_hello hello;
    struct gate_answer *answers = NULL;
    const struct gate_cases *cases = o->cases ? o->cases : &listed;
    const int64_t start = clock_ns();
    *result = (struct gate_result){0};
    TRY(load(path, &file));
    if (!o->cases)
        TRY(cases_of(file, path, &listed));
    TRY(take(o, cases, &hello, &answers));
    result->rows = calloc((size_t)cases->count, sizeof *result->rows);
    if (!result->rows) {
        status = status_fail(STATUS_MEMORY, "no host memory for rows");
        goto done;
    }
    device = device_json(&hello);
    if (!json_is_null(device) && !json_equal(device, json_object_get(file, "device")))
        snprintf(result->environment, sizeof result->environment,
                 "Not comparable: %s is of another kind of device than this one (%s, %d compute units); counts of "
                 "kernels were not "
                 "compared, results were verified.",
                 path, hello.platform, hello.compute_units);
    fill_rows(o, path, file, cases, answers, result);
    gate_rows_sort(result->rows, result->count);
    result->seconds = (double)(clock_ns() - start) * 1e-9;
done:
    json_decref(device);
    json_decref(file);
    gate_cases_free(&listed);
    free(answers);
    return status;
}
