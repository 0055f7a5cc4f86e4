/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Reading by regions: any region is what the whole image, which other tests pin, holds there, whatever the file is like
 * and however many threads ask; and what is damaged is named by the regions that touch it, and by no other.
 */
#include "tests/tiff_maker.h"
#include "tests/wrong_pixels.h"

#include <omp.h>

#include "images/tiff_volume.h"

TestSuite(tiff_volume, .init = tiff_folder_make, .fini = tiff_folder_remove);

enum { REGIONS = 40 };

static struct volume *opened(const struct tiff_selection *selection)
{
    struct volume *volume;
    cr_assert_eq(tiff_volume_open(tiff_path, selection, &volume), STATUS_OK, "%s", status_text());
    return volume;
}

static struct image whole(const struct tiff_selection *selection)
{
    struct image image;
    cr_assert_eq(tiff_read(tiff_path, selection, &image, NULL), STATUS_OK, "%s", status_text());
    return image;
}

static int64_t random_below(unsigned *seed, int64_t limit)
{
    *seed = *seed * 1103515245u + 12345u;
    return (int64_t)(*seed >> 8) % limit;
}

/* Single pixels, parts, and the whole. */
static struct region random_region(unsigned *seed, struct shape s)
{
    struct region r = {.x = random_below(seed, s.width), .y = random_below(seed, s.height)};
    r.z = random_below(seed, s.depth);
    r.shape.width = 1 + random_below(seed, s.width - r.x);
    r.shape.height = 1 + random_below(seed, s.height - r.y);
    r.shape.depth = 1 + random_below(seed, s.depth - r.z);
    return r;
}

static void expect_regions(const struct tiff_selection *selection, const char *what)
{
    unsigned seed = 7;
    struct image image = whole(selection);
    struct volume *volume = opened(selection);
    cr_assert(shape_equal(volume->shape, image.shape));
    cr_assert_eq(volume->type, image.type);
    const struct region all = region_whole(volume->shape);
    cr_expect_eq(wrong_pixels(volume, &all, &image), 0, "%s: %s", what, status_text());
    for (int i = 0; i < REGIONS; i++) {
        const struct region r = random_region(&seed, volume->shape);
        cr_expect_eq(wrong_pixels(volume, &r, &image), 0, "%s: %s", what, status_text());
    }
    ((uint8_t *)image.pixels)[0] ^= 1;
    cr_expect_eq(wrong_pixels(volume, &all, &image), 1, "the comparison must see a wrong pixel");
    volume_close(volume);
    image_free(&image);
}

Test(tiff_volume, every_pixel_type_compression_and_layout)
{
    static const int compressions[] = {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_ZSTD};
    static const struct tiff_recipe types[] = {
        {.bits = 8}, {.bits = 16}, {.bits = 32}, {.bits = 32, .format = SAMPLEFORMAT_IEEEFP}};
    static const char *const modes[] = {"wl", "wb", "w8l", "w8b"};
    for (size_t i = 0; i < 4 * 4 * 4 * 2; i++) {
        struct tiff_recipe r = types[i % 4];
        char what[64];
        r.width = 71;
        r.height = 53;
        r.pages = 3;
        r.mode = modes[i / 4 % 4];
        r.compression = compressions[i / 16 % 4];
        r.tile = i / 64 ? 16 : 0;
        if (r.compression != COMPRESSION_NONE && r.format != SAMPLEFORMAT_IEEEFP)
            r.predictor = PREDICTOR_HORIZONTAL;
        snprintf(what, sizeof what, "%d bits, compression %d, tile %d, %s", r.bits, r.compression, r.tile, r.mode);
        tiff_make(r);
        expect_regions(NULL, what);
    }
}

Test(tiff_volume, samples_and_hyperstacks)
{
    for (int planar = PLANARCONFIG_CONTIG; planar <= PLANARCONFIG_SEPARATE; planar++)
        for (int tile = 0; tile <= 16; tile += 16) {
            tiff_make((struct tiff_recipe){
                .width = 37, .height = 29, .pages = 2, .samples = 3, .bits = 16, .planar = planar, .tile = tile});
            expect_regions(&(struct tiff_selection){.channel = 2}, "samples");
        }
    tiff_make((struct tiff_recipe){.width = 9,
                                   .height = 7,
                                   .pages = 24,
                                   .bits = 16,
                                   .tile = 16,
                                   .description = "ImageJ=1.53t\nimages=24\nchannels=3\nslices=4\nframes=2\n"});
    expect_regions(&(struct tiff_selection){.channel = 1, .frame = 1}, "hyperstack");
}

