/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Files that cannot be read: each gives one line that names the file and the reason, and no image.
 */
#include "tests/tiff_maker.h"

#include <sys/stat.h>

#include "images/tiff.h"

TestSuite(tiff_damaged, .init = tiff_folder_make, .fini = tiff_folder_remove);

static void expect_refused(const char *reason)
{
    struct image image;
    cr_expect_eq(tiff_read(tiff_path, NULL, &image, NULL), STATUS_INPUT, "wanted: %s", reason);
    cr_expect_eq(strncmp(status_text(), tiff_path, strlen(tiff_path)), 0, "%s", status_text());
    cr_expect(strstr(status_text(), reason), "wanted: %s, found: %s", reason, status_text());
    cr_expect_null(image.pixels);
}

Test(tiff_damaged, missing_file_gets_the_systems_words)
{
    expect_refused(": No such file or directory");
}

Test(tiff_damaged, folder_and_pipe)
{
    cr_assert_eq(mkdir(tiff_path, 0700), 0);
    expect_refused(": is a folder");
    cr_assert_eq(rmdir(tiff_path), 0);
    cr_assert_eq(mkfifo(tiff_path, 0600), 0);
    expect_refused(": is not a file");
}

Test(tiff_damaged, empty_and_foreign_files)
{
    tiff_put_bytes("", 0);
    expect_refused(": the file is empty");
    tiff_put_bytes("\x89PNG\r\n\x1a\n and more", 17);
    expect_refused(": Not a TIFF");
    tiff_put_bytes("II", 2);
    expect_refused("TIFF header");
}

