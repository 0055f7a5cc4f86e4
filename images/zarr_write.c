/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Writing whole chunks. Each is gathered in memory, pixels beyond the array's end being 0, compressed, written under
 * another name and renamed. A shard is written chunk by chunk with its index last, so that a thread holds one chunk of
 * it; chunks that lie beyond the array's end are left out, as the index can say.
 */
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "images/failure.h"
#include "images/zarr_image.h"
#include "images/zarr_pieces.h"
#include "images/zarr_store.h"

struct writer {
    const struct zarr_volume *volume;
    struct zarr_buffer raw, stored;
    uint64_t *entries; /* of a shard, with room for checksums: offset and size of each inner chunk */
};

static void release(struct writer *writer)
{
    zarr_buffer_free(&writer->raw);
    zarr_buffer_free(&writer->stored);
    free(writer->entries);
}

/* One chunk, or one of a shard's, into writer->stored. */
static enum status encode_piece(struct writer *writer, const char *place, const struct zarr_box *piece,
                                const struct zarr_box *common, const struct region *region, const struct image *in,
                                size_t *bytes)
{
    enum status status;
    const struct zarr_array *array = &writer->volume->array;
    const size_t raw_bytes = array->piece_bytes;
    TRY(zarr_buffer_reserve(&writer->raw, zarr_raw_room(&array->codecs, raw_bytes)));
    for (int d = 0; d < array->dimensions; d++)
        if (common->high[d] - common->low[d] < array->piece[d])
            memset(writer->raw.bytes, 0, raw_bytes);
    zarr_piece_from_image(writer->volume, piece, common, writer->raw.bytes, region, in);
    status = zarr_encode(&array->codecs, place, writer->raw.bytes, raw_bytes, pixel_bytes(array->type), &writer->stored,
                         bytes);
done:
    return status;
}

/* The index after its chunks, of which `bytes` were written. */
static enum status write_index(struct writer *writer, struct zarr_part *part)
{
    enum status status;
    const struct zarr_array *array = &writer->volume->array;
    const size_t raw_bytes = (size_t)array->pieces * 2 * sizeof(uint64_t);
    size_t bytes;
    for (int64_t i = 0; array->index.swapped && i < 2 * array->pieces; i++)
        writer->entries[i] = __builtin_bswap64(writer->entries[i]);
    TRY(zarr_encode(&array->index, part->path, writer->entries, raw_bytes, sizeof(uint64_t), &writer->stored, &bytes));
    status = zarr_part_write(part, writer->stored.bytes, bytes);
done:
    return status;
}

static enum status write_pieces(struct writer *writer, struct zarr_part *part, const int64_t *index,
                                const struct zarr_box *box, const struct region *region, const struct image *in)
{
    enum status status = STATUS_OK;
    const struct zarr_array *array = &writer->volume->array;
    uint64_t offset = 0;
    for (int64_t i = 0; i < array->pieces; i++) {
        size_t bytes = 0;
        struct zarr_box common, piece = zarr_piece_box(array, index, i);
        bool some = zarr_box_common(array, &piece, box, &common);
        if (some) {
            TRY(encode_piece(writer, part->path, &piece, &common, region, in, &bytes));
            TRY(zarr_part_write(part, writer->stored.bytes, bytes));
        }
        if (array->sharded) {
            writer->entries[2 * i] = some ? offset : UINT64_MAX;
            writer->entries[2 * i + 1] = some ? bytes : UINT64_MAX;
        }
        offset += bytes;
    }
    if (array->sharded)
        status = write_index(writer, part);
done:
    return status;
}

