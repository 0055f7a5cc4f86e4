/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Layouts are checked, then described in the words of either version. Bytes are little-endian in C order, the fill
 * value is 0. The index of a shard is at its end and has a checksum, as the specification suggests.
 */
#include "images/zarr_layout.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "images/zarr_metadata.h"
#include "images/zarr_ome.h"

static const char *const names[] = {
#define X(code, name) [code] = name,
    ZARR_COMPRESSION_LIST(X)
#undef X
};

static const struct {
    int low, high, usual;
} levels[ZARR_COMPRESSION_COUNT] = {
    [ZARR_BLOSC_LZ4] = {1, 9, 5}, [ZARR_ZSTD] = {1, 22, 1}, [ZARR_GZIP] = {1, 9, 1}, [ZARR_NONE] = {0, 0, 0}};

enum zarr_compression zarr_compression_find(const char *name)
{
    int i = 0;
    while (i < ZARR_COMPRESSION_COUNT && strcmp(name, names[i]) != 0)
        i++;
    return (enum zarr_compression)i;
}

static bool is_sharded(const struct zarr_layout *layout)
{
    return layout->shard.width != 0;
}

static bool multiple(int64_t size, int64_t of)
{
    return size > 0 && size % of == 0;
}

static enum status check_sizes(const char *path, const struct zarr_layout *layout)
{
    const struct shape s = layout->shape, c = layout->chunk, w = layout->shard;
    if (s.width < 1 || s.height < 1 || s.depth < 1 || layout->channels < 0 || layout->frames < 0)
        return status_fail(STATUS_USAGE, "%s: every dimension must be at least 1", path);
    if (c.width < 1 || c.height < 1 || c.depth < 1 ||
        (double)c.width * (double)c.height * (double)c.depth * (double)pixel_bytes(layout->type) > ZARR_PIECE_BYTES_MAX)
        return status_fail(STATUS_USAGE, "%s: chunks of %lldx%lldx%lld pixels cannot be; at most 1 GiB", path,
                           (long long)c.width, (long long)c.height, (long long)c.depth);
    if (is_sharded(layout) && layout->version != 3)
        return status_fail(STATUS_USAGE, "%s: shards need Zarr version 3", path);
    if (is_sharded(layout) &&
        (!multiple(w.width, c.width) || !multiple(w.height, c.height) || !multiple(w.depth, c.depth)))
        return status_fail(STATUS_USAGE, "%s: shards of %lldx%lldx%lld pixels are not whole numbers of chunks", path,
                           (long long)w.width, (long long)w.height, (long long)w.depth);
    return STATUS_OK;
}

enum status zarr_layout_check(const char *path, const struct zarr_layout *layout)
{
    if (layout->version != 2 && layout->version != 3)
        return status_fail(STATUS_USAGE, "%s: Zarr has versions 2 and 3, not %d", path, layout->version);
    if (layout->separator && layout->separator != '/' && layout->separator != '.')
        return status_fail(STATUS_USAGE, "%s: the separator of chunk names is '/' or '.'", path);
    const int low = levels[layout->compression].low, high = levels[layout->compression].high;
    if (layout->level != 0 && (layout->level < low || layout->level > high))
        return status_fail(STATUS_USAGE, "%s: the levels of %s are %d to %d, not %d", path, names[layout->compression],
                           low, high, layout->level);
    return check_sizes(path, layout);
}

int zarr_layout_axes(const struct zarr_layout *layout, struct zarr_axis *axes)
{
    const int64_t sizes[ZARR_ROLES] = {layout->frames, layout->channels, layout->shape.depth, layout->shape.height,
                                       layout->shape.width};
    int count = 0;
    for (int role = 0; role < ZARR_ROLES; role++) {
        struct zarr_axis axis = {.name = {"tczyx"[role]}, .scale = NAN, .translation = NAN};
        bool wanted = sizes[role] > 1 || role >= ZARR_Y;
        for (int i = 0; layout->like && i < layout->like->dimensions; i++)
            if (zarr_axis_find(layout->like->axes[i].name) == role) {
                axis.scale = layout->like->axes[i].scale;
                axis.translation = layout->like->axes[i].translation;
                memcpy(axis.unit, layout->like->axes[i].unit, sizeof axis.unit);
                wanted = true;
            }
        axis.size = sizes[role] > 1 ? sizes[role] : 1;
        if (wanted)
            axes[count++] = axis;
    }
    return count;
}

/* Sizes of chunks or shards along the array's axes. */
static json_t *sizes_along(const struct zarr_axis *axes, int dimensions, struct shape shape)
{
    json_t *list = json_array();
    for (int i = 0; i < dimensions; i++) {
        int role = zarr_axis_find(axes[i].name);
        int64_t size = role == ZARR_X ? shape.width : role == ZARR_Y ? shape.height : role == ZARR_Z ? shape.depth : 1;
        json_array_append_new(list, json_integer(size));
    }
    return list;
}

