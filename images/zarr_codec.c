/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A chunk's size is known from the metadata, so each decoder is given exactly that much room and must fill it: what the
 * stored data say about their size is compared, never believed. Blosc is called in its form without global state and
 * with one thread, since chunks are what threads share out.
 */
#include "images/zarr_codec.h"

#include <blosc.h>
#include <lz4.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum { CHECK_BYTES = 4, LZ4_HEAD_BYTES = 4, INFLATE_ANY_HEADER = 15 + 32 };

enum status zarr_buffer_reserve(struct zarr_buffer *buffer, size_t bytes)
{
    if (bytes <= buffer->capacity)
        return STATUS_OK;
    zarr_buffer_free(buffer);
    buffer->bytes = malloc(bytes);
    if (!buffer->bytes)
        return status_fail(STATUS_MEMORY, "no host memory for a chunk of %zu bytes", bytes);
    buffer->capacity = bytes;
    return STATUS_OK;
}

void zarr_buffer_free(struct zarr_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct zarr_buffer){0};
}

size_t zarr_raw_room(const struct zarr_codecs *codecs, size_t raw_bytes)
{
    return raw_bytes + CHECK_BYTES * (size_t)codecs->checks_before;
}

size_t zarr_stored_bytes_max(size_t raw_bytes)
{
    return raw_bytes + raw_bytes / 8 + (1 << 16);
}

static uint32_t load_little(const void *from)
{
    const uint8_t *p = from;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void store_little(void *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        ((uint8_t *)to)[i] = (uint8_t)(value >> (8 * i));
}

static enum status damaged(const char *place, const char *how)
{
    return status_fail(STATUS_INPUT, "%s: damaged: %s", place, how);
}

static enum status wrong_size(const char *place, size_t found, size_t wanted)
{
    return status_fail(STATUS_INPUT, "%s: damaged: decompresses to %zu bytes, not %zu", place, found, wanted);
}

static enum status decode_blosc(const char *place, const void *from, size_t bytes, void *to, size_t wanted)
{
    size_t found;
    if (blosc_cbuffer_validate(from, bytes, &found) != 0)
        return damaged(place, "is no blosc data");
    if (found != wanted)
        return wrong_size(place, found, wanted);
    /* The header says how much is compressed data; older versions of the library believe it. */
    size_t compressed, block;
    blosc_cbuffer_sizes(from, &found, &compressed, &block);
    if (compressed > bytes || blosc_decompress_ctx(from, to, wanted, 1) != (int)wanted)
        return damaged(place, "blosc cannot decompress it");
    return STATUS_OK;
}

static enum status decode_zstd(const char *place, const void *from, size_t bytes, void *to, size_t wanted)
{
    unsigned long long claimed = ZSTD_getFrameContentSize(from, bytes);
    if (claimed == ZSTD_CONTENTSIZE_ERROR)
        return damaged(place, "is no zstd data");
    size_t found = ZSTD_decompress(to, wanted, from, bytes);
    if (ZSTD_isError(found))
        return status_fail(STATUS_INPUT, "%s: damaged: zstd: %s", place, ZSTD_getErrorName(found));
    return found == wanted ? STATUS_OK : wrong_size(place, found, wanted);
}

/* gzip files may be several one after the other. */
static enum status decode_zlib(const char *place, void *from, size_t bytes, void *to, size_t wanted)
{
    z_stream stream = {.next_in = from, .avail_in = (uInt)bytes, .next_out = to, .avail_out = (uInt)wanted};
    if (inflateInit2(&stream, INFLATE_ANY_HEADER) != Z_OK)
        return status_fail(STATUS_MEMORY, "%s: no host memory for zlib", place);
    int code = Z_OK;
    while (code == Z_OK) {
        uInt in = stream.avail_in, out = stream.avail_out;
        code = inflate(&stream, Z_NO_FLUSH);
        if (code == Z_STREAM_END && stream.avail_in > 0 && inflateReset(&stream) == Z_OK)
            code = Z_OK;
        else if (code == Z_OK && in == stream.avail_in && out == stream.avail_out)
            code = Z_BUF_ERROR;
    }
    size_t found = wanted - stream.avail_out;
    inflateEnd(&stream);
    if (code == Z_BUF_ERROR && found == wanted)
        return status_fail(STATUS_INPUT, "%s: damaged: decompresses to more than %zu bytes", place, wanted);
    if (code != Z_STREAM_END)
        return damaged(place, code == Z_BUF_ERROR ? "the compressed data end too early" : "is no zlib or gzip data");
    return found == wanted ? STATUS_OK : wrong_size(place, found, wanted);
}

static enum status decode_lz4(const char *place, const char *from, size_t bytes, void *to, size_t wanted)
{
    if (bytes < LZ4_HEAD_BYTES)
        return damaged(place, "is no lz4 data");
    if (load_little(from) != wanted)
        return wrong_size(place, load_little(from), wanted);
    int found = LZ4_decompress_safe(from + LZ4_HEAD_BYTES, to, (int)(bytes - LZ4_HEAD_BYTES), (int)wanted);
    return found == (int)wanted ? STATUS_OK : damaged(place, "lz4 cannot decompress it");
}

/* Takes a checksum off the end. */
static enum status check(const char *place, const void *bytes, size_t *count)
{
    if (*count < CHECK_BYTES)
        return damaged(place, "is too short for its checksum");
    *count -= CHECK_BYTES;
    if (zarr_crc32c(bytes, *count) != load_little((const char *)bytes + *count))
        return damaged(place, "its checksum (crc32c) is wrong");
    return STATUS_OK;
}

static enum status decompress(const struct zarr_codecs *codecs, const char *place, void *from, size_t bytes, void *to,
                              size_t wanted)
{
    switch (codecs->coder) {
    case ZARR_CODER_BLOSC:
        return decode_blosc(place, from, bytes, to, wanted);
    case ZARR_CODER_ZSTD:
        return decode_zstd(place, from, bytes, to, wanted);
    case ZARR_CODER_LZ4:
        return decode_lz4(place, from, bytes, to, wanted);
    default:
        return decode_zlib(place, from, bytes, to, wanted);
    }
}

enum status zarr_decode(const struct zarr_codecs *codecs, const char *place, void *stored, size_t stored_bytes,
                        size_t raw_bytes, struct zarr_buffer *buffer, void **raw)
{
    enum status status = STATUS_OK;
    size_t wanted = zarr_raw_room(codecs, raw_bytes);
    *raw = stored;
    for (int i = 0; i < codecs->checks_after; i++)
        TRY(check(place, stored, &stored_bytes));
    if (codecs->coder != ZARR_CODER_NONE) {
        TRY(zarr_buffer_reserve(buffer, wanted));
        *raw = buffer->bytes;
        TRY(decompress(codecs, place, stored, stored_bytes, *raw, wanted));
    } else if (stored_bytes != wanted) {
        TRY(status_fail(STATUS_INPUT, "%s: damaged: holds %zu bytes, not %zu", place, stored_bytes, wanted));
    }
    for (int i = 0; i < codecs->checks_before; i++)
        TRY(check(place, *raw, &wanted));
done:
    return status;
}

static size_t encode_zstd(const struct zarr_codecs *codecs, const void *raw, size_t bytes, struct zarr_buffer *to)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    if (!context)
        return 0;
    /* Readers verify it without being told, also where metadata have no word for it. */
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, codecs->level);
    size_t found = ZSTD_compress2(context, to->bytes, to->capacity, raw, bytes);
    ZSTD_freeCCtx(context);
    return ZSTD_isError(found) ? 0 : found;
}

