/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Cells by regions, and the volume of nothing.
 */
#include "images/volume_synthetic.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "images/synthetic_cells.h"

struct synthetic_volume {
    struct volume volume;
    uint64_t seed;
};

static const char prefix[] = "synthetic:";

bool volume_is_synthetic(const char *path)
{
    return strncmp(path, prefix, sizeof prefix - 1) == 0;
}

static enum status read_cells(struct volume *volume, const struct region *region, struct image *out)
{
    const uint64_t seed = ((struct synthetic_volume *)volume)->seed;
    const struct shape s = region->shape, whole = volume->shape;
#pragma omp parallel for schedule(static)
    for (int64_t row = 0; row < s.height * s.depth; row++) {
        const int64_t y = row % s.height, z = row / s.height;
        const struct cells_span span = {region->x, region->y + y, region->z + z, s.width};
        cells_fill_span(&span, whole, seed, volume->type, image_row(out, y, z));
    }
    return STATUS_OK;
}

static void close_volume(struct volume *volume)
{
    free(volume);
}

static enum status make(const struct volume *like, uint64_t seed, struct volume **volume)
{
    struct synthetic_volume *made = malloc(sizeof *made);
    *volume = NULL;
    if (!made)
        return status_fail(STATUS_MEMORY, "no host memory for a volume");
    *made = (struct synthetic_volume){.volume = *like, .seed = seed};
    *volume = &made->volume;
    return STATUS_OK;
}

/* "2048x2048" or "512x512x64"; the rest of the text after it, NULL if it is no size. */
static const char *parse_size(const char *text, struct shape *shape)
{
    int length = 0;
    *shape = (struct shape){.depth = 1};
    if (sscanf(text, "%" SCNd64 "x%" SCNd64 "%n", &shape->width, &shape->height, &length) < 2)
        return NULL;
    text += length;
    if (*text == 'x') {
        if (sscanf(text, "x%" SCNd64 "%n", &shape->depth, &length) < 1)
            return NULL;
        text += length;
    }
    const int64_t most = INT64_C(1) << 40;
    const bool sound = shape->width >= 1 && shape->height >= 1 && shape->depth >= 1 && shape->width <= most &&
                       shape->height <= most / shape->width && shape->depth <= most / shape->width / shape->height;
    return sound && *text == ':' ? text + 1 : NULL;
}

enum status volume_synthetic(const char *path, struct volume **volume)
{
    static const struct volume_kind kind = {.name = "synthetic", .read = read_cells, .close = close_volume};
    static const char cells[] = "cells:";
    struct volume v = {.kind = &kind};
    uint64_t seed = 1;
    char type[16] = "", end;
    const char *text = path + sizeof prefix - 1;
    text = strncmp(text, cells, sizeof cells - 1) == 0 ? parse_size(text + sizeof cells - 1, &v.shape) : NULL;
    const int fields = text ? sscanf(text, "%15[a-z0-9]:%" SCNu64 "%c", type, &seed, &end) : 0;
    v.type = pixel_type_find(type);
    const bool colon_only = text && strlen(text) != strlen(type) && fields == 1;
    if ((fields != 1 && fields != 2) || colon_only || v.type >= PIXEL_INTENSITY_COUNT)
        return status_fail(STATUS_USAGE, "'%s' is no made image; wanted: %s", path, VOLUME_SYNTHETIC_FORM);
    v.chunk = (struct shape){512, 1, 1};
    return make(&v, seed, volume);
}

int64_t volume_synthetic_nuclei(const char *path)
{
    struct volume *volume;
    if (!volume_is_synthetic(path) || volume_synthetic(path, &volume) != STATUS_OK)
        return -1;
    const int64_t nuclei = cells_count(volume->shape, ((struct synthetic_volume *)volume)->seed);
    volume_close(volume);
    return nuclei;
}

static enum status read_nothing(struct volume *volume, const struct region *region, struct image *out)
{
    const size_t bytes = (size_t)region->shape.width * pixel_bytes(volume->type);
    for (int64_t row = 0; row < region->shape.height * region->shape.depth; row++)
        memset(image_row(out, row % region->shape.height, row / region->shape.height), 0, bytes);
    return STATUS_OK;
}

static enum status write_nothing(struct volume *volume, const struct region *region, const struct image *in)
{
    (void)volume, (void)region, (void)in;
    return STATUS_OK;
}

enum status volume_null(struct shape shape, enum pixel_type type, struct shape chunk, struct volume **volume)
{
    static const struct volume_kind kind = {
        .name = "nothing", .read = read_nothing, .write = write_nothing, .close = close_volume};
    return make(&(struct volume){.kind = &kind, .shape = shape, .type = type, .chunk = chunk}, 0, volume);
}
