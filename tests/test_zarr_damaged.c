/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Stores that cannot be read: one line each that names the file, and the chunk, and says why; never pixels.
 */
#include "tests/zarr_maker.h"

TestSuite(zarr_damaged, .init = zarr_folder_make, .fini = zarr_folder_remove);

/* The store is refused when it is opened. */
static void expect_refused(const char *reason)
{
    struct volume *volume;
    cr_expect_eq(zarr_open(zarr_path, NULL, &volume), STATUS_INPUT, "wanted: %s", reason);
    cr_expect_eq(strncmp(status_text(), zarr_path, strlen(zarr_path)), 0, "%s", status_text());
    cr_expect(strstr(status_text(), reason), "wanted: %s, found: %s", reason, status_text());
    cr_expect_null(volume);
}

/* It opens, and reading all of it fails. */
static void expect_unreadable(const char *reason)
{
    struct volume *volume;
    struct image image;
    cr_assert_eq(zarr_open(zarr_path, NULL, &volume), STATUS_OK, "%s", status_text());
    struct region whole = region_whole(volume->shape);
    cr_assert_eq(image_alloc(&image, whole.shape, volume->type, 0, 1), STATUS_OK);
    cr_expect_eq(volume_read(volume, &whole, &image), STATUS_INPUT, "wanted: %s", reason);
    cr_expect_eq(strncmp(status_text(), zarr_path, strlen(zarr_path)), 0, "%s", status_text());
    cr_expect(strstr(status_text(), reason), "wanted: %s, found: %s", reason, status_text());
    image_free(&image);
    volume_close(volume);
}

Test(zarr_damaged, what_is_no_store)
{
    expect_refused(": No such file or directory");
    cr_assert_eq(mkdir(zarr_path, 0777), 0);
    expect_refused(": holds neither a Zarr array nor a group");
    zarr_put_text(".zgroup", "{\"zarr_format\": 2}");
    expect_refused(": holds neither a Zarr array nor an OME-Zarr image; name one inside it");
    zarr_put_text(".zarray", "{\"zarr_format\": 2, ");
    expect_refused("/.zarray: line 1, column 19: ");
    zarr_put_text(".zarray", "[]");
    expect_refused("/.zarray: is not a JSON object");
    cr_assert_eq(unlink(zarr_file(".zarray")), 0);
    cr_assert_eq(mkfifo(zarr_file(".zarray"), 0600), 0);
    expect_refused("/.zarray: is not a file");
}