static size_t encode_zlib(const struct zarr_codecs *codecs, void *raw, size_t bytes, struct zarr_buffer *to)
{
    z_stream stream = {.next_in = raw, .avail_in = (uInt)bytes, .next_out = to->bytes, .avail_out = (uInt)to->capacity};
    int window = codecs->coder == ZARR_CODER_GZIP ? 15 + 16 : 15, level = codecs->level < 0 ? -1 : codecs->level;
    if (deflateInit2(&stream, level > 9 ? 9 : level, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    int code = deflate(&stream, Z_FINISH);
    size_t found = stream.total_out;
    deflateEnd(&stream);
    return code == Z_STREAM_END ? found : 0;
}

static size_t encode_lz4(const void *raw, size_t bytes, struct zarr_buffer *to)
{
    char *start = to->bytes;
    store_little(start, (uint32_t)bytes);
    int found = LZ4_compress_default(raw, start + LZ4_HEAD_BYTES, (int)bytes, (int)(to->capacity - LZ4_HEAD_BYTES));
    return found > 0 ? (size_t)found + LZ4_HEAD_BYTES : 0;
}

static size_t compress_raw(const struct zarr_codecs *codecs, void *raw, size_t bytes, size_t pixel_size,
                           struct zarr_buffer *to)
{
    int found;
    switch (codecs->coder) {
    case ZARR_CODER_NONE:
        memcpy(to->bytes, raw, bytes);
        return bytes;
    case ZARR_CODER_BLOSC:
        found = blosc_compress_ctx(codecs->level < 0   ? 5
                                   : codecs->level > 9 ? 9
                                                       : codecs->level,
                                   codecs->shuffle, pixel_size, bytes, raw, to->bytes, to->capacity, codecs->blosc_name,
                                   0, 1);
        return found > 0 ? (size_t)found : 0;
    case ZARR_CODER_ZSTD:
        return encode_zstd(codecs, raw, bytes, to);
    case ZARR_CODER_LZ4:
        return encode_lz4(raw, bytes, to);
    default:
        return encode_zlib(codecs, raw, bytes, to);
    }
}

enum status zarr_encode(const struct zarr_codecs *codecs, const char *place, void *raw, size_t raw_bytes,
                        size_t pixel_size, struct zarr_buffer *buffer, size_t *bytes)
{
    enum status status;
    TRY(zarr_buffer_reserve(buffer, zarr_stored_bytes_max(raw_bytes)));
    for (int i = 0; i < codecs->checks_before; i++, raw_bytes += CHECK_BYTES)
        store_little((char *)raw + raw_bytes, zarr_crc32c(raw, raw_bytes));
    *bytes = compress_raw(codecs, raw, raw_bytes, pixel_size, buffer);
    if (*bytes == 0)
        TRY(status_fail(STATUS_UNSUPPORTED, "%s: a chunk cannot be compressed by this library", place));
    for (int i = 0; i < codecs->checks_after; i++, *bytes += CHECK_BYTES)
        store_little((char *)buffer->bytes + *bytes, zarr_crc32c(buffer->bytes, *bytes));
done:
    return status;
}
