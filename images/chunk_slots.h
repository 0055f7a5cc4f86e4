/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Memory for a number of decoded chunks of one size, and which chunk lies where. Memory of a slot is taken when it is
 * first used and stays until the end, so that neither the allocator nor the system's page faults are met for every
 * chunk. No locks: one thread at a time changes the slots; the pixels of a slot that was taken are its taker's.
 */
#ifndef IMAGES_CHUNK_SLOTS_H
#define IMAGES_CHUNK_SLOTS_H

#include "images/image.h"

struct chunk_slot {
    struct image image; /* of a whole chunk */
    int64_t chunk;      /* its number; -1: none */
    int64_t used;       /* for the owner to say when it was last used */
    int64_t wait;       /* how long until it is needed again, by the last review */
    int32_t next;       /* in its bucket, or of those without a chunk; -1: the last */
};

struct chunk_slots {
    struct shape shape; /* of a chunk */
    enum pixel_type type;
    struct chunk_slot *slot; /* [most], the first `count` with memory */
    int32_t *bucket;         /* [most], the first slot of those whose chunk falls into it; -1: none */
    int32_t most, count, empty;
    int32_t *order; /* [most], slots by their wait; the first `leaving` of them may still leave */
    int32_t leaving;
    bool sorted;
};

/* How long it takes until a slot's chunk is needed again, in numbers that can be compared; negative: never. */
typedef int64_t (*chunk_slots_wait)(const void *context, const struct chunk_slot *slot);

/* What a slot takes with everything about it; SIZE_MAX if that cannot be counted. */
size_t chunk_slots_bytes_each(struct shape shape, enum pixel_type type);

/* `most` slots, at least 1, without memory for pixels yet. STATUS_MEMORY; then there is nothing to free. */
enum status chunk_slots_make(struct chunk_slots *slots, struct shape shape, enum pixel_type type, int32_t most);

/* NULL if the chunk is not there. */
struct chunk_slot *chunk_slots_find(const struct chunk_slots *slots, int64_t chunk);

/* Asks for the wait of every chunk; those that are never needed again are forgotten. */
void chunk_slots_review(struct chunk_slots *slots, chunk_slots_wait wait, const void *context);

/* A slot for a chunk that has to wait so long: an empty one, else that of a chunk which by the last review has to wait
 * longer, the longest first, and is forgotten. NULL if there is none. To be given back by one of the next two. */
struct chunk_slot *chunk_slots_take(struct chunk_slots *slots, int64_t wait);

/* What was taken now holds that chunk, which no other slot may hold. */
void chunk_slots_put(struct chunk_slots *slots, struct chunk_slot *slot, int64_t chunk);

/* Gives back what was taken, or forgets the chunk of a slot. */
void chunk_slots_drop(struct chunk_slots *slots, struct chunk_slot *slot);

/* Bytes of the pixels' memory that is held, used or not. */
size_t chunk_slots_held_bytes(const struct chunk_slots *slots);

void chunk_slots_free(struct chunk_slots *slots);

#endif
