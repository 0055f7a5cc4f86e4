/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Every compression there and back, and whatever comes instead of good data: cut short, of another size, any byte
 * wrong.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "images/zarr_codec.h"

enum { PIXELS = 3000, RAW_BYTES = 2 * PIXELS };

static const char *const codec_texts[] = {
    "{\"name\": \"crc32c\"}",
    "{\"name\": \"gzip\", \"configuration\": {\"level\": 5}}",
    "{\"name\": \"numcodecs.zlib\", \"configuration\": {\"level\": 1}}",
    "{\"name\": \"zstd\", \"configuration\": {\"level\": 3, \"checksum\": true}}",
    "{\"name\": \"numcodecs.lz4\"}",
    "{\"name\": \"blosc\", \"configuration\": {\"cname\": \"lz4\", \"clevel\": 5, \"shuffle\": \"shuffle\"}}",
    "{\"name\": \"blosc\", \"configuration\": {\"cname\": \"zstd\", \"clevel\": 1, \"shuffle\": \"bitshuffle\"}}",
    "{\"name\": \"crc32c\"}, {\"name\": \"zstd\"}, {\"name\": \"crc32c\"}",
};
enum { CODECS = sizeof codec_texts / sizeof codec_texts[0] };

static struct zarr_codecs codecs_of(const char *text)
{
    char list[512];
    struct zarr_codecs codecs;
    snprintf(list, sizeof list, "[{\"name\": \"bytes\", \"configuration\": {\"endian\": \"little\"}}, %s]", text);
    json_t *parsed = json_loads(list, 0, NULL);
    cr_assert_eq(zarr_codecs_parse_v3(&codecs, parsed, 3, 2, "test"), STATUS_OK, "%s", status_text());
    json_decref(parsed);
    return codecs;
}

static void fill(uint8_t *raw)
{
    for (int i = 0; i < RAW_BYTES; i++)
        raw[i] = (uint8_t)(i % 2 ? i / 500 : i * i / 7);
}

/* Encodes made pixels into `to`; returns the bytes. */
static size_t encode(const struct zarr_codecs *codecs, uint8_t *to, size_t capacity)
{
    uint8_t raw[RAW_BYTES + 16];
    struct zarr_buffer buffer = {0};
    size_t bytes;
    fill(raw);
    cr_assert_eq(zarr_encode(codecs, "test", raw, RAW_BYTES, 2, &buffer, &bytes), STATUS_OK, "%s", status_text());
    cr_assert_leq(bytes, capacity);
    memcpy(to, buffer.bytes, bytes);
    zarr_buffer_free(&buffer);
    return bytes;
}

/* Decodes a copy of exactly that size, so that the sanitizers see a read behind its end. */
static enum status decode(const struct zarr_codecs *codecs, const uint8_t *stored, size_t bytes, size_t raw_bytes,
                          bool *same)
{
    uint8_t expected[RAW_BYTES];
    struct zarr_buffer buffer = {0};
    void *raw, *copy = malloc(bytes ? bytes : 1);
    fill(expected);
    memcpy(copy, stored, bytes);
    enum status status = zarr_decode(codecs, "file", copy, bytes, raw_bytes, &buffer, &raw);
    *same = status == STATUS_OK && raw_bytes == RAW_BYTES && memcmp(raw, expected, RAW_BYTES) == 0;
    zarr_buffer_free(&buffer);
    free(copy);
    return status;
}

Test(zarr_codecs, there_and_back)
{
    uint8_t stored[2 * RAW_BYTES];
    for (int i = 0; i < CODECS; i++) {
        bool same;
        struct zarr_codecs codecs = codecs_of(codec_texts[i]);
        size_t bytes = encode(&codecs, stored, sizeof stored);
        cr_expect_eq(decode(&codecs, stored, bytes, RAW_BYTES, &same), STATUS_OK, "%s", status_text());
        cr_expect(same, "%s", codec_texts[i]);
        cr_expect(bytes < RAW_BYTES || i == 0, "%s: %zu", codec_texts[i], bytes);
    }
}

