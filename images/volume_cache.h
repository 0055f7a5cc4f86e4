/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A volume that keeps decoded chunks of another one. Windows of tiles overlap by their margins, and touch more chunks
 * than they hold: a window of 1060 px over chunks of 512 px touches 4 x 4 and decodes each whole, four times the
 * pixels of its tile. With the chunks kept that windows to come need again, each is decoded once in a pass.
 *
 * It is a matter of speed only: whatever is read, in whatever order, the pixels are those of the other volume. Any
 * volume may be given: where parts of chunks cost no more than what they hold, or where nothing fits into the memory
 * allowed, every read is passed on as it is.
 */
#ifndef IMAGES_VOLUME_CACHE_H
#define IMAGES_VOLUME_CACHE_H

#include "images/volume.h"

/* A volume to read `inner` through, with at most `bytes` of memory for chunks, taken when it is first needed. It owns
 * `inner`: closing it closes both. On failure `inner` is still the caller's, *cached NULL: STATUS_MEMORY.
 *
 * Chunks that are missing are decoded by all OpenMP threads at once. Readers that come at the same time wait for each
 * other. Errors are those of reading `inner`; a chunk that failed is not kept and is tried again when it is next read.
 */
enum status volume_cached(struct volume *inner, size_t bytes, struct volume **cached);

/* The most memory that such a volume takes, at most `bytes`: 0 where reads are passed on. */
size_t volume_cache_bytes(const struct volume *inner, size_t bytes);

/* What follows does nothing to volumes of other kinds. */

/* Announces the place of the windows after the one that is read next, which come in raster order: those beside it in x
 * begin at next_px[0] or beyond, those of rows of tiles to come at next_px[1] along y, those of layers to come at
 * next_px[2] along z; the volume's size where nothing more comes. Chunks that reach beyond are kept, and when there is
 * not memory for all of them, those that are needed sooner. NULL, and the state before the first call: the order is not
 * known; all chunks are kept, and those that were not used for the longest time leave first. */
void volume_cache_expect(struct volume *volume, const int64_t next_px[3]);

/* A pass over the image begins. What was kept is forgotten, unless the whole image fits: then all chunks of this pass
 * are kept if another pass is to come. */
void volume_cache_begin_pass(struct volume *volume, bool another_comes);

/* Forgets all chunks. Their memory stays, for those to come. */
void volume_cache_forget(struct volume *volume);

/* Memory of chunks that is held now; 0 for other kinds. */
size_t volume_cache_held_bytes(const struct volume *volume);

#endif
