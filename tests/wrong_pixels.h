/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A window of a volume beside the image that it should show.
 */
#ifndef TESTS_WRONG_PIXELS_H
#define TESTS_WRONG_PIXELS_H

#include "images/volume.h"

/* Pixels of a window that differ; all of them if it cannot be read. No assertion: it is also called in threads. */
static inline int64_t wrong_pixels(struct volume *volume, const struct region *r, const struct image *image)
{
    struct image found, expected = image_view(image, r->x, r->y, r->z, r->shape);
    int64_t wrong = shape_pixels(r->shape);
    if (image_alloc(&found, r->shape, volume->type, 0, 1) != STATUS_OK)
        return wrong;
    if (volume_read(volume, r, &found) == STATUS_OK && image_guards_intact(&found))
        wrong = image_compare(&found, &expected, 0).pixels;
    image_free(&found);
    return wrong;
}

#endif