Test(tiff_volume, imagejs_planes_without_pages)
{
    uint8_t bytes[512];
    tiff_put_bytes(bytes, tiff_make_imagej_big(bytes, 6));
    expect_regions(&(struct tiff_selection){.channel = 1}, "one page");
}

/* Rows longer than the buffer, and windows with large gaps between their rows. */
Test(tiff_volume, wide_uncompressed_rows)
{
    uint16_t *row = calloc(700000, sizeof *row);
    TIFF *t = TIFFOpen(tiff_path, "wb");
    TIFFSetField(t, TIFFTAG_IMAGEWIDTH, 700000);
    TIFFSetField(t, TIFFTAG_IMAGELENGTH, 3);
    TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, 16);
    TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, 3);
    TIFFSetField(t, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    for (uint32_t y = 0; y < 3; y++) {
        for (int x = 0; x < 700000; x++)
            row[x] = (uint16_t)(x * 7 + (int)y);
        cr_assert_eq(TIFFWriteScanline(t, row, y, 0), 1);
    }
    TIFFClose(t);
    free(row);
    struct volume *volume = opened(NULL);
    struct image image;
    const struct region r = {699990, 1, 0, {10, 2, 1}};
    cr_assert_eq(image_alloc(&image, r.shape, PIXEL_U16, 0, 1), STATUS_OK);
    cr_assert_eq(volume_read(volume, &r, &image), STATUS_OK, "%s", status_text());
    for (int64_t i = 0; i < 20; i++)
        cr_expect_eq(((uint16_t *)image_row(&image, i / 10, 0))[i % 10],
                     (uint16_t)((699990 + i % 10) * 7 + 1 + i / 10));
    image_free(&image);
    volume_close(volume);
    expect_regions(NULL, "wide");
}

static void expect_chunk(struct tiff_recipe recipe, struct shape chunk)
{
    tiff_make(recipe);
    struct volume *volume = opened(NULL);
    cr_expect(shape_equal(volume->chunk, chunk), "%dx%d", (int)volume->chunk.width, (int)volume->chunk.height);
    cr_expect_null(volume->kind->write);
    volume_close(volume);
}

Test(tiff_volume, chunks)
{
    struct tiff_recipe r = {.width = 71, .height = 153, .pages = 2, .bits = 8};
    expect_chunk(r, (struct shape){71, 64, 1});
    r.compression = COMPRESSION_LZW; /* strips of 3 rows */
    expect_chunk(r, (struct shape){71, 66, 1});
    r.tile = 32;
    expect_chunk(r, (struct shape){32, 32, 1});
    r.width = 20;
    expect_chunk(r, (struct shape){20, 32, 1});
    r.tile = 0;
    r.height = 5;
    expect_chunk(r, (struct shape){20, 5, 1});
}

/* Overwrites the stored bytes of a tile of a page. */
static void damage(int page, uint32_t tile)
{
    TIFF *t = TIFFOpen(tiff_path, "r");
    cr_assert(TIFFSetDirectory(t, (tdir_t)page));
    const uint64_t offset = TIFFGetStrileOffset(t, tile), bytes = TIFFGetStrileByteCount(t, tile);
    TIFFClose(t);
    FILE *file = fopen(tiff_path, "r+b");
    cr_assert_eq(fseek(file, (long)offset, SEEK_SET), 0);
    for (uint64_t i = 0; i < bytes; i++)
        fputc(0xff, file);
    cr_assert_eq(fclose(file), 0);
}

