/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A directory is a number of entries, sorted by tag, and the offset of the next directory; an entry holds its values if
 * they fit, else where they are, here right behind the directory. Numbers are in this machine's byte order, which the
 * header names.
 */
#include "images/tiff_directory.h"

#include <string.h>
#include <tiff.h>

#include "images/tiff_layout.h"

enum { ALIGN_BYTES = 8 };

struct encoder {
    const struct tiff_tiled *file;
    uint8_t *bytes;
    uint64_t offset;      /* of bytes[0] in the file */
    size_t entry, values; /* where the next ones go */
};

static size_t aligned(size_t bytes)
{
    return (bytes + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
}

static int64_t tiles_along(int64_t pixels, int64_t tile)
{
    return (pixels - 1) / tile + 1;
}

int64_t tiff_tiles_across(const struct tiff_tiled *file)
{
    return tiles_along(file->shape.width, file->tile_width);
}

int64_t tiff_tiles(const struct tiff_tiled *file)
{
    return tiff_tiles_across(file) * tiles_along(file->shape.height, file->tile_height);
}

static bool is_described(const struct tiff_tiled *file, bool first)
{
    return first && file->shape.depth > 1;
}

static uint16_t entries(const struct tiff_tiled *file, bool first)
{
    return (uint16_t)(12 + file->is_difference + is_described(file, first));
}

/* Where the values behind the directory begin. */
static size_t values_begin(const struct tiff_tiled *file, bool first)
{
    return aligned(file->big ? 8 + 20 * (size_t)entries(file, first) + 8 : 2 + 12 * (size_t)entries(file, first) + 4);
}

/* What values take behind the directory. */
static size_t behind(const struct tiff_tiled *file, size_t bytes)
{
    return bytes <= (file->big ? 8 : 4) ? 0 : aligned(bytes);
}

size_t tiff_directory_bytes(const struct tiff_tiled *file, bool first)
{
    char text[TIFF_LAYOUT_TEXT_BYTES];
    const size_t list = (size_t)tiff_tiles(file) * (file->big ? 8 : 4);
    size_t text_bytes = 0;
    if (is_described(file, first))
        text_bytes = tiff_layout_text(file->shape.depth, text) + 1;
    return values_begin(file, first) + behind(file, text_bytes) + 2 * behind(file, list);
}

/* An entry; the place of its values, to be filled. */
static uint8_t *put_entry(struct encoder *e, uint16_t tag, uint16_t type, uint64_t count, size_t value_bytes)
{
    const size_t bytes = (size_t)count * value_bytes, field = e->file->big ? 8 : 4;
    const uint32_t count_classic = (uint32_t)count;
    uint8_t *entry = e->bytes + e->entry, *values = entry + 4 + field;
    memcpy(entry, &tag, 2);
    memcpy(entry + 2, &type, 2);
    memcpy(entry + 4, e->file->big ? (const void *)&count : &count_classic, field);
    e->entry += 4 + 2 * field;
    if (bytes > field) {
        const uint64_t place = e->offset + e->values;
        const uint32_t place_classic = (uint32_t)place;
        memcpy(values, e->file->big ? (const void *)&place : &place_classic, field);
        values = e->bytes + e->values;
        e->values += aligned(bytes);
    }
    return values;
}

static void put_short(struct encoder *e, uint16_t tag, uint16_t value)
{
    memcpy(put_entry(e, tag, TIFF_SHORT, 1, 2), &value, 2);
}

static void put_long(struct encoder *e, uint16_t tag, int64_t value)
{
    const uint32_t stored = (uint32_t)value;
    memcpy(put_entry(e, tag, TIFF_LONG, 1, 4), &stored, 4);
}

static void put_list(struct encoder *e, uint16_t tag, const uint64_t *list, int64_t count)
{
    uint8_t *to = put_entry(e, tag, e->file->big ? TIFF_LONG8 : TIFF_LONG, (uint64_t)count, e->file->big ? 8 : 4);
    for (int64_t i = 0; i < count; i++) {
        const uint32_t classic = (uint32_t)list[i];
        if (e->file->big)
            memcpy(to + 8 * i, &list[i], 8);
        else
            memcpy(to + 4 * i, &classic, 4);
    }
}

static void put_description(struct encoder *e)
{
    char text[TIFF_LAYOUT_TEXT_BYTES];
    const size_t bytes = tiff_layout_text(e->file->shape.depth, text) + 1;
    memcpy(put_entry(e, TIFFTAG_IMAGEDESCRIPTION, TIFF_ASCII, bytes, 1), text, bytes);
}

static void put_entries(struct encoder *e, bool first, const uint64_t *offsets, const uint64_t *counts)
{
    const struct tiff_tiled *file = e->file;
    put_long(e, TIFFTAG_IMAGEWIDTH, file->shape.width);
    put_long(e, TIFFTAG_IMAGELENGTH, file->shape.height);
    put_short(e, TIFFTAG_BITSPERSAMPLE, (uint16_t)(8 * pixel_bytes(file->type)));
    put_short(e, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
    put_short(e, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    if (is_described(file, first))
        put_description(e);
    put_short(e, TIFFTAG_SAMPLESPERPIXEL, 1);
    put_short(e, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    if (file->is_difference)
        put_short(e, TIFFTAG_PREDICTOR, 2);
    put_long(e, TIFFTAG_TILEWIDTH, file->tile_width);
    put_long(e, TIFFTAG_TILELENGTH, file->tile_height);
    put_list(e, TIFFTAG_TILEOFFSETS, offsets, tiff_tiles(file));
    put_list(e, TIFFTAG_TILEBYTECOUNTS, counts, tiff_tiles(file));
    put_short(e, TIFFTAG_SAMPLEFORMAT, file->type == PIXEL_F32 ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT);
}

void tiff_directory_encode(const struct tiff_tiled *file, bool first, uint64_t offset, uint64_t next,
                           const uint64_t *offsets, const uint64_t *counts, void *bytes)
{
    const uint16_t number = entries(file, first);
    const uint64_t number_big = number;
    const uint32_t next_classic = (uint32_t)next;
    struct encoder e = {.file = file,
                        .bytes = bytes,
                        .offset = offset,
                        .entry = file->big ? 8 : 2,
                        .values = values_begin(file, first)};
    memset(bytes, 0, tiff_directory_bytes(file, first));
    if (file->big)
        memcpy(bytes, &number_big, 8);
    else
        memcpy(bytes, &number, 2);
    put_entries(&e, first, offsets, counts);
    memcpy(e.bytes + e.entry, file->big ? (const void *)&next : &next_classic, file->big ? 8 : 4);
}

void tiff_header_encode(const struct tiff_tiled *file, uint64_t directory, uint8_t bytes[TIFF_HEADER_BYTES])
{
    const uint16_t order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? TIFF_LITTLEENDIAN : TIFF_BIGENDIAN;
    const uint16_t version = file->big ? TIFF_VERSION_BIG : TIFF_VERSION_CLASSIC, offset_bytes = 8;
    const uint32_t directory_classic = (uint32_t)directory;
    memset(bytes, 0, TIFF_HEADER_BYTES);
    memcpy(bytes, &order, 2);
    memcpy(bytes + 2, &version, 2);
    if (file->big) {
        memcpy(bytes + 4, &offset_bytes, 2);
        memcpy(bytes + 8, &directory, 8);
    } else {
        memcpy(bytes + 4, &directory_classic, 4);
    }
}
