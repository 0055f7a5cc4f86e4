/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Tiles come from several threads in any order. Each thread compresses its own, takes the next free place in the file
 * under a lock that is held for an addition, and writes there; only the places are remembered. The directories follow
 * at the end, when it is also known whether 32 bits hold every offset; the header's bytes were left free for either.
 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "images/new_file.h"
#include "images/tiff_packer.h"
#include "images/tiff_volume.h"

enum { TILE_MULTIPLE_PX = 16, TILE_MOST_PX = 16384 };

struct tiff_writer {
    struct volume volume;
    char *path;
    struct new_file file;
    struct tiff_tiled tiled;
    int64_t tiles;              /* of all pages */
    uint64_t *offsets, *counts; /* of all tiles, page by page; 0: not written */
    pthread_mutex_t lock;
    uint64_t end;             /* under the lock */
    struct tiff_packer *idle; /* under the lock */
};

static struct tiff_packer *take_packer(struct tiff_writer *w)
{
    pthread_mutex_lock(&w->lock);
    struct tiff_packer *packer = w->idle;
    if (packer)
        w->idle = packer->next;
    pthread_mutex_unlock(&w->lock);
    return packer ? packer : tiff_packer_make(&w->tiled);
}

static void give_packer(struct tiff_writer *w, struct tiff_packer *packer)
{
    pthread_mutex_lock(&w->lock);
    packer->next = w->idle;
    w->idle = packer;
    pthread_mutex_unlock(&w->lock);
}

/* pwrite() of everything. */
static enum status write_fully(struct tiff_writer *w, const void *bytes, size_t count, uint64_t offset)
{
    while (count > 0) {
        const ssize_t put = pwrite(w->file.descriptor, bytes, count, (off_t)offset);
        if (put < 0 && errno == EINTR)
            continue;
        if (put == 0)
            errno = ENOSPC;
        if (put <= 0)
            return new_file_failed(&w->file);
        bytes = (const char *)bytes + put;
        count -= (size_t)put;
        offset += (uint64_t)put;
    }
    return STATUS_OK;
}

static enum status write_tile(struct tiff_writer *w, struct tiff_packer *packer, int64_t tile, const struct image *from)
{
    const size_t packed = tiff_packer_pack(packer, &w->tiled, from);
    pthread_mutex_lock(&w->lock);
    const uint64_t offset = w->end;
    w->end += packed + packed % 2; /* TIFF wants even offsets */
    pthread_mutex_unlock(&w->lock);
    const enum status status = write_fully(w, packer->packed, packed, offset);
    if (status == STATUS_OK) {
        w->offsets[tile] = offset;
        w->counts[tile] = packed;
    }
    return status;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static enum status write_region(struct volume *volume, const struct region *region, const struct image *in)
{
    struct tiff_writer *w = (struct tiff_writer *)volume;
    const struct shape s = region->shape;
    const int64_t width = w->tiled.tile_width, height = w->tiled.tile_height;
    assert(region->x % width == 0 && (s.width % width == 0 || region->x + s.width == volume->shape.width));
    assert(region->y % height == 0 && (s.height % height == 0 || region->y + s.height == volume->shape.height));
    enum status status = STATUS_OK;
    struct tiff_packer *packer = take_packer(w);
    if (!packer)
        return status_fail(STATUS_MEMORY, "%s: no host memory to compress a tile", w->path);
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y += height)
            for (int64_t x = 0; x < s.width; x += width) {
                const struct shape part = {smaller(width, s.width - x), smaller(height, s.height - y), 1};
                const struct image from = image_view(in, x, y, z, part);
                const int64_t row =
                    (region->z + z) * tiff_tiles(&w->tiled) + (region->y + y) / height * tiff_tiles_across(&w->tiled);
                TRY(write_tile(w, packer, row + (region->x + x) / width, &from));
            }
done:
    give_packer(w, packer);
    return status;
}

static enum status refuse_reading(struct volume *volume, const struct region *region, struct image *out)
{
    (void)region, (void)out;
    return status_fail(STATUS_UNSUPPORTED, "%s: is being written and cannot be read yet",
                       ((struct tiff_writer *)volume)->path);
}

/* Bytes of all directories. */
static double all_directories(const struct tiff_tiled *tiled)
{
    return (double)tiff_directory_bytes(tiled, true) +
           (double)(tiled->shape.depth - 1) * (double)tiff_directory_bytes(tiled, false);
}

