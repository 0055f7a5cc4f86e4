/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Medians of any neighbourhood on the CPU, given as spans; two ways, of which median.c takes the cheaper.
 *
 * Search: the median is the least value with more than half of the pixels at or below it. Its bits are found one by one
 * from the top, a vector of outputs at a time; each bit takes one comparison per pixel of the neighbourhood. Bits in
 * which the pixels of a tile do not differ are skipped. Cost per output: bits x pixels / (pixels per vector).
 *
 * Running: the pixels of a tile are ranked once by a radix sort, ties in any order, so that the neighbourhood is a set
 * of different numbers below 65536, kept as bits. From one output to the next a pixel leaves and another enters at the
 * ends of each span, and the median is looked for from the word where the last one was (Huang's running histogram,
 * 1979, with ranks for values). Cost per output: two updates per span, whatever the pixel type, and a short walk.
 */
#ifndef OPS_MEDIAN_WINDOWS_H
#define OPS_MEDIAN_WINDOWS_H

#include "ops/median_tile.h"

/* A neighbourhood in the memory of a tile. */
struct window {
    int64_t pixels; /* odd */
    int64_t span_count;
    const int64_t *starts;  /* from the output to the first pixel of each span */
    const int64_t *lengths; /* pixels */
};

typedef ordered vector __attribute__((vector_size(VECTOR_BYTES)));
#ifdef PIXEL_IS_F32
typedef uint32_t unsigned_ordered;
#else
typedef pixel unsigned_ordered;
#endif
typedef unsigned_ordered unsigned_vector __attribute__((vector_size(VECTOR_BYTES)));

enum { SEARCH_PIXELS_MAX = sizeof(ordered) == 1 ? 255 : 65535 }; /* the counts are as wide as the pixels */

/* How many low bits the values of a tile differ in. */
static inline int varying_bits(const ordered *restrict values, int64_t count)
{
    unsigned_ordered differences = 0;
    for (int64_t i = 0; i < count; i++)
        differences |= (unsigned_ordered)(values[i] ^ values[0]);
    return differences ? 32 - __builtin_clz(differences) : 0;
}

/* How many of the pixels are at or below `limit`, for each output of a vector. */
static inline unsigned_vector count_up_to(const ordered *at, const struct window *w, vector limit)
{
    unsigned_vector count = {0};
    for (int64_t s = 0; s < w->span_count; s++) {
        const ordered *span = at + w->starts[s];
        for (int64_t i = 0; i < w->lengths[s]; i++) {
            vector values;
            memcpy(&values, span + i, sizeof values);
            count -= (unsigned_vector)(values <= limit);
        }
    }
    return count;
}

/* Medians of a row of outputs. `known` has the bits in common to all values, and `bits` zeros below. */
static inline void search_row(const ordered *at, const struct window *w, ordered known, int bits, ordered *results,
                              int64_t width)
{
    const unsigned_ordered half = (unsigned_ordered)(w->pixels / 2);
    for (int64_t x = 0; x < width; x += LANES) {
        unsigned_vector value = (unsigned_vector){0} + (unsigned_ordered)known;
        for (int bit = bits - 1; bit >= 0; bit--) {
            const unsigned_ordered step = (unsigned_ordered)(1u << bit);
            const unsigned_vector limit = value + (unsigned_ordered)(step - 1);
            value += (unsigned_vector)(count_up_to(at + x, w, (vector)limit) <= half) & step;
        }
        memcpy(results + x, &value, sizeof value);
    }
}

static inline void searched_medians(const struct op_call *call, const struct tile *tile, const struct window *w,
                                    ordered *results)
{
    const int64_t count = tile->plane * (tile->shape.depth + 2 * tile->margin.depth);
    const int bits = varying_bits(tile->values, count);
    const unsigned_ordered mask = (unsigned_ordered)((UINT64_C(1) << bits) - 1);
    const ordered known =
        bits == 32 ? ORDERED_LEAST : (ordered)((unsigned_ordered)tile->values[0] & (unsigned_ordered)~mask);
    for (int64_t z = 0; z < tile->shape.depth; z++)
        for (int64_t y = 0; y < tile->shape.height; y++) {
            search_row(tile_at(tile, 0, y, z), w, known, bits, results, tile->shape.width);
            store_row(call, tile, y, z, results);
        }
}

enum { RANKS = 65536, RANK_WORDS = RANKS / 64, RUNNING_WIDTH = 192 };

