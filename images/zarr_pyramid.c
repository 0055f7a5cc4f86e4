/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Each level is made from the one before, chunk by chunk: a chunk of the new level needs at most two by two by two of
 * the old one. The mean of two pixels lies half a pixel of theirs further on, which the translation of the level says;
 * labels are picked and stay where they are. A level's metadata are those of the one before with another shape.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "images/failure.h"
#include "images/zarr_create.h"
#include "images/zarr_image.h"
#include "images/zarr_ome.h"
#include "images/zarr_pieces.h"
#include "images/zarr_store.h"

struct halving {
    int64_t x, y, z; /* 2: halved, 1: left as it is */
};

static double value_at(const struct image *image, int64_t x, int64_t y, int64_t z)
{
    return image_pixel_value(image_row(image, y, z), x, image->type);
}

static void put_value(const struct image *image, int64_t x, int64_t y, int64_t z, double value)
{
    void *row = image_row(image, y, z);
    switch (image->type) {
    case PIXEL_U8:
        ((uint8_t *)row)[x] = (uint8_t)rint(value);
        break;
    case PIXEL_U16:
        ((uint16_t *)row)[x] = (uint16_t)rint(value);
        break;
    case PIXEL_U32:
        ((uint32_t *)row)[x] = (uint32_t)rint(value);
        break;
    default:
        ((float *)row)[x] = (float)value;
    }
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* At the image's end a mean is one of fewer pixels. */
static double mean_at(const struct image *from, struct halving by, int64_t x, int64_t y, int64_t z)
{
    const int64_t x_end = smaller((x + 1) * by.x, from->shape.width),
                  y_end = smaller((y + 1) * by.y, from->shape.height),
                  z_end = smaller((z + 1) * by.z, from->shape.depth);
    double sum = 0;
    int64_t count = 0;
    for (int64_t k = z * by.z; k < z_end; k++)
        for (int64_t j = y * by.y; j < y_end; j++)
            for (int64_t i = x * by.x; i < x_end; i++, count++)
                sum += value_at(from, i, j, k);
    return sum / (double)count;
}

static void halve(const struct image *from, struct halving by, struct image *to)
{
    const bool labels = to->type == PIXEL_U32;
    for (int64_t z = 0; z < to->shape.depth; z++)
        for (int64_t y = 0; y < to->shape.height; y++)
            for (int64_t x = 0; x < to->shape.width; x++)
                put_value(to, x, y, z,
                          labels ? value_at(from, x * by.x, y * by.y, z * by.z) : mean_at(from, by, x, y, z));
}

static int64_t part(int64_t size, int64_t by)
{
    return (size + by - 1) / by;
}

static struct shape halved(struct shape s, struct halving by)
{
    return (struct shape){part(s.width, by.x), part(s.height, by.y), part(s.depth, by.z)};
}

static enum status write_one(struct volume *from, struct volume *to, struct halving by, const struct region *target)
{
    enum status status;
    struct image in = {0}, out = {0};
    const struct region source = {target->x * by.x,
                                  target->y * by.y,
                                  target->z * by.z,
                                  {smaller(target->shape.width * by.x, from->shape.width - target->x * by.x),
                                   smaller(target->shape.height * by.y, from->shape.height - target->y * by.y),
                                   smaller(target->shape.depth * by.z, from->shape.depth - target->z * by.z)}};
    TRY(image_alloc(&in, source.shape, from->type, 0, 1));
    TRY(image_alloc(&out, target->shape, to->type, 0, 1));
    TRY(volume_read(from, &source, &in));
    halve(&in, by, &out);
    status = volume_write(to, target, &out);
done:
    image_free(&in);
    image_free(&out);
    return status;
}

/* One channel of one time point. */
static enum status write_all(struct volume *from, struct volume *to, struct halving by)
{
    const struct shape s = to->shape, c = to->chunk;
    const int64_t columns = part(s.width, c.width), rows = part(s.height, c.height), planes = part(s.depth, c.depth);
    struct failure failure = {0};
#pragma omp parallel for schedule(dynamic)
    for (int64_t i = 0; i < columns * rows * planes; i++) {
        struct region target = {
            .x = i % columns * c.width, .y = i / columns % rows * c.height, .z = i / columns / rows * c.depth};
        target.shape = (struct shape){smaller(c.width, s.width - target.x), smaller(c.height, s.height - target.y),
                                      smaller(c.depth, s.depth - target.z)};
        if (!failure_seen(&failure))
            failure_keep(&failure, write_one(from, to, by, &target));
    }
    return failure_status(&failure);
}

static enum status write_level(const char *path, int64_t level, const struct zarr_info *info,
                               const struct zarr_array *array, struct halving by)
{
    enum status status = STATUS_OK;
    for (int64_t i = 0; i < info->channels * info->frames; i++) {
        const struct zarr_selection selection = {i % info->channels, i / info->channels, level - 1};
        struct volume *from = NULL, *to = NULL;
        status = zarr_open(path, &selection, &from);
        if (status == STATUS_OK)
            status = zarr_output(array, selection.channel, selection.frame, &to);
        if (status == STATUS_OK)
            status = write_all(from, to, by);
        volume_close(from);
        volume_close(to);
        TRY(status);
    }
done:
    return status;
}

/* z is halved where its pixels are not longer than those of x, in the same unit. */
static struct halving choose_halving(const struct zarr_image *old)
{
    const struct zarr_info *info = &old->info;
    const int x = old->array.role[ZARR_X], z = old->array.role[ZARR_Z];
    struct halving by = {info->shape.width > 1 ? 2 : 1, info->shape.height > 1 ? 2 : 1, 1};
    if (z >= 0 && info->shape.depth > 1 && strcmp(info->axes[z].unit, info->axes[x].unit) == 0 &&
        fabs(info->axes[z].scale) <= fabs(info->axes[x].scale))
        by.z = 2;
    return by;
}

/* The metadata of the level's array, and its axes. */
static enum status describe_level(const struct zarr_image *old, struct halving by, json_t **metadata,
                                  struct zarr_axis *axes)
{
    const struct shape shape = halved(old->info.shape, by);
    const int64_t factors[ZARR_ROLES] = {1, 1, by.z, by.y, by.x};
    const int64_t sizes[ZARR_ROLES] = {0, 0, shape.depth, shape.height, shape.width};
    enum status status = zarr_json_load(old->array.path, old->array.version == 2 ? ".zarray" : "zarr.json", metadata);
    memcpy(axes, old->info.axes, sizeof old->info.axes);
    for (int r = ZARR_Z; r < ZARR_ROLES && status == STATUS_OK; r++) {
        int d = old->array.role[r];
        if (d < 0 || factors[r] == 1)
            continue;
        if (old->array.type != PIXEL_U32)
            axes[d].translation += axes[d].scale / 2;
        axes[d].scale *= (double)factors[r];
        json_array_set_new(json_object_get(*metadata, "shape"), (size_t)d, json_integer(sizes[r]));
    }
    return status;
}

static enum status add_level(const char *path, struct zarr_ome *ome, int64_t level, bool *more)
{
    enum status status;
    struct zarr_image old;
    struct zarr_axis axes[ZARR_DIMENSIONS_MAX];
    struct zarr_array *array = NULL;
    json_t *metadata = NULL;
    char name[24], *folder = NULL;
    TRY(zarr_image_load(&old, path, level - 1));
    const struct halving by = choose_halving(&old);
    *more = by.x > 1 || by.y > 1;
    if (!*more)
        goto done;
    TRY(describe_level(&old, by, &metadata, axes));
    snprintf(name, sizeof name, "%lld", (long long)level);
    folder = zarr_join(path, name);
    status = folder ? STATUS_OK : STATUS_MEMORY;
    if (folder && zarr_exists(folder, "")) { /* of an earlier try: metadata do not name it */
        TRY(zarr_tree_check(folder));
        TRY(zarr_tree_remove(folder));
    }
    TRY(status);
    TRY(zarr_array_make(folder, metadata, axes, old.array.dimensions, &array));
    TRY(write_level(path, level, &old.info, array, by));
    TRY(zarr_finish(array));
    TRY(zarr_ome_add_level(ome, name, axes, old.array.dimensions));
    status = zarr_ome_save(ome);
done:
    zarr_close(array);
    json_decref(metadata);
    free(folder);
    zarr_array_free(&old.array);
    return status;
}

enum status zarr_pyramid(const char *path, int levels)
{
    enum status status;
    struct zarr_ome ome;
    bool more = true;
    TRY(zarr_ome_load(&ome, path));
    /* They would be applied to the new levels once more. */
    if (json_object_get(ome.multiscale, "coordinateTransformations"))
        TRY(status_fail(STATUS_UNSUPPORTED, "%s: levels are not added where scales stand with the whole image",
                        ome.file));
    for (int64_t level = ome.levels; level < levels && more; level++)
        TRY(add_level(path, &ome, level, &more));
done:
    zarr_ome_free(&ome);
    return status;
}
