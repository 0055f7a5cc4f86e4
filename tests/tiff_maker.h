/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Small TIFF files for tests, written with libtiff's own calls or byte by byte, in a folder that the test made.
 */
#ifndef TESTS_TIFF_MAKER_H
#define TESTS_TIFF_MAKER_H

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>
#include <unistd.h>

static char tiff_folder[64], tiff_path[128];

/* A fresh folder; tiff_path names a file in it that does not exist yet. */
static inline void tiff_folder_make(void)
{
    strcpy(tiff_folder, "/tmp/test_tiff_XXXXXX");
    cr_assert_not_null(mkdtemp(tiff_folder));
    snprintf(tiff_path, sizeof tiff_path, "%s/cells.tif", tiff_folder);
}

/* Removes the folder, which must hold nothing but tiff_path: a file left over by a failed write is a failure here. */
static inline void tiff_folder_remove(void)
{
    unlink(tiff_path);
    cr_expect_eq(rmdir(tiff_folder), 0, "something was left in %s", tiff_folder);
}

/* Zero stands for the usual value: 1 page, 1 sample, uncompressed, interleaved, strips of 3 rows, mode "w". */
struct tiff_recipe {
    int width, height, pages, samples, bits;
    int format, planar, compression, predictor, photometric;
    int tile;         /* edge length of tiles */
    int reduced_page; /* number of a page that is marked as a reduced copy; 0: none */
    int other_page;   /* number of a page that is one pixel wider; 0: none */
    const char *mode, *description;
};

/* What the maker writes; fits every type, with a fraction where there can be one. */
static inline double tiff_made_value(const struct tiff_recipe *r, int page, int y, int x, int sample)
{
    int value = page * 41 + sample * 19 + y * 7 + x;
    if (r->bits == 8)
        return value % 256;
    return r->format == SAMPLEFORMAT_IEEEFP ? value + 0.25 : r->bits == 16 ? value * 5 % 65536 : value * 100000.0;
}

static inline void tiff_store(void *row, int64_t i, const struct tiff_recipe *r, double value)
{
    if (r->bits == 8)
        ((uint8_t *)row)[i] = (uint8_t)value;
    else if (r->bits == 16)
        ((uint16_t *)row)[i] = (uint16_t)value;
    else if (r->bits == 64)
        ((double *)row)[i] = value;
    else if (r->format == SAMPLEFORMAT_IEEEFP)
        ((float *)row)[i] = (float)value;
    else
        ((uint32_t *)row)[i] = (uint32_t)value;
}

/* Rows of a block at x, y, as a strip or tile holds them. */
static inline void tiff_made_block(const struct tiff_recipe *r, int page, int x, int y, int w, int h, int sample,
                                   void *to)
{
    int interleaved = r->planar == PLANARCONFIG_SEPARATE ? 1 : r->samples;
    for (int64_t i = 0; i < (int64_t)w * h * interleaved; i++) {
        int at = (int)(i / interleaved), s = interleaved > 1 ? (int)(i % interleaved) : sample;
        tiff_store(to, i, r, tiff_made_value(r, page, y + at / w, x + at % w, s));
    }
}

static inline void tiff_make_page(TIFF *t, const struct tiff_recipe *r, int page)
{
    char block[1 << 16];
    int width = r->width + (page > 0 && page == r->other_page), rows = r->tile ? r->tile : 3;
    TIFFSetField(t, TIFFTAG_IMAGEWIDTH, width);
    TIFFSetField(t, TIFFTAG_IMAGELENGTH, r->height);
    TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, r->bits);
    TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, r->samples);
    TIFFSetField(t, TIFFTAG_SAMPLEFORMAT, r->format);
    TIFFSetField(t, TIFFTAG_PHOTOMETRIC, r->photometric);
    TIFFSetField(t, TIFFTAG_PLANARCONFIG, r->planar);
    TIFFSetField(t, TIFFTAG_COMPRESSION, r->compression);
    if (r->predictor)
        TIFFSetField(t, TIFFTAG_PREDICTOR, r->predictor);
    if (page > 0 && page == r->reduced_page)
        TIFFSetField(t, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE);
    if (page == 0 && r->description)
        TIFFSetField(t, TIFFTAG_IMAGEDESCRIPTION, r->description);
    if (r->tile) {
        TIFFSetField(t, TIFFTAG_TILEWIDTH, r->tile);
        TIFFSetField(t, TIFFTAG_TILELENGTH, r->tile);
    } else {
        TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, rows);
    }
    for (int s = 0; s < (r->planar == PLANARCONFIG_SEPARATE ? r->samples : 1); s++)
        for (int y = 0; y < r->height; y += rows)
            for (int x = 0; x < width; x += r->tile ? r->tile : width) {
                int w = r->tile ? r->tile : width, h = r->tile || y + rows <= r->height ? rows : r->height - y;
                tiff_made_block(r, page, x, y, w, h, s, block);
                if (r->tile)
                    cr_assert_geq(TIFFWriteTile(t, block, (uint32_t)x, (uint32_t)y, 0, (uint16_t)s), 0);
                else
                    cr_assert_geq(TIFFWriteEncodedStrip(t, TIFFComputeStrip(t, (uint32_t)y, (uint16_t)s), block,
                                                        TIFFVStripSize(t, (uint32_t)h)),
                                  0);
            }
    cr_assert(TIFFWriteDirectory(t));
}

