/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Connected components on the CPU. The nodes of the union-find forest are runs: with box connectivity of the OR of two
 * rows, all pixels of which touch (He, Chao and Suzuki, 2008, and the 2x2 blocks of Grana, Borghesani and Cucchiara,
 * 2010, rest on the same), else of one row. Rows are bits in 64-bit words; where two strips touch is found for a word
 * at once, and the run at a place is a count of bits. A parent is a run that starts earlier, so a root is in its
 * component's first strip.
 */
#ifndef OPS_LABEL_STRIPS_H
#define OPS_LABEL_STRIPS_H

#include "ops/compile.h"

#include <string.h>

enum { WORD = 64 }; /* pixels of a word */

struct labelling {
    struct shape shape;
    bool box;
    int rows;            /* of a strip: 2 or 1 */
    int64_t words;       /* of a row; one more, always 0, follows */
    int64_t plane;       /* strips of a plane */
    int64_t strips, cap; /* of the image, and runs of a strip at most */
    uint64_t *bits;      /* of all rows */
    uint64_t *starts;    /* of all strips: bits where a run begins */
    uint32_t *before;    /* of all words of all strips: the last run begun before, that is its number less one */
    uint32_t *parent, *label;
};

/* Rows of a strip as bits; a strip that has no second row takes its first with nothing of it. */
struct strip {
    const uint64_t *top, *bottom, *starts;
    uint64_t has_bottom; /* 0 or all ones */
    const uint32_t *before;
};

static inline struct strip strip_at(const struct labelling *l, int64_t index)
{
    const int64_t y = index % l->plane * l->rows, row = l->words + 1;
    const uint64_t *top = l->bits + (index / l->plane * l->shape.height + y) * row;
    const bool two = l->rows == 2 && y + 1 < l->shape.height;
    return (struct strip){top, two ? top + row : top, l->starts + index * row, two ? ~UINT64_C(0) : 0,
                          l->before + index * row};
}

/* The run that covers pixel x, which is set. */
static inline uint32_t run_at(const struct strip *s, int64_t x)
{
    const uint64_t until = (UINT64_C(2) << (x % WORD)) - 1;
    return s->before[x / WORD] + (uint32_t)__builtin_popcountll(s->starts[x / WORD] & until);
}

static inline uint32_t first_run(const struct strip *s)
{
    return s->before[0] + 1;
}

static inline uint32_t end_run(const struct labelling *l, const struct strip *s)
{
    return s->before[l->words] + 1;
}

static inline uint32_t load(const uint32_t *from)
{
    return __atomic_load_n(from, __ATOMIC_RELAXED);
}

/* Halves the path on its way; only roots change their set, so a concurrent writer can but shorten the path too. */
static inline uint32_t find_root(uint32_t *parent, uint32_t run)
{
    for (uint32_t up = load(&parent[run]); up != run;) {
        const uint32_t above = load(&parent[up]);
        if (above == up)
            return up;
        __atomic_store_n(&parent[run], above, __ATOMIC_RELAXED);
        run = above;
        up = load(&parent[run]);
    }
    return run;
}

