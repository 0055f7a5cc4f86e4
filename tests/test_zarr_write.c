/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Writing: what is written is read back, what exists is safe, what was cut off can be resumed and is not taken for
 * whole, a full disk leaves no half chunk.
 */
#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>

#include "tests/zarr_maker.h"

TestSuite(zarr_write, .init = zarr_folder_make, .fini = zarr_folder_remove);

static const struct shape size = {33, 20, 3};

static struct zarr_layout layout_of(int version, enum zarr_compression compression)
{
    return (struct zarr_layout){
        .version = version, .shape = size, .type = PIXEL_U16, .chunk = {16, 8, 2}, .compression = compression};
}

static void make_image(struct image *image)
{
    cr_assert_eq(image_alloc(image, size, PIXEL_U16, 0, 1), STATUS_OK);
    for (int64_t z = 0; z < size.depth; z++)
        for (int64_t y = 0; y < size.height; y++)
            for (int64_t x = 0; x < size.width; x++)
                ((uint16_t *)image_row(image, y, z))[x] = zarr_made_value(z, y, x);
}

/* Chunk by chunk, the first `count` of them. */
static enum status write_some(struct volume *volume, int count)
{
    struct image image;
    enum status status = STATUS_OK;
    const struct shape c = volume->chunk;
    make_image(&image);
    for (int64_t z = 0; z < size.depth; z += c.depth)
        for (int64_t y = 0; y < size.height; y += c.height)
            for (int64_t x = 0; x < size.width; x += c.width) {
                struct region region = {x, y, z, c};
                region.shape.width = c.width < size.width - x ? c.width : size.width - x;
                region.shape.height = c.height < size.height - y ? c.height : size.height - y;
                region.shape.depth = c.depth < size.depth - z ? c.depth : size.depth - z;
                struct image part = image_view(&image, x, y, z, region.shape);
                if (count-- > 0 && !zarr_chunk_present(volume, &region) && status == STATUS_OK)
                    status = volume_write(volume, &region, &part);
            }
    image_free(&image);
    return status;
}

static void write_all(const struct zarr_layout *layout, enum zarr_mode mode)
{
    struct zarr_array *array;
    struct volume *volume;
    cr_assert_eq(zarr_create(zarr_path, layout, mode, &array), STATUS_OK, "%s", status_text());
    cr_assert_eq(zarr_output(array, 0, 0, &volume), STATUS_OK, "%s", status_text());
    cr_assert_eq(write_some(volume, 1000), STATUS_OK, "%s", status_text());
    cr_assert_eq(volume_finish(volume), STATUS_OK);
    cr_assert_eq(zarr_finish(array), STATUS_OK, "%s", status_text());
    volume_close(volume);
    zarr_close(array);
}

static void expect_written(void)
{
    struct volume *volume;
    cr_assert_eq(zarr_open(zarr_path, NULL, &volume), STATUS_OK, "%s", status_text());
    struct region whole = region_whole(size);
    zarr_expect_made(volume, &whole, NULL, 0);
    volume_close(volume);
}

/* Names below the store that end so. */
static int count_files(const char *folder, const char *end)
{
    int count = 0;
    DIR *entries = opendir(folder);
    cr_assert_not_null(entries, "%s", folder);
    for (struct dirent *entry; (entry = readdir(entries));) {
        char path[512];
        size_t length = strlen(entry->d_name), tail = strlen(end);
        snprintf(path, sizeof path, "%s/%.200s", folder, entry->d_name);
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
            count += count_files(path, end);
        else if (length >= tail && strcmp(entry->d_name + length - tail, end) == 0)
            count++;
    }
    closedir(entries);
    return count;
}