struct running_memory {
    uint64_t set[RANK_WORDS]; /* the ranks in the neighbourhood */
    uint16_t rank[RANKS];     /* of each pixel of the tile */
    uint16_t by_rank[RANKS];  /* positions in the tile, in order of value */
    uint16_t by_lower_digits[RANKS];
    ordered results[RUNNING_WIDTH];
};

/* Bits 8 * digit and up of a value, such that unsigned order is the order of values. */
static inline uint8_t radix_digit(ordered value, int digit)
{
    return (uint8_t)(((uint32_t)value ^ (uint32_t)ORDERED_LEAST) >> (8 * digit));
}

/* Ranks all pixels of a tile, at most RANKS, by a radix sort of their positions. */
static inline void rank_tile(const ordered *values, int64_t count, struct running_memory *m)
{
    uint16_t *from = m->by_lower_digits, *to = m->by_rank;
    for (int64_t i = 0; i < count; i++)
        from[i] = (uint16_t)i;
    for (int digit = 0; digit < (int)sizeof(ordered); digit++) {
        uint32_t places[257] = {0};
        for (int64_t i = 0; i < count; i++)
            places[radix_digit(values[i], digit) + 1]++;
        for (int i = 0; i < 256; i++)
            places[i + 1] += places[i];
        for (int64_t i = 0; i < count; i++)
            to[places[radix_digit(values[from[i]], digit)]++] = from[i];
        uint16_t *swapped = from;
        from = to;
        to = swapped;
    }
    for (int64_t i = 0; i < count; i++)
        m->rank[from[i]] = (uint16_t)i;
    if (from != m->by_rank)
        memcpy(m->by_rank, from, (size_t)count * sizeof *from);
}

/* Where the last median was, and how many ranks of the set are in the words before. */
struct cursor {
    int64_t word, before;
};

/* Puts a rank into the set (change 1) or takes it out (change -1). */
static inline void change_rank(struct running_memory *m, struct cursor *c, uint16_t rank, int change)
{
    m->set[rank / 64] ^= UINT64_C(1) << (rank % 64);
    c->before += rank / 64 < c->word ? change : 0;
}

/* The rank that has `half` others of the set below it. */
static inline int64_t rank_in_middle(const struct running_memory *m, struct cursor *c, int64_t half)
{
    while (c->before > half)
        c->before -= __builtin_popcountll(m->set[--c->word]);
    for (int64_t next; (next = c->before + __builtin_popcountll(m->set[c->word])) <= half; c->word++)
        c->before = next;
    uint64_t bits = m->set[c->word];
    for (int64_t skip = half - c->before; skip > 0; skip--)
        bits &= bits - 1;
    return c->word * 64 + __builtin_ctzll(bits);
}

/* A row of outputs; `word` is where to look for the first median. Returns where the last one was. */
static inline int64_t running_row(const struct tile *tile, const struct window *w, int64_t y, int64_t z,
                                  struct running_memory *m, int64_t word)
{
    const uint16_t *at = m->rank + (tile_at(tile, 0, y, z) - tile->values);
    struct cursor c = {.word = word};
    memset(m->set, 0, sizeof m->set);
    for (int64_t s = 0; s < w->span_count; s++)
        for (int64_t i = 0; i < w->lengths[s]; i++)
            change_rank(m, &c, at[w->starts[s] + i], 1);
    for (int64_t x = 0;; x++) {
        m->results[x] = tile->values[m->by_rank[rank_in_middle(m, &c, w->pixels / 2)]];
        if (x == tile->shape.width - 1)
            return c.word;
        for (int64_t s = 0; s < w->span_count; s++) {
            const uint16_t *span = at + x + w->starts[s];
            change_rank(m, &c, span[0], -1);
            change_rank(m, &c, span[w->lengths[s]], 1);
        }
    }
}

static inline void running_medians(const struct op_call *call, const struct tile *tile, const struct window *w,
                                   struct running_memory *m)
{
    int64_t word = 0;
    rank_tile(tile->values, tile->plane * (tile->shape.depth + 2 * tile->margin.depth), m);
    for (int64_t z = 0; z < tile->shape.depth; z++)
        for (int64_t y = 0; y < tile->shape.height; y++) {
            word = running_row(tile, w, y, z, m, word);
            store_row(call, tile, y, z, m->results);
        }
}

#endif