/* `shared` where other threads do the same: then a root is changed only while it still is one. */
static inline void unite(uint32_t *parent, uint32_t a, uint32_t b, bool shared)
{
    for (;;) {
        a = find_root(parent, a);
        b = find_root(parent, b);
        if (a == b)
            return;
        uint32_t low = a < b ? a : b, high = a < b ? b : a, expected = high;
        if (!shared) {
            parent[high] = low;
            return;
        }
        if (__atomic_compare_exchange_n(&parent[high], &expected, low, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            return;
    }
}

/* A row as bits. */
static inline void pack_words(const pixel *in, int64_t width, uint64_t *bits)
{
    int64_t word = 0;
    for (; word * WORD < width; word++) {
        const pixel *from = in + word * WORD;
        pixel rest[WORD] = {0};
        uint8_t truth[WORD];
        if (width - word * WORD < WORD) {
            memcpy(rest, from, (size_t)(width - word * WORD) * sizeof(pixel));
            from = rest;
        }
        for (int i = 0; i < WORD; i++)
            truth[i] = from[i] != 0;
        uint64_t packed = 0;
        for (int i = 0; i < WORD / 8; i++) {
            uint64_t eight;
            memcpy(&eight, truth + 8 * i, sizeof eight);
            packed |= (eight * UINT64_C(0x0102040810204080) >> 56) << 8 * i;
        }
        bits[word] = packed;
    }
    bits[word] = 0;
}

/* Finds the runs of a strip, numbered from `run` on, each a root. Returns the number after them. */
static inline uint32_t make_runs(const struct labelling *l, int64_t index, uint32_t run)
{
    const struct strip s = strip_at(l, index);
    uint64_t *starts = l->starts + index * (l->words + 1), carry = 0;
    uint32_t *before = l->before + index * (l->words + 1);
    const uint32_t first = run;
    for (int64_t w = 0; w < l->words; w++) {
        const uint64_t either = s.top[w] | (s.bottom[w] & s.has_bottom);
        starts[w] = either & ~(either << 1 | carry);
        carry = either >> 63;
        before[w] = run - 1;
        run += (uint32_t)__builtin_popcountll(starts[w]);
    }
    before[l->words] = run - 1;
    for (uint32_t i = first; i < run; i++)
        l->parent[i] = i;
    return run;
}

/* A neighbouring strip that comes earlier, and which of its rows and of ours touch. */
struct contact {
    int64_t strips, planes; /* to it */
    bool its_top, its_bottom, top, bottom;
};

static const struct contact contacts_sphere[] = {{-1, 0, true, false, true, false}, {0, -1, true, false, true, false}};
static const struct contact contacts_box[] = {{-1, 0, false, true, true, false},
                                              {0, -1, true, true, true, true},
                                              {-1, -1, false, true, true, false},
                                              {1, -1, true, false, false, true}};

static inline uint64_t chosen_rows(const struct strip *s, int64_t word, bool top, bool bottom)
{
    return (s->top[word] & -(uint64_t)top) | (s->bottom[word] & s->has_bottom & -(uint64_t)bottom);
}

/* Unites the runs at the pixels `at` of word `word` with the other strip's `step` pixels further. */
static inline void unite_each(const struct labelling *l, const struct strip *s, const struct strip *other, uint64_t at,
                              int64_t word, int64_t step, bool shared)
{
    for (; at; at &= at - 1) {
        const int64_t x = word * WORD + __builtin_ctzll(at);
        unite(l->parent, run_at(s, x), run_at(other, x + step), shared);
    }
}

/* Unites the runs of two strips. Where both have a pixel in some row, one contact in each common stretch says all; what
 * touches only diagonally, beside the other strip's run, is looked at by itself. */
static inline void unite_strips(const struct labelling *l, const struct strip *s, const struct strip *other,
                                const struct contact *c, bool shared)
{
    uint64_t left = 0, a = chosen_rows(other, 0, c->its_top, c->its_bottom);
    for (int64_t w = 0; w < l->words; w++) {
        const uint64_t right = chosen_rows(other, w + 1, c->its_top, c->its_bottom);
        const uint64_t b = chosen_rows(s, w, c->top, c->bottom), its = chosen_rows(other, w, true, true);
        const uint64_t before = a << 1 | left >> 63, after = a >> 1 | right << 63;
        const uint64_t near = l->box ? b & (a | before | after) : b & a;
        if (near) {
            const uint64_t both = chosen_rows(s, w, true, true) & its, first = both & ~(both << 1);
            unite_each(l, s, other, ((both & ~near) + first) & both & near, w, 0, shared);
            if (l->box && near & ~its) {
                unite_each(l, s, other, near & ~its & before & ~(b << 1), w, -1, shared);
                unite_each(l, s, other, near & ~its & after & ~(b >> 1), w, 1, shared);
            }
        }
        left = a;
        a = right;
    }
}

/* Unites a strip with its earlier neighbours that are strips low .. high - 1. */
static inline void unite_neighbours(const struct labelling *l, int64_t index, int64_t low, int64_t high, bool shared)
{
    const struct contact *contacts = l->box ? contacts_box : contacts_sphere;
    const int count = l->shape.depth == 1 ? 1 : l->box ? 4 : 2;
    const struct strip s = strip_at(l, index);
    const int64_t k = index % l->plane, z = index / l->plane;
    for (int i = 0; i < count; i++) {
        const int64_t other_k = k + contacts[i].strips, other = (z + contacts[i].planes) * l->plane + other_k;
        if (other_k < 0 || other_k >= l->plane || other < low || other >= high)
            continue;
        const struct strip o = strip_at(l, other);
        unite_strips(l, &s, &o, &contacts[i], shared);
    }
}

/* Gives roots of a strip the numbers after `number`, in the raster order of their components' first pixels: components
 * with a pixel in the top row come first. Their labels are 0 before. Returns the last number given. */
static inline uint32_t number_strip(const struct labelling *l, int64_t index, uint32_t number)
{
    const struct strip s = strip_at(l, index);
    const uint32_t first = first_run(&s), end = end_run(l, &s);
    uint32_t roots = 0;
    for (uint32_t i = first; i < end; i++)
        roots += l->parent[i] == i;
    for (int64_t w = 0; s.has_bottom && roots > 1 && w < l->words; w++) {
        const uint64_t either = s.top[w] | s.bottom[w], begins = either & ~(either << 1);
        for (uint64_t at = ((either & ~s.top[w]) + begins) & s.top[w]; at; at &= at - 1) {
            const uint32_t root = l->parent[run_at(&s, w * WORD + __builtin_ctzll(at))];
            if (root >= first && l->label[root] == 0)
                l->label[root] = ++number;
        }
    }
    for (uint32_t i = first; roots > 0 && i < end; i++)
        if (l->parent[i] == i && l->label[i] == 0)
            l->label[i] = ++number;
    return number;
}

static const uint32_t bit_of_lane[WORD / 2] = {
    1u << 0,  1u << 1,  1u << 2,  1u << 3,  1u << 4,  1u << 5,  1u << 6,  1u << 7,  1u << 8,  1u << 9,  1u << 10,
    1u << 11, 1u << 12, 1u << 13, 1u << 14, 1u << 15, 1u << 16, 1u << 17, 1u << 18, 1u << 19, 1u << 20, 1u << 21,
    1u << 22, 1u << 23, 1u << 24, 1u << 25, 1u << 26, 1u << 27, 1u << 28, 1u << 29, 1u << 30, 1u << 31};

/* out = line where the bits are set, else 0. */
static inline void write_word(uint32_t *restrict out, const uint32_t *restrict line, uint64_t bits)
{
    for (int half = 0; half < WORD; half += WORD / 2) {
        const uint32_t set = (uint32_t)(bits >> half);
#pragma omp simd
        for (int i = 0; i < WORD / 2; i++)
            out[half + i] = set & bit_of_lane[i] ? line[half + i] : 0;
    }
}

enum { LANES = 8 }; /* of a label are written at once, beyond its run's end; the next run comes after */

/* The label of each pixel of a word, whatever between the runs. */
static inline void label_word(const struct labelling *l, const struct strip *s, int64_t word, uint64_t either,
                              uint32_t *line)
{
    uint32_t run = s->before[word];
    uint64_t starts = s->starts[word];
    int from = 0;
    if (either & 1 & ~starts)
        starts |= 1;
    else
        run++;
    while (starts) {
        starts &= starts - 1;
        const int to = starts ? __builtin_ctzll(starts) : WORD;
        const uint32_t label = l->label[l->parent[run++]];
        for (; from < to; from += LANES)
            for (int i = 0; i < LANES; i++)
                line[from + i] = label;
        from = to;
    }
}

static inline void write_strip(const struct labelling *l, int64_t index, struct image *out)
{
    const struct strip s = strip_at(l, index);
    const int64_t y = index % l->plane * l->rows, z = index / l->plane, width = l->shape.width;
    for (int64_t w = 0; w < l->words; w++) {
        uint32_t line[WORD + LANES] = {0}, rest[WORD];
        const int64_t left = width - w * WORD;
        const uint64_t rows[2] = {s.top[w], s.bottom[w] & s.has_bottom};
        if (rows[0] | rows[1])
            label_word(l, &s, w, rows[0] | rows[1], line);
        for (int r = 0; r < 1 + (s.has_bottom != 0); r++) {
            uint32_t *to = (uint32_t *)image_row(out, y + r, z) + w * WORD;
            write_word(left < WORD ? rest : to, line, rows[r]);
            if (left < WORD)
                memcpy(to, rest, (size_t)left * sizeof *to);
        }
    }
}

#endif
