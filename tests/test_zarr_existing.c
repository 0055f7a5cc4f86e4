/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What exists is safe; what was cut off can be resumed and is not taken for whole; a full disk leaves no half chunk.
 */
#include <signal.h>
#include <sys/resource.h>

#include "tests/zarr_writer.h"

TestSuite(zarr_existing, .init = zarr_folder_make, .fini = zarr_folder_remove);

Test(zarr_existing, what_exists_is_refused_or_replaced)
{
    struct zarr_array *array;
    struct zarr_layout layout = zarr_layout_of(3, ZARR_ZSTD);
    layout.ome = true;
    zarr_write_all(&layout, ZARR_NEW);
    cr_expect_eq(zarr_create(zarr_path, &layout, ZARR_NEW, &array), STATUS_USAGE);
    cr_expect(strstr(status_text(), ": exists already"), "%s", status_text());
    cr_expect_null(array);
    layout = zarr_layout_of(2, ZARR_GZIP);
    zarr_write_all(&layout, ZARR_OVERWRITE);
    zarr_expect_written();
    cr_expect_not(zarr_has("zarr.json"));
    /* An empty folder is in nobody's way. */
    zarr_store_remove();
    cr_assert_eq(mkdir(zarr_path, 0777), 0);
    zarr_write_all(&layout, ZARR_NEW);
    zarr_expect_written();
}

static void expect_kept(const char *name)
{
    struct zarr_array *array;
    struct zarr_layout layout = zarr_layout_of(3, ZARR_ZSTD);
    cr_expect_eq(zarr_create(zarr_path, &layout, ZARR_OVERWRITE, &array), STATUS_USAGE, "%s", name);
    cr_expect(zarr_has(name), "%s was removed", name);
    cr_expect(strstr(status_text(), "not overwritten"), "%s", status_text());
}

Test(zarr_existing, nothing_foreign_is_removed)
{
    struct zarr_layout layout = zarr_layout_of(2, ZARR_GZIP);
    zarr_put_text("notes.txt", "years of work");
    expect_kept("notes.txt");
    zarr_store_remove();
    static const char *const names[] = {"notes.txt", "0/0/notes.txt", "thesis/1", "0/0/1.tif", "1/zarr.json.bak"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        zarr_write_all(&layout, ZARR_NEW);
        zarr_put_text(names[i], "years of work");
        expect_kept(names[i]);
        zarr_expect_written();
        zarr_store_remove();
    }
    zarr_write_all(&layout, ZARR_NEW);
    cr_assert_eq(symlink("/etc", zarr_file("7")), 0);
    expect_kept("7");
    zarr_expect_written();
    zarr_store_remove();
}

