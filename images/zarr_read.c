/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Reading a region: its chunks are shared out among threads, each with one decoded chunk, what is stored of it, and one
 * index of a shard. Consecutive pieces are of the same shard, so that its index is read once by each thread.
 */
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "images/failure.h"
#include "images/zarr_image.h"
#include "images/zarr_pieces.h"
#include "images/zarr_store.h"

static const uint64_t empty_piece = UINT64_MAX; /* offset and size of an inner chunk that is not stored */

struct reader {
    const struct zarr_volume *volume;
    int64_t chunk; /* number of the chunk that is open; -1: none */
    int64_t index[ZARR_DIMENSIONS_MAX];
    char *path;
    int descriptor; /* -1: the chunk is not stored */
    int64_t file_bytes;
    struct zarr_buffer stored, raw, entries_buffer;
    uint8_t *entries; /* of a shard: offset and size of each inner chunk, as stored */
    struct zarr_buffer place;
};

static void close_chunk(struct reader *reader)
{
    if (reader->descriptor >= 0)
        close(reader->descriptor);
    free(reader->path);
    reader->path = NULL;
    reader->descriptor = -1;
    reader->chunk = -1;
}

static void release(struct reader *reader)
{
    close_chunk(reader);
    zarr_buffer_free(&reader->stored);
    zarr_buffer_free(&reader->raw);
    zarr_buffer_free(&reader->entries_buffer);
    zarr_buffer_free(&reader->place);
}

static enum status read_shard_index(struct reader *reader)
{
    enum status status;
    const struct zarr_array *array = &reader->volume->array;
    struct zarr_buffer none = {0};
    void *entries;
    const size_t raw_bytes = (size_t)array->pieces * 2 * sizeof(uint64_t);
    const size_t bytes = zarr_raw_room(&array->index, raw_bytes);
    if (reader->file_bytes < (int64_t)bytes)
        return status_fail(STATUS_INPUT, "%s: damaged: a shard of %lld bytes has no room for its index", reader->path,
                           (long long)reader->file_bytes);
    TRY(zarr_buffer_reserve(&reader->entries_buffer, bytes));
    TRY(zarr_file_read(reader->descriptor, reader->path, reader->entries_buffer.bytes, bytes,
                       array->index_first ? 0 : reader->file_bytes - (int64_t)bytes));
    TRY(zarr_decode(&array->index, reader->path, reader->entries_buffer.bytes, bytes, raw_bytes, &none, &entries));
    reader->entries = entries;
done:
    return status;
}

static enum status open_chunk(struct reader *reader, const struct zarr_box *box, int64_t chunk)
{
    enum status status;
    const struct zarr_array *array = &reader->volume->array;
    close_chunk(reader);
    zarr_chunk_index(array, box, chunk, reader->index);
    reader->path = zarr_chunk_path(array, reader->index);
    if (!reader->path)
        return STATUS_MEMORY;
    TRY(zarr_file_open(reader->path, &reader->descriptor, &reader->file_bytes));
    if (array->sharded && reader->descriptor >= 0)
        TRY(read_shard_index(reader));
    reader->chunk = chunk;
done:
    return status;
}

static uint64_t entry(const struct reader *reader, int64_t number)
{
    uint64_t value;
    memcpy(&value, reader->entries + (size_t)number * sizeof value, sizeof value);
    return reader->volume->array.index.swapped ? __builtin_bswap64(value) : value;
}

/* Where a piece is stored; *bytes 0: nowhere. The name for errors is the file's, with the inner chunk's number. */
static enum status find_piece(struct reader *reader, int64_t piece, int64_t *offset, size_t *bytes, const char **place)
{
    enum status status;
    const struct zarr_array *array = &reader->volume->array;
    const size_t most = zarr_stored_bytes_max(array->piece_bytes);
    uint64_t from = 0, size = (uint64_t)reader->file_bytes, all = size;
    *bytes = 0;
    *place = reader->path;
    if (reader->descriptor < 0)
        return STATUS_OK;
    if (array->sharded) {
        size_t room = strlen(reader->path) + 48;
        TRY(zarr_buffer_reserve(&reader->place, room));
        snprintf(reader->place.bytes, room, "%s: inner chunk %lld", reader->path, (long long)piece);
        *place = reader->place.bytes;
        from = entry(reader, 2 * piece);
        size = entry(reader, 2 * piece + 1);
        if (from == empty_piece && size == empty_piece)
            return STATUS_OK;
    }
    if (from > all || size > all - from)
        return status_fail(STATUS_INPUT, "%s: damaged: lies outside the file", *place);
    if (size == 0 || size > most)
        return status_fail(STATUS_INPUT, "%s: damaged: %llu bytes for a chunk of %zu", *place, (unsigned long long)size,
                           array->piece_bytes);
    *offset = (int64_t)from;
    *bytes = (size_t)size;
    status = STATUS_OK;
done:
    return status;
}

