/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Stores made byte by byte and read: names of chunks, orders, fill values, axes, and levels of OME-Zarr.
 */
#include <omp.h>
#include <pthread.h>

#include "tests/zarr_maker.h"

#include <math.h>

TestSuite(zarr_read, .init = zarr_folder_make, .fini = zarr_folder_remove);

/* All chunks of 5x7x9 pixels but the one at `left_out`, under names of a printf format of three numbers. */
static void put_chunks(const char *format, int how, int left_out)
{
    static const int64_t chunk[3] = {2, 3, 4};
    uint8_t bytes[64];
    char name[64];
    int number = 0;
    for (int z = 0; z < 3; z++)
        for (int y = 0; y < 3; y++)
            for (int x = 0; x < 3; x++) {
                const int64_t origin[3] = {2 * z, 3 * y, 4 * x};
                size_t count = zarr_made_chunk(bytes, origin, chunk, how);
                snprintf(name, sizeof name, format, z, y, x);
                if (number++ != left_out)
                    zarr_put(name, bytes, count);
            }
}

static void expect_all(const struct region *missing, uint16_t fill)
{
    struct volume *volume;
    cr_assert_eq(zarr_open(zarr_path, NULL, &volume), STATUS_OK, "%s", status_text());
    cr_assert(shape_equal(volume->shape, (struct shape){9, 7, 5}));
    cr_expect(shape_equal(volume->chunk, (struct shape){4, 3, 2}));
    struct region whole = region_whole(volume->shape);
    zarr_expect_made(volume, &whole, missing, fill);
    zarr_expect_made(volume, &(struct region){3, 2, 1, {5, 4, 3}}, missing, fill);
    zarr_expect_made(volume, &(struct region){8, 6, 4, {1, 1, 1}}, missing, fill);
    volume_close(volume);
}

