/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Version 3: zarr.json of an array. Extensions that a reader must understand are refused by their name.
 */
#include <string.h>

#include "images/zarr_metadata.h"

/* A named extension point: {"name": ..., "configuration": {...}}, or the name alone. */
static const char *name_of(const json_t *value)
{
    return json_string_value(json_is_object(value) ? json_object_get(value, "name") : value);
}

static const json_t *setting(const json_t *value, const char *key)
{
    return json_object_get(json_object_get(value, "configuration"), key);
}

static bool is_named(const json_t *value, const char *name)
{
    const char *found = name_of(value);
    return found && strcmp(found, name) == 0;
}

static enum status check_extensions(const json_t *root, const char *file)
{
    static const char *const known[] = {"zarr_format", "node_type",      "shape",      "data_type",
                                        "chunk_grid",  "attributes",     "fill_value", "chunk_key_encoding",
                                        "codecs",      "dimension_names"};
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)root, key, value)
    {
        bool fine = json_is_false(json_object_get(value, "must_understand")) ||
                    (strcmp(key, "storage_transformers") == 0 && json_array_size(value) == 0);
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            fine |= strcmp(key, known[i]) == 0;
        if (!fine)
            return status_fail(STATUS_INPUT, "%s: the extension \"%.40s\" is not known", file, key);
    }
    return STATUS_OK;
}

static enum status parse_keys(struct zarr_array *array, const json_t *value, const char *file)
{
    array->key_prefix = is_named(value, "default");
    if (!array->key_prefix && !is_named(value, "v2"))
        return status_fail(STATUS_INPUT, "%s: \"chunk_key_encoding\" is neither \"default\" nor \"v2\"", file);
    const json_t *separator = setting(value, "separator");
    const char *text = separator ? json_string_value(separator) : array->key_prefix ? "/" : ".";
    if (!text || (strcmp(text, ".") != 0 && strcmp(text, "/") != 0))
        return status_fail(STATUS_INPUT, "%s: \"separator\" is neither \".\" nor \"/\"", file);
    array->separator = text[0];
    return STATUS_OK;
}

static enum status parse_shards(struct zarr_array *array, const json_t *sharding, const char *file)
{
    enum status status;
    const json_t *location = setting(sharding, "index_location");
    const char *where = location ? json_string_value(location) : "end";
    array->sharded = true;
    if (!where || (strcmp(where, "start") != 0 && strcmp(where, "end") != 0))
        TRY(status_fail(STATUS_INPUT, "%s: \"index_location\" is neither \"start\" nor \"end\"", file));
    array->index_first = strcmp(where, "start") == 0;
    TRY(zarr_sizes_parse(setting(sharding, "chunk_shape"), file, "chunk_shape", &array->dimensions, array->piece));
    TRY(zarr_codecs_parse_v3(&array->codecs, setting(sharding, "codecs"), array->dimensions, pixel_bytes(array->type),
                             file));
    TRY(zarr_codecs_parse_v3(&array->index, setting(sharding, "index_codecs"), array->dimensions, sizeof(uint64_t),
                             file));
    for (int i = 0; i < array->dimensions; i++)
        if (array->index.order[i] != i || array->index.coder != ZARR_CODER_NONE)
            TRY(status_fail(STATUS_INPUT, "%s: the index of shards has codecs other than bytes and crc32c", file));
done:
    return status;
}

static enum status parse_codecs(struct zarr_array *array, const json_t *list, const char *file)
{
    const json_t *first = json_array_get(list, 0);
    memcpy(array->piece, array->chunk, sizeof array->piece);
    if (json_array_size(list) == 1 && is_named(first, "sharding_indexed"))
        return parse_shards(array, first, file);
    return zarr_codecs_parse_v3(&array->codecs, list, array->dimensions, pixel_bytes(array->type), file);
}

static enum status parse_type(struct zarr_array *array, const json_t *value, const char *file)
{
    const char *name = name_of(value);
    if (!name)
        return status_fail(STATUS_INPUT, "%s: \"data_type\" is missing", file);
    return zarr_type_parse(array, name, file);
}

static void parse_names(struct zarr_array *array, const json_t *list)
{
    for (int i = 0; i < array->dimensions; i++) {
        const char *name = json_string_value(json_array_get(list, (size_t)i));
        snprintf(array->names[i], sizeof array->names[i], "%s", name ? name : "");
    }
}

enum status zarr_v3_parse(struct zarr_array *array, const json_t *root, const char *file)
{
    enum status status;
    const json_t *grid = json_object_get(root, "chunk_grid");
    if (!is_named(json_object_get(root, "node_type"), "array"))
        TRY(status_fail(STATUS_INPUT, "%s: is not the metadata of an array", file));
    TRY(check_extensions(root, file));
    TRY(zarr_sizes_parse(json_object_get(root, "shape"), file, "shape", &array->dimensions, array->shape));
    if (!is_named(grid, "regular"))
        TRY(status_fail(STATUS_INPUT, "%s: \"chunk_grid\" is not \"regular\"", file));
    TRY(zarr_sizes_parse(setting(grid, "chunk_shape"), file, "chunk_shape", &array->dimensions, array->chunk));
    TRY(parse_keys(array, json_object_get(root, "chunk_key_encoding"), file));
    TRY(parse_type(array, json_object_get(root, "data_type"), file));
    if (!json_object_get(root, "fill_value"))
        TRY(status_fail(STATUS_INPUT, "%s: \"fill_value\" is missing", file));
    TRY(zarr_fill_parse(array, json_object_get(root, "fill_value"), file));
    TRY(parse_codecs(array, json_object_get(root, "codecs"), file));
    parse_names(array, json_object_get(root, "dimension_names"));
done:
    return status;
}
