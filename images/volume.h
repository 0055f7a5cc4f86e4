/* SPDX-License-Identifier: BSD-3-Clause
 *
 * An image that is read and written by regions, because it is larger than memory or because only parts of it are
 * wanted: a TIFF file, a Zarr array, an image in memory, or one that is made where it is read. One channel of one time
 * point.
 *
 * A kind of volume embeds this struct as its first member and fills it; everybody else goes through the functions
 * below.
 */
#ifndef IMAGES_VOLUME_H
#define IMAGES_VOLUME_H

#include "images/region.h"

struct volume {
    const struct volume_kind *kind;
    struct shape shape;
    enum pixel_type type;
    /* What is stored in one piece: reading and writing costs whole chunks. Regions that start at multiples of it and
     * end there or at the image's border can be written by several threads at once. */
    struct shape chunk;
    /* Chunks are decoded as a whole: a part of one costs as much as all of it, so it is worth keeping what is left. */
    bool decoded;
};

struct volume_kind {
    const char *name;
    enum status (*read)(struct volume *volume, const struct region *region, struct image *out);
    enum status (*write)(struct volume *volume, const struct region *region,
                         const struct image *in); /* NULL: read only */
    enum status (*finish)(struct volume *volume); /* NULL: nothing to do */
    void (*close)(struct volume *volume);
};

/* Reads a region into `out`, an image of the region's shape and the volume's type (a view is fine). May be called by
 * several threads at once. STATUS_INPUT names the file and the chunk; pixels of `out` are then undefined. */
enum status volume_read(struct volume *volume, const struct region *region, struct image *out);

/* Writes a region of whole chunks. Each chunk is written once, and by one thread. STATUS_IO with the system's reason.
 */
enum status volume_write(struct volume *volume, const struct region *region, const struct image *in);

/* Completes what was written and makes it appear under its name. Without it, closing leaves nothing half-written
 * behind. */
enum status volume_finish(struct volume *volume);

/* Releases everything; NULL is fine. */
void volume_close(struct volume *volume);

/* A volume over an image in memory, of chunks of that shape; owns the struct only. STATUS_MEMORY. */
enum status volume_of_image(struct image *image, struct shape chunk, struct volume **volume);

#endif
