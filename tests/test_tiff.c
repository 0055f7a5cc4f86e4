/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Reading: every kind of file that microscopes and programs write, each made here with known pixels.
 */
#include "tests/tiff_maker.h"

#include <math.h>

#include "images/tiff.h"

TestSuite(tiff, .init = tiff_folder_make, .fini = tiff_folder_remove);

static double value_at(const struct image *image, int x, int y, int z)
{
    const void *row = image_row(image, y, z);
    switch (image->type) {
    case PIXEL_U8:
        return ((const uint8_t *)row)[x];
    case PIXEL_U16:
        return ((const uint16_t *)row)[x];
    case PIXEL_U32:
        return ((const uint32_t *)row)[x];
    default:
        return (double)((const float *)row)[x];
    }
}

/* How many pixels of plane z differ from what the maker put into a sample of a page. */
static int wrong_pixels(const struct image *image, int z, const struct tiff_recipe *r, int page, int sample)
{
    int wrong = 0;
    for (int y = 0; y < r->height; y++)
        for (int x = 0; x < r->width; x++)
            wrong += value_at(image, x, y, z) != tiff_made_value(r, page, y, x, sample);
    return wrong;
}

static struct tiff_info read_made(const struct tiff_recipe *r, int64_t channel, int64_t frame, struct image *image)
{
    struct tiff_info info = {0};
    const struct tiff_selection selection = {channel, frame};
    cr_assert_eq(tiff_read(tiff_path, &selection, image, &info), STATUS_OK, "%s", status_text());
    cr_expect_eq(image->shape.width, r->width);
    cr_expect_eq(image->shape.height, r->height);
    cr_expect(image_guards_intact(image));
    return info;
}

/* Pages are slices: reads and compares all of them, for every sample. */
static void expect_slices(struct tiff_recipe recipe)
{
    const struct tiff_recipe r = tiff_make(recipe);
    for (int sample = 0; sample < r.samples; sample++) {
        struct image image;
        struct tiff_info info = read_made(&r, sample, 0, &image);
        cr_expect_eq(info.channels, r.samples);
        cr_assert_eq(image.shape.depth, r.pages);
        for (int z = 0; z < r.pages; z++)
            cr_expect_eq(wrong_pixels(&image, z, &r, z, sample), 0, "%d bits, compression %d, page %d, sample %d",
                         r.bits, r.compression, z, sample);
        image_free(&image);
    }
}

Test(tiff, reads_every_pixel_type_compression_and_layout)
{
    static const int compressions[] = {COMPRESSION_NONE, COMPRESSION_LZW,  COMPRESSION_ADOBE_DEFLATE,
                                       COMPRESSION_ZSTD, COMPRESSION_LZMA, COMPRESSION_PACKBITS};
    static const struct tiff_recipe types[] = {
        {.bits = 8}, {.bits = 16}, {.bits = 32}, {.bits = 32, .format = SAMPLEFORMAT_IEEEFP}};
    for (size_t c = 0; c < sizeof compressions / sizeof compressions[0]; c++)
        for (size_t type = 0; type < sizeof types / sizeof types[0]; type++)
            for (int tile = 0; tile <= 16; tile += 16)
                for (int big = 0; big < 2; big++) {
                    struct tiff_recipe r = types[type];
                    if (!TIFFIsCODECConfigured((uint16_t)compressions[c]))
                        continue;
                    r.width = 21;
                    r.height = 19;
                    r.compression = compressions[c];
                    r.tile = tile;
                    r.mode = big ? "w8b" : "wl";
                    bool is_float = r.format == SAMPLEFORMAT_IEEEFP;
                    /* libtiff writes the predictor of floats wrongly in the other byte order; it reads it rightly. */
                    if (c > 0 && c < 5 && !(is_float && big))
                        r.predictor = is_float ? PREDICTOR_FLOATINGPOINT : PREDICTOR_HORIZONTAL;
                    expect_slices(r);
                }
}