/* One entry after the other put in place of a good one. */
Test(zarr_damaged, metadata_of_version_3)
{
    static const struct {
        const char *good, *bad, *reason;
    } kinds[] = {
        {"\"zarr_format\": 3", "\"zarr_format\": 4", "is neither 2 nor 3"},
        {"[5, 7, 9]", "[5, -7, 9]", "number 2 of \"shape\" is not a size"},
        {"[5, 7, 9]", "[5, 0, 9]", "number 2 of \"shape\" is not a size"},
        {"[5, 7, 9]", "[5, 7.5, 9]", "number 2 of \"shape\" is not a size"},
        {"[5, 7, 9]", "\"5\"", "\"shape\" is not a list"},
        {"[5, 7, 9]", "[]", "\"shape\" has 0 dimensions"},
        {"[5, 7, 9]", "[1, 1, 1, 5, 7, 9]", "\"shape\" has 6 dimensions"},
        {"[5, 7, 9]", "[5, 7, 90000000000000000000]", "too big integer"},
        {"[5, 7, 9]", "[9007199254740992, 9007199254740992, 9]", "does not fit any address space"},
        {"[2, 3, 4]", "[2, 3]", "\"chunk_shape\" is not a list of one number per dimension"},
        {"[2, 3, 4]", "[9007199254740992, 9007199254740992, 2]", "does not fit any address space"},
        {"[2, 3, 4]", "[100000, 100000, 1]", "chunks of more than 1 GiB are not read"},
        {"\"uint16\"", "\"int16\"", "int16 pixels are not read, only uint8, uint16, uint32, float32"},
        {"\"uint16\"", "\"float64\"", "float64 pixels are not read"},
        {"\"uint16\"", "{\"name\": \"r16\"}", "r16 pixels are not read"},
        {"\"uint16\"", "7", "\"data_type\" is missing"},
        {"\"regular\"", "\"rectilinear\"", "\"chunk_grid\" is not \"regular\""},
        {"\"default\"", "\"morton\"", "\"chunk_key_encoding\" is neither"},
        {"\"fill_value\": 0", "\"fill_value\": 65536", "\"fill_value\" is not a value of uint16"},
        {"\"fill_value\": 0", "\"fill_value\": \"NaN\"", "\"fill_value\" is not a value of uint16"},
        {"\"fill_value\": 0", "\"other\": {\"must_understand\": true}", "the extension \"other\" is not known"},
        {"\"fill_value\": 0", "\"attributes\": {}", "\"fill_value\" is missing"},
        {"\"bytes\"", "\"packbits\"", "the codec \"packbits\" is not known"},
        {"\"little\"", "\"middle\"", "\"endian\" of the codec bytes"},
        {"[" ZARR_BYTES "]", "[]", "\"codecs\" is not a list with \"bytes\" in it"},
        {"[" ZARR_BYTES "]", "[\"gzip\", " ZARR_BYTES "]", "\"gzip\" is not read in this place"},
        {"[" ZARR_BYTES "]", "[" ZARR_BYTES ", \"gzip\", \"zstd\"]", "\"zstd\" is not read in this place"},
        {"[" ZARR_BYTES "]", "[{\"name\": \"transpose\", \"configuration\": {\"order\": [0, 2, 2]}}, " ZARR_BYTES "]",
         "is no order of 3 dimensions"},
        {"[" ZARR_BYTES "]",
         "[{\"name\": \"sharding_indexed\", \"configuration\": {\"chunk_shape\": [1, 2, 2], \"codecs\": [" ZARR_BYTES
         "], \"index_codecs\": [" ZARR_BYTES "]}}]",
         "a shard is not a whole number of chunks"},
        {"[" ZARR_BYTES "]",
         "[{\"name\": \"sharding_indexed\", \"configuration\": {\"chunk_shape\": [1, 3, 2], \"codecs\": [" ZARR_BYTES
         "], \"index_codecs\": [" ZARR_BYTES ", \"gzip\"]}}]",
         "the index of shards has codecs other than bytes and crc32c"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char text[2048], whole[2048];
        zarr_put_v3("zarr.json", "[" ZARR_BYTES "]", ZARR_KEYS, "0");
        FILE *file = fopen(zarr_file("zarr.json"), "rb");
        text[fread(text, 1, sizeof text - 1, file)] = '\0';
        fclose(file);
        char *at = strstr(text, kinds[i].good);
        cr_assert_not_null(at, "%s", kinds[i].good);
        snprintf(whole, sizeof whole, "%.*s%s%s", (int)(at - text), text, kinds[i].bad, at + strlen(kinds[i].good));
        zarr_put_text("zarr.json", "%s", whole);
        expect_refused(kinds[i].reason);
        cr_expect(strstr(status_text(), "/zarr.json: "), "%s", status_text());
    }
}

Test(zarr_damaged, metadata_of_version_2)
{
    static const struct {
        const char *dtype, *rest, *reason;
    } kinds[] = {
        {"\"<u2\"", ", \"order\": \"C\", \"compressor\": {\"id\": \"bz2\"}", "the codec \"bz2\" is not known"},
        {"\"<u2\"", ", \"order\": \"C\", \"filters\": [{\"id\": \"delta\"}]", "filters are not read: delta"},
        {"\"<u2\"", ", \"order\": \"A\"", "\"order\" is neither"},
        {"\"|u2\"", ", \"order\": \"C\"", "has no byte order"},
        {"\"<i2\"", ", \"order\": \"C\"", "int16 pixels are not read"},
        {"\"<M8[ns]\"", ", \"order\": \"C\"", "pixels are not read"},
        {"[[\"a\", \"<u2\"]]", ", \"order\": \"C\"", "\"dtype\" is not that of plain numbers"},
        {"\"<u2\"", ", \"order\": \"C\", \"dimension_separator\": \"..\"", "\"dimension_separator\" is neither"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        zarr_put_text(".zarray",
                      "{\"zarr_format\": 2, \"shape\": [4, 4], \"chunks\": [2, 2], \"fill_value\": 0, "
                      "\"dtype\": %s%s}",
                      kinds[i].dtype, kinds[i].rest);
        expect_refused(kinds[i].reason);
    }
}

Test(zarr_damaged, paths_that_leave_the_store)
{
    static const char *const paths[] = {"../cells.zarr/0", "/etc", "0/../../x", "", ".", "0//1", "..", "0/."};
    zarr_put_v3("0/zarr.json", "[" ZARR_BYTES "]", ZARR_KEYS, "0");
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        zarr_put_text("zarr.json",
                      "{\"zarr_format\": 3, \"node_type\": \"group\", \"attributes\": {\"ome\": {\"version\": \"0.5\", "
                      "\"multiscales\": [{\"axes\": [{\"name\": \"z\"}, {\"name\": \"y\"}, {\"name\": \"x\"}], "
                      "\"datasets\": [{\"path\": \"%s\"}]}]}}}",
                      paths[i]);
        expect_refused("of level 0 leaves the store");
    }
}

Test(zarr_damaged, ome_metadata)
{
    static const struct {
        const char *axes, *datasets, *reason;
    } kinds[] = {
        {"[{\"name\": \"y\"}, {\"name\": \"x\"}]", "[{\"path\": \"0\"}]", "the axes are not those of an array of 3"},
        {"[{\"name\": \"z\"}, {\"name\": \"x\"}, {\"name\": \"x\"}]", "[{\"path\": \"0\"}]", "the axes are not"},
        {"[{\"name\": \"q\"}, {\"name\": \"y\"}, {\"name\": \"x\"}]", "[{\"path\": \"0\"}]", "the axes are not"},
        {"[{}, {}, {}]", "[{\"path\": \"0\"}]", "axis 0 has no name"},
        {"[]", "[{\"path\": \"0\"}]", "\"axes\" is not a list"},
        {"[\"z\", \"y\", \"x\"]", "[]", "\"datasets\" names no level"},
        {"[\"z\", \"y\", \"x\"]", "[{\"path\": \"1\"}]", "/1: holds no Zarr array"},
        {"[\"z\", \"y\", \"x\"]",
         "[{\"path\": \"0\", \"coordinateTransformations\": [{\"type\": \"scale\", \"scale\": [1, 1]}]}]",
         "a scale is not a list of one number per axis"},
    };
    zarr_put_v3("0/zarr.json", "[" ZARR_BYTES "]", ZARR_KEYS, "0");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        zarr_put_text("zarr.json",
                      "{\"zarr_format\": 3, \"node_type\": \"group\", \"attributes\": {\"ome\": {\"version\": \"0.5\", "
                      "\"multiscales\": [{\"axes\": %s, \"datasets\": %s}]}}}",
                      kinds[i].axes, kinds[i].datasets);
        expect_refused(kinds[i].reason);
    }
}