Test(zarr_write, every_kind_is_read_back)
{
    for (int version = 2; version <= 3; version++)
        for (int compression = 0; compression < ZARR_COMPRESSION_COUNT; compression++)
            for (int kind = 0; kind < 4; kind++) {
                struct zarr_layout layout = layout_of(version, (enum zarr_compression)compression);
                layout.ome = kind & 1;
                layout.separator = kind & 1 ? '.' : '/';
                layout.shard = kind & 2 && version == 3 ? (struct shape){32, 16, 2} : (struct shape){0, 0, 0};
                write_all(&layout, ZARR_NEW);
                expect_written();
                cr_expect_eq(count_files(zarr_path, ".part"), 0);
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
        struct zarr_layout layout = layout_of(version, ZARR_NONE);
        layout.ome = true;
        layout.like = &like;
        write_all(&layout, ZARR_NEW);
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

Test(zarr_write, what_exists_is_refused_or_replaced)
{
    struct zarr_array *array;
    struct zarr_layout layout = layout_of(3, ZARR_ZSTD);
    layout.ome = true;
    write_all(&layout, ZARR_NEW);
    cr_expect_eq(zarr_create(zarr_path, &layout, ZARR_NEW, &array), STATUS_USAGE);
    cr_expect(strstr(status_text(), ": exists already"), "%s", status_text());
    cr_expect_null(array);
    layout = layout_of(2, ZARR_GZIP);
    write_all(&layout, ZARR_OVERWRITE);
    expect_written();
    cr_expect_not(zarr_has("zarr.json"));
    /* An empty folder is in nobody's way. */
    zarr_store_remove();
    cr_assert_eq(mkdir(zarr_path, 0777), 0);
    write_all(&layout, ZARR_NEW);
    expect_written();
}

static void expect_kept(const char *name)
{
    struct zarr_array *array;
    struct zarr_layout layout = layout_of(3, ZARR_ZSTD);
    cr_expect_eq(zarr_create(zarr_path, &layout, ZARR_OVERWRITE, &array), STATUS_USAGE, "%s", name);
    cr_expect(zarr_has(name), "%s was removed", name);
    cr_expect(strstr(status_text(), "not overwritten"), "%s", status_text());
}

Test(zarr_write, nothing_foreign_is_removed)
{
    struct zarr_layout layout = layout_of(2, ZARR_GZIP);
    zarr_put_text("notes.txt", "years of work");
    expect_kept("notes.txt");
    zarr_store_remove();
    static const char *const names[] = {"notes.txt", "0/0/notes.txt", "thesis/1", "0/0/1.tif", "1/zarr.json.bak"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        write_all(&layout, ZARR_NEW);
        zarr_put_text(names[i], "years of work");
        expect_kept(names[i]);
        expect_written();
        zarr_store_remove();
    }
    write_all(&layout, ZARR_NEW);
    cr_assert_eq(symlink("/etc", zarr_file("7")), 0);
    expect_kept("7");
    expect_written();
    zarr_store_remove();
}

Test(zarr_write, a_path_that_is_a_file_or_a_link)
{
    struct zarr_array *array;
    struct stat about;
    struct zarr_layout layout = layout_of(3, ZARR_ZSTD);
    FILE *file = fopen(zarr_path, "wb");
    fclose(file);
    cr_expect_eq(zarr_create(zarr_path, &layout, ZARR_OVERWRITE, &array), STATUS_USAGE);
    cr_expect_eq(lstat(zarr_path, &about), 0);
    cr_assert_eq(unlink(zarr_path), 0);
    cr_assert_eq(symlink("/etc", zarr_path), 0);
    cr_expect_eq(zarr_create(zarr_path, &layout, ZARR_OVERWRITE, &array), STATUS_USAGE);
    cr_expect_eq(lstat(zarr_path, &about), 0);
    cr_assert_eq(unlink(zarr_path), 0);
}

Test(zarr_write, cut_off_and_resumed)
{
    for (int sharded = 0; sharded <= 1; sharded++) {
        struct zarr_array *array;
        struct volume *volume, *unread;
        struct zarr_layout layout = layout_of(3, ZARR_BLOSC_LZ4), other = layout;
        layout.ome = sharded;
        if (sharded)
            layout.shard = (struct shape){16, 16, 2};
        cr_assert_eq(zarr_create(zarr_path, &layout, ZARR_NEW, &array), STATUS_OK, "%s", status_text());
        cr_assert_eq(zarr_output(array, 0, 0, &volume), STATUS_OK);
        cr_assert_eq(write_some(volume, 4), STATUS_OK, "%s", status_text());
        volume_close(volume);
        zarr_close(array);
        zarr_put_text(sharded ? "0/c/0/1/1.part" : "c/0/1/1.part", "of a process that was killed");
        cr_expect_eq(zarr_open(zarr_path, NULL, &unread), STATUS_INPUT);
        cr_expect(strstr(status_text(), "is incomplete"), "%s", status_text());
        other.type = PIXEL_U8;
        other.ome = layout.ome;
        cr_expect_eq(zarr_create(zarr_path, &other, ZARR_RESUME, &array), STATUS_USAGE);
        cr_expect(strstr(status_text(), "made with another size"), "%s", status_text());
        cr_assert_eq(zarr_create(zarr_path, &layout, ZARR_RESUME, &array), STATUS_OK, "%s", status_text());
        cr_assert_eq(zarr_output(array, 0, 0, &volume), STATUS_OK);
        cr_expect(zarr_chunk_present(volume, &(struct region){0, 0, 0, {33, 8, 2}}) == true);
        cr_expect_not(zarr_chunk_present(volume, &(struct region){0, 0, 0, {33, 20, 3}}));
        volume_close(volume);
        zarr_close(array);
        write_all(&layout, ZARR_RESUME);
        expect_written();
        cr_expect_eq(count_files(zarr_path, ".part"), 0);
        zarr_store_remove();
    }
}

Test(zarr_write, resume_makes_what_is_not_there)
{
    struct zarr_layout layout = layout_of(2, ZARR_ZSTD);
    struct zarr_array *array;
    write_all(&layout, ZARR_RESUME);
    expect_written();
    layout.version = 3;
    cr_expect_eq(zarr_create(zarr_path, &layout, ZARR_RESUME, &array), STATUS_USAGE);
    cr_expect(strstr(status_text(), "holds no array of this version"), "%s", status_text());
}

/* A limit on the size of files stands for a disk that is full in the middle of a chunk. */
Test(zarr_write, disk_full)
{
    struct zarr_array *array;
    struct volume *volume;
    struct zarr_layout layout = layout_of(3, ZARR_NONE);
    layout.chunk = size;
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(zarr_create(zarr_path, &layout, ZARR_NEW, &array), STATUS_OK, "%s", status_text());
    cr_assert_eq(zarr_output(array, 0, 0, &volume), STATUS_OK);
    struct rlimit full = {3000, 3000};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &full), 0);
    enum status status = write_some(volume, 1);
    cr_expect_eq(status, STATUS_IO);
    cr_expect(strstr(status_text(), "/c/0/0/0: cannot be written: "), "%s", status_text());
    cr_expect_not(zarr_has("c/0/0/0"));
    cr_expect_eq(count_files(zarr_path, ".part"), 0);
    volume_close(volume);
    zarr_close(array);
}

Test(zarr_write, no_permission_and_no_folder)
{
    struct zarr_array *array;
    struct zarr_layout layout = layout_of(3, ZARR_NONE);
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
    struct zarr_layout layout = layout_of(3, ZARR_NONE);
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
    struct zarr_layout layout = layout_of(3, ZARR_ZSTD);
    layout.ome = true;
    layout.like = &like;
    write_all(&layout, ZARR_NEW);
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
    expect_written();
    write_all(&layout, ZARR_OVERWRITE);
}
