/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Slots in buckets by the number of their chunk.
 */
#include "images/chunk_slots.h"

#include <stdlib.h>

size_t chunk_slots_bytes_each(struct shape shape, enum pixel_type type)
{
    size_t bytes = pixel_bytes(type);
    if (__builtin_mul_overflow(bytes, (size_t)shape.width, &bytes) ||
        __builtin_mul_overflow(bytes, (size_t)shape.height, &bytes) ||
        __builtin_mul_overflow(bytes, (size_t)shape.depth, &bytes) || bytes > SIZE_MAX / 2)
        return SIZE_MAX;
    /* As image_alloc() has it: between guard bytes, rounded up to its alignment. */
    return bytes + IMAGE_ALIGN_BYTES + 2 * IMAGE_GUARD_BYTES + sizeof(struct chunk_slot) + 2 * sizeof(int32_t);
}

enum status chunk_slots_make(struct chunk_slots *slots, struct shape shape, enum pixel_type type, int32_t most)
{
    *slots = (struct chunk_slots){.shape = shape, .type = type, .most = most, .empty = -1};
    slots->slot = calloc((size_t)most, sizeof *slots->slot);
    slots->bucket = malloc((size_t)most * sizeof *slots->bucket);
    slots->order = malloc((size_t)most * sizeof *slots->order);
    if (!slots->slot || !slots->bucket || !slots->order) {
        chunk_slots_free(slots);
        return status_fail(STATUS_MEMORY, "no host memory for a list of %d chunks", (int)most);
    }
    for (int32_t i = 0; i < most; i++)
        slots->bucket[i] = -1;
    return STATUS_OK;
}

static int32_t *bucket_of(const struct chunk_slots *slots, int64_t chunk)
{
    return &slots->bucket[chunk % slots->most];
}

struct chunk_slot *chunk_slots_find(const struct chunk_slots *slots, int64_t chunk)
{
    int32_t i = *bucket_of(slots, chunk);
    while (i >= 0 && slots->slot[i].chunk != chunk)
        i = slots->slot[i].next;
    return i >= 0 ? &slots->slot[i] : NULL;
}

void chunk_slots_review(struct chunk_slots *slots, chunk_slots_wait wait, const void *context)
{
    slots->leaving = 0;
    slots->sorted = false;
    for (int32_t i = 0; i < slots->count; i++) {
        struct chunk_slot *slot = &slots->slot[i];
        if (slot->chunk < 0)
            continue;
        slot->wait = wait(context, slot);
        if (slot->wait < 0)
            chunk_slots_drop(slots, slot);
        else
            slots->order[slots->leaving++] = i;
    }
}

/* An empty slot, or one that gets its memory now. */
static struct chunk_slot *empty_slot(struct chunk_slots *slots)
{
    struct chunk_slot *slot;
    if (slots->empty >= 0) {
        slot = &slots->slot[slots->empty];
        slots->empty = slot->next;
        return slot;
    }
    if (slots->count == slots->most)
        return NULL;
    slot = &slots->slot[slots->count];
    if (image_alloc(&slot->image, slots->shape, slots->type, slots->shape.width, 1) != STATUS_OK)
        return NULL;
    slots->count++;
    slot->chunk = -1;
    return slot;
}

static int longest_wait_last(const void *a, const void *b, void *slots)
{
    const struct chunk_slot *slot = slots;
    const int64_t x = slot[*(const int32_t *)a].wait, y = slot[*(const int32_t *)b].wait;
    return (x > y) - (x < y);
}

struct chunk_slot *chunk_slots_take(struct chunk_slots *slots, int64_t wait)
{
    struct chunk_slot *slot = empty_slot(slots);
    if (slot || slots->leaving == 0)
        return slot;
    if (!slots->sorted)
        qsort_r(slots->order, (size_t)slots->leaving, sizeof *slots->order, longest_wait_last, slots->slot);
    slots->sorted = true;
    struct chunk_slot *last = &slots->slot[slots->order[slots->leaving - 1]];
    if (last->wait <= wait)
        return NULL;
    slots->leaving--;
    chunk_slots_drop(slots, last);
    return empty_slot(slots);
}

void chunk_slots_put(struct chunk_slots *slots, struct chunk_slot *slot, int64_t chunk)
{
    int32_t *bucket = bucket_of(slots, chunk);
    slot->chunk = chunk;
    slot->next = *bucket;
    *bucket = (int32_t)(slot - slots->slot);
}

void chunk_slots_drop(struct chunk_slots *slots, struct chunk_slot *slot)
{
    const int32_t index = (int32_t)(slot - slots->slot);
    if (slot->chunk >= 0) {
        int32_t *link = bucket_of(slots, slot->chunk);
        while (*link != index)
            link = &slots->slot[*link].next;
        *link = slot->next;
    }
    slot->chunk = -1;
    slot->next = slots->empty;
    slots->empty = index;
}

size_t chunk_slots_held_bytes(const struct chunk_slots *slots)
{
    size_t bytes = 0;
    for (int32_t i = 0; i < slots->count; i++)
        bytes += slots->slot[i].image.block_bytes;
    return bytes;
}

void chunk_slots_free(struct chunk_slots *slots)
{
    for (int32_t i = 0; i < slots->count; i++)
        image_free(&slots->slot[i].image);
    free(slots->slot);
    free(slots->bucket);
    free(slots->order);
    *slots = (struct chunk_slots){.empty = -1};
}