Test(zarr_damaged, chunks)
{
    static const uint8_t bytes[4096];
    zarr_put_v3("zarr.json", "[" ZARR_BYTES "]", ZARR_KEYS, "0");
    zarr_put("c/2/1/0", bytes, 47);
    expect_unreadable("/c/2/1/0: damaged: holds 47 bytes, not 48");
    zarr_put("c/2/1/0", bytes, 49);
    expect_unreadable("/c/2/1/0: damaged: holds 49 bytes, not 48");
    zarr_put("c/2/1/0", bytes, 0);
    expect_unreadable("/c/2/1/0: damaged: 0 bytes for a chunk of 48");
    cr_assert_eq(unlink(zarr_file("c/2/1/0")), 0);
    cr_assert_eq(mkdir(zarr_file("c/2/1/0"), 0777), 0);
    expect_unreadable("/c/2/1/0: is not a file");
    cr_assert_eq(rmdir(zarr_file("c/2/1/0")), 0);
    cr_assert_eq(mkfifo(zarr_file("c/2/1/0"), 0600), 0);
    expect_unreadable("/c/2/1/0: is not a file");
    cr_assert_eq(truncate(zarr_file("zarr.json"), 0), 0);
    zarr_put_v3("zarr.json", "[" ZARR_BYTES ", {\"name\": \"zstd\"}]", ZARR_KEYS, "0");
    unlink(zarr_file("c/2/1/0"));
    zarr_put("c/2/1/0", bytes, 100);
    expect_unreadable("/c/2/1/0: damaged: is no zstd data");
}

/* A sparse file that claims to be a chunk costs no memory. */
Test(zarr_damaged, a_chunk_that_is_far_too_large)
{
    zarr_put_v3("zarr.json", "[" ZARR_BYTES "]", ZARR_KEYS, "0");
    zarr_put("c/0/0/0", "", 0);
    cr_assert_eq(truncate(zarr_file("c/0/0/0"), (off_t)1 << 40), 0);
    expect_unreadable("/c/0/0/0: damaged: 1099511627776 bytes for a chunk of 48");
}

