/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Volumes without a file: a made image, whose pixels are made where they are read, so that it may be larger than any
 * disk; and nothing at all, which takes what is written and forgets it.
 */
#ifndef IMAGES_VOLUME_SYNTHETIC_H
#define IMAGES_VOLUME_SYNTHETIC_H

#include "images/synthetic.h"
#include "images/volume.h"

#define VOLUME_SYNTHETIC_FORM "synthetic:cells:WxH[xD]:TYPE[:SEED]"

/* True for paths that begin with "synthetic:". */
bool volume_is_synthetic(const char *path);

/* Opens such a path: cells (see synthetic_fill()), a size, uint8, uint16 or float32, and a seed, 1 if none is given.
 * STATUS_USAGE for any other text, STATUS_MEMORY. */
enum status volume_synthetic(const char *path, struct volume **volume);

/* How many nuclei the image of such a path has; -1 for any other path. */
int64_t volume_synthetic_nuclei(const char *path);

/* Reads are zeros, writes are lost. STATUS_MEMORY. */
enum status volume_null(struct shape shape, enum pixel_type type, struct shape chunk, struct volume **volume);

#endif