Test(tiff_damaged, unsupported_pixels)
{
    static const struct {
        struct tiff_recipe recipe;
        const char *reason;
    } kinds[] = {
        {{.bits = 8, .format = SAMPLEFORMAT_INT}, "8-bit signed integer pixels are not read"},
        {{.bits = 16, .format = SAMPLEFORMAT_INT}, "16-bit signed integer pixels are not read"},
        {{.bits = 32, .format = SAMPLEFORMAT_INT}, "32-bit signed integer pixels are not read"},
        {{.bits = 64, .format = SAMPLEFORMAT_IEEEFP}, "64-bit float pixels are not read"},
        {{.bits = 64, .format = SAMPLEFORMAT_COMPLEXIEEEFP}, "64-bit complex pixels are not read"},
        {{.bits = 1}, "1-bit unsigned integer pixels are not read"},
        {{.bits = 12}, "12-bit unsigned integer pixels are not read"},
        {{.bits = 8, .samples = 3, .photometric = PHOTOMETRIC_CIELAB}, "colours of kind 8"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct tiff_recipe r = kinds[i].recipe;
        r.width = r.height = 8;
        tiff_make(r);
        expect_refused(kinds[i].reason);
    }
}

Test(tiff_damaged, planes_of_different_size)
{
    tiff_make((struct tiff_recipe){.width = 6, .height = 5, .pages = 3, .bits = 8, .other_page = 2});
    expect_refused("page 3 is 7x5 pixels, page 1 is 6x5: not one stack");
}

Test(tiff_damaged, only_reduced_copies)
{
    tiff_make((struct tiff_recipe){.width = 6, .height = 5, .bits = 8});
    TIFF *t = TIFFOpen(tiff_path, "r+");
    TIFFSetField(t, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE);
    TIFFRewriteDirectory(t);
    TIFFClose(t);
    expect_refused("holds only reduced copies");
}

/* A header of 150 bytes that claims a plane of any size and compression. */
static void make_claim(uint32_t width, uint32_t height, uint32_t rows, uint16_t compression)
{
    uint8_t bytes[256] = {0};
    const struct tiff_tag tags[] = {
        {TIFFTAG_IMAGEWIDTH, TIFF_LONG, 1, width},   {TIFFTAG_IMAGELENGTH, TIFF_LONG, 1, height},
        {TIFFTAG_BITSPERSAMPLE, TIFF_SHORT, 1, 16},  {TIFFTAG_COMPRESSION, TIFF_SHORT, 1, compression},
        {TIFFTAG_PHOTOMETRIC, TIFF_SHORT, 1, 1},     {TIFFTAG_STRIPOFFSETS, TIFF_LONG, 1, 200},
        {TIFFTAG_SAMPLESPERPIXEL, TIFF_SHORT, 1, 1}, {TIFFTAG_ROWSPERSTRIP, TIFF_LONG, 1, rows},
        {TIFFTAG_STRIPBYTECOUNTS, TIFF_LONG, 1, 56},
    };
    tiff_put_directory(bytes, tags, 9);
    tiff_put_bytes(bytes, sizeof bytes);
}

Test(tiff_damaged, claims_that_the_file_cannot_hold)
{
    static const uint16_t compressions[] = {COMPRESSION_NONE, COMPRESSION_LZW,  COMPRESSION_ADOBE_DEFLATE,
                                            COMPRESSION_ZSTD, COMPRESSION_LZMA, COMPRESSION_PACKBITS};
    for (size_t c = 0; c < sizeof compressions / sizeof compressions[0]; c++) {
        make_claim(4000000000, 4000000000, 4000000000, compressions[c]);
        expect_refused("");
        make_claim(4000000000, 4000000000, 1, compressions[c]);
        expect_refused("");
        make_claim(100000, 100000, 100000, compressions[c]);
        expect_refused("truncated or damaged: page 1 of 100000x100000 pixels needs 20000000000 bytes");
        make_claim(0, 5, 5, compressions[c]);
        expect_refused("");
        make_claim(5, 0, 5, compressions[c]);
        expect_refused("");
    }
}

Test(tiff_damaged, the_same_header_with_a_true_claim_is_read)
{
    struct image image;
    make_claim(7, 4, 4, COMPRESSION_NONE);
    cr_expect_eq(tiff_read(tiff_path, NULL, &image, NULL), STATUS_OK, "%s", status_text());
    image_free(&image);
}

/* Every file cut short anywhere. */
static void expect_no_part_is_read(struct tiff_recipe recipe)
{
    static uint8_t bytes[1 << 16];
    tiff_make(recipe);
    size_t count = tiff_get_bytes(bytes, sizeof bytes);
    for (size_t length = 0; length < count; length += 3) {
        tiff_put_bytes(bytes, length);
        expect_refused("");
    }
}

Test(tiff_damaged, truncated_files)
{
    expect_no_part_is_read((struct tiff_recipe){.width = 13, .height = 9, .pages = 3, .bits = 16});
    expect_no_part_is_read((struct tiff_recipe){.width = 13,
                                                .height = 9,
                                                .pages = 3,
                                                .bits = 16,
                                                .mode = "w8b",
                                                .compression = COMPRESSION_ADOBE_DEFLATE,
                                                .tile = 16});
    expect_no_part_is_read(
        (struct tiff_recipe){.width = 13, .height = 9, .pages = 3, .bits = 8, .compression = COMPRESSION_LZW});
}

Test(tiff_damaged, truncated_after_the_directories)
{
    static uint8_t bytes[1 << 12];
    struct image image;
    cr_assert_eq(image_alloc(&image, (struct shape){9, 8, 4}, PIXEL_U16, 0, 1), STATUS_OK);
    cr_assert_eq(tiff_write(tiff_path, &image), STATUS_OK, "%s", status_text());
    image_free(&image);
    size_t count = tiff_get_bytes(bytes, sizeof bytes);
    for (size_t length = 0; length < count; length++) {
        tiff_put_bytes(bytes, length);
        expect_refused("");
    }
}

/* Any byte may be wrong: an image or an error, never a crash; the sanitizers watch. */
static void expect_survival(struct tiff_recipe recipe)
{
    static uint8_t bytes[1 << 16];
    static const uint8_t values[] = {0, 1, 0x7f, 0xff};
    tiff_make(recipe);
    size_t count = tiff_get_bytes(bytes, sizeof bytes);
    for (size_t at = 0; at < count; at++) {
        uint8_t kept = bytes[at];
        for (size_t v = 0; v < sizeof values; v++) {
            struct image image;
            bytes[at] = values[v];
            tiff_put_bytes(bytes, count);
            enum status status = tiff_read(tiff_path, NULL, &image, NULL);
            cr_expect(status == STATUS_OK || status == STATUS_INPUT || status == STATUS_MEMORY, "%s", status_text());
            image_free(&image);
        }
        bytes[at] = kept;
    }
}

Test(tiff_damaged, wrong_bytes)
{
    expect_survival((struct tiff_recipe){
        .width = 5, .height = 4, .pages = 2, .bits = 16, .description = "ImageJ=1.53t\nimages=2\nslices=2\n"});
    expect_survival((struct tiff_recipe){.width = 5,
                                         .height = 4,
                                         .bits = 8,
                                         .samples = 3,
                                         .tile = 16,
                                         .predictor = 2,
                                         .compression = COMPRESSION_ADOBE_DEFLATE});
    expect_survival((struct tiff_recipe){.width = 17,
                                         .height = 4,
                                         .bits = 32,
                                         .format = SAMPLEFORMAT_IEEEFP,
                                         .compression = COMPRESSION_LZW,
                                         .predictor = 3,
                                         .mode = "w8"});
}