static void put_shard(uint64_t offset, uint64_t size, size_t before)
{
    uint8_t bytes[1024] = {0};
    for (int k = 0; k < 8; k++) {
        bytes[before + 16 * 3 + k] = (uint8_t)(offset >> 8 * k);
        bytes[before + 16 * 3 + 8 + k] = (uint8_t)(size >> 8 * k);
    }
    for (int i = 0; i < 4; i++)
        if (i != 3)
            memset(bytes + before + 16 * i, 0xff, 16);
    zarr_put("c/0/0/0", bytes, before + 4 * 16);
}

Test(zarr_damaged, shards)
{
    zarr_put_v3(
        "zarr.json",
        "[{\"name\": \"sharding_indexed\", \"configuration\": {\"chunk_shape\": [1, 3, 2], \"codecs\": [" ZARR_BYTES
        "], \"index_codecs\": [" ZARR_BYTES "]}}]",
        ZARR_KEYS, "9");
    zarr_put("c/0/0/0", "too short", 9);
    expect_unreadable("/c/0/0/0: damaged: a shard of 9 bytes has no room for its index");
    put_shard(0, 1000, 12);
    expect_unreadable("/c/0/0/0: inner chunk 3: damaged: lies outside the file");
    put_shard(UINT64_MAX - 5, 12, 12);
    expect_unreadable("/c/0/0/0: inner chunk 3: damaged: lies outside the file");
    put_shard(5, UINT64_MAX, 12);
    expect_unreadable("/c/0/0/0: inner chunk 3: damaged: lies outside the file");
    put_shard(0, 11, 12);
    expect_unreadable("/c/0/0/0: inner chunk 3: damaged: holds 11 bytes, not 12");
    put_shard(0, 0, 12);
    expect_unreadable("/c/0/0/0: inner chunk 3: damaged: 0 bytes for a chunk of 12");
    zarr_put_v3(
        "zarr.json",
        "[{\"name\": \"sharding_indexed\", \"configuration\": {\"chunk_shape\": [1, 3, 2], \"codecs\": [" ZARR_BYTES
        "], \"index_codecs\": [" ZARR_BYTES ", {\"name\": \"crc32c\"}]}}]",
        ZARR_KEYS, "9");
    put_shard(0, 12, 12);
    expect_unreadable("/c/0/0/0: damaged: its checksum (crc32c) is wrong");
}

/* The good store of the same kind is read, so the errors above are of what was changed. */
Test(zarr_damaged, the_same_shard_with_a_true_index_is_read)
{
    struct volume *volume;
    struct image image;
    zarr_put_v3(
        "zarr.json",
        "[{\"name\": \"sharding_indexed\", \"configuration\": {\"chunk_shape\": [1, 3, 2], \"codecs\": [" ZARR_BYTES
        "], \"index_codecs\": [" ZARR_BYTES "]}}]",
        ZARR_KEYS, "9");
    put_shard(0, 12, 12);
    cr_assert_eq(zarr_open(zarr_path, NULL, &volume), STATUS_OK, "%s", status_text());
    struct region whole = region_whole(volume->shape);
    cr_assert_eq(image_alloc(&image, whole.shape, volume->type, 0, 1), STATUS_OK);
    cr_expect_eq(volume_read(volume, &whole, &image), STATUS_OK, "%s", status_text());
    cr_expect_eq(((uint16_t *)image_row(&image, 0, 1))[2], 0);
    cr_expect_eq(((uint16_t *)image_row(&image, 0, 1))[1], 9);
    image_free(&image);
    volume_close(volume);
}

/* Any byte of metadata may be wrong: an array or an error, never a crash; the sanitizers watch. */
Test(zarr_damaged, wrong_bytes_in_metadata)
{
    char text[2048];
    zarr_put_v3("zarr.json", "[" ZARR_BYTES "]", ZARR_KEYS, "0");
    FILE *file = fopen(zarr_file("zarr.json"), "rb");
    size_t count = fread(text, 1, sizeof text, file);
    fclose(file);
    for (size_t at = 0; at < count; at++)
        for (const char *bad = "\"9]}"; *bad; bad++) {
            struct volume *volume;
            char kept = text[at];
            text[at] = *bad;
            zarr_put("zarr.json", text, count);
            enum status status = zarr_open(zarr_path, NULL, &volume);
            cr_expect(status == STATUS_OK || status == STATUS_INPUT, "%s", status_text());
            volume_close(volume);
            text[at] = kept;
        }
}
