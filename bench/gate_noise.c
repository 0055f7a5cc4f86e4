/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One small JSON file. Differences of all cases together stand in for a case that was seen seldom; those of cases
 * that are too noisy to be gated are left out of them, so that one bad case does not blind the others.
 */
#include "bench/gate_noise.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/gate_case.h"
#include "bench/gate_rule.h"
#include "bench/output.h"
#include "hardware/program_cache.h"

enum { PATH_BYTES = 1100, VALUES_MOST = GATE_CASES_MOST * GATE_NOISE_KEPT };

static bool noise_path(char path[PATH_BYTES])
{
    char folder[1024];
    return program_cache_folder(folder, sizeof folder) &&
           snprintf(path, PATH_BYTES, "%s/gate_noise.json", folder) < PATH_BYTES;
}

void gate_noise_load(const char *machine, struct gate_noise *noise)
{
    char path[PATH_BYTES];
    json_t *file = noise_path(path) ? json_load_file(path, 0, NULL) : NULL;
    const char *of = json_string_value(json_object_get(file, "machine"));
    json_t *cases = json_object_get(file, "cases");
    noise->cases = of && strcmp(of, machine) == 0 && json_is_object(cases) ? json_incref(cases) : NULL;
    json_decref(file);
}

enum status gate_noise_add(struct gate_noise *noise, const char *name, double change)
{
    if (!noise->cases)
        noise->cases = json_object();
    json_t *values = json_object_get(noise->cases, name);
    if (!json_is_array(values)) {
        json_object_set_new(noise->cases, name, json_array());
        values = json_object_get(noise->cases, name);
    }
    if (!values || json_array_append_new(values, json_real(fabs(change))) != 0)
        return status_fail(STATUS_MEMORY, "no host memory for what the machine's noise is");
    while (json_array_size(values) > GATE_NOISE_KEPT)
        json_array_remove(values, 0);
    return STATUS_OK;
}

enum status gate_noise_save(const char *machine, const struct gate_noise *noise)
{
    char path[PATH_BYTES];
    struct output output;
    if (!noise_path(path))
        return status_fail(STATUS_IO,
                           "there is no cache folder: neither BREAKEVEN_CACHE nor XDG_CACHE_HOME nor HOME is set");
    program_cache_make_folder(path);
    enum status status = output_open(&output, path);
    if (status == STATUS_OK) {
        json_t *file = json_pack("{s:s,s:O}", "machine", machine, "cases", noise->cases ? noise->cases : json_null());
        if (!file || json_dumpf(file, output.file, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) != 0)
            status = status_fail(STATUS_IO, "%s: cannot be written", path);
        json_decref(file);
    }
    return output_close(&output, status);
}

static int take(const json_t *list, double *values, int room)
{
    int n = 0;
    size_t i;
    const json_t *value;
    json_array_foreach(list, i, value)
    {
        if (n < room && json_is_number(value))
            values[n++] = json_number_value(value);
    }
    return n;
}

double gate_noise_own(const struct gate_noise *noise, const char *name)
{
    double values[GATE_NOISE_KEPT];
    return quantile_of(values, take(json_object_get(noise->cases, name), values, GATE_NOISE_KEPT), 0.95);
}

double gate_noise_of(const struct gate_noise *noise, const char *name)
{
    double values[VALUES_MOST];
    int n = 0;
    const char *other;
    json_t *list;
    if (json_array_size(json_object_get(noise->cases, name)) >= GATE_NOISE_OWN)
        return gate_noise_own(noise, name);
    json_object_foreach(noise->cases, other, list)
    {
        if (gate_noise_own(noise, other) < GATE_NOISY)
            n += take(list, values + n, VALUES_MOST - n);
    }
    return quantile_of(values, n, 0.95);
}

bool gate_noise_too_noisy(const struct gate_noise *noise, const char *name)
{
    return json_array_size(json_object_get(noise->cases, name)) >= GATE_NOISE_LEAST &&
           gate_noise_own(noise, name) >= GATE_NOISY;
}

void gate_noise_free(struct gate_noise *noise)
{
    json_decref(noise->cases);
    noise->cases = NULL;
}
