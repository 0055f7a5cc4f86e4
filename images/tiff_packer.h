/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Compresses tiles for a TIFF file; each thread has its own.
 */
#ifndef IMAGES_TIFF_PACKER_H
#define IMAGES_TIFF_PACKER_H

#include "images/tiff_directory.h"

struct tiff_packer {
    struct tiff_packer *next; /* for the owner's list */
    struct libdeflate_compressor *compressor;
    uint8_t *tile, *packed;
    size_t tile_bytes, packed_most_bytes;
};

/* For the tiles of such a file; NULL: no memory. */
struct tiff_packer *tiff_packer_make(const struct tiff_tiled *file);

/* Compresses a tile, of depth 1 and at the image's border smaller, into packer->packed; how many bytes. */
size_t tiff_packer_pack(struct tiff_packer *packer, const struct tiff_tiled *file, const struct image *tile);

/* NULL is fine. */
void tiff_packer_free(struct tiff_packer *packer);

#endif
