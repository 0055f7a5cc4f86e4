/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Version 2: .zarray, with data types in NumPy's words ("<u2": little-endian, unsigned, 2 bytes).
 */
#include <stdlib.h>
#include <string.h>

#include "images/zarr_metadata.h"

static bool little_machine(void)
{
    const uint16_t one = 1;
    return *(const uint8_t *)&one == 1;
}

static enum status parse_dtype(struct zarr_array *array, const json_t *value, const char *file)
{
    static const char *const kinds[] = {"bbool", "iint", "uuint", "ffloat", "ccomplex"};
    const char *dtype = json_string_value(value);
    char name[ZARR_NAME_BYTES];
    if (!dtype || strlen(dtype) < 3 || !strchr("<>|", dtype[0]))
        return status_fail(STATUS_INPUT, "%s: \"dtype\" is not that of plain numbers", file);
    snprintf(name, sizeof name, "\"%.40s\"", dtype);
    unsigned long bytes = strtoul(dtype + 2, NULL, 10);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (dtype[1] == kinds[i][0] && bytes > 0 && bytes <= 16 && strspn(dtype + 2, "0123456789") == strlen(dtype + 2))
            snprintf(name, sizeof name, i == 0 ? "%s" : "%s%lu", kinds[i] + 1, 8 * bytes);
    if (dtype[0] == '|' && bytes > 1)
        return status_fail(STATUS_INPUT, "%s: \"dtype\" %.40s has no byte order", file, dtype);
    enum status status = zarr_type_parse(array, name, file);
    array->codecs.swapped = bytes > 1 && (dtype[0] == '<') != little_machine();
    return status;
}

static enum status parse_separator(struct zarr_array *array, const json_t *root, const char *file)
{
    const json_t *value = json_object_get(root, "dimension_separator");
    const char *text = value ? json_string_value(value) : ".";
    if (!text || (strcmp(text, ".") != 0 && strcmp(text, "/") != 0))
        return status_fail(STATUS_INPUT, "%s: \"dimension_separator\" is neither \".\" nor \"/\"", file);
    array->separator = text[0];
    return STATUS_OK;
}

enum status zarr_v2_parse(struct zarr_array *array, const json_t *root, const char *file)
{
    enum status status;
    TRY(zarr_sizes_parse(json_object_get(root, "shape"), file, "shape", &array->dimensions, array->shape));
    TRY(zarr_sizes_parse(json_object_get(root, "chunks"), file, "chunks", &array->dimensions, array->chunk));
    memcpy(array->piece, array->chunk, sizeof array->piece);
    TRY(zarr_codecs_parse_v2(&array->codecs, root, array->dimensions, file));
    TRY(parse_dtype(array, json_object_get(root, "dtype"), file));
    TRY(zarr_fill_parse(array, json_object_get(root, "fill_value"), file));
    status = parse_separator(array, root, file);
done:
    return status;
}