static enum status read_piece(struct reader *reader, const struct zarr_box *piece_box, const struct zarr_box *common,
                              int64_t piece, const struct region *region, struct image *out)
{
    enum status status;
    const struct zarr_array *array = &reader->volume->array;
    int64_t offset;
    size_t bytes;
    const char *place;
    void *raw;
    bool good;
    TRY(find_piece(reader, piece, &offset, &bytes, &place));
    if (bytes == 0) {
        good = zarr_fill_image(reader->volume, common, region, out);
    } else {
        TRY(zarr_buffer_reserve(&reader->stored, bytes));
        TRY(zarr_file_read(reader->descriptor, place, reader->stored.bytes, bytes, offset));
        TRY(zarr_decode(&array->codecs, place, reader->stored.bytes, bytes, array->piece_bytes, &reader->raw, &raw));
        good = zarr_piece_to_image(reader->volume, piece_box, common, raw, region, out);
    }
    if (!good)
        status = status_fail(STATUS_INPUT, "%s: holds negative numbers; int32 is read as labels, from 0 on", place);
done:
    return status;
}

static enum status read_item(struct reader *reader, const struct zarr_box *box, int64_t item,
                             const struct region *region, struct image *out)
{
    enum status status = STATUS_OK;
    const struct zarr_array *array = &reader->volume->array;
    int64_t chunk = item / array->pieces, piece = item % array->pieces, index[ZARR_DIMENSIONS_MAX];
    struct zarr_box common, piece_box;
    zarr_chunk_index(array, box, chunk, index);
    piece_box = zarr_piece_box(array, index, piece);
    if (!zarr_box_common(array, &piece_box, box, &common))
        return STATUS_OK;
    if (reader->chunk != chunk)
        TRY(open_chunk(reader, box, chunk));
    status = read_piece(reader, &piece_box, &common, piece, region, out);
done:
    return status;
}

static enum status read_region(struct volume *volume, const struct region *region, struct image *out)
{
    const struct zarr_volume *from = (const struct zarr_volume *)volume;
    const struct zarr_box box = zarr_box_of(from, region);
    struct failure failure = {0};
    int64_t items = zarr_chunk_count(&from->array, &box);
    if (items < 0 || __builtin_mul_overflow(items, from->array.pieces, &items))
        return status_fail(STATUS_INPUT, "%s: more chunks than can be counted", from->array.path);
#pragma omp parallel if (items > 1 && !omp_in_parallel())
    {
        struct reader reader = {.volume = from, .chunk = -1, .descriptor = -1};
#pragma omp for schedule(dynamic)
        for (int64_t i = 0; i < items; i++)
            if (!failure_seen(&failure))
                failure_keep(&failure, read_item(&reader, &box, i, region, out));
        release(&reader);
    }
    return failure_status(&failure);
}

/* The place along an axis that was chosen. */
static enum status choose(const char *path, const char *what, int64_t wanted, int64_t there, bool guessed,
                          int64_t *place)
{
    *place = wanted < 0 ? 0 : wanted;
    if (*place >= there)
        return status_fail(STATUS_USAGE, "%s: there is no %s %lld; they are 0 to %lld", path, what, (long long)wanted,
                           (long long)there - 1);
    if (wanted < 0 && there > 1 && guessed)
        return status_fail(STATUS_USAGE, "%s: holds %lld of what may be a %s, without a name; one has to be chosen",
                           path, (long long)there, what);
    return STATUS_OK;
}

/* Who reads chunk by chunk has a shard's index read each time; that must be little beside the chunk. */
static bool may_be_read_one_by_one(const struct zarr_array *array)
{
    return !array->sharded || (size_t)array->pieces * 2 * sizeof(uint64_t) <= array->piece_bytes / 16;
}

enum status zarr_open(const char *path, const struct zarr_selection *selection, struct volume **volume)
{
    static const struct volume_kind kind = {.name = "zarr", .read = read_region, .close = zarr_volume_close};
    static const struct zarr_selection first = {.channel = -1, .frame = -1};
    enum status status;
    struct zarr_image image;
    int64_t channel, frame;
    const struct zarr_selection *wanted = selection ? selection : &first;
    const struct zarr_info *info = &image.info;
    *volume = NULL;
    TRY(zarr_image_load(&image, path, wanted->level));
    TRY(choose(path, "channel", wanted->channel, info->channels, info->axes_guessed, &channel));
    TRY(choose(path, "time point", wanted->frame, info->frames, info->axes_guessed, &frame));
    if (zarr_exists(image.array.path, ZARR_MARK))
        TRY(status_fail(STATUS_INPUT, "%s: is incomplete: it was not written to its end", image.array.path));
    TRY(zarr_volume_make(&image.array, channel, frame, &kind, info->chunk, volume));
    (*volume)->decoded = may_be_read_one_by_one(&image.array);
done:
    zarr_array_free(&image.array);
    return status;
}
