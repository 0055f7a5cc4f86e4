/* SPDX-License-Identifier: BSD-3-Clause
 *
 * JSON knows neither NAN nor infinity: both become null.
 */
#include "reports/row_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "reports/format.h"

static json_t *text_json(const char *text, size_t bytes)
{
    json_t *json = *text ? json_string(text) : json_null();
    if (json)
        return json;
    char *clean = malloc(bytes);
    if (!clean)
        return NULL;
    json = json_string(format_clean(clean, bytes, text));
    free(clean);
    return json;
}

static json_t *field_json(const char *at, const struct row_field *field)
{
    int64_t integer;
    double real;
    switch (field->kind) {
    case FIELD_TEXT:
        return text_json(at, field->bytes);
    case FIELD_REAL:
        real = *(const double *)at;
        return isfinite(real) ? json_real(real) : json_null();
    case FIELD_INT:
        integer = *(const int *)at;
        break;
    default:
        integer = *(const int64_t *)at;
        break;
    }
    return integer == -1 ? json_null() : json_integer(integer);
}

json_t *row_to_json(const void *row, const struct row_field *fields, int count)
{
    json_t *object = json_object();
    for (int i = 0; object && i < count; i++)
        if (json_object_set_new(object, fields[i].name, field_json((const char *)row + fields[i].offset, &fields[i])) != 0) {
            json_decref(object);
            return NULL;
        }
    return object;
}

void row_from_json(const json_t *object, void *row, const struct row_field *fields, int count)
{
    row_clear(row, fields, count);
    for (int i = 0; i < count; i++) {
        const json_t *member = json_object_get(object, fields[i].name);
        char *at = (char *)row + fields[i].offset;
        if (fields[i].kind == FIELD_TEXT && json_is_string(member))
            snprintf(at, fields[i].bytes, "%s", json_string_value(member));
        else if (fields[i].kind == FIELD_REAL && json_is_number(member))
            *(double *)at = json_number_value(member);
        else if (fields[i].kind == FIELD_INT && json_is_integer(member))
            *(int *)at = (int)json_integer_value(member);
        else if (fields[i].kind == FIELD_INT64 && json_is_integer(member))
            *(int64_t *)at = json_integer_value(member);
    }
}
