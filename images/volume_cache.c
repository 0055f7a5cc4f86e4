/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A window is read in three steps. What is kept of it is copied. Then it is clear which chunks no later window needs:
 * they leave. The rest is read: chunks that will be needed again whole into a slot and from there into the window,
 * others only so far as they lie in the window.
 *
 * In raster order it is known when a chunk is needed next: in the next window, in the next row of tiles when it comes
 * to the chunk's column, or in the next layer. When memory is short, the chunk that is needed last is not kept. (That
 * which was not used for the longest time would be a bad one to drop: rows of tiles come around like a circle, and if
 * the circle is larger than the memory, each chunk would leave just before it is needed.)
 */
#include "images/volume_cache.h"

#include <omp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "images/chunk_grid.h"
#include "images/chunk_slots.h"
#include "images/failure.h"

enum { LEAST_CHUNK_PX = 1024, SLOTS_MAX = 1 << 16 };

/* What a window and a chunk have in common. */
struct piece {
    int64_t chunk;
    struct region whole, common; /* cut at the image's border; the part in the window */
    struct chunk_slot *slot;     /* NULL: not kept */
    bool missing;
};

struct cache {
    struct volume volume;
    struct volume *inner;
    struct chunk_grid grid;
    struct chunk_slots slots; /* most 0: reads are passed on */
    bool fits;                /* every chunk of the image has room */
    bool all;                 /* and is kept, for passes to come */
    bool ordered;
    int64_t next_px[3];
    struct region window; /* that is being read */
    int64_t reads;
    struct piece *pieces; /* [room] */
    int64_t room, count;
    pthread_mutex_t lock;
};

static enum status read_cached(struct volume *volume, const struct region *region, struct image *out);
static void close_cached(struct volume *volume);

static const struct volume_kind cached_kind = {.name = "cached", .read = read_cached, .close = close_cached};

/* How many chunks are kept at most; 0: it is not worth it, or not possible. */
static int32_t slots_for(const struct volume *v, size_t bytes, struct chunk_grid *grid)
{
    if (!chunk_grid_make(v->shape, v->chunk, grid) || !v->decoded || shape_pixels(grid->chunk) < LEAST_CHUNK_PX)
        return 0;
    const int64_t chunks = shape_pixels(grid->count);
    const size_t fitting = bytes / chunk_slots_bytes_each(grid->chunk, v->type);
    const int32_t slots = fitting < SLOTS_MAX ? (int32_t)fitting : SLOTS_MAX;
    return chunks < slots ? (int32_t)chunks : slots;
}

size_t volume_cache_bytes(const struct volume *inner, size_t bytes)
{
    struct chunk_grid grid;
    const int32_t slots = slots_for(inner, bytes, &grid);
    return slots > 0 ? (size_t)slots * chunk_slots_bytes_each(grid.chunk, inner->type) : 0;
}

enum status volume_cached(struct volume *inner, size_t bytes, struct volume **cached)
{
    enum status status = STATUS_OK;
    struct cache *c = calloc(1, sizeof *c);
    *cached = NULL;
    if (!c)
        return status_fail(STATUS_MEMORY, "no host memory for a volume");
    c->volume = *inner;
    c->volume.kind = &cached_kind;
    c->inner = inner;
    const int32_t slots = slots_for(inner, bytes, &c->grid);
    if (slots > 0) {
        TRY(chunk_slots_make(&c->slots, c->grid.chunk, inner->type, slots));
        c->fits = slots == shape_pixels(c->grid.count);
    }
    pthread_mutex_init(&c->lock, NULL);
    *cached = &c->volume;
    return STATUS_OK;
done:
    chunk_slots_free(&c->slots);
    free(c);
    return status;
}

static void close_cached(struct volume *volume)
{
    struct cache *c = (struct cache *)volume;
    volume_close(c->inner);
    chunk_slots_free(&c->slots);
    pthread_mutex_destroy(&c->lock);
    free(c->pieces);
    free(c);
}

static struct cache *as_cache(struct volume *volume)
{
    return volume && volume->kind == &cached_kind ? (struct cache *)volume : NULL;
}

void volume_cache_expect(struct volume *volume, const int64_t next_px[3])
{
    struct cache *c = as_cache(volume);
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->ordered = next_px != NULL;
    if (next_px)
        memcpy(c->next_px, next_px, sizeof c->next_px);
    pthread_mutex_unlock(&c->lock);
}

void volume_cache_forget(struct volume *volume)
{
    struct cache *c = as_cache(volume);
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    for (int32_t i = 0; i < c->slots.count; i++)
        if (c->slots.slot[i].chunk >= 0)
            chunk_slots_drop(&c->slots, &c->slots.slot[i]);
    pthread_mutex_unlock(&c->lock);
}

void volume_cache_begin_pass(struct volume *volume, bool another_comes)
{
    struct cache *c = as_cache(volume);
    if (!c)
        return;
    if (!c->fits)
        volume_cache_forget(volume);
    pthread_mutex_lock(&c->lock);
    c->all = c->fits && another_comes;
    pthread_mutex_unlock(&c->lock);
}

