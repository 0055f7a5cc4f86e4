/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A piece is stored whole, also where it reaches over the array's end, with its dimensions in any order. Pixels are
 * walked in rows along x; where x is also the fastest dimension of the piece, a row is one copy.
 */
#include "images/zarr_pieces.h"

#include <stdlib.h>
#include <string.h>

#include "images/zarr_image.h"
#include "images/zarr_store.h"

enum status zarr_volume_make(const struct zarr_array *array, int64_t channel, int64_t frame,
                             const struct volume_kind *kind, struct shape chunk, struct volume **volume)
{
    struct zarr_volume *made = calloc(1, sizeof *made);
    char *path = zarr_join(array->path, "");
    *volume = NULL;
    if (!made || !path) {
        free(made);
        free(path);
        return status_fail(STATUS_MEMORY, "%s: no host memory for a volume", array->path);
    }
    made->array = *array;
    made->array.path = path;
    made->volume =
        (struct volume){.kind = kind, .shape = zarr_shape(array, array->shape), .type = array->type, .chunk = chunk};
    if (array->role[ZARR_C] >= 0)
        made->place[array->role[ZARR_C]] = channel;
    if (array->role[ZARR_T] >= 0)
        made->place[array->role[ZARR_T]] = frame;
    *volume = &made->volume;
    return STATUS_OK;
}

void zarr_volume_close(struct volume *volume)
{
    zarr_array_free(&((struct zarr_volume *)volume)->array);
    free(volume);
}

struct zarr_box zarr_box_of(const struct zarr_volume *volume, const struct region *region)
{
    const int64_t low[ZARR_ROLES] = {[ZARR_Z] = region->z, [ZARR_Y] = region->y, [ZARR_X] = region->x};
    const int64_t size[ZARR_ROLES] = {
        [ZARR_Z] = region->shape.depth, [ZARR_Y] = region->shape.height, [ZARR_X] = region->shape.width};
    struct zarr_box box;
    for (int d = 0; d < volume->array.dimensions; d++) {
        box.low[d] = volume->place[d];
        box.high[d] = volume->place[d] + 1;
    }
    for (int r = ZARR_Z; r < ZARR_ROLES; r++) {
        int d = volume->array.role[r];
        if (d < 0)
            continue;
        box.low[d] = low[r];
        box.high[d] = low[r] + size[r];
    }
    return box;
}

static int64_t chunks_along(const struct zarr_array *array, const struct zarr_box *box, int d)
{
    return (box->high[d] - 1) / array->chunk[d] - box->low[d] / array->chunk[d] + 1;
}

int64_t zarr_chunk_count(const struct zarr_array *array, const struct zarr_box *box)
{
    int64_t count = 1;
    for (int d = 0; d < array->dimensions; d++)
        if (__builtin_mul_overflow(count, chunks_along(array, box, d), &count))
            return -1;
    return count;
}

void zarr_chunk_index(const struct zarr_array *array, const struct zarr_box *box, int64_t number, int64_t *index)
{
    for (int d = array->dimensions - 1; d >= 0; d--) {
        int64_t along = chunks_along(array, box, d);
        index[d] = box->low[d] / array->chunk[d] + number % along;
        number /= along;
    }
}

struct zarr_box zarr_piece_box(const struct zarr_array *array, const int64_t *chunk_index, int64_t piece)
{
    struct zarr_box box;
    for (int d = array->dimensions - 1; d >= 0; d--) {
        int64_t along = array->chunk[d] / array->piece[d];
        box.low[d] = chunk_index[d] * array->chunk[d] + piece % along * array->piece[d];
        box.high[d] = box.low[d] + array->piece[d];
        piece /= along;
    }
    return box;
}

bool zarr_box_common(const struct zarr_array *array, const struct zarr_box *a, const struct zarr_box *b,
                     struct zarr_box *common)
{
    bool some = true;
    for (int d = 0; d < array->dimensions; d++) {
        common->low[d] = a->low[d] > b->low[d] ? a->low[d] : b->low[d];
        common->high[d] = a->high[d] < b->high[d] ? a->high[d] : b->high[d];
        some &= common->low[d] < common->high[d];
    }
    return some;
}