Test(zarr_existing, a_path_that_is_a_file_or_a_link)
{
    struct zarr_array *array;
    struct stat about;
    struct zarr_layout layout = zarr_layout_of(3, ZARR_ZSTD);
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

Test(zarr_existing, cut_off_and_resumed)
{
    for (int sharded = 0; sharded <= 1; sharded++) {
        struct zarr_array *array;
        struct volume *volume, *unread;
        struct zarr_layout layout = zarr_layout_of(3, ZARR_BLOSC_LZ4), other = layout;
        layout.ome = sharded;
        if (sharded)
            layout.shard = (struct shape){16, 16, 2};
        cr_assert_eq(zarr_create(zarr_path, &layout, ZARR_NEW, &array), STATUS_OK, "%s", status_text());
        cr_assert_eq(zarr_output(array, 0, 0, &volume), STATUS_OK);
        cr_assert_eq(zarr_write_some(volume, 4), STATUS_OK, "%s", status_text());
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
        zarr_write_all(&layout, ZARR_RESUME);
        zarr_expect_written();
        cr_expect_eq(zarr_count_parts(), 0);
        zarr_store_remove();
    }
}

Test(zarr_existing, what_another_began_is_not_gone_on_with)
{
    struct zarr_array *array;
    struct zarr_layout layout = zarr_layout_of(2, ZARR_ZSTD);
    layout.made_by = "median of cells.zarr";
    cr_assert_eq(zarr_create(zarr_path, &layout, ZARR_NEW, &array), STATUS_OK, "%s", status_text());
    zarr_close(array);
    layout.made_by = "mean of cells.zarr";
    cr_expect_eq(zarr_create(zarr_path, &layout, ZARR_RESUME, &array), STATUS_USAGE);
    cr_expect(strstr(status_text(), "was begun as \"median of cells.zarr\""), "%s", status_text());
    layout.made_by = "median of cells.zarr";
    zarr_write_all(&layout, ZARR_RESUME);
    zarr_expect_written();
    /* A chunk is lost: incomplete from the moment that somebody goes on with it. */
    cr_assert_eq(unlink(zarr_file("0/0/0")), 0);
    cr_assert_eq(zarr_create(zarr_path, &layout, ZARR_RESUME, &array), STATUS_OK, "%s", status_text());
    zarr_close(array);
    cr_expect(zarr_has(".incomplete"));
}

/* Killed while the store was made or removed: folders and metadata, chunks with metadata or the mark beside them. */
Test(zarr_existing, cut_off_at_its_begin_or_its_end)
{
    static const char *const left[] = {".incomplete",   ".incomplete.part", ".zattrs", "zarr.json.part",
                                       "0/.incomplete", "0/.zattrs",        "0/"};
    for (size_t i = 0; i < 2 * sizeof left / sizeof left[0]; i++) {
        struct zarr_layout layout = zarr_layout_of(3, ZARR_ZSTD);
        const char *name = left[i / 2];
        layout.ome = name[0] == '0';
        if (name[strlen(name) - 1] == '/') {
            zarr_put(".zattrs", "", 0);
            cr_assert_eq(mkdir(zarr_file("0"), 0777), 0);
            cr_assert_eq(unlink(zarr_file(".zattrs")), 0);
        } else
            zarr_put(name, "", 0);
        zarr_write_all(&layout, i % 2 ? ZARR_RESUME : ZARR_OVERWRITE);
        zarr_expect_written();
        zarr_store_remove();
    }
    const struct zarr_layout layout = zarr_layout_of(3, ZARR_ZSTD);
    zarr_put_text("c/0/0/0", "a chunk");
    expect_kept("c/0/0/0"); /* nothing says that it is one */
    zarr_put_text(".incomplete", "%s", "");
    zarr_write_all(&layout, ZARR_OVERWRITE);
    zarr_expect_written();
}

Test(zarr_existing, resume_makes_what_is_not_there)
{
    struct zarr_layout layout = zarr_layout_of(2, ZARR_ZSTD);
    struct zarr_array *array;
    zarr_write_all(&layout, ZARR_RESUME);
    zarr_expect_written();
    layout.version = 3;
    cr_expect_eq(zarr_create(zarr_path, &layout, ZARR_RESUME, &array), STATUS_USAGE);
    cr_expect(strstr(status_text(), "holds no array of this version"), "%s", status_text());
}

Test(zarr_existing, disk_full)
{
    struct zarr_array *array;
    struct volume *volume;
    struct zarr_layout layout = zarr_layout_of(3, ZARR_NONE);
    layout.chunk = zarr_size;
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(zarr_create(zarr_path, &layout, ZARR_NEW, &array), STATUS_OK, "%s", status_text());
    cr_assert_eq(zarr_output(array, 0, 0, &volume), STATUS_OK);
    struct rlimit full = {3000, 3000};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &full), 0);
    enum status status = zarr_write_some(volume, 1);
    cr_expect_eq(status, STATUS_IO);
    cr_expect(strstr(status_text(), "/c/0/0/0: cannot be written: "), "%s", status_text());
    cr_expect_not(zarr_has("c/0/0/0"));
    cr_expect_eq(zarr_count_parts(), 0);
    volume_close(volume);
    zarr_close(array);
}
