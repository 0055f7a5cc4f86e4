/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Codecs from metadata. Version 3 lists them in the order of writing: transpose, then bytes, then checksums and at most
 * one compression; version 2 has an order ("C", "F"), a compressor and filters. Settings are kept as far as writing
 * needs them; a reader finds them in the compressed data.
 */
#include <stdio.h>
#include <string.h>

#include "images/zarr_codec.h"

/* Names of version 2, of version 3, and those by which numcodecs' own are known in version 3. */
static const struct {
    const char *name;
    enum zarr_coder coder;
} coders[] = {
    {"blosc", ZARR_CODER_BLOSC},
    {"zstd", ZARR_CODER_ZSTD},
    {"gzip", ZARR_CODER_GZIP},
    {"zlib", ZARR_CODER_ZLIB},
    {"lz4", ZARR_CODER_LZ4},
    {"numcodecs.zlib", ZARR_CODER_ZLIB},
    {"numcodecs.lz4", ZARR_CODER_LZ4},
    {"numcodecs.zstd", ZARR_CODER_ZSTD},
    {"numcodecs.gzip", ZARR_CODER_GZIP},
    {"numcodecs.blosc", ZARR_CODER_BLOSC},
};

static enum zarr_coder coder_find(const char *name)
{
    for (size_t i = 0; i < sizeof coders / sizeof coders[0]; i++)
        if (strcmp(name, coders[i].name) == 0)
            return coders[i].coder;
    return ZARR_CODER_NONE;
}

static bool little_machine(void)
{
    const uint16_t one = 1;
    return *(const uint8_t *)&one == 1;
}

static void reset(struct zarr_codecs *codecs)
{
    *codecs = (struct zarr_codecs){.level = 1};
    for (int i = 0; i < ZARR_ORDER_MAX; i++)
        codecs->order[i] = i;
}

/* Shuffling is a number in version 2 and a word in version 3. */
static int parse_shuffle(const json_t *value)
{
    const char *name = json_string_value(value);
    if (name)
        return strcmp(name, "bitshuffle") == 0 ? 2 : strcmp(name, "shuffle") == 0;
    json_int_t number = json_integer_value(value);
    return number == 1 || number == 2 ? (int)number : 0;
}

static void parse_settings(struct zarr_codecs *codecs, const json_t *settings)
{
    const json_t *level = json_object_get(settings, codecs->coder == ZARR_CODER_BLOSC ? "clevel" : "level");
    const char *name = json_string_value(json_object_get(settings, "cname"));
    if (json_is_integer(level) && json_integer_value(level) >= -100 && json_integer_value(level) <= 100)
        codecs->level = (int)json_integer_value(level);
    codecs->shuffle = parse_shuffle(json_object_get(settings, "shuffle"));
    snprintf(codecs->blosc_name, sizeof codecs->blosc_name, "%s", name ? name : "lz4");
}

enum status zarr_codecs_parse_v2(struct zarr_codecs *codecs, const json_t *root, int dimensions, const char *file)
{
    const json_t *compressor = json_object_get(root, "compressor"), *filters = json_object_get(root, "filters");
    const char *order = json_string_value(json_object_get(root, "order"));
    const char *id = json_string_value(json_object_get(compressor, "id"));
    reset(codecs);
    if (!order || (strcmp(order, "C") != 0 && strcmp(order, "F") != 0))
        return status_fail(STATUS_INPUT, "%s: \"order\" is neither \"C\" nor \"F\"", file);
    if (order[0] == 'F')
        for (int i = 0; i < dimensions; i++)
            codecs->order[i] = dimensions - 1 - i;
    if (filters && !json_is_null(filters) && !(json_is_array(filters) && json_array_size(filters) == 0))
        return status_fail(STATUS_INPUT, "%s: filters are not read: %.40s", file,
                           json_string_value(json_object_get(json_array_get(filters, 0), "id")));
    if (!compressor || json_is_null(compressor))
        return STATUS_OK;
    codecs->coder = coder_find(id ? id : "");
    if (codecs->coder == ZARR_CODER_NONE)
        return status_fail(STATUS_INPUT, "%s: the codec \"%.40s\" is not known", file, id ? id : "");
    parse_settings(codecs, compressor);
    return STATUS_OK;
}

