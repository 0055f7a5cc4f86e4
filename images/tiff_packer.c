/* SPDX-License-Identifier: BSD-3-Clause
 *
 * libdeflate's level 1: on a sum of a smooth image and camera noise the higher ones were slower by up to a half and not
 * smaller, and the differences of predictor 2 took 60 % of the bytes, pixels as they are 70 %.
 */
#include "images/tiff_packer.h"

#include <assert.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

enum { LEVEL = 1 };

void tiff_packer_free(struct tiff_packer *packer)
{
    if (!packer)
        return;
    libdeflate_free_compressor(packer->compressor);
    free(packer->tile);
    free(packer->packed);
    free(packer);
}

struct tiff_packer *tiff_packer_make(const struct tiff_tiled *file)
{
    struct tiff_packer *packer = calloc(1, sizeof *packer);
    if (!packer || !(packer->compressor = libdeflate_alloc_compressor(LEVEL))) {
        free(packer);
        return NULL;
    }
    packer->tile_bytes = (size_t)(file->tile_width * file->tile_height) * pixel_bytes(file->type);
    packer->packed_most_bytes = libdeflate_zlib_compress_bound(packer->compressor, packer->tile_bytes);
    packer->tile = malloc(packer->tile_bytes);
    packer->packed = malloc(packer->packed_most_bytes);
    if (packer->tile && packer->packed)
        return packer;
    tiff_packer_free(packer);
    return NULL;
}

/* Each pixel less the one before, modulo the type. */
static void subtract_u8(uint8_t *to, const uint8_t *from, int64_t count)
{
    to[0] = from[0];
    for (int64_t i = 1; i < count; i++)
        to[i] = (uint8_t)(from[i] - from[i - 1]);
}

static void subtract_u16(uint16_t *to, const uint16_t *from, int64_t count)
{
    to[0] = from[0];
    for (int64_t i = 1; i < count; i++)
        to[i] = (uint16_t)(from[i] - from[i - 1]);
}

static void subtract_u32(uint32_t *to, const uint32_t *from, int64_t count)
{
    to[0] = from[0];
    for (int64_t i = 1; i < count; i++)
        to[i] = from[i] - from[i - 1];
}

static void fill_row(const struct tiff_tiled *file, void *to, const void *from, int64_t count)
{
    const size_t bytes = pixel_bytes(file->type);
    if (!file->is_difference)
        memcpy(to, from, (size_t)count * bytes);
    else if (bytes == 1)
        subtract_u8(to, from, count);
    else if (bytes == 2)
        subtract_u16(to, from, count);
    else
        subtract_u32(to, from, count);
}

size_t tiff_packer_pack(struct tiff_packer *packer, const struct tiff_tiled *file, const struct image *tile)
{
    const size_t row_bytes = (size_t)file->tile_width * pixel_bytes(file->type);
    /* What reaches over the image's border is 0, or differs by 0: fewest bytes. */
    if (tile->shape.width < file->tile_width || tile->shape.height < file->tile_height)
        memset(packer->tile, 0, packer->tile_bytes);
    for (int64_t y = 0; y < tile->shape.height; y++)
        fill_row(file, packer->tile + (size_t)y * row_bytes, image_row(tile, y, 0), tile->shape.width);
    const size_t packed = libdeflate_zlib_compress(packer->compressor, packer->tile, packer->tile_bytes, packer->packed,
                                                   packer->packed_most_bytes);
    assert(packed > 0); /* the bound is large enough for anything */
    return packed;
}