static enum status write_directories(struct tiff_writer *w)
{
    enum status status = STATUS_OK;
    uint8_t header[TIFF_HEADER_BYTES];
    uint64_t offset = (w->end + 7) / 8 * 8;
    w->tiled.big = (double)offset + all_directories(&w->tiled) > (double)UINT32_MAX;
    const int64_t tiles = tiff_tiles(&w->tiled);
    const size_t most = tiff_directory_bytes(&w->tiled, true);
    uint8_t *bytes = malloc(most);
    if (!bytes)
        return status_fail(STATUS_MEMORY, "%s: no host memory for a list of tiles", w->path);
    tiff_header_encode(&w->tiled, offset, header);
    for (int64_t z = 0; z < w->tiled.shape.depth; z++) {
        const size_t count = tiff_directory_bytes(&w->tiled, z == 0);
        const uint64_t next = z + 1 < w->tiled.shape.depth ? offset + count : 0;
        tiff_directory_encode(&w->tiled, z == 0, offset, next, w->offsets + z * tiles, w->counts + z * tiles, bytes);
        TRY(write_fully(w, bytes, count, offset));
        offset += count;
    }
    TRY(write_fully(w, header, sizeof header, 0));
done:
    free(bytes);
    return status;
}

static enum status finish_file(struct volume *volume)
{
    enum status status;
    struct tiff_writer *w = (struct tiff_writer *)volume;
    int64_t missing = 0;
    for (int64_t i = 0; i < w->tiles; i++)
        missing += w->counts[i] == 0;
    if (missing > 0)
        return status_fail(STATUS_IO, "%s: incomplete: %lld of %lld tiles were not written", w->path,
                           (long long)missing, (long long)w->tiles);
    TRY(write_directories(w));
    TRY(new_file_finish(&w->file));
done:
    return status;
}

static void close_writer(struct volume *volume)
{
    struct tiff_writer *w = (struct tiff_writer *)volume;
    while (w->idle) {
        struct tiff_packer *packer = w->idle;
        w->idle = packer->next;
        tiff_packer_free(packer);
    }
    new_file_discard(&w->file);
    pthread_mutex_destroy(&w->lock);
    free(w->offsets);
    free(w->counts);
    free(w->path);
    free(w);
}

/* The edge of the usual tile along an axis of that many pixels. */
static int64_t usual_tile(int64_t pixels)
{
    return smaller(TIFF_TILE_PX, ((pixels - 1) / TILE_MULTIPLE_PX + 1) * TILE_MULTIPLE_PX);
}

static enum status check_size(const char *path, const struct tiff_tiled *tiled, int64_t *tiles)
{
    const struct shape s = tiled->shape;
    if (s.width > UINT32_MAX || s.height > UINT32_MAX || s.depth > UINT32_MAX)
        return status_fail(STATUS_UNSUPPORTED, "%s: TIFF holds at most 4294967295 pixels along an axis", path);
    if (tiled->tile_width < 1 || tiled->tile_width > TILE_MOST_PX || tiled->tile_width % TILE_MULTIPLE_PX != 0 ||
        tiled->tile_height < 1)
        return status_fail(STATUS_USAGE, "%s: a TIFF tile is a multiple of %d pixels up to %d, not %lld", path,
                           TILE_MULTIPLE_PX, TILE_MOST_PX, (long long)tiled->tile_width);
    if (__builtin_mul_overflow(tiff_tiles(tiled), s.depth, tiles) || tiff_tiles(tiled) > UINT32_MAX ||
        (uint64_t)*tiles > SIZE_MAX / 16)
        return status_fail(STATUS_UNSUPPORTED, "%s: too many tiles for TIFF: choose larger ones", path);
    return STATUS_OK;
}

enum status tiff_volume_create(const char *path, struct shape shape, enum pixel_type type, int64_t tile_px,
                               struct volume **volume)
{
    static const struct volume_kind kind = {
        .name = "TIFF", .read = refuse_reading, .write = write_region, .finish = finish_file, .close = close_writer};
    enum status status;
    int64_t tiles = 0;
    const struct tiff_tiled tiled = {.shape = shape,
                                     .type = type,
                                     .is_difference = type != PIXEL_F32,
                                     .tile_width = tile_px ? tile_px : usual_tile(shape.width),
                                     .tile_height = tile_px ? tile_px : usual_tile(shape.height)};
    *volume = NULL;
    status = check_size(path, &tiled, &tiles);
    if (status != STATUS_OK)
        return status;
    struct tiff_writer *w = calloc(1, sizeof *w);
    if (!w)
        return status_fail(STATUS_MEMORY, "%s: no host memory to write it", path);
    const struct shape chunk = {smaller(tiled.tile_width, shape.width), smaller(tiled.tile_height, shape.height), 1};
    *w = (struct tiff_writer){.volume = {.kind = &kind, .shape = shape, .type = type, .chunk = chunk},
                              .tiled = tiled,
                              .tiles = tiles,
                              .end = TIFF_HEADER_BYTES,
                              .path = strdup(path),
                              .offsets = calloc((size_t)tiles, sizeof *w->offsets),
                              .counts = calloc((size_t)tiles, sizeof *w->counts)};
    pthread_mutex_init(&w->lock, NULL);
    if (!w->path || !w->offsets || !w->counts)
        TRY(status_fail(STATUS_MEMORY, "%s: no host memory for a list of %lld tiles", path, (long long)tiles));
    TRY(new_file_open(&w->file, w->path));
    *volume = &w->volume;
done:
    if (status != STATUS_OK)
        close_writer(&w->volume);
    return status;
}