/* Several in a row become one order. */
static enum status parse_transpose(struct zarr_codecs *codecs, const json_t *order, int dimensions, const char *file)
{
    int combined[ZARR_ORDER_MAX];
    unsigned seen = 0;
    for (int i = 0; i < dimensions; i++) {
        const json_t *value = json_array_get(order, (size_t)i);
        json_int_t from = json_integer_value(value);
        if (!json_is_integer(value) || from < 0 || from >= dimensions)
            break;
        seen |= 1u << from;
        combined[i] = codecs->order[from];
    }
    if (json_array_size(order) != (size_t)dimensions || seen != (1u << dimensions) - 1)
        return status_fail(STATUS_INPUT, "%s: \"order\" of the codec transpose is no order of %d dimensions", file,
                           dimensions);
    memcpy(codecs->order, combined, (size_t)dimensions * sizeof combined[0]);
    return STATUS_OK;
}

static enum status parse_bytes(struct zarr_codecs *codecs, const json_t *settings, size_t pixel_size, const char *file)
{
    const char *endian = json_string_value(json_object_get(settings, "endian"));
    bool big = endian && strcmp(endian, "big") == 0;
    codecs->bytes_seen = true;
    if (pixel_size > 1 && !big && !(endian && strcmp(endian, "little") == 0))
        return status_fail(STATUS_INPUT, "%s: \"endian\" of the codec bytes is neither \"little\" nor \"big\"", file);
    codecs->swapped = pixel_size > 1 && big == little_machine();
    return STATUS_OK;
}

static enum status parse_codec(struct zarr_codecs *codecs, const json_t *codec, int dimensions, size_t pixel_size,
                               const char *file)
{
    const json_t *settings = json_object_get(codec, "configuration");
    const char *name = json_string_value(json_is_object(codec) ? json_object_get(codec, "name") : codec);
    if (!name)
        return status_fail(STATUS_INPUT, "%s: a codec without a name", file);
    if (strcmp(name, "transpose") == 0 && !codecs->bytes_seen)
        return parse_transpose(codecs, json_object_get(settings, "order"), dimensions, file);
    if (strcmp(name, "bytes") == 0 && !codecs->bytes_seen)
        return parse_bytes(codecs, settings, pixel_size, file);
    enum zarr_coder coder = coder_find(name);
    bool checksum = strcmp(name, "crc32c") == 0;
    if (coder == ZARR_CODER_NONE && !checksum && strcmp(name, "transpose") != 0 && strcmp(name, "bytes") != 0 &&
        strcmp(name, "sharding_indexed") != 0)
        return status_fail(STATUS_INPUT, "%s: the codec \"%.40s\" is not known", file, name);
    /* Two compressions one after the other would need a size that nothing states. */
    if (!codecs->bytes_seen || (!checksum && (coder == ZARR_CODER_NONE || codecs->coder != ZARR_CODER_NONE)))
        return status_fail(STATUS_INPUT, "%s: the codec \"%.40s\" is not read in this place", file, name);
    if (checksum) {
        *(codecs->coder == ZARR_CODER_NONE ? &codecs->checks_before : &codecs->checks_after) += 1;
        return STATUS_OK;
    }
    codecs->coder = coder;
    parse_settings(codecs, settings);
    return STATUS_OK;
}

enum status zarr_codecs_parse_v3(struct zarr_codecs *codecs, const json_t *list, int dimensions, size_t pixel_size,
                                 const char *file)
{
    enum status status = STATUS_OK;
    reset(codecs);
    for (size_t i = 0; i < json_array_size(list) && status == STATUS_OK; i++)
        status = parse_codec(codecs, json_array_get(list, i), dimensions, pixel_size, file);
    if (status == STATUS_OK && (!codecs->bytes_seen || codecs->checks_before + codecs->checks_after > 4))
        status = status_fail(STATUS_INPUT, "%s: \"codecs\" is not a list with \"bytes\" in it", file);
    return status;
}

void zarr_codecs_describe(const struct zarr_codecs *codecs, char *text, size_t size)
{
    const char *name = "none";
    for (size_t i = sizeof coders / sizeof coders[0]; i-- > 0;)
        if (coders[i].coder == codecs->coder)
            name = coders[i].name;
    if (codecs->coder == ZARR_CODER_BLOSC)
        snprintf(text, size, "blosc %s", codecs->blosc_name);
    else
        snprintf(text, size, "%s", name);
}