Test(tiff_volume, a_damaged_tile_is_named_and_hides_no_other)
{
    const struct tiff_recipe r = {
        .width = 64, .height = 64, .pages = 3, .bits = 16, .tile = 16, .compression = COMPRESSION_ADOBE_DEFLATE};
    tiff_make(r);
    struct image image = whole(NULL), out;
    damage(1, 6);
    struct volume *volume = opened(NULL);
    const struct region over = {31, 20, 0, {2, 2, 3}}, beside = {0, 0, 0, {32, 64, 3}}, next = {32, 32, 0, {32, 32, 3}};
    cr_assert_eq(image_alloc(&out, over.shape, PIXEL_U16, 0, 1), STATUS_OK);
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(volume_read(volume, &over, &out), STATUS_INPUT);
        cr_expect_eq(strncmp(status_text(), tiff_path, strlen(tiff_path)), 0, "%s", status_text());
        cr_expect(strstr(status_text(), ": page 2, tile 6 at pixel 32, 16: "), "%s", status_text());
        cr_expect_eq(wrong_pixels(volume, &beside, &image), 0, "%s", status_text());
        cr_expect_eq(wrong_pixels(volume, &next, &image), 0, "%s", status_text());
    }
    volume_close(volume);
    image_free(&out);
    image_free(&image);
}

static void expect_unreadable(struct volume *volume, const char *reason)
{
    struct image out;
    const struct region all = region_whole(volume->shape);
    cr_assert_eq(image_alloc(&out, all.shape, volume->type, 0, 1), STATUS_OK);
    cr_expect_eq(volume_read(volume, &all, &out), STATUS_INPUT);
    cr_expect(strstr(status_text(), reason), "%s", status_text());
    image_free(&out);
    volume_close(volume);
}

Test(tiff_volume, files_that_change_while_they_are_open)
{
    char other[160];
    struct tiff_recipe r = {.width = 40, .height = 40, .bits = 8, .compression = COMPRESSION_LZW};
    tiff_make(r);
    struct volume *volume = opened(NULL);
    snprintf(other, sizeof other, "%s.old", tiff_path);
    cr_assert_eq(rename(tiff_path, other), 0);
    tiff_make(r);
    expect_unreadable(volume, "was replaced by another file");
    unlink(other);

    r.compression = COMPRESSION_NONE;
    tiff_make(r);
    volume = opened(NULL);
    cr_assert_eq(truncate(tiff_path, 800), 0);
    expect_unreadable(volume, "the file ends too early");
}

Test(tiff_volume, what_cannot_be_opened)
{
    struct volume *volume = (struct volume *)tiff_path;
    cr_expect_eq(tiff_volume_open(tiff_path, NULL, &volume), STATUS_INPUT);
    cr_expect_null(volume);
    cr_expect(strstr(status_text(), "No such file"), "%s", status_text());
    tiff_make((struct tiff_recipe){.width = 4, .height = 4, .bits = 8});
    cr_expect_eq(tiff_volume_open(tiff_path, &(struct tiff_selection){.channel = 1}, &volume), STATUS_USAGE);
    cr_expect_null(volume);
    volume_close(volume);
}

Test(tiff_volume, several_threads)
{
    static const struct tiff_recipe recipes[] = {
        {.width = 150, .height = 130, .pages = 5, .bits = 16, .tile = 32, .compression = COMPRESSION_ADOBE_DEFLATE},
        {.width = 150, .height = 130, .pages = 5, .bits = 8, .compression = COMPRESSION_LZW},
        {.width = 150, .height = 130, .pages = 5, .bits = 32, .mode = "wb"},
    };
    for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++) {
        int64_t wrong = 0;
        tiff_make(recipes[i]);
        struct image image = whole(NULL);
        struct volume *volume = opened(NULL);
#pragma omp parallel num_threads(4) reduction(+ : wrong)
        for (unsigned k = 0, seed = 1 + (unsigned)omp_get_thread_num(); k < 60; k++) {
            const struct region r = random_region(&seed, image.shape);
            wrong += wrong_pixels(volume, &r, &image);
        }
        cr_expect_eq(wrong, 0, "recipe %zu: %s", i, status_text());
        volume_close(volume);
        image_free(&image);
    }
}

Test(tiff_volume, describes_without_reading)
{
    struct tiff_info info;
    tiff_make((struct tiff_recipe){.width = 5, .height = 3, .pages = 2, .samples = 3, .bits = 8});
    cr_assert_eq(tiff_describe(tiff_path, NULL, &info), STATUS_OK, "%s", status_text());
    cr_expect_eq(info.channels, 3);
    cr_expect_eq(info.slices, 2);
    cr_expect_str_eq(info.compression, "none");
}