/* Writes tiff_path and returns the recipe with the usual values filled in. */
static inline struct tiff_recipe tiff_make(struct tiff_recipe r)
{
    r.pages = r.pages ? r.pages : 1;
    r.samples = r.samples ? r.samples : 1;
    r.format = r.format ? r.format : SAMPLEFORMAT_UINT;
    r.planar = r.planar ? r.planar : PLANARCONFIG_CONTIG;
    r.compression = r.compression ? r.compression : COMPRESSION_NONE;
    r.photometric = r.photometric ? r.photometric : r.samples > 1 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
    TIFF *t = TIFFOpen(tiff_path, r.mode ? r.mode : "w");
    cr_assert_not_null(t);
    for (int page = 0; page < r.pages; page++)
        tiff_make_page(t, &r, page);
    TIFFClose(t);
    return r;
}

/* A whole small file to and from memory. */
static inline void tiff_put_bytes(const void *bytes, size_t count)
{
    FILE *file = fopen(tiff_path, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, count, file), count);
    cr_assert_eq(fclose(file), 0);
}

static inline size_t tiff_get_bytes(void *bytes, size_t capacity)
{
    FILE *file = fopen(tiff_path, "rb");
    cr_assert_not_null(file);
    size_t count = fread(bytes, 1, capacity, file);
    cr_assert_lt(count, capacity);
    fclose(file);
    return count;
}

struct tiff_tag {
    uint16_t tag, type; /* TIFF_SHORT or TIFF_LONG; TIFF_ASCII: value is the offset */
    uint32_t count, value;
};

/* Puts header and one directory into `bytes`, most significant byte first; returns their size. */
static inline size_t tiff_put_directory(uint8_t *bytes, const struct tiff_tag *tags, int count)
{
    uint8_t *p = bytes;
    memcpy(p, "MM\0\x2a\0\0\0\x08\0", 9);
    p[9] = (uint8_t)count;
    p += 10;
    for (int i = 0; i < count; i++, p += 12) {
        uint32_t value = tags[i].type == TIFF_SHORT ? tags[i].value << 16 : tags[i].value;
        uint32_t words[3] = {(uint32_t)tags[i].tag << 16 | tags[i].type, tags[i].count, value};
        for (int k = 0; k < 12; k++)
            p[k] = (uint8_t)(words[k / 4] >> (24 - 8 * (k % 4)));
    }
    memset(p, 0, 4);
    return (size_t)(p + 4 - bytes);
}

/* ImageJ above 4 GB: one directory, the planes behind it, most significant byte first. 2 channels, 3 slices of 3x2
 * pixels 256 * (plane + 1) + index. How many bytes it takes of the 512. */
static inline size_t tiff_make_imagej_big(uint8_t *bytes, int planes_there)
{
    static const char description[] = "ImageJ=1.53t\nimages=6\nchannels=2\nslices=3\nhyperstack=true\n";
    const struct tiff_tag tags[] = {
        {TIFFTAG_IMAGEWIDTH, TIFF_SHORT, 1, 3},     {TIFFTAG_IMAGELENGTH, TIFF_SHORT, 1, 2},
        {TIFFTAG_BITSPERSAMPLE, TIFF_SHORT, 1, 16}, {TIFFTAG_COMPRESSION, TIFF_SHORT, 1, COMPRESSION_NONE},
        {TIFFTAG_PHOTOMETRIC, TIFF_SHORT, 1, 1},    {TIFFTAG_IMAGEDESCRIPTION, TIFF_ASCII, sizeof description, 200},
        {TIFFTAG_STRIPOFFSETS, TIFF_LONG, 1, 300},  {TIFFTAG_SAMPLESPERPIXEL, TIFF_SHORT, 1, 1},
        {TIFFTAG_ROWSPERSTRIP, TIFF_SHORT, 1, 2},   {TIFFTAG_STRIPBYTECOUNTS, TIFF_LONG, 1, 12},
    };
    memset(bytes, 0, 300);
    tiff_put_directory(bytes, tags, 10);
    memcpy(bytes + 200, description, sizeof description);
    for (int i = 0; i < planes_there * 6; i++) {
        bytes[300 + 2 * i] = (uint8_t)(i / 6 + 1);
        bytes[301 + 2 * i] = (uint8_t)(i % 6);
    }
    return 300 + (size_t)planes_there * 12;
}

#endif
