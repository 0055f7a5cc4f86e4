/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A page is a grid of blocks: tiles, or strips, which are blocks as wide as the page. Each is decoded by libtiff as a
 * whole (its decoders are fastest so) into one buffer and copied row by row, taking one sample of those that are
 * interleaved.
 *
 * Uncompressed strips that lie one behind the other need none of that: the wanted rows are read where they are. Such
 * files often hold a plane in one strip, and a window of it then costs what it holds.
 */
#include "images/tiff_planes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    RAW_BUFFER_BYTES = 1 << 20,
    GAP_BYTES =
        4096, /* what lies between the wanted parts of rows is read with them if it is less, or less than them */
};

struct blocks {
    const struct tiff_page *page;
    int64_t sample;
    int64_t step; /* samples from a pixel to the next */
    int64_t row_bytes;
    void *buffer; /* one block */
};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* A page with many tiles takes milliseconds to load, so it is not done again for the one that is there. */
static enum status select_page(struct tiff_file *file, const struct tiff_page *page)
{
    tiff_file_forget(file);
    if (TIFFCurrentDirOffset(file->handle) != page->directory && !TIFFSetSubDirectory(file->handle, page->directory))
        return tiff_file_damaged(file, "a page cannot be read");
    return STATUS_OK;
}

static enum status prepare_blocks(struct tiff_file *file, const struct tiff_plane *plane, size_t pixel_size,
                                  struct blocks *blocks)
{
    TIFF *t = file->handle;
    const struct tiff_page *page = plane->page;
    *blocks = (struct blocks){.page = page,
                              .sample = plane->sample,
                              .step = page->planar == PLANARCONFIG_CONTIG ? page->samples : 1,
                              .row_bytes = page->tiled ? TIFFTileRowSize(t) : TIFFScanlineSize(t)};
    if (page->block_width < 1 || page->block_height < 1 ||
        blocks->row_bytes != page->block_width * blocks->step * (int64_t)pixel_size)
        return tiff_file_damaged(file, "a page whose strips or tiles have no usable size");
    int64_t bytes;
    if (__builtin_mul_overflow(blocks->row_bytes, page->block_height, &bytes) ||
        (uint64_t)bytes > page->decodable_bytes)
        return status_fail(STATUS_INPUT, "%s: a tile of %lldx%lld pixels is more than the file holds", file->path,
                           (long long)page->block_width, (long long)page->block_height);
    blocks->buffer = calloc(1, (size_t)bytes);
    return blocks->buffer ? STATUS_OK
                          : status_fail(STATUS_MEMORY, "%s: no host memory for a strip of %lld bytes", file->path,
                                        (long long)bytes);
}