Test(tiff, names_the_compression)
{
    struct image image;
    struct tiff_recipe r = tiff_make((struct tiff_recipe){.width = 4, .height = 4, .bits = 8});
    cr_expect_str_eq(read_made(&r, 0, 0, &image).compression, "none");
    image_free(&image);
    r.compression = COMPRESSION_LZW;
    tiff_make(r);
    cr_expect_str_eq(read_made(&r, 0, 0, &image).compression, "LZW");
    image_free(&image);
}

Test(tiff, reads_pages_as_slices_in_both_byte_orders)
{
    expect_slices((struct tiff_recipe){.width = 7, .height = 5, .pages = 4, .bits = 16, .mode = "wb"});
    expect_slices((struct tiff_recipe){.width = 7, .height = 5, .pages = 4, .bits = 16, .mode = "wl"});
    expect_slices((struct tiff_recipe){.width = 1, .height = 1, .pages = 3, .bits = 32, .mode = "w8"});
}

Test(tiff, reads_samples_as_channels)
{
    for (int planar = PLANARCONFIG_CONTIG; planar <= PLANARCONFIG_SEPARATE; planar++)
        for (int bits = 8; bits <= 32; bits *= 2)
            for (int tile = 0; tile <= 16; tile += 16)
                expect_slices((struct tiff_recipe){
                    .width = 21, .height = 17, .pages = 2, .samples = 3, .bits = bits, .planar = planar, .tile = tile});
}

Test(tiff, keeps_values_where_zero_is_white)
{
    expect_slices((struct tiff_recipe){.width = 9, .height = 4, .bits = 8, .photometric = PHOTOMETRIC_MINISWHITE});
}

Test(tiff, leaves_out_reduced_copies)
{
    const struct tiff_recipe r = tiff_make(
        (struct tiff_recipe){.width = 6, .height = 5, .pages = 3, .bits = 8, .reduced_page = 1, .other_page = 1});
    struct image image;
    struct tiff_info info = read_made(&r, 0, 0, &image);
    cr_expect_eq(info.pages, 2);
    cr_assert_eq(image.shape.depth, 2);
    cr_expect_eq(wrong_pixels(&image, 1, &r, 2, 0), 0);
    cr_expect_eq(wrong_pixels(&image, 1, &r, 1, 0), 30, "the comparison must see a wrong page");
    image_free(&image);
}

/* 3 channels, 4 slices, 2 frames; page of (channel, slice, frame) by the given steps. */
static void expect_hyperstack(const char *description, enum tiff_order order, int step_c, int step_z, int step_t)
{
    const struct tiff_recipe r =
        tiff_make((struct tiff_recipe){.width = 5, .height = 3, .pages = 24, .bits = 16, .description = description});
    for (int c = 0; c < 3; c++)
        for (int t = 0; t < 2; t++) {
            struct image image;
            struct tiff_info info = read_made(&r, c, t, &image);
            cr_expect_eq(info.order, order, "%s", description);
            cr_expect_eq(info.channels, 3);
            cr_expect_eq(info.slices, 4);
            cr_expect_eq(info.frames, 2);
            cr_expect_eq(info.channel, c);
            cr_expect_eq(info.frame, t);
            cr_assert_eq(image.shape.depth, 4);
            for (int z = 0; z < 4; z++)
                cr_expect_eq(wrong_pixels(&image, z, &r, c * step_c + z * step_z + t * step_t, 0), 0);
            image_free(&image);
        }
}

Test(tiff, follows_imagej_hyperstacks)
{
    expect_hyperstack("ImageJ=1.53t\nimages=24\nchannels=3\nslices=4\nframes=2\nhyperstack=true\n", TIFF_ORDER_IMAGEJ,
                      1, 3, 12);
}

Test(tiff, follows_ome)
{
    expect_hyperstack(
        "<?xml version=\"1.0\"?><OME><Image ID=\"Image:0\"><Pixels DimensionOrder=\"XYZTC\" ID=\"Pixels:0\" "
        "SizeC=\"3\" SizeT=\"2\" SizeX=\"5\" SizeY=\"3\" SizeZ=\"4\" Type=\"uint16\"><TiffData/></Pixels></Image>"
        "</OME>",
        TIFF_ORDER_OME, 8, 1, 4);
}

