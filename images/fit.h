/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Making a user's image fit a sweep: any size and any pixel type from the one image that was loaded. Both allocate
 * `to`, which the caller frees; on failure it is all zero.
 */
#ifndef IMAGES_FIT_H
#define IMAGES_FIT_H

#include "images/image.h"

/* Makes `shape` of `from`, each axis by itself. An axis that gets shorter keeps its centre (of an odd rest, one pixel
 * more is cut at the end). One that gets longer starts at 0 and goes on mirrored, edge pixels repeated: a b c c b a a b
 * c; so a 2D image becomes a stack of equal planes. Errors as image_alloc(). */
enum status image_fit(const struct image *from, struct shape shape, struct image *to);

/* Converts to another pixel type. Values are kept where the type can hold them all, fractions rounded half to even.
 * Where it cannot, saturating would ruin the image (12 bits into uint8), so smallest..largest is stretched linearly
 * over the whole range of the type; an image of one such value saturates. float32 in [0, 1] with fractions counts as
 * not held by an integer type. To float32 nothing is ever scaled; uint32 above 2^24 is rounded. NaN becomes 0 and
 * infinities the ends of the range of an integer type; they take no part in smallest..largest. *scaled, which may be
 * NULL, says whether values were stretched. Errors as image_alloc(). */
enum status image_convert(const struct image *from, enum pixel_type type, struct image *to, bool *scaled);

#endif
