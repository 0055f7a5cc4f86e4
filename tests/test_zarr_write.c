/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What is written is read back, with the axes of the input; what cannot be written is refused; levels of a pyramid.
 */
#include "tests/zarr_writer.h"

TestSuite(zarr_write, .init = zarr_folder_make, .fini = zarr_folder_remove);

Test(zarr_write, every_kind_is_read_back)
{
    for (int version = 2; version <= 3; version++)
        for (int compression = 0; compression < ZARR_COMPRESSION_COUNT; compression++)
            for (int kind = 0; kind < 4; kind++) {
                struct zarr_layout layout = zarr_layout_of(version, (enum zarr_compression)compression);
                layout.ome = kind & 1;
                layout.separator = kind & 1 ? '.' : '/';
                layout.shard = kind & 2 && version == 3 ? (struct shape){32, 16, 2} : (struct shape){0, 0, 0};
                zarr_write_all(&layout, ZARR_NEW);
                zarr_expect_written();
                cr_expect_eq(zarr_count_parts(), 0);
                struct zarr_info info;
                cr_assert_eq(zarr_info(zarr_path, NULL, &info), STATUS_OK, "%s", status_text());
                cr_expect(shape_equal(info.chunk, layout.chunk) && info.version == version && !info.axes_guessed);
                cr_expect(shape_equal(info.shard, layout.shard.width ? layout.shard : layout.chunk));
                zarr_store_remove();
            }
}

Test(zarr_write, axes_are_those_of_the_input)
{
    struct zarr_info like = {.dimensions = 4,
                             .axes = {{.name = "c", .scale = 1, .translation = 0},
                                      {.name = "z", .unit = "micrometer", .scale = 2, .translation = 0},
                                      {.name = "y", .unit = "micrometer", .scale = 0.25, .translation = 5},
                                      {.name = "x", .unit = "micrometer", .scale = 0.5, .translation = 7}}};
    for (int version = 2; version <= 3; version++) {
        struct zarr_info info;
        struct zarr_layout layout = zarr_layout_of(version, ZARR_NONE);
        layout.ome = true;
        layout.like = &like;
        zarr_write_all(&layout, ZARR_NEW);
        cr_assert_eq(zarr_info(zarr_path, NULL, &info), STATUS_OK, "%s", status_text());
        cr_assert_eq(info.dimensions, 4);
        cr_expect_str_eq(info.ome, version == 2 ? "0.4" : "0.5");
        for (int i = 0; i < 4; i++) {
            cr_expect_str_eq(info.axes[i].name, like.axes[i].name);
            cr_expect_str_eq(info.axes[i].unit, like.axes[i].unit);
            cr_expect_eq(info.axes[i].scale, like.axes[i].scale);
            cr_expect_eq(info.axes[i].translation, like.axes[i].translation);
        }
        zarr_store_remove();
    }
}

/* A limit on the size of files stands for a disk that is full in the middle of a chunk. */
Test(zarr_write, no_permission_and_no_folder)
{
    struct zarr_array *array;
    struct zarr_layout layout = zarr_layout_of(3, ZARR_NONE);
    strcat(zarr_path, "/deeper/still");
    cr_expect_eq(zarr_create(zarr_path, &layout, ZARR_NEW, &array), STATUS_IO);
    cr_expect(strstr(status_text(), "cannot be written: No such file"), "%s", status_text());
}

Test(zarr_write, layouts_that_cannot_be)
{
    static const struct {
        struct zarr_layout layout;
        const char *reason;
    } kinds[] = {
        {{.version = 4}, "versions 2 and 3, not 4"},
        {{.version = 2, .separator = '-'}, "separator"},
        {{.version = 2, .compression = ZARR_GZIP, .level = 10}, "levels of gzip are 1 to 9, not 10"},
        {{.version = 2, .shape = {5, 0, 1}}, "at least 1"},
        {{.version = 2, .shape = {5, 5, 1}}, "chunks of 0x0x0 pixels cannot be"},
        {{.version = 2, .shape = {5, 5, 1}, .chunk = {1 << 20, 1 << 20, 1}}, "at most 1 GiB"},
        {{.version = 2, .shape = {5, 5, 1}, .chunk = {4, 4, 1}, .shard = {8, 8, 1}}, "shards need Zarr version 3"},
        {{.version = 3, .shape = {5, 5, 1}, .chunk = {4, 4, 1}, .shard = {8, 9, 1}}, "not whole numbers of chunks"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct zarr_array *array;
        cr_expect_eq(zarr_create(zarr_path, &kinds[i].layout, ZARR_NEW, &array), STATUS_USAGE);
        cr_expect(strstr(status_text(), kinds[i].reason), "%s", status_text());
        cr_expect_not(zarr_has(""));
    }
}

Test(zarr_write, parts_of_chunks_are_refused)
{
    struct zarr_array *array;
    struct volume *volume;
    struct image image;
    struct zarr_layout layout = zarr_layout_of(3, ZARR_NONE);
    cr_assert_eq(zarr_create(zarr_path, &layout, ZARR_NEW, &array), STATUS_OK, "%s", status_text());
    cr_assert_eq(zarr_output(array, 0, 0, &volume), STATUS_OK);
    cr_assert_eq(image_alloc(&image, (struct shape){16, 7, 2}, PIXEL_U16, 0, 1), STATUS_OK);
    cr_expect_eq(volume_write(volume, &(struct region){0, 0, 0, {16, 7, 2}}, &image), STATUS_UNSUPPORTED);
    cr_expect_eq(volume_write(volume, &(struct region){1, 8, 0, {16, 7, 2}}, &image), STATUS_UNSUPPORTED);
    image_free(&image);
    volume_close(volume);
    cr_expect_eq(zarr_output(array, 1, 0, &volume), STATUS_USAGE);
    zarr_close(array);
}

Test(zarr_write, pyramid_ends_at_one_pixel_and_keeps_z_where_it_is_coarse)
{
    struct zarr_info info, like = {.dimensions = 3,
                                   .axes = {{.name = "z", .unit = "micrometer", .scale = 1},
                                            {.name = "y", .unit = "micrometer", .scale = 0.3},
                                            {.name = "x", .unit = "micrometer", .scale = 0.3}}};
    struct zarr_layout layout = zarr_layout_of(3, ZARR_ZSTD);
    layout.ome = true;
    layout.like = &like;
    zarr_write_all(&layout, ZARR_NEW);
    cr_assert_eq(zarr_pyramid(zarr_path, 20), STATUS_OK, "%s", status_text());
    static const struct shape shapes[] = {{33, 20, 3}, {17, 10, 3}, {9, 5, 3}, {5, 3, 2},
                                          {3, 2, 1},   {2, 1, 1},   {1, 1, 1}};
    cr_assert_eq(zarr_info(zarr_path, NULL, &info), STATUS_OK, "%s", status_text());
    cr_assert_eq(info.levels, 7);
    for (int level = 0; level < 7; level++) {
        cr_assert_eq(zarr_info(zarr_path, &(struct zarr_selection){-1, -1, level}, &info), STATUS_OK);
        cr_expect(shape_equal(info.shape, shapes[level]), "level %d: %lldx%lldx%lld", level,
                  (long long)info.shape.width, (long long)info.shape.height, (long long)info.shape.depth);
    }
    zarr_expect_written();
    zarr_write_all(&layout, ZARR_OVERWRITE);
}