static enum status write_chunk(struct writer *writer, const struct zarr_box *box, int64_t number,
                               const struct region *region, const struct image *in)
{
    enum status status = STATUS_MEMORY;
    const struct zarr_array *array = &writer->volume->array;
    int64_t index[ZARR_DIMENSIONS_MAX];
    struct zarr_part part;
    zarr_chunk_index(array, box, number, index);
    char *path = zarr_chunk_path(array, index);
    if (!path)
        goto done;
    if (array->sharded && !writer->entries) {
        size_t room = zarr_raw_room(&array->index, (size_t)array->pieces * 2 * sizeof(uint64_t));
        writer->entries = malloc(room);
        if (!writer->entries)
            TRY(status_fail(STATUS_MEMORY, "%s: no host memory for the index of a shard", path));
    }
    TRY(zarr_part_open(&part, path));
    status = zarr_part_close(&part, write_pieces(writer, &part, index, box, region, in));
done:
    free(path);
    return status;
}

static bool whole_chunks(int64_t first, int64_t pixels, int64_t all, int64_t chunk)
{
    return first % chunk == 0 && (pixels % chunk == 0 || first + pixels == all);
}

static enum status write_region(struct volume *volume, const struct region *region, const struct image *in)
{
    const struct zarr_volume *to = (const struct zarr_volume *)volume;
    const struct zarr_box box = zarr_box_of(to, region);
    const int64_t chunks = zarr_chunk_count(&to->array, &box);
    const struct shape size = region->shape, all = volume->shape, chunk = volume->chunk;
    struct failure failure = {0};
    /* The rest of a chunk would be lost without a word. */
    if (!whole_chunks(region->x, size.width, all.width, chunk.width) ||
        !whole_chunks(region->y, size.height, all.height, chunk.height) ||
        !whole_chunks(region->z, size.depth, all.depth, chunk.depth))
        return status_fail(STATUS_UNSUPPORTED, "%s: parts of chunks are not written", to->array.path);
#pragma omp parallel if (chunks > 1 && !omp_in_parallel())
    {
        struct writer writer = {.volume = to};
#pragma omp for schedule(dynamic)
        for (int64_t i = 0; i < chunks; i++)
            if (!failure_seen(&failure))
                failure_keep(&failure, write_chunk(&writer, &box, i, region, in));
        release(&writer);
    }
    return failure_status(&failure);
}

enum status zarr_output(const struct zarr_array *array, int64_t channel, int64_t frame, struct volume **volume)
{
    static const struct volume_kind kind = {.name = "zarr", .write = write_region, .close = zarr_volume_close};
    *volume = NULL;
    if (channel < 0 || channel >= zarr_along(array, array->shape, ZARR_C) || frame < 0 ||
        frame >= zarr_along(array, array->shape, ZARR_T))
        return status_fail(STATUS_USAGE, "%s: has no channel %lld of time point %lld", array->path, (long long)channel,
                           (long long)frame);
    /* A chunk has one owner; other writers' stores may be otherwise. */
    const bool shared = (zarr_along(array, array->chunk, ZARR_C) > 1 && zarr_along(array, array->shape, ZARR_C) > 1) ||
                        (zarr_along(array, array->chunk, ZARR_T) > 1 && zarr_along(array, array->shape, ZARR_T) > 1);
    if (shared || array->index_first)
        return status_fail(STATUS_UNSUPPORTED, "%s: %s are not written", array->path,
                           shared ? "chunks of several channels or time points" : "shards with their index first");
    return zarr_volume_make(array, channel, frame, &kind, zarr_shape(array, array->chunk), volume);
}

bool zarr_chunk_present(const struct volume *volume, const struct region *region)
{
    const struct zarr_volume *of = (const struct zarr_volume *)volume;
    const struct zarr_box box = zarr_box_of(of, region);
    const int64_t chunks = zarr_chunk_count(&of->array, &box);
    bool present = true;
    for (int64_t i = 0; i < chunks && present; i++) {
        struct stat about;
        int64_t index[ZARR_DIMENSIONS_MAX];
        zarr_chunk_index(&of->array, &box, i, index);
        char *path = zarr_chunk_path(&of->array, index);
        present = path && lstat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0;
        free(path);
    }
    return present;
}
