/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Small Zarr stores for tests, made byte by byte in a folder of the test's own: arrays of uint16 along z, y, x.
 */
#ifndef TESTS_ZARR_MAKER_H
#define TESTS_ZARR_MAKER_H

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "images/zarr.h"

static char zarr_folder[64], zarr_path[96];

/* A fresh folder; zarr_path names a store in it that does not exist yet. */
static inline void zarr_folder_make(void)
{
    strcpy(zarr_folder, "/tmp/test_zarr_XXXXXX");
    cr_assert_not_null(mkdtemp(zarr_folder));
    snprintf(zarr_path, sizeof zarr_path, "%s/cells.zarr", zarr_folder);
}

static inline int zarr_remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about, (void)kind, (void)where;
    return remove(path);
}

static inline void zarr_store_remove(void)
{
    nftw(zarr_path, zarr_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void zarr_folder_remove(void)
{
    nftw(zarr_folder, zarr_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline const char *zarr_file(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", zarr_path, name);
    return path;
}

/* A file of the store, and the folders above it. */
static inline void zarr_put(const char *name, const void *bytes, size_t count)
{
    char path[256];
    snprintf(path, sizeof path, "%s", zarr_file(name));
    for (char *slash = path + strlen(zarr_folder) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        mkdir(path, 0777);
    }
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file, "%s", path);
    cr_assert_eq(fwrite(bytes, 1, count, file), count);
    fclose(file);
}

static inline void zarr_put_text(const char *name, const char *format, ...)
{
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    zarr_put(name, text, strlen(text));
}

static inline bool zarr_has(const char *name)
{
    struct stat about;
    return lstat(zarr_file(name), &about) == 0;
}

static inline uint16_t zarr_made_value(int64_t z, int64_t y, int64_t x)
{
    return (uint16_t)(z * 4096 + y * 64 + x + 1);
}

enum { ZARR_BIG_ENDIAN = 1, ZARR_F_ORDER = 2 };

/* The pixels of a chunk at z, y, x as a file holds them; those beyond the array's end, too. Returns their bytes. */
static inline size_t zarr_made_chunk(uint8_t *to, const int64_t *origin, const int64_t *chunk, int how)
{
    size_t at = 0;
    int64_t i[3], limit[3];
    for (int k = 0; k < 3; k++)
        limit[k] = chunk[how & ZARR_F_ORDER ? 2 - k : k];
    for (i[0] = 0; i[0] < limit[0]; i[0]++)
        for (i[1] = 0; i[1] < limit[1]; i[1]++)
            for (i[2] = 0; i[2] < limit[2]; i[2]++, at += 2) {
                const bool f = how & ZARR_F_ORDER;
                uint16_t value = zarr_made_value(origin[0] + i[f ? 2 : 0], origin[1] + i[1], origin[2] + i[f ? 0 : 2]);
                to[at] = (uint8_t)(how & ZARR_BIG_ENDIAN ? value >> 8 : value);
                to[at + 1] = (uint8_t)(how & ZARR_BIG_ENDIAN ? value : value >> 8);
            }
    return at;
}

/* Metadata of version 3, 5x7x9 pixels in chunks of 2x3x4, of the codecs after "bytes" or all codecs. */
static inline void zarr_put_v3(const char *name, const char *codecs, const char *keys, const char *fill)
{
    zarr_put_text(name,
                  "{\"zarr_format\": 3, \"node_type\": \"array\", \"shape\": [5, 7, 9], \"data_type\": \"uint16\", "
                  "\"chunk_grid\": {\"name\": \"regular\", \"configuration\": {\"chunk_shape\": [2, 3, 4]}}, "
                  "\"chunk_key_encoding\": %s, \"fill_value\": %s, \"codecs\": %s}",
                  keys, fill, codecs);
}

#define ZARR_BYTES "{\"name\": \"bytes\", \"configuration\": {\"endian\": \"little\"}}"
#define ZARR_KEYS  "{\"name\": \"default\"}"

/* Every pixel of an image of made values, but for those of a box where `fill` is expected (none if its end is 0). */
static inline void zarr_expect_made(struct volume *volume, const struct region *region, const struct region *missing,
                                    uint16_t fill)
{
    struct image image;
    cr_assert_eq(image_alloc(&image, region->shape, PIXEL_U16, 0, 1), STATUS_OK);
    cr_assert_eq(volume_read(volume, region, &image), STATUS_OK, "%s", status_text());
    int wrong = 0;
    for (int64_t z = 0; z < region->shape.depth; z++)
        for (int64_t y = 0; y < region->shape.height; y++)
            for (int64_t x = 0; x < region->shape.width; x++) {
                int64_t gx = region->x + x, gy = region->y + y, gz = region->z + z;
                bool gone = missing && gx >= missing->x && gx < missing->x + missing->shape.width && gy >= missing->y &&
                            gy < missing->y + missing->shape.height && gz >= missing->z &&
                            gz < missing->z + missing->shape.depth;
                wrong += ((uint16_t *)image_row(&image, y, z))[x] != (gone ? fill : zarr_made_value(gz, gy, gx));
            }
    cr_expect_eq(wrong, 0, "%d pixels are wrong", wrong);
    cr_expect(image_guards_intact(&image));
    image_free(&image);
}

#endif
