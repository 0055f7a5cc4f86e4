/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Writing: what comes back, how it lies in the file, and what is left when writing fails.
 */
#include "tests/tiff_maker.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "images/tiff.h"

TestSuite(tiff_write, .init = tiff_folder_make, .fini = tiff_folder_remove);

static struct image noise(struct shape shape, enum pixel_type type)
{
    struct image image;
    cr_assert_eq(image_alloc(&image, shape, type, image_default_stride(shape.width) + 16, 1), STATUS_OK);
    for (int64_t z = 0; z < shape.depth; z++)
        for (int64_t y = 0; y < shape.height; y++)
            for (size_t i = 0; i < (size_t)shape.width * pixel_bytes(type); i++)
                ((uint8_t *)image_row(&image, y, z))[i] = (uint8_t)(i * 31 + (size_t)y * 17 + (size_t)z * 5);
    return image;
}

Test(tiff_write, every_type_and_shape_comes_back)
{
    static const struct shape shapes[] = {{1, 1, 1},  {1, 1, 3},   {1, 9, 1},  {9, 1, 1},     {33, 21, 1},
                                          {33, 1, 4}, {17, 13, 5}, {3, 3, 70}, {300000, 2, 2}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        for (int type = 0; type < PIXEL_TYPE_COUNT; type++) {
            struct image image = noise(shapes[i], (enum pixel_type)type), back;
            struct tiff_info info;
            cr_assert_eq(tiff_write(tiff_path, &image), STATUS_OK, "%s", status_text());
            cr_assert_eq(tiff_read(tiff_path, NULL, &back, &info), STATUS_OK, "%s", status_text());
            cr_assert(shape_equal(image.shape, back.shape));
            cr_assert_eq(back.type, image.type);
            cr_expect_eq(image_compare(&back, &image, 0).pixels, 0);
            cr_expect_eq(info.pages, image.shape.depth);
            ((uint8_t *)image.pixels)[0] ^= 1;
            cr_expect_eq(image_compare(&back, &image, 0).pixels, 1, "the comparison must see a wrong pixel");
            image_free(&image);
            image_free(&back);
        }
}

/* ImageJ reads the first directory and takes all planes to follow each other. */
Test(tiff_write, planes_follow_each_other)
{
    struct image image = noise((struct shape){5, 3, 4}, PIXEL_U16);
    cr_assert_eq(tiff_write(tiff_path, &image), STATUS_OK, "%s", status_text());
    image_free(&image);
    char *text = NULL;
    TIFF *t = TIFFOpen(tiff_path, "rc");
    cr_assert_not_null(t);
    cr_assert(TIFFGetField(t, TIFFTAG_IMAGEDESCRIPTION, &text));
    cr_expect_eq(strncmp(text, "ImageJ=", 7), 0);
    cr_expect(strstr(text, "\nimages=4\nslices=4\n"));
    uint64_t first = TIFFGetStrileOffset(t, 0);
    for (uint64_t z = 0; z < 4; z++) {
        cr_expect_eq(TIFFNumberOfStrips(t), 1);
        cr_expect_eq(TIFFGetStrileOffset(t, 0), first + 30 * z);
        cr_expect_eq(TIFFReadDirectory(t), z < 3);
    }
    TIFFClose(t);
}

Test(tiff_write, replaces_a_file)
{
    tiff_put_bytes("old", 3);
    struct image image = noise((struct shape){5, 3, 1}, PIXEL_U8), back;
    cr_assert_eq(tiff_write(tiff_path, &image), STATUS_OK, "%s", status_text());
    cr_assert_eq(tiff_read(tiff_path, NULL, &back, NULL), STATUS_OK, "%s", status_text());
    image_free(&image);
    image_free(&back);
}

static void expect_failure(const struct image *image, const char *reason)
{
    cr_expect_eq(tiff_write(tiff_path, image), STATUS_IO);
    cr_expect_eq(strncmp(status_text(), tiff_path, strlen(tiff_path)), 0, "%s", status_text());
    cr_expect(strstr(status_text(), reason), "wanted: %s, found: %s", reason, status_text());
}

/* A limit on the size of files stands for the full disk. The suite's end sees whether a part was left. */
Test(tiff_write, leaves_nothing_when_there_is_no_room)
{
    struct image stack = noise((struct shape){200, 100, 3}, PIXEL_U16),
                 many = noise((struct shape){1, 1, 2000}, PIXEL_U8);
    char kept[4];
    tiff_put_bytes("old", 3);
    signal(SIGXFSZ, SIG_IGN);
    for (rlim_t limit = 0; limit < 120000; limit += 7001) {
        cr_assert_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){limit, RLIM_INFINITY}), 0);
        expect_failure(&stack, strerror(EFBIG));
        expect_failure(&many, strerror(EFBIG));
    }
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY}), 0);
    cr_expect_eq(tiff_get_bytes(kept, sizeof kept), 3, "the file that was there before must survive");
    image_free(&stack);
    image_free(&many);
}

Test(tiff_write, refuses_what_is_no_file)
{
    struct image image = noise((struct shape){5, 3, 1}, PIXEL_U8);
    cr_assert_eq(mkdir(tiff_path, 0700), 0);
    expect_failure(&image, "exists and is not a file");
    cr_assert_eq(rmdir(tiff_path), 0);
    snprintf(tiff_path, sizeof tiff_path, "%s/no/such/folder.tif", tiff_folder);
    expect_failure(&image, "No such file or directory");
    image_free(&image);
}

Test(tiff_write, sizes_that_tiff_cannot_hold)
{
    uint8_t pixel = 0;
    struct image image = {.shape = {(int64_t)UINT32_MAX + 1, 1, 1},
                          .stride = (int64_t)UINT32_MAX + 1,
                          .type = PIXEL_U8,
                          .pixels = &pixel};
    cr_expect_eq(tiff_write(tiff_path, &image), STATUS_UNSUPPORTED);
    cr_expect(strstr(status_text(), "4294967295"), "%s", status_text());
}
