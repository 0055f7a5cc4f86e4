/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Volumes: what all kinds share, and the one over an image in memory.
 */
#include "images/volume.h"

#include <assert.h>
#include <stdlib.h>

enum status volume_read(struct volume *volume, const struct region *region, struct image *out)
{
    assert(region_inside(region, volume->shape) && shape_equal(region->shape, out->shape) && out->type == volume->type);
    return volume->kind->read(volume, region, out);
}

enum status volume_write(struct volume *volume, const struct region *region, const struct image *in)
{
    assert(region_inside(region, volume->shape) && shape_equal(region->shape, in->shape) && in->type == volume->type);
    assert(volume->kind->write);
    return volume->kind->write(volume, region, in);
}

enum status volume_finish(struct volume *volume)
{
    return volume->kind->finish ? volume->kind->finish(volume) : STATUS_OK;
}

void volume_close(struct volume *volume)
{
    if (volume)
        volume->kind->close(volume);
}

struct memory_volume {
    struct volume volume;
    struct image *image;
};

static struct image window(struct volume *volume, const struct region *region)
{
    return image_view(((struct memory_volume *)volume)->image, region->x, region->y, region->z, region->shape);
}

static enum status read_image(struct volume *volume, const struct region *region, struct image *out)
{
    struct image from = window(volume, region);
    image_copy(out, &from);
    return STATUS_OK;
}

static enum status write_image(struct volume *volume, const struct region *region, const struct image *in)
{
    struct image to = window(volume, region);
    image_copy(&to, in);
    return STATUS_OK;
}

static void close_image(struct volume *volume)
{
    free(volume);
}

enum status volume_of_image(struct image *image, struct shape chunk, struct volume **volume)
{
    static const struct volume_kind kind = {
        .name = "memory", .read = read_image, .write = write_image, .close = close_image};
    struct memory_volume *made = malloc(sizeof *made);
    *volume = NULL;
    if (!made)
        return status_fail(STATUS_MEMORY, "no host memory for a volume");
    *made = (struct memory_volume){
        .volume = {.kind = &kind, .shape = image->shape, .type = image->type, .chunk = chunk}, .image = image};
    *volume = &made->volume;
    return STATUS_OK;
}
