/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A page is a grid of blocks: tiles, or strips, which are blocks as wide as the page. Each is decoded by libtiff as a
 * whole (its decoders are fastest so) into one buffer and copied row by row, taking one sample of those that are
 * interleaved.
 */
#include "images/tiff_planes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct blocks {
    bool tiled;
    int64_t width, height; /* of a block; the last strip may hold fewer rows */
    int64_t step;          /* samples from a pixel to the next */
    int64_t row_bytes;
    void *buffer; /* one block */
};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static enum status select_page(struct tiff_file *file, const struct tiff_page *page)
{
    tiff_file_forget(file);
    if (!TIFFSetSubDirectory(file->handle, page->directory))
        return tiff_file_damaged(file, "a page cannot be read");
    return STATUS_OK;
}

static enum status prepare_blocks(struct tiff_file *file, const struct tiff_page *page, size_t pixel_size,
                                  struct blocks *blocks)
{
    TIFF *t = file->handle;
    uint32_t width = (uint32_t)page->width, height = (uint32_t)page->height;
    *blocks = (struct blocks){.tiled = TIFFIsTiled(t), .step = page->planar == PLANARCONFIG_CONTIG ? page->samples : 1};
    if (blocks->tiled) {
        TIFFGetField(t, TIFFTAG_TILEWIDTH, &width);
        TIFFGetField(t, TIFFTAG_TILELENGTH, &height);
    } else {
        TIFFGetFieldDefaulted(t, TIFFTAG_ROWSPERSTRIP, &height);
    }
    blocks->width = width;
    blocks->height = blocks->tiled ? height : smaller(height, page->height);
    blocks->row_bytes = blocks->tiled ? TIFFTileRowSize(t) : TIFFScanlineSize(t);
    if (width == 0 || height == 0 || blocks->row_bytes != blocks->width * blocks->step * (int64_t)pixel_size)
        return tiff_file_damaged(file, "a page whose strips or tiles have no usable size");
    int64_t bytes;
    if (__builtin_mul_overflow(blocks->row_bytes, blocks->height, &bytes) || (uint64_t)bytes > page->decodable_bytes)
        return status_fail(STATUS_INPUT, "%s: a tile of %lldx%lld pixels is more than the file holds", file->path,
                           (long long)blocks->width, (long long)blocks->height);
    blocks->buffer = calloc(1, (size_t)bytes);
    return blocks->buffer ? STATUS_OK
                          : status_fail(STATUS_MEMORY, "%s: no host memory for a strip of %lld bytes", file->path,
                                        (long long)bytes);
}

static enum status decode_block(struct tiff_file *file, struct blocks *blocks, int64_t rows, int64_t x, int64_t y,
                                int64_t sample)
{
    TIFF *t = file->handle;
    uint16_t s = (uint16_t)(blocks->step == 1 ? sample : 0);
    tmsize_t got, wanted = (tmsize_t)(blocks->row_bytes * rows);
    tiff_file_forget(file);
    if (blocks->tiled)
        got = TIFFReadEncodedTile(t, TIFFComputeTile(t, (uint32_t)x, (uint32_t)y, 0, s), blocks->buffer, wanted);
    else
        got = TIFFReadEncodedStrip(t, TIFFComputeStrip(t, (uint32_t)y, s), blocks->buffer, wanted);
    /* Decoders that could go on report an error and return success; pixels are then made up. */
    if (got != wanted || file->complaint == TIFF_FAILED)
        return tiff_file_damaged(file, "pixels cannot be read");
    return STATUS_OK;
}

/* Takes every `step`th of the samples. */
static void copy_row(void *to, const void *from, int64_t count, int64_t step, size_t bytes)
{
    if (step == 1)
        memcpy(to, from, (size_t)count * bytes);
    else if (bytes == 1)
        for (int64_t i = 0; i < count; i++)
            ((uint8_t *)to)[i] = ((const uint8_t *)from)[i * step];
    else if (bytes == 2)
        for (int64_t i = 0; i < count; i++)
            ((uint16_t *)to)[i] = ((const uint16_t *)from)[i * step];
    else
        for (int64_t i = 0; i < count; i++)
            ((uint32_t *)to)[i] = ((const uint32_t *)from)[i * step];
}

