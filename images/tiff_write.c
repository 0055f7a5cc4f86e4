/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The layout is that of ImageJ: all directories first, then all planes one behind the other, uncompressed, each in one
 * strip. ImageJ looks at the first directory alone and computes where the other planes are, so between them nothing may
 * lie. The layout is also read by every other program, can be mapped into memory, and its size is known before the file
 * is begun, which decides between classic TIFF and BigTIFF. Compression would shrink noisy camera pixels by a fifth for
 * most of the speed of a disk.
 *
 * libtiff closes without saying whether that worked, so the descriptor stays that of the new file.
 */
#include "images/tiff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "images/new_file.h"
#include "images/tiff_file.h"
#include "images/tiff_layout.h"

enum {
    BUFFER_BYTES = 1 << 20,
    PAGE_OVERHEAD_BYTES = 512, /* more than a directory with its values takes */
};

static bool describe_stack(TIFF *t, int64_t depth)
{
    char text[TIFF_LAYOUT_TEXT_BYTES];
    tiff_layout_text(depth, text);
    return depth == 1 || TIFFSetField(t, TIFFTAG_IMAGEDESCRIPTION, text);
}

/* A directory that does not know yet where its pixels are. */
static bool write_directory(TIFF *t, const struct image *image, bool first)
{
    int bits = (int)(8 * pixel_bytes(image->type));
    int format = image->type == PIXEL_F32 ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT;
    return TIFFSetField(t, TIFFTAG_IMAGEWIDTH, (uint32_t)image->shape.width) &&
           TIFFSetField(t, TIFFTAG_IMAGELENGTH, (uint32_t)image->shape.height) &&
           TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, (uint32_t)image->shape.height) &&
           TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, bits) && TIFFSetField(t, TIFFTAG_SAMPLEFORMAT, format) &&
           TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, 1) && TIFFSetField(t, TIFFTAG_COMPRESSION, COMPRESSION_NONE) &&
           TIFFSetField(t, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK) &&
           TIFFSetField(t, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) &&
           (!first || describe_stack(t, image->shape.depth)) && TIFFDeferStrileArrayWriting(t) &&
           TIFFWriteCheck(t, 0, "tiff_write") && TIFFWriteDirectory(t);
}

/* The pixels of one page, packed into `buffer` a few rows at a time, then their place into its directory. */
static bool write_plane(TIFF *t, const struct image *image, int64_t z, void *buffer, int64_t buffer_rows)
{
    size_t row_bytes = (size_t)image->shape.width * pixel_bytes(image->type);
    if (!(z == 0 ? TIFFSetDirectory(t, 0) : TIFFReadDirectory(t)))
        return false;
    for (int64_t y = 0; y < image->shape.height; y += buffer_rows) {
        int64_t left = image->shape.height - y, rows = left < buffer_rows ? left : buffer_rows;
        for (int64_t row = 0; row < rows; row++)
            memcpy((char *)buffer + (size_t)row * row_bytes, image_row(image, y + row, z), row_bytes);
        /* Raw data are appended to what the strip holds already. */
        tmsize_t bytes = (tmsize_t)((size_t)rows * row_bytes);
        if (TIFFWriteRawStrip(t, 0, buffer, bytes) != bytes)
            return false;
    }
    return TIFFForceStrileArrayWriting(t);
}

static bool write_pages(TIFF *t, const struct image *image, void *buffer, int64_t buffer_rows)
{
    bool good = true;
    for (int64_t z = 0; z < image->shape.depth && good; z++)
        good = write_directory(t, image, z == 0);
    for (int64_t z = 0; z < image->shape.depth && good; z++)
        good = write_plane(t, image, z, buffer, buffer_rows);
    return good;
}

static enum status write_file(const char *path, int descriptor, const struct image *image)
{
    enum status status;
    struct tiff_file file;
    size_t row_bytes = (size_t)image->shape.width * pixel_bytes(image->type);
    int64_t rows = row_bytes < BUFFER_BYTES ? (int64_t)(BUFFER_BYTES / row_bytes) : 1;
    double bytes = (double)image_bytes(image) + (double)image->shape.depth * PAGE_OVERHEAD_BYTES;
    void *buffer = malloc((size_t)rows * row_bytes);
    if (!buffer)
        return status_fail(STATUS_MEMORY, "%s: no host memory for a few rows", path);
    errno = 0;
    TRY(tiff_file_create(&file, path, descriptor, bytes > (double)UINT32_MAX ? "w8" : "w"));
    bool good = write_pages(file.handle, image, buffer, rows);
    TIFFCleanup(file.handle);
    if (!good || file.complaint == TIFF_FAILED)
        status = tiff_file_unwritable(&file);
done:
    free(buffer);
    return status;
}

enum status tiff_write(const char *path, const struct image *image)
{
    enum status status;
    struct new_file file = {0};
    const struct shape s = image->shape;
    if (s.width > UINT32_MAX || s.height > UINT32_MAX || s.depth > UINT32_MAX)
        return status_fail(STATUS_UNSUPPORTED, "%s: TIFF holds at most 4294967295 pixels along an axis", path);
    TRY(new_file_open(&file, path));
    TRY(write_file(path, file.descriptor, image));
    TRY(new_file_finish(&file));
done:
    new_file_discard(&file);
    return status;
}