static json_t *list_of(const struct zarr_axis *axes, int dimensions, bool named)
{
    json_t *list = json_array();
    for (int i = 0; i < dimensions; i++)
        json_array_append_new(list, named ? json_string(axes[i].name) : json_integer(axes[i].size));
    return list;
}

static int level_of(const struct zarr_layout *layout)
{
    return layout->level ? layout->level : levels[layout->compression].usual;
}

/* Single bytes have nothing to shuffle but their bits. */
static json_t *blosc_settings(const struct zarr_layout *layout)
{
    int bytes = (int)pixel_bytes(layout->type), level = level_of(layout), shuffle = bytes > 1 ? 1 : 2;
    if (layout->version == 2)
        return json_pack("{s:s, s:s, s:i, s:i, s:i}", "id", "blosc", "cname", "lz4", "clevel", level, "shuffle",
                         shuffle, "blocksize", 0);
    return json_pack("{s:s, s:{s:s, s:i, s:s, s:i, s:i}}", "name", "blosc", "configuration", "cname", "lz4", "clevel",
                     level, "shuffle", shuffle == 1 ? "shuffle" : "bitshuffle", "typesize", bytes, "blocksize", 0);
}

static json_t *compressor_v2(const struct zarr_layout *layout)
{
    switch (layout->compression) {
    case ZARR_BLOSC_LZ4:
        return blosc_settings(layout);
    case ZARR_NONE:
        return json_null();
    default:
        return json_pack("{s:s, s:i}", "id", layout->compression == ZARR_ZSTD ? "zstd" : "gzip", "level",
                         level_of(layout));
    }
}

static json_t *codecs_v3(const struct zarr_layout *layout)
{
    json_t *list = json_pack("[{s:s, s:{s:s}}]", "name", "bytes", "configuration", "endian", "little");
    if (layout->compression == ZARR_BLOSC_LZ4)
        json_array_append_new(list, blosc_settings(layout));
    else if (layout->compression == ZARR_ZSTD)
        json_array_append_new(list, json_pack("{s:s, s:{s:i, s:b}}", "name", "zstd", "configuration", "level",
                                              level_of(layout), "checksum", 1));
    else if (layout->compression == ZARR_GZIP)
        json_array_append_new(list,
                              json_pack("{s:s, s:{s:i}}", "name", "gzip", "configuration", "level", level_of(layout)));
    return list;
}

static json_t *metadata_v2(const struct zarr_layout *layout, const struct zarr_axis *axes, int dimensions)
{
    const size_t bytes = pixel_bytes(layout->type);
    const char *const integers[] = {"|u1", "<u2", "", "<u4"};
    const char separator[2] = {layout->separator ? layout->separator : '/'};
    return json_pack("{s:i, s:o, s:o, s:s, s:o, s:i, s:s, s:n, s:s}", "zarr_format", 2, "shape",
                     list_of(axes, dimensions, false), "chunks", sizes_along(axes, dimensions, layout->chunk), "dtype",
                     layout->type == PIXEL_F32 ? "<f4" : integers[bytes - 1], "compressor", compressor_v2(layout),
                     "fill_value", 0, "order", "C", "filters", "dimension_separator", separator);
}

static json_t *metadata_v3(const struct zarr_layout *layout, const struct zarr_axis *axes, int dimensions)
{
    const char separator[2] = {layout->separator ? layout->separator : '/'};
    json_t *codecs = codecs_v3(layout);
    if (is_sharded(layout)) {
        json_t *index = json_pack("[{s:s, s:{s:s}}, {s:s}]", "name", "bytes", "configuration", "endian", "little",
                                  "name", "crc32c");
        codecs = json_pack("[{s:s, s:{s:o, s:o, s:o, s:s}}]", "name", "sharding_indexed", "configuration",
                           "chunk_shape", sizes_along(axes, dimensions, layout->chunk), "codecs", codecs,
                           "index_codecs", index, "index_location", "end");
    }
    return json_pack("{s:i, s:s, s:o, s:s, s:{s:s, s:{s:o}}, s:{s:s, s:{s:s}}, s:i, s:o, s:o, s:{}}", "zarr_format", 3,
                     "node_type", "array", "shape", list_of(axes, dimensions, false), "data_type",
                     pixel_type_name(layout->type), "chunk_grid", "name", "regular", "configuration", "chunk_shape",
                     sizes_along(axes, dimensions, is_sharded(layout) ? layout->shard : layout->chunk),
                     "chunk_key_encoding", "name", "default", "configuration", "separator", separator, "fill_value", 0,
                     "codecs", codecs, "dimension_names", list_of(axes, dimensions, true), "attributes");
}

json_t *zarr_layout_metadata(const struct zarr_layout *layout, const struct zarr_axis *axes, int dimensions)
{
    return layout->version == 2 ? metadata_v2(layout, axes, dimensions) : metadata_v3(layout, axes, dimensions);
}
