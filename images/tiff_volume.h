/* SPDX-License-Identifier: BSD-3-Clause
 *
 * TIFF files as volumes, for images larger than memory.
 */
#ifndef IMAGES_TIFF_VOLUME_H
#define IMAGES_TIFF_VOLUME_H

#include "images/tiff.h"
#include "images/volume.h"

enum { TIFF_TILE_PX = 512 };

/* Opens one channel of one time point of a file that tiff_read() reads, NULL for the first of each; errors as there,
 * all pages are judged here. Read only.
 *
 * A region costs the strips and tiles that it touches; of uncompressed strips only its own rows. Each thread that reads
 * at the same time decodes with a libtiff handle of its own and holds one strip or tile in memory. Where a compressed
 * plane is one strip, this is the whole plane, decoded anew for every region: read such a file by planes. `chunk` says
 * so: it is a tile, or strips of together at least 64 rows, or the plane, and one page deep.
 *
 * A damaged strip or tile is STATUS_INPUT when a region touches it, with file, page and number. A file that was
 * replaced by another one meanwhile is STATUS_INPUT as well. */
enum status tiff_volume_open(const char *path, const struct tiff_selection *selection, struct volume **volume);

/* Begins a file of that shape: one page per z, with ImageJ's description of a stack; tiles of `tile_px` x `tile_px`
 * pixels, a multiple of 16, or 0 for TIFF_TILE_PX or what a smaller image needs; compressed with Deflate, of integers
 * the differences of neighbours (predictor 2). BigTIFF only if 4 GB are not enough. Write only: volume_read() is
 * STATUS_UNSUPPORTED.
 *
 * Tiles may come in any order and from several threads, which compress at the same time; each thread needs twice the
 * bytes of a tile, and each tile 16 bytes until the end. volume_finish() wants all of them: STATUS_IO if one was not
 * written. Before it the file has another name beside `path`, which volume_close() removes; a file that was there
 * before stays until then. STATUS_IO with the system's reason, STATUS_USAGE for the tile, STATUS_UNSUPPORTED for a size
 * beyond TIFF, STATUS_MEMORY. On failure *volume is NULL. */
enum status tiff_volume_create(const char *path, struct shape shape, enum pixel_type type, int64_t tile_px,
                               struct volume **volume);

#endif