Test(tiff, takes_pages_as_slices_when_the_description_does_not_agree)
{
    expect_slices((struct tiff_recipe){
        .width = 5, .height = 3, .pages = 3, .bits = 8, .description = "ImageJ=1.53t\nimages=24\nslices=24\n"});
    expect_slices(
        (struct tiff_recipe){.width = 5, .height = 3, .pages = 3, .bits = 8, .description = "{\"shape\": [3]}"});
}

Test(tiff, reads_imagejs_planes_without_pages)
{
    uint8_t bytes[512];
    struct image image;
    struct tiff_info info;
    tiff_put_bytes(bytes, tiff_make_imagej_big(bytes, 6));
    cr_assert_eq(tiff_read(tiff_path, &(struct tiff_selection){.channel = 1}, &image, &info), STATUS_OK, "%s",
                 status_text());
    cr_expect_eq(info.pages, 1);
    cr_expect_eq(info.channels, 2);
    cr_assert_eq(image.shape.depth, 3);
    cr_expect_eq(value_at(&image, 0, 0, 0), 0x0200);
    cr_expect_eq(value_at(&image, 2, 1, 0), 0x0205);
    cr_expect_eq(value_at(&image, 1, 1, 2), 0x0604);
    image_free(&image);
}

/* libtiff puts the directory behind the pixels. */
Test(tiff, reads_one_plane_that_kept_the_description_of_a_stack)
{
    expect_slices(
        (struct tiff_recipe){.width = 5, .height = 3, .bits = 16, .description = "ImageJ=1.53t\nimages=24\n"});
    expect_slices((struct tiff_recipe){.width = 5,
                                       .height = 3,
                                       .bits = 8,
                                       .compression = COMPRESSION_LZW,
                                       .description = "ImageJ=1.53t\nimages=24\n"});
}

Test(tiff, says_where_imagejs_planes_end)
{
    uint8_t bytes[512];
    struct image image;
    tiff_put_bytes(bytes, tiff_make_imagej_big(bytes, 6) - 1);
    cr_expect_eq(tiff_read(tiff_path, NULL, &image, NULL), STATUS_INPUT);
    cr_expect(strstr(status_text(), "names 6 images, the file ends after 5"), "%s", status_text());
}

Test(tiff, says_how_many_channels_and_frames_there_are)
{
    struct image image;
    tiff_make((struct tiff_recipe){.width = 5, .height = 3, .samples = 3, .bits = 8});
    cr_expect_eq(tiff_read(tiff_path, &(struct tiff_selection){.channel = 3}, &image, NULL), STATUS_USAGE);
    cr_expect(strstr(status_text(), "channel 3: the file has 3, numbered 0 to 2"), "%s", status_text());
    cr_expect_eq(tiff_read(tiff_path, &(struct tiff_selection){.frame = -1}, &image, NULL), STATUS_USAGE);
    cr_expect(strstr(status_text(), "frame -1: the file has one frame, number 0"), "%s", status_text());
    cr_expect_null(image.pixels);
}

Test(tiff, counts_pixels_that_are_no_numbers)
{
    struct image image;
    struct tiff_info info;
    const float pixels[4] = {1.0f, NAN, -INFINITY, 0.0f};
    TIFF *t = TIFFOpen(tiff_path, "w");
    TIFFSetField(t, TIFFTAG_IMAGEWIDTH, 4);
    TIFFSetField(t, TIFFTAG_IMAGELENGTH, 1);
    TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, 32);
    TIFFSetField(t, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP);
    TIFFSetField(t, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    TIFFWriteEncodedStrip(t, 0, (void *)pixels, sizeof pixels);
    TIFFClose(t);
    cr_assert_eq(tiff_read(tiff_path, NULL, &image, &info), STATUS_OK, "%s", status_text());
    cr_expect_eq(info.nonfinite, 2);
    image_free(&image);
}