/* The block that holds the pixel x, y. */
static enum status decode_block(struct tiff_file *file, const struct blocks *blocks, int64_t x, int64_t y)
{
    TIFF *t = file->handle;
    const struct tiff_page *page = blocks->page;
    const uint16_t s = (uint16_t)(blocks->step == 1 ? blocks->sample : 0);
    const uint32_t index =
        page->tiled ? TIFFComputeTile(t, (uint32_t)x, (uint32_t)y, 0, s) : TIFFComputeStrip(t, (uint32_t)y, s);
    const int64_t rows = page->tiled ? page->block_height : smaller(page->block_height, page->height - y);
    const tmsize_t wanted = (tmsize_t)(blocks->row_bytes * rows);
    tiff_file_forget(file);
    const tmsize_t got = page->tiled ? TIFFReadEncodedTile(t, index, blocks->buffer, wanted)
                                     : TIFFReadEncodedStrip(t, index, blocks->buffer, wanted);
    /* Decoders that could go on report an error and return success; pixels are then made up. */
    if (got != wanted || file->complaint == TIFF_FAILED)
        return status_fail(STATUS_INPUT, "%s: page %lld, %s %lu at pixel %lld, %lld: %s", file->path,
                           (long long)page->number, page->tiled ? "tile" : "strip", (unsigned long)index, (long long)x,
                           (long long)y, tiff_file_words(file, "pixels cannot be read"));
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

/* What the block at block_x, block_y and the window at x, y have in common. */
static void copy_block(const struct blocks *blocks, int64_t block_x, int64_t block_y, int64_t x, int64_t y,
                       const struct image *out)
{
    const size_t bytes = pixel_bytes(out->type), pixel = (size_t)blocks->step * bytes;
    const int64_t left = larger(x, block_x), right = smaller(x + out->shape.width, block_x + blocks->page->block_width);
    const int64_t bottom = smaller(y + out->shape.height, block_y + blocks->page->block_height);
    const char *from = (const char *)blocks->buffer + (blocks->step > 1 ? (size_t)blocks->sample * bytes : 0);
    for (int64_t row = larger(y, block_y); row < bottom; row++)
        copy_row((char *)image_row(out, row - y, 0) + (size_t)(left - x) * bytes,
                 from + (row - block_y) * blocks->row_bytes + (size_t)(left - block_x) * pixel, right - left,
                 blocks->step, bytes);
}

static enum status read_blocks(struct tiff_file *file, const struct tiff_plane *plane, int64_t x, int64_t y,
                               struct image *out)
{
    enum status status;
    struct blocks blocks = {0};
    TRY(select_page(file, plane->page));
    TRY(prepare_blocks(file, plane, pixel_bytes(out->type), &blocks));
    const int64_t width = plane->page->block_width, height = plane->page->block_height;
    for (int64_t block_y = y / height * height; block_y < y + out->shape.height; block_y += height)
        for (int64_t block_x = x / width * width; block_x < x + out->shape.width; block_x += width) {
            TRY(decode_block(file, &blocks, block_x, block_y));
            copy_block(&blocks, block_x, block_y, x, y, out);
        }
done:
    free(blocks.buffer);
    return status;
}

/* pread() until all is there. */
static enum status read_fully(const struct tiff_file *file, void *buffer, int64_t bytes, int64_t offset)
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

static void swap_bytes(void *values, int64_t count, size_t bytes)
{
    if (bytes == 2)
        TIFFSwabArrayOfShort(values, (tmsize_t)count);
    else if (bytes == 4)
        TIFFSwabArrayOfLong(values, (tmsize_t)count);
}

static enum status read_raw(const struct tiff_file *file, const struct tiff_plane *plane, int64_t x, int64_t y,
                            struct image *out)
{
    enum status status = STATUS_OK;
    const size_t bytes = pixel_bytes(out->type);
    const int64_t step = plane->page->samples, pixel = step * (int64_t)bytes, row_bytes = plane->page->width * pixel;
    const int64_t wanted = out->shape.width * pixel, gap = row_bytes - wanted;
    const int64_t fitting = 1 + larger(RAW_BUFFER_BYTES - wanted, 0) / row_bytes;
    const int64_t batch = gap > larger(wanted, GAP_BYTES) ? 1 : smaller(fitting, out->shape.height);
    char *buffer = malloc((size_t)((batch - 1) * row_bytes + wanted));
    if (!buffer)
        return status_fail(STATUS_MEMORY, "%s: no host memory for a row of %lld bytes", file->path, (long long)wanted);
    for (int64_t row = 0; row < out->shape.height; row += batch) {
        const int64_t rows = smaller(batch, out->shape.height - row), span = (rows - 1) * row_bytes + wanted;
        TRY(read_fully(file, buffer, span, plane->raw_offset + (y + row) * row_bytes + x * pixel));
        if (TIFFIsByteSwapped(file->handle))
            swap_bytes(buffer, span / (int64_t)bytes, bytes);
        for (int64_t i = 0; i < rows; i++)
            copy_row(image_row(out, row + i, 0), buffer + i * row_bytes + plane->sample * (int64_t)bytes,
                     out->shape.width, step, bytes);
    }
done:
    free(buffer);
    return status;
}

enum status tiff_plane_read(struct tiff_file *file, const struct tiff_plane *plane, int64_t x, int64_t y,
                            struct image *out)
{
    return plane->raw_offset >= 0 ? read_raw(file, plane, x, y, out) : read_blocks(file, plane, x, y, out);
}