Test(zarr_read, names_of_chunks)
{
    static const struct {
        const char *keys, *format;
    } kinds[] = {
        {"{\"name\": \"default\"}", "c/%d/%d/%d"},
        {"{\"name\": \"default\", \"configuration\": {\"separator\": \".\"}}", "c.%d.%d.%d"},
        {"{\"name\": \"v2\"}", "%d.%d.%d"},
        {"{\"name\": \"v2\", \"configuration\": {\"separator\": \"/\"}}", "%d/%d/%d"},
        {"\"default\"", "c/%d/%d/%d"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        zarr_put_v3("zarr.json", "[" ZARR_BYTES "]", kinds[i].keys, "7");
        put_chunks(kinds[i].format, 0, 13);
        expect_all(&(struct region){4, 3, 2, {4, 3, 2}}, 7);
        zarr_store_remove();
    }
}

Test(zarr_read, orders_of_version_3)
{
    zarr_put_v3("zarr.json",
                "[{\"name\": \"transpose\", \"configuration\": {\"order\": [2, 1, 0]}}, "
                "{\"name\": \"bytes\", \"configuration\": {\"endian\": \"big\"}}]",
                ZARR_KEYS, "0");
    put_chunks("c/%d/%d/%d", ZARR_BIG_ENDIAN | ZARR_F_ORDER, -1);
    expect_all(NULL, 0);
    /* Two that undo each other. */
    zarr_store_remove();
    zarr_put_v3("zarr.json",
                "[{\"name\": \"transpose\", \"configuration\": {\"order\": [2, 0, 1]}}, "
                "{\"name\": \"transpose\", \"configuration\": {\"order\": [1, 2, 0]}}, " ZARR_BYTES "]",
                ZARR_KEYS, "0");
    put_chunks("c/%d/%d/%d", 0, -1);
    expect_all(NULL, 0);
}

Test(zarr_read, version_2)
{
    static const char *const orders[] = {"C", "F"}, *const types[] = {"<u2", ">u2"};
    for (int how = 0; how < 4; how++) {
        zarr_put_text(".zarray",
                      "{\"zarr_format\": 2, \"shape\": [5, 7, 9], \"chunks\": [2, 3, 4], \"dtype\": \"%s\", "
                      "\"compressor\": null, \"fill_value\": 65535, \"order\": \"%s\", \"filters\": null%s}",
                      types[how & 1], orders[how >> 1], how == 2 ? ", \"dimension_separator\": \"/\"" : "");
        put_chunks(how == 2 ? "%d/%d/%d" : "%d.%d.%d", how, 26);
        expect_all(&(struct region){8, 6, 4, {1, 1, 1}}, 65535);
        zarr_store_remove();
    }
}

Test(zarr_read, fill_values)
{
    static const struct {
        const char *type, *text;
        double value;
    } kinds[] = {{"uint8", "255", 255},
                 {"uint32", "4294967295", 4294967295.0},
                 {"uint16", "3.0", 3},
                 {"int32", "5", 5},
                 {"float32", "-0.5", -0.5},
                 {"float32", "\"NaN\"", NAN},
                 {"float32", "\"0x7fc00000\"", NAN},
                 {"float32", "\"0x3f800000\"", 1},
                 {"float32", "\"Infinity\"", INFINITY},
                 {"float32", "\"-Infinity\"", -INFINITY}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct volume *volume;
        struct image image;
        zarr_put_text("zarr.json",
                      "{\"zarr_format\": 3, \"node_type\": \"array\", \"shape\": [3, 4], \"data_type\": \"%s\", "
                      "\"chunk_grid\": {\"name\": \"regular\", \"configuration\": {\"chunk_shape\": [2, 2]}}, "
                      "\"chunk_key_encoding\": " ZARR_KEYS ", \"fill_value\": %s, \"codecs\": [" ZARR_BYTES "]}",
                      kinds[i].type, kinds[i].text);
        cr_assert_eq(zarr_open(zarr_path, NULL, &volume), STATUS_OK, "%s", status_text());
        struct region whole = region_whole(volume->shape);
        cr_assert_eq(image_alloc(&image, whole.shape, volume->type, 0, 1), STATUS_OK);
        cr_assert_eq(volume_read(volume, &whole, &image), STATUS_OK, "%s", status_text());
        const void *last = (char *)image_row(&image, 2, 0) + 3 * pixel_bytes(volume->type);
        double found = volume->type == PIXEL_U8    ? *(const uint8_t *)last
                       : volume->type == PIXEL_U16 ? *(const uint16_t *)last
                       : volume->type == PIXEL_U32 ? *(const uint32_t *)last
                                                   : (double)*(const float *)last;
        cr_expect(found == kinds[i].value || (isnan(found) && isnan(kinds[i].value)), "%s: %g", kinds[i].text, found);
        image_free(&image);
        volume_close(volume);
    }
}

/* One byte per pixel, one chunk: 2 time points, 3 channels, 4x5 pixels; the value is its place in the chunk. */
static void put_four_dimensions(const char *array)
{
    uint8_t bytes[120];
    char name[64];
    for (int i = 0; i < 120; i++)
        bytes[i] = (uint8_t)i;
    snprintf(name, sizeof name, "%s/.zarray", array);
    zarr_put_text(name, "{\"zarr_format\": 2, \"shape\": [2, 3, 4, 5], \"chunks\": [2, 3, 4, 5], \"dtype\": \"|u1\", "
                        "\"compressor\": null, \"fill_value\": 0, \"order\": \"C\", \"filters\": []}");
    snprintf(name, sizeof name, "%s/0.0.0.0", array);
    zarr_put(name, bytes, sizeof bytes);
}

static uint8_t pixel_of(const char *path, struct zarr_selection selection, int64_t x, int64_t y)
{
    struct volume *volume;
    uint8_t pixel = 255;
    struct image image = {.shape = {1, 1, 1}, .stride = 1, .slice = 1, .type = PIXEL_U8, .pixels = &pixel};
    cr_assert_eq(zarr_open(path, &selection, &volume), STATUS_OK, "%s", status_text());
    cr_assert_eq(volume_read(volume, &(struct region){x, y, 0, {1, 1, 1}}, &image), STATUS_OK, "%s", status_text());
    volume_close(volume);
    return pixel;
}

Test(zarr_read, ome_0_4)
{
    struct zarr_info info;
    struct volume *volume;
    zarr_put_text(".zgroup", "{\"zarr_format\": 2}");
    zarr_put_text(
        ".zattrs",
        "{\"multiscales\": [{\"version\": \"0.4\", \"axes\": [{\"name\": \"t\", \"type\": \"time\", \"unit\": "
        "\"second\"}, {\"name\": \"c\"}, {\"name\": \"y\", \"unit\": \"micrometer\"}, {\"name\": \"x\", "
        "\"unit\": \"micrometer\"}], \"datasets\": [{\"path\": \"full\", \"coordinateTransformations\": "
        "[{\"type\": \"scale\", \"scale\": [1, 1, 0.5, 0.25]}]}, {\"path\": \"small/1\", "
        "\"coordinateTransformations\": [{\"type\": \"scale\", \"scale\": [1, 1, 1, 0.5]}, {\"type\": "
        "\"translation\", \"translation\": [0, 0, 0.25, 0.125]}]}], \"coordinateTransformations\": "
        "[{\"type\": \"scale\", \"scale\": [60, 1, 2, 2]}]}]}");
    put_four_dimensions("full");
    put_four_dimensions("small/1");
    cr_assert_eq(zarr_info(zarr_path, &(struct zarr_selection){-1, -1, 1}, &info), STATUS_OK, "%s", status_text());
    cr_expect_str_eq(info.ome, "0.4");
    cr_expect(info.frames == 2 && info.channels == 3 && info.levels == 2 && !info.axes_guessed);
    cr_expect_str_eq(info.axes[0].unit, "second");
    cr_expect_eq(info.axes[0].scale, 60);
    cr_expect_eq(info.axes[2].scale, 2);
    cr_expect_eq(info.axes[3].translation, 0.25);
    cr_expect_eq(pixel_of(zarr_path, (struct zarr_selection){2, 1, 1}, 3, 2), 1 * 60 + 2 * 20 + 2 * 5 + 3);
    cr_expect_eq(pixel_of(zarr_path, (struct zarr_selection){-1, -1, 0}, 0, 1), 5);
    cr_expect_eq(zarr_open(zarr_path, &(struct zarr_selection){0, 0, 2}, &volume), STATUS_USAGE);
    cr_expect(strstr(status_text(), "there is no level 2; the levels are 0 to 1"), "%s", status_text());
    cr_expect_null(volume);
}

Test(zarr_read, axes_without_names_have_to_be_chosen)
{
    struct volume *volume;
    struct zarr_info info;
    put_four_dimensions("4d");
    const char *path = zarr_file("4d");
    cr_assert_eq(zarr_info(path, NULL, &info), STATUS_OK, "%s", status_text());
    cr_expect(info.channels == 2 && info.frames == 1 && info.shape.depth == 3 && info.axes_guessed);
    cr_expect_eq(zarr_open(path, NULL, &volume), STATUS_USAGE);
    cr_expect_eq(pixel_of(path, (struct zarr_selection){1, -1, 0}, 1, 1), 60 + 5 + 1);
    /* The same with names, as xarray writes them. */
    zarr_put_text("4d/.zattrs", "{\"_ARRAY_DIMENSIONS\": [\"c\", \"t\", \"y\", \"x\"]}");
    cr_expect_eq(pixel_of(zarr_file("4d"), (struct zarr_selection){1, 2, 0}, 1, 1), 60 + 40 + 5 + 1);
    cr_expect_eq(pixel_of(zarr_file("4d"), (struct zarr_selection){-1, -1, 0}, 4, 0), 4);
}

struct reading {
    struct volume *volume;
    int64_t z;
};

static void *read_plane(void *argument)
{
    const struct reading *reading = argument;
    for (int i = 0; i < 20; i++)
        zarr_expect_made(reading->volume, &(struct region){1, 1, reading->z, {7, 6, 1}}, NULL, 0);
    return NULL;
}

Test(zarr_read, several_threads_at_once)
{
    struct volume *volume;
    struct reading readings[5];
    pthread_t threads[5];
    zarr_put_v3("zarr.json", "[" ZARR_BYTES "]", ZARR_KEYS, "7");
    put_chunks("c/%d/%d/%d", 0, -1);
    cr_assert_eq(zarr_open(zarr_path, NULL, &volume), STATUS_OK, "%s", status_text());
    for (int z = 0; z < 5; z++) {
        readings[z] = (struct reading){volume, z};
        pthread_create(&threads[z], NULL, read_plane, &readings[z]);
    }
    for (int z = 0; z < 5; z++)
        pthread_join(threads[z], NULL);
#pragma omp parallel for num_threads(4)
    for (int z = 0; z < 5; z++)
        read_plane(&readings[z]);
    volume_close(volume);
}