static void copy_row(char *to, int64_t to_step, const char *from, int64_t from_step, int64_t count, size_t bytes,
                     bool swapped)
{
    if (to_step == 1 && from_step == 1 && !swapped) {
        memcpy(to, from, (size_t)count * bytes);
    } else if (bytes == 1) {
        for (int64_t i = 0; i < count; i++)
            to[i * to_step] = from[i * from_step];
    } else if (bytes == 2) {
        uint16_t *out = (uint16_t *)to;
        const uint16_t *in = (const uint16_t *)from;
        for (int64_t i = 0; i < count; i++)
            out[i * to_step] = swapped ? __builtin_bswap16(in[i * from_step]) : in[i * from_step];
    } else {
        uint32_t *out = (uint32_t *)to;
        const uint32_t *in = (const uint32_t *)from;
        for (int64_t i = 0; i < count; i++)
            out[i * to_step] = swapped ? __builtin_bswap32(in[i * from_step]) : in[i * from_step];
    }
}

/* A piece in memory: pixels from one to the next along each axis, and from its start to the common pixels. */
struct steps {
    int64_t x, y, z, start;
};

static struct steps steps_of(const struct zarr_volume *volume, const struct zarr_box *piece,
                             const struct zarr_box *common)
{
    const struct zarr_array *array = &volume->array;
    struct steps steps = {0};
    int64_t step[ZARR_DIMENSIONS_MAX], pixels = 1;
    for (int i = array->dimensions - 1; i >= 0; i--) {
        int d = array->codecs.order[i];
        step[d] = pixels;
        steps.start += pixels * (common->low[d] - piece->low[d]);
        pixels *= array->piece[d];
    }
    steps.x = step[array->role[ZARR_X]];
    steps.y = step[array->role[ZARR_Y]];
    steps.z = array->role[ZARR_Z] < 0 ? 0 : step[array->role[ZARR_Z]];
    return steps;
}

/* The part of the image that `common` is. */
static struct image part_of(const struct zarr_volume *volume, const struct zarr_box *common,
                            const struct region *region, const struct image *image)
{
    const int *role = volume->array.role;
    const int x = role[ZARR_X], y = role[ZARR_Y], z = role[ZARR_Z];
    struct shape shape = {common->high[x] - common->low[x], common->high[y] - common->low[y],
                          z < 0 ? 1 : common->high[z] - common->low[z]};
    return image_view(image, common->low[x] - region->x, common->low[y] - region->y,
                      z < 0 ? 0 : common->low[z] - region->z, shape);
}

static bool row_holds_negative(const void *row, int64_t count)
{
    uint32_t bits = 0;
    for (int64_t i = 0; i < count; i++)
        bits |= ((const uint32_t *)row)[i];
    return bits >> 31;
}

bool zarr_piece_to_image(const struct zarr_volume *volume, const struct zarr_box *piece, const struct zarr_box *common,
                         const void *raw, const struct region *region, struct image *image)
{
    const size_t bytes = pixel_bytes(image->type);
    const struct steps steps = steps_of(volume, piece, common);
    struct image part = part_of(volume, common, region, image);
    bool negative = false;
    for (int64_t z = 0; z < part.shape.depth; z++)
        for (int64_t y = 0; y < part.shape.height; y++) {
            const char *from = (const char *)raw + (size_t)(steps.start + y * steps.y + z * steps.z) * bytes;
            char *to = image_row(&part, y, z);
            copy_row(to, 1, from, steps.x, part.shape.width, bytes, volume->array.codecs.swapped);
            negative |= volume->array.was_signed && row_holds_negative(to, part.shape.width);
        }
    return !negative;
}

void zarr_piece_from_image(const struct zarr_volume *volume, const struct zarr_box *piece,
                           const struct zarr_box *common, void *raw, const struct region *region,
                           const struct image *image)
{
    const size_t bytes = pixel_bytes(image->type);
    const struct steps steps = steps_of(volume, piece, common);
    struct image part = part_of(volume, common, region, image);
    for (int64_t z = 0; z < part.shape.depth; z++)
        for (int64_t y = 0; y < part.shape.height; y++) {
            char *to = (char *)raw + (size_t)(steps.start + y * steps.y + z * steps.z) * bytes;
            copy_row(to, steps.x, image_row(&part, y, z), 1, part.shape.width, bytes, volume->array.codecs.swapped);
        }
}

bool zarr_fill_image(const struct zarr_volume *volume, const struct zarr_box *common, const struct region *region,
                     struct image *image)
{
    const size_t bytes = pixel_bytes(image->type);
    struct image part = part_of(volume, common, region, image);
    for (int64_t z = 0; z < part.shape.depth; z++)
        for (int64_t y = 0; y < part.shape.height; y++)
            copy_row(image_row(&part, y, z), 1, (const char *)volume->array.fill, 0, part.shape.width, bytes, false);
    return !volume->array.was_signed || !row_holds_negative(image_row(&part, 0, 0), 1);
}