enum status tiff_plane_decode(struct tiff_file *file, const struct tiff_page *page, int64_t sample, struct image *image,
                              int64_t z)
{
    enum status status;
    struct blocks blocks = {0};
    size_t bytes = pixel_bytes(image->type);
    TRY(select_page(file, page));
    TRY(prepare_blocks(file, page, bytes, &blocks));
    for (int64_t y = 0; y < page->height; y += blocks.height) {
        int64_t rows = smaller(blocks.height, page->height - y);
        for (int64_t x = 0; x < page->width; x += blocks.width) {
            TRY(decode_block(file, &blocks, blocks.tiled ? blocks.height : rows, x, y, sample));
            const char *from = (const char *)blocks.buffer + (blocks.step > 1 ? (size_t)sample * bytes : 0);
            for (int64_t row = 0; row < rows; row++)
                copy_row((char *)image_row(image, y + row, z) + (size_t)x * bytes, from + row * blocks.row_bytes,
                         smaller(blocks.width, page->width - x), blocks.step, bytes);
        }
    }
done:
    free(blocks.buffer);
    return status;
}

int64_t tiff_plane_offset(struct tiff_file *file, const struct tiff_page *page)
{
    TIFF *t = file->handle;
    if (page->compression != COMPRESSION_NONE || (page->samples > 1 && page->planar != PLANARCONFIG_CONTIG) ||
        select_page(file, page) != STATUS_OK || TIFFIsTiled(t))
        return -1;
    uint64_t start = TIFFGetStrileOffset(t, 0), end = start;
    for (uint32_t i = 0; i < TIFFNumberOfStrips(t); i++) {
        if (TIFFGetStrileOffset(t, i) != end)
            return -1;
        end += TIFFGetStrileByteCount(t, i);
    }
    return start <= (uint64_t)file->bytes ? (int64_t)start : -1;
}

/* pread() until all is there. */
static enum status read_fully(struct tiff_file *file, void *buffer, int64_t bytes, int64_t offset)
{
    while (bytes > 0) {
        ssize_t got = pread(file->descriptor, buffer, (size_t)bytes, offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return status_fail(STATUS_INPUT, "%s: %s", file->path,
                               got < 0 ? strerror(errno) : "the file ends too early");
        buffer = (char *)buffer + got;
        bytes -= got;
        offset += got;
    }
    return STATUS_OK;
}

enum status tiff_plane_copy(struct tiff_file *file, const struct tiff_page *page, int64_t offset, int64_t sample,
                            struct image *image, int64_t z)
{
    enum status status;
    const size_t bytes = pixel_bytes(image->type), row_bytes = (size_t)(page->width * page->samples) * bytes;
    const int64_t count = page->width * page->height * page->samples;
    char *plane = malloc((size_t)count * bytes);
    if (!plane)
        return status_fail(STATUS_MEMORY, "%s: no host memory for a plane of %zu bytes", file->path,
                           (size_t)count * bytes);
    TRY(read_fully(file, plane, count * (int64_t)bytes, offset));
    if (TIFFIsByteSwapped(file->handle) && bytes == 2)
        TIFFSwabArrayOfShort((uint16_t *)plane, count);
    else if (TIFFIsByteSwapped(file->handle) && bytes == 4)
        TIFFSwabArrayOfLong((uint32_t *)plane, count);
    for (int64_t y = 0; y < page->height; y++)
        copy_row(image_row(image, y, z), plane + (size_t)y * row_bytes + (size_t)sample * bytes, page->width,
                 page->samples, bytes);
done:
    free(plane);
    return status;
}
