/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What the planes of a TIFF file mean, read from the ImageDescription of its first page.
 */
#ifndef IMAGES_TIFF_LAYOUT_H
#define IMAGES_TIFF_LAYOUT_H

#include "images/tiff.h"

struct tiff_layout {
    enum tiff_order order;
    int64_t channels, slices, frames;             /* of planes; a plane may hold more channels as samples */
    int64_t channel_step, slice_step, frame_step; /* planes from one to the next */
};

/* All planes are slices. */
struct tiff_layout tiff_layout_slices(int64_t planes);

/* What `description` says, NULL allowed; false if it says nothing that can be followed. `samples` per pixel: OME counts
 * them as channels. Whether the file has that many planes is for the caller to look at. */
bool tiff_layout_parse(const char *description, int64_t samples, struct tiff_layout *layout);

/* What ImageJ and Fiji look for in the first page of a stack; writes it into `text` and returns its length. */
enum { TIFF_LAYOUT_TEXT_BYTES = 128 };
size_t tiff_layout_text(int64_t slices, char text[TIFF_LAYOUT_TEXT_BYTES]);

/* Planes of all channels, slices and frames. */
int64_t tiff_layout_planes(const struct tiff_layout *layout);

#endif
