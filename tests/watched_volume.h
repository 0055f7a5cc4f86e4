/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A volume over an image in memory that counts how often each of its chunks is read, and can be told to fail or to be
 * wrong; and passes of tiles with margins over a volume, compared with the image.
 */
#ifndef TESTS_WATCHED_VOLUME_H
#define TESTS_WATCHED_VOLUME_H

#include <criterion/criterion.h>
#include <stdlib.h>

#include "images/random.h"
#include "images/synthetic.h"
#include "images/volume_cache.h"
#include "tests/wrong_pixels.h"

enum { CHUNKS_MAX = 4096 };

/* An image in memory whose chunks count how often they were read, and which can be told to fail or to be wrong. */
struct watched {
    struct volume volume;
    struct image *image;
    int64_t reads[CHUNKS_MAX]; /* of parts of a chunk and of whole ones */
    int64_t fails;             /* number of the chunk whose reading fails; -1: none */
    bool mistaken;             /* gives the chunk to the left for whole chunks */
    bool *closed;
};

static inline int64_t chunk_number(const struct volume *v, int64_t x, int64_t y, int64_t z)
{
    const int64_t columns = (v->shape.width - 1) / v->chunk.width + 1,
                  rows = (v->shape.height - 1) / v->chunk.height + 1;
    return (z / v->chunk.depth * rows + y / v->chunk.height) * columns + x / v->chunk.width;
}

static inline enum status read_watched(struct volume *volume, const struct region *r, struct image *out)
{
    struct watched *w = (struct watched *)volume;
    const struct shape c = volume->chunk;
    const int64_t right = r->x + r->shape.width, bottom = r->y + r->shape.height, back = r->z + r->shape.depth;
    bool bad = false;
    for (int64_t z = r->z / c.depth * c.depth; z < back; z += c.depth)
        for (int64_t y = r->y / c.height * c.height; y < bottom; y += c.height)
            for (int64_t x = r->x / c.width * c.width; x < right; x += c.width) {
                const int64_t number = chunk_number(volume, x, y, z);
                bad = bad || number == w->fails;
#pragma omp atomic
                w->reads[number]++;
            }
    if (bad)
        return status_fail(STATUS_INPUT, "chunk %lld is damaged", (long long)w->fails);
    const bool shift = w->mistaken && r->x >= c.width && r->shape.width == c.width;
    const struct image from = image_view(w->image, r->x - (shift ? c.width : 0), r->y, r->z, r->shape);
    image_copy(out, &from);
    return STATUS_OK;
}

static inline void close_watched(struct volume *volume)
{
    struct watched *w = (struct watched *)volume;
    if (w->closed)
        *w->closed = true;
    free(w);
}

static inline struct watched *watch(struct image *image, struct shape chunk)
{
    static const struct volume_kind kind = {.name = "watched", .read = read_watched, .close = close_watched};
    struct watched *w = calloc(1, sizeof *w);
    cr_assert_not_null(w);
    w->volume =
        (struct volume){.kind = &kind, .shape = image->shape, .type = image->type, .chunk = chunk, .decoded = true};
    w->image = image;
    w->fails = -1;
    cr_assert_lt(chunk_number(&w->volume, image->shape.width - 1, image->shape.height - 1, image->shape.depth - 1),
                 CHUNKS_MAX);
    return w;
}

static inline struct volume *cached(struct volume *inner, size_t bytes)
{
    struct volume *volume;
    cr_assert_eq(volume_cached(inner, bytes, &volume), STATUS_OK, "%s", status_text());
    return volume;
}

static inline struct image noise(struct shape shape, enum pixel_type type)
{
    struct image image;
    cr_assert_eq(image_alloc(&image, shape, type, 0, 1), STATUS_OK);
    cr_assert_eq(synthetic_fill(&image, CONTENT_NOISE, 5), STATUS_OK);
    return image;
}

/* A pass of tiles with margins. */
struct pass {
    struct shape tile;
    int64_t margin_px[3];
    int skipped; /* one tile in so many is left out; 0: none */
    bool told;   /* the cache is told of the order */
};

static inline int64_t pieces(int64_t whole, int64_t piece)
{
    return (whole - 1) / piece + 1;
}

static inline int64_t begin_of(int64_t tile, int64_t tile_px, int64_t margin_px, int64_t whole)
{
    const int64_t begin = tile * tile_px - margin_px;
    return tile * tile_px >= whole ? whole : begin > 0 ? begin : 0;
}

/* Wrong pixels of all windows; what is held must stay within `bytes`. */
static inline int64_t run_pass(struct volume *volume, const struct pass *p, const struct image *image, size_t bytes)
{
    const struct shape s = image->shape, t = p->tile;
    const int64_t columns = pieces(s.width, t.width), rows = pieces(s.height, t.height);
    const int64_t layers = pieces(s.depth, t.depth);
    int64_t wrong = 0;
    volume_cache_begin_pass(volume, false);
    for (int64_t i = 0; i < columns * rows * layers; i++) {
        const int64_t x = i % columns, y = i / columns % rows, z = i / columns / rows;
        const struct region tile = {x * t.width, y * t.height, z * t.depth, {1, 1, 1}};
        struct region core = tile;
        core.shape.width = s.width - tile.x < t.width ? s.width - tile.x : t.width;
        core.shape.height = s.height - tile.y < t.height ? s.height - tile.y : t.height;
        core.shape.depth = s.depth - tile.z < t.depth ? s.depth - tile.z : t.depth;
        const struct region window = region_expand(&core, p->margin_px, s);
        const int64_t next_px[3] = {begin_of(x + 1, t.width, p->margin_px[0], s.width),
                                    begin_of(y + 1, t.height, p->margin_px[1], s.height),
                                    begin_of(z + 1, t.depth, p->margin_px[2], s.depth)};
        if (p->skipped && i % p->skipped == 1)
            continue;
        volume_cache_expect(volume, p->told ? next_px : NULL);
        wrong += wrong_pixels(volume, &window, image);
        cr_expect_leq(volume_cache_held_bytes(volume), bytes);
    }
    return wrong;
}

static inline int64_t most_reads(const struct watched *w)
{
    int64_t most = 0;
    for (int i = 0; i < CHUNKS_MAX; i++)
        most = w->reads[i] > most ? w->reads[i] : most;
    return most;
}

static inline int64_t all_reads(const struct watched *w)
{
    int64_t all = 0;
    for (int i = 0; i < CHUNKS_MAX; i++)
        all += w->reads[i];
    return all;
}

static inline struct region random_region(uint64_t seed, struct shape s)
{
    struct region r = {.x = (int64_t)(random_bits(seed, 0) % (uint64_t)s.width),
                       .y = (int64_t)(random_bits(seed, 1) % (uint64_t)s.height),
                       .z = (int64_t)(random_bits(seed, 2) % (uint64_t)s.depth)};
    r.shape.width = 1 + (int64_t)(random_bits(seed, 3) % (uint64_t)(s.width - r.x));
    r.shape.height = 1 + (int64_t)(random_bits(seed, 4) % (uint64_t)(s.height - r.y));
    r.shape.depth = 1 + (int64_t)(random_bits(seed, 5) % (uint64_t)(s.depth - r.z));
    return r;
}

#endif
