/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One row per option drives writing and reading.
 */
#include "bench/configuration.h"

#include <stddef.h>
#include <stdlib.h>

enum kind { TEXT, BOOLEAN, INTEGER, SEED };

static const struct {
    const char *name;
    enum kind kind;
    size_t offset;
} fields[] = {
    {"ops", TEXT, offsetof(struct run_options, axes.ops)},
    {"sizes", TEXT, offsetof(struct run_options, axes.sizes)},
    {"types", TEXT, offsetof(struct run_options, axes.types)},
    {"params", TEXT, offsetof(struct run_options, axes.params)},
    {"contents", TEXT, offsetof(struct run_options, axes.contents)},
    {"variants", TEXT, offsetof(struct run_options, axes.variants)},
    {"suite", TEXT, offsetof(struct run_options, axes.suite)},
    {"quick", BOOLEAN, offsetof(struct run_options, axes.quick)},
    {"seed", SEED, offsetof(struct run_options, axes.seed)},
    {"image", TEXT, offsetof(struct run_options, image_path)},
    {"channel", INTEGER, offsetof(struct run_options, channel)},
    {"backends", TEXT, offsetof(struct run_options, backends)},
    {"device", TEXT, offsetof(struct run_options, device)},
    {"threads", INTEGER, offsetof(struct run_options, threads)},
    {"refine", BOOLEAN, offsetof(struct run_options, refine)},
};

enum { FIELDS = sizeof fields / sizeof fields[0] };

static json_t *to_json(const void *field, enum kind kind)
{
    const char *text = kind == TEXT ? *(const char *const *)field : NULL;
    switch (kind) {
    case TEXT:
        return text ? json_string(text) : json_null();
    case BOOLEAN:
        return json_boolean(*(const bool *)field);
    case INTEGER:
        return json_integer(*(const int *)field);
    default:
        return json_integer((json_int_t) * (const uint64_t *)field);
    }
}

enum status configuration_write(const struct run_options *options, char **text)
{
    json_t *json = json_object();
    for (int i = 0; i < FIELDS; i++)
        json_object_set_new(json, fields[i].name, to_json((const char *)options + fields[i].offset, fields[i].kind));
    *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return *text ? STATUS_OK : status_fail(STATUS_MEMORY, "no host memory for the configuration");
}

enum status configuration_read(const char *text, struct configuration *configuration)
{
    configuration->json = json_loads(text, 0, NULL);
    if (!json_is_object(configuration->json))
        return status_fail(STATUS_STORE, "the stored configuration of the run is damaged");
    return STATUS_OK;
}

void configuration_apply(const struct configuration *configuration, struct run_options *options)
{
    for (int i = 0; i < FIELDS; i++) {
        const json_t *value = json_object_get(configuration->json, fields[i].name);
        void *field = (char *)options + fields[i].offset;
        switch (fields[i].kind) {
        case TEXT:
            *(const char **)field = json_string_value(value);
            break;
        case BOOLEAN:
            *(bool *)field = json_is_true(value);
            break;
        case INTEGER:
            *(int *)field = (int)json_integer_value(value);
            break;
        default:
            *(uint64_t *)field = (uint64_t)json_integer_value(value);
        }
    }
}

void configuration_free(struct configuration *configuration)
{
    json_decref(configuration->json);
    configuration->json = NULL;
}
