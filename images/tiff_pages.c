/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Listing pages and judging what they claim. A header of a few bytes can claim any size, so the stored bytes of each
 * page are added up (strip by strip, what lies behind the end of the file does not count) and multiplied by the most
 * that one stored byte can become with the page's compression. A page that claims more is damaged, and nothing was
 * allocated.
 */
#include "images/tiff_pages.h"

#include <stdlib.h>
#include <unistd.h>

/* Bytes that one stored byte can decode to. Deflate: 258 bytes for 2 bits. LZW: a string of at most 3839 bytes for a
 * code of 12 bits. PackBits: 128 for 2. LZMA: 273 for a third of a bit. Zstandard: a block of 128 KiB for 4. For the
 * others a bound beyond any use; images that memory cannot hold are refused by image_alloc(). */
static uint64_t expansion(uint16_t compression)
{
    switch (compression) {
    case COMPRESSION_NONE:
        return 1;
    case COMPRESSION_PACKBITS:
        return 64;
    case COMPRESSION_DEFLATE:
    case COMPRESSION_ADOBE_DEFLATE:
        return 1032;
    case COMPRESSION_LZW:
        return 2560;
    case COMPRESSION_LZMA:
        return 8192;
    case COMPRESSION_ZSTD:
        return 32768;
    default:
        return 1 << 20;
    }
}

static uint64_t stored_bytes(const struct tiff_file *file)
{
    TIFF *t = file->handle;
    uint32_t blocks = TIFFIsTiled(t) ? TIFFNumberOfTiles(t) : TIFFNumberOfStrips(t);
    uint64_t end = (uint64_t)file->bytes, sum = 0;
    for (uint32_t i = 0; i < blocks; i++) {
        uint64_t offset = TIFFGetStrileOffset(t, i), bytes = TIFFGetStrileByteCount(t, i);
        if (offset < end)
            sum += bytes < end - offset ? bytes : end - offset;
    }
    return sum;
}

static void describe_blocks(TIFF *t, struct tiff_page *page)
{
    uint32_t width = (uint32_t)page->width, height = 0;
    page->tiled = TIFFIsTiled(t);
    if (page->tiled) {
        width = 0;
        TIFFGetField(t, TIFFTAG_TILEWIDTH, &width);
        TIFFGetField(t, TIFFTAG_TILELENGTH, &height);
    } else {
        TIFFGetFieldDefaulted(t, TIFFTAG_ROWSPERSTRIP, &height);
        if (height > page->height)
            height = (uint32_t)page->height;
    }
    page->block_width = width;
    page->block_height = height;
}

/* True for strips, uncompressed, that follow each other without gaps, so that they are one array in the file. */
static bool are_pixels_raw(TIFF *t, const struct tiff_page *page)
{
    uint16_t order = FILLORDER_MSB2LSB;
    int64_t row_bytes, strip_bytes, left;
    TIFFGetFieldDefaulted(t, TIFFTAG_FILLORDER, &order);
    if (page->compression != COMPRESSION_NONE || (page->samples > 1 && page->planar != PLANARCONFIG_CONTIG) ||
        page->tiled || page->bits % 8 != 0 || order != FILLORDER_MSB2LSB || page->block_height < 1 ||
        __builtin_mul_overflow(page->width * page->samples, page->bits / 8, &row_bytes) ||
        __builtin_mul_overflow(row_bytes, page->height, &left) ||
        __builtin_mul_overflow(row_bytes, page->block_height, &strip_bytes))
        return false;
    const uint32_t strips = TIFFNumberOfStrips(t);
    uint64_t end = TIFFGetStrileOffset(t, 0);
    for (uint32_t i = 0; i < strips; i++, left -= strip_bytes) {
        const uint64_t bytes = (uint64_t)(left < strip_bytes ? left : strip_bytes);
        if (left <= 0 || TIFFGetStrileOffset(t, i) != end || (strips > 1 && TIFFGetStrileByteCount(t, i) < bytes) ||
            __builtin_add_overflow(end, bytes, &end))
            return false;
    }
    return left <= 0;
}

static struct tiff_page describe(const struct tiff_file *file, int64_t number)
{
    TIFF *t = file->handle;
    struct tiff_page page = {
        .number = number, .directory = TIFFCurrentDirOffset(t), .photometric = PHOTOMETRIC_MINISBLACK};
    uint32_t width = 0, height = 0, depth = 1;
    uint16_t samples = 1;
    TIFFGetField(t, TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(t, TIFFTAG_IMAGELENGTH, &height);
    TIFFGetFieldDefaulted(t, TIFFTAG_IMAGEDEPTH, &depth);
    TIFFGetFieldDefaulted(t, TIFFTAG_SAMPLESPERPIXEL, &samples);
    TIFFGetFieldDefaulted(t, TIFFTAG_BITSPERSAMPLE, &page.bits);
    TIFFGetFieldDefaulted(t, TIFFTAG_SAMPLEFORMAT, &page.format);
    TIFFGetFieldDefaulted(t, TIFFTAG_PLANARCONFIG, &page.planar);
    TIFFGetFieldDefaulted(t, TIFFTAG_COMPRESSION, &page.compression);
    TIFFGetField(t, TIFFTAG_PHOTOMETRIC, &page.photometric);
    page.width = width;
    page.height = height;
    page.depth = depth;
    page.samples = samples;
    if (__builtin_mul_overflow(stored_bytes(file), expansion(page.compression), &page.decodable_bytes))
        page.decodable_bytes = UINT64_MAX;
    describe_blocks(t, &page);
    const bool raw = are_pixels_raw(t, &page) && TIFFGetStrileOffset(t, 0) <= (uint64_t)file->bytes;
    page.raw_offset = raw ? (int64_t)TIFFGetStrileOffset(t, 0) : -1;
    return page;
}

static bool is_reduced_or_mask(TIFF *t)
{
    uint32_t kind = 0;
    TIFFGetFieldDefaulted(t, TIFFTAG_SUBFILETYPE, &kind);
    return kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK);
}