size_t volume_cache_held_bytes(const struct volume *volume)
{
    return volume->kind == &cached_kind ? chunk_slots_held_bytes(&((const struct cache *)volume)->slots) : 0;
}

/* The chunks of a window. False without memory for their list. */
static bool list_pieces(struct cache *c, const struct region *w)
{
    const struct region touched = chunk_grid_touched(&c->grid, w);
    c->count = shape_pixels(touched.shape);
    if (c->count > c->room) {
        struct piece *more = realloc(c->pieces, (size_t)c->count * sizeof *more);
        if (!more)
            return false;
        c->pieces = more;
        c->room = c->count;
    }
    for (int64_t i = 0; i < c->count; i++) {
        struct piece *p = &c->pieces[i];
        *p = (struct piece){.chunk = chunk_grid_number(&c->grid, &touched, i)};
        p->whole = chunk_grid_region(&c->grid, p->chunk);
        p->common = region_common(&p->whole, w);
        p->slot = chunk_slots_find(&c->slots, p->chunk);
        p->missing = !p->slot;
    }
    return true;
}

static void copy_from_slot(const struct piece *p, const struct region *w, struct image *out)
{
    const struct region *r = &p->common;
    const struct image from =
        image_view(&p->slot->image, r->x - p->whole.x, r->y - p->whole.y, r->z - p->whole.z, r->shape);
    struct image to = image_view(out, r->x - w->x, r->y - w->y, r->z - w->z, r->shape);
    image_copy(&to, &from);
}

static void copy_kept(const struct cache *c, const struct region *w, struct image *out)
{
#pragma omp parallel for schedule(dynamic) if (c->count > 1 && !omp_in_parallel())
    for (int64_t i = 0; i < c->count; i++)
        if (c->pieces[i].slot) {
            copy_from_slot(&c->pieces[i], w, out);
            c->pieces[i].slot->used = c->reads;
        }
}

static int64_t wait_of(const struct cache *c, int64_t chunk, int64_t used)
{
    if (c->all)
        return CHUNK_WAIT_NONE;
    return c->ordered ? chunk_grid_wait(&c->grid, chunk, &c->window, c->next_px) : c->reads - used;
}

static int64_t wait_of_slot(const void *context, const struct chunk_slot *slot)
{
    return wait_of(context, slot->chunk, slot->used);
}

/* Slots for what is missing and will be needed again; first for what is needed at once. */
static void choose_slots(struct cache *c)
{
    chunk_slots_review(&c->slots, wait_of_slot, c);
    for (int turn = 0; turn < 2; turn++)
        for (int64_t i = 0; i < c->count; i++) {
            struct piece *p = &c->pieces[i];
            const int64_t wait = p->missing ? wait_of(c, p->chunk, c->reads) : CHUNK_WAIT_NEVER;
            if (wait != CHUNK_WAIT_NEVER && (wait == CHUNK_WAIT_NONE) == (turn == 0))
                p->slot = chunk_slots_take(&c->slots, wait);
        }
}

static enum status read_piece(const struct cache *c, const struct piece *p, const struct region *w, struct image *out)
{
    enum status status;
    const struct region *r = &p->common;
    if (!p->slot) {
        struct image to = image_view(out, r->x - w->x, r->y - w->y, r->z - w->z, r->shape);
        return volume_read(c->inner, r, &to);
    }
    struct image chunk = image_view(&p->slot->image, 0, 0, 0, p->whole.shape);
    TRY(volume_read(c->inner, &p->whole, &chunk));
    copy_from_slot(p, w, out);
done:
    return status;
}

/* Chunks with a slot are findable only when they are there. */
static enum status read_missing(struct cache *c, const struct region *w, struct image *out)
{
    struct failure failure = {0};
    int64_t missing = 0;
    for (int64_t i = 0; i < c->count; i++)
        if (c->pieces[i].missing)
            c->pieces[missing++] = c->pieces[i];
#pragma omp parallel for schedule(dynamic) if (missing > 1 && !omp_in_parallel())
    for (int64_t i = 0; i < missing; i++) {
        if (failure_seen(&failure))
            continue;
        const enum status status = read_piece(c, &c->pieces[i], w, out);
        c->pieces[i].missing = status != STATUS_OK;
        failure_keep(&failure, status);
    }
    for (int64_t i = 0; i < missing; i++) {
        struct piece *p = &c->pieces[i];
        if (!p->slot)
            continue;
        p->slot->used = c->reads;
        if (p->missing)
            chunk_slots_drop(&c->slots, p->slot);
        else
            chunk_slots_put(&c->slots, p->slot, p->chunk);
    }
    return failure_status(&failure);
}

static enum status read_cached(struct volume *volume, const struct region *region, struct image *out)
{
    struct cache *c = (struct cache *)volume;
    enum status status;
    if (c->slots.most == 0)
        return volume_read(c->inner, region, out);
    pthread_mutex_lock(&c->lock);
    if (list_pieces(c, region)) {
        c->reads++;
        c->window = *region;
        copy_kept(c, region, out);
        choose_slots(c);
        status = read_missing(c, region, out);
    } else {
        status = volume_read(c->inner, region, out);
    }
    pthread_mutex_unlock(&c->lock);
    return status;
}