Test(zarr_codecs, another_size_is_an_error)
{
    static const size_t sizes[] = {1, RAW_BYTES - 1, RAW_BYTES + 1, 100 * RAW_BYTES};
    uint8_t stored[2 * RAW_BYTES];
    for (int i = 0; i < CODECS; i++)
        for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
            bool same;
            struct zarr_codecs codecs = codecs_of(codec_texts[i]);
            size_t bytes = encode(&codecs, stored, sizeof stored);
            cr_expect_eq(decode(&codecs, stored, bytes, sizes[k], &same), STATUS_INPUT, "%s", codec_texts[i]);
            cr_expect_eq(strncmp(status_text(), "file: damaged: ", 15), 0, "%s", status_text());
        }
}

Test(zarr_codecs, cut_short_anywhere)
{
    uint8_t stored[2 * RAW_BYTES];
    for (int i = 0; i < CODECS; i++) {
        bool same;
        struct zarr_codecs codecs = codecs_of(codec_texts[i]);
        size_t bytes = encode(&codecs, stored, sizeof stored);
        for (size_t length = 0; length < bytes; length += length < 40 || length + 40 > bytes ? 1 : 13)
            cr_expect_eq(decode(&codecs, stored, length, RAW_BYTES, &same), STATUS_INPUT, "%s: %zu", codec_texts[i],
                         length);
    }
}

/* Without a checksum other pixels may come out; never a crash, which the sanitizers watch. */
Test(zarr_codecs, any_byte_wrong)
{
    uint8_t stored[2 * RAW_BYTES];
    for (int i = 0; i < CODECS; i++) {
        struct zarr_codecs codecs = codecs_of(codec_texts[i]);
        size_t bytes = encode(&codecs, stored, sizeof stored);
        bool checked = codecs.checks_before + codecs.checks_after > 0 || codecs.coder == ZARR_CODER_ZSTD;
        for (size_t at = 0; at < bytes; at += at < 64 ? 1 : 7) {
            bool same;
            uint8_t kept = stored[at];
            stored[at] ^= (uint8_t)(1 << at % 8);
            enum status status = decode(&codecs, stored, bytes, RAW_BYTES, &same);
            cr_expect(status == STATUS_INPUT || (status == STATUS_OK && (same || !checked)), "%s: byte %zu",
                      codec_texts[i], at);
            stored[at] = 0xff;
            decode(&codecs, stored, bytes, RAW_BYTES, &same);
            stored[at] = kept;
        }
    }
}

Test(zarr_codecs, crc32c_of_rfc_3720)
{
    uint8_t zeros[32] = {0}, ascending[32];
    for (int i = 0; i < 32; i++)
        ascending[i] = (uint8_t)i;
    cr_expect_eq(zarr_crc32c(zeros, 32), 0x8a9136aa);
    cr_expect_eq(zarr_crc32c(ascending, 32), 0x46dd794e);
    cr_expect_eq(zarr_crc32c("123456789", 9), 0xe3069283);
}

Test(zarr_codecs, gzip_members_one_after_the_other)
{
    uint8_t stored[4 * RAW_BYTES], expected[RAW_BYTES];
    struct zarr_codecs codecs = codecs_of(codec_texts[1]);
    size_t bytes = encode(&codecs, stored, RAW_BYTES * 2);
    memcpy(stored + bytes, stored, bytes);
    struct zarr_buffer buffer = {0};
    void *raw;
    fill(expected);
    cr_assert_eq(zarr_decode(&codecs, "file", stored, 2 * bytes, 2 * RAW_BYTES, &buffer, &raw), STATUS_OK, "%s",
                 status_text());
    cr_expect(memcmp((char *)raw + RAW_BYTES, expected, RAW_BYTES) == 0);
    zarr_buffer_free(&buffer);
}