/* When the file ends before the link to the next page, libtiff takes this page for the last. */
static bool is_cut_short(const struct tiff_file *file)
{
    const bool big = TIFFIsBigTIFF(file->handle), swapped = TIFFIsByteSwapped(file->handle);
    off_t offset = (off_t)TIFFCurrentDirOffset(file->handle);
    uint16_t few = 0;
    uint64_t entries = 0;
    if (big ? pread(file->descriptor, &entries, 8, offset) != 8 : pread(file->descriptor, &few, 2, offset) != 2)
        return true;
    if (swapped) {
        TIFFSwabShort(&few);
        TIFFSwabLong8(&entries);
    }
    uint64_t bytes = big ? 8 + 20 * (entries & UINT32_MAX) + 8 : 2 + 12 * (uint64_t)few + 4;
    return (uint64_t)offset + bytes > (uint64_t)file->bytes;
}

enum status tiff_pages_list(struct tiff_file *file, struct tiff_pages *pages)
{
    enum status status = STATUS_OK;
    int64_t capacity = 0;
    *pages = (struct tiff_pages){0};
    for (;;) {
        if (pages->count == capacity) {
            capacity = 2 * capacity + 16;
            struct tiff_page *grown = realloc(pages->page, (size_t)capacity * sizeof *grown);
            if (!grown) {
                status = status_fail(STATUS_MEMORY, "%s: no host memory for a list of pages", file->path);
                break;
            }
            pages->page = grown;
        }
        if (!is_reduced_or_mask(file->handle)) {
            pages->page[pages->count] = describe(file, pages->count + 1);
            pages->count++;
        }
        if (TIFFLastDirectory(file->handle)) {
            if (is_cut_short(file))
                status =
                    status_fail(STATUS_INPUT, "%s: truncated: the file ends within the list of its pages", file->path);
            break;
        }
        tiff_file_forget(file);
        if (!TIFFReadDirectory(file->handle)) {
            status = tiff_file_damaged(file, "a page cannot be read");
            break;
        }
    }
    if (status == STATUS_OK && pages->count == 0)
        status = status_fail(STATUS_INPUT, "%s: holds only reduced copies of an image", file->path);
    if (status != STATUS_OK)
        tiff_pages_free(pages);
    return status;
}

void tiff_pages_free(struct tiff_pages *pages)
{
    free(pages->page);
    *pages = (struct tiff_pages){0};
}

static const char *format_name(uint16_t format)
{
    switch (format) {
    case SAMPLEFORMAT_INT:
        return "signed integer";
    case SAMPLEFORMAT_IEEEFP:
        return "float";
    case SAMPLEFORMAT_COMPLEXINT:
    case SAMPLEFORMAT_COMPLEXIEEEFP:
        return "complex";
    default:
        return "unsigned integer";
    }
}

enum status tiff_page_type(const struct tiff_file *file, const struct tiff_page *page, enum pixel_type *type)
{
    const bool is_unsigned = page->format == SAMPLEFORMAT_UINT || page->format == SAMPLEFORMAT_VOID;
    if (page->depth > 1)
        return status_fail(STATUS_INPUT, "%s: pages with a depth of their own are not read", file->path);
    if (page->photometric != PHOTOMETRIC_MINISBLACK && page->photometric != PHOTOMETRIC_MINISWHITE &&
        page->photometric != PHOTOMETRIC_RGB && page->photometric != PHOTOMETRIC_PALETTE &&
        page->photometric != PHOTOMETRIC_SEPARATED)
        return status_fail(STATUS_INPUT, "%s: colours of kind %d (photometric interpretation) are not read", file->path,
                           page->photometric);
    if (is_unsigned && page->bits == 8)
        *type = PIXEL_U8;
    else if (is_unsigned && page->bits == 16)
        *type = PIXEL_U16;
    else if (is_unsigned && page->bits == 32)
        *type = PIXEL_U32;
    else if (page->format == SAMPLEFORMAT_IEEEFP && page->bits == 32)
        *type = PIXEL_F32;
    else
        return status_fail(STATUS_INPUT, "%s: %d-bit %s pixels are not read; uint8, uint16, uint32 and float32 are",
                           file->path, page->bits, format_name(page->format));
    return STATUS_OK;
}

enum status tiff_page_bytes(const struct tiff_file *file, const struct tiff_page *page, int64_t *bytes)
{
    int64_t pixels, samples = page->planar == PLANARCONFIG_CONTIG ? page->samples : 1;
    if (page->width < 1 || page->height < 1 || page->samples < 1)
        return status_fail(STATUS_INPUT, "%s: a page of %lldx%lld pixels", file->path, (long long)page->width,
                           (long long)page->height);
    if (__builtin_mul_overflow(page->width, page->height, &pixels) ||
        __builtin_mul_overflow(pixels, samples * page->bits / 8, bytes))
        return status_fail(STATUS_INPUT, "%s: a page of %lldx%lld pixels does not fit the address space", file->path,
                           (long long)page->width, (long long)page->height);
    return STATUS_OK;
}
