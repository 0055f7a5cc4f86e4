/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The fill value: what every pixel of a chunk that is not stored has. Numbers, and for float32 also "NaN", "Infinity",
 * "-Infinity" and the bits in hexadecimal (version 3). A value that the type does not hold is an error, since it would
 * silently become another.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "images/zarr_metadata.h"

static bool float_of_name(const char *name, float *value)
{
    static const struct {
        const char *name;
        float value;
    } names[] = {{"NaN", NAN}, {"Infinity", INFINITY}, {"-Infinity", -INFINITY}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i].name) == 0) {
            *value = names[i].value;
            return true;
        }
    return false;
}

/* "0x" and eight digits. */
static bool float_of_bits(const char *name, float *value)
{
    if (strncmp(name, "0x", 2) != 0 || strlen(name) != 10 || strspn(name + 2, "0123456789abcdefABCDEF") != 8)
        return false;
    uint32_t bits = (uint32_t)strtoul(name + 2, NULL, 16);
    memcpy(value, &bits, sizeof bits);
    return true;
}

static bool parse_float(const json_t *value, float *result)
{
    if (json_is_string(value))
        return float_of_name(json_string_value(value), result) || float_of_bits(json_string_value(value), result);
    *result = (float)json_number_value(value);
    return json_is_number(value);
}

/* Also 0.0, which some writers put for integers. */
static bool parse_integer(const json_t *value, int64_t low, int64_t high, int64_t *result)
{
    double real = json_number_value(value);
    if (!json_is_number(value) || real < (double)low || real > (double)high || real != trunc(real))
        return false;
    *result = (int64_t)real;
    return true;
}

enum status zarr_fill_parse(struct zarr_array *array, const json_t *value, const char *file)
{
    const size_t bytes = pixel_bytes(array->type);
    int64_t integer = 0;
    float real = 0;
    bool good = true;
    memset(array->fill, 0, sizeof array->fill);
    if (json_is_null(value))
        return STATUS_OK;
    if (array->type == PIXEL_F32)
        good = parse_float(value, &real);
    else if (array->was_signed)
        good = parse_integer(value, INT32_MIN, INT32_MAX, &integer);
    else
        good = parse_integer(value, 0, (INT64_C(1) << (8 * bytes)) - 1, &integer);
    if (!good)
        return status_fail(STATUS_INPUT, "%s: \"fill_value\" is not a value of %s", file, array->stored_type);

    const uint8_t byte = (uint8_t)integer;
    const uint16_t half = (uint16_t)integer;
    const uint32_t word = (uint32_t)integer;
    const void *from = array->type == PIXEL_F32 ? (const void *)&real
                       : bytes == 1             ? (const void *)&byte
                       : bytes == 2             ? (const void *)&half
                                                : (const void *)&word;
    memcpy(array->fill, from, bytes);
    return STATUS_OK;
}
