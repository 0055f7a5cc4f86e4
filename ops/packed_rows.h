/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Rows of a binary image at one bit a pixel, for the CPU, and erosion of them. A row of any width is cut into eight
 * segments of `length` bytes: bit b of byte j is pixel b * length + j. Packing, unpacking and stepping to the
 * neighbours in x are then plain loops over bytes, which compilers turn into vectors, and 8 * 64 pixels fit in one
 * AVX-512 register. Bits beyond the image are set.
 *
 * A bit is the truth of its pixel, or the opposite: `flip` is 0 or 0xff, and is given when packing and unpacking.
 */
#ifndef OPS_PACKED_ROWS_H
#define OPS_PACKED_ROWS_H

#include "ops/compile.h"

#include <string.h>

enum {
    SEGMENT_STEP =
        32, /* segments, margins and chunks are whole vectors: loops have no rest to go through byte by byte */
    CHUNK_BYTES = 256, /* taken through y and z at once: a block of 2 * radius + 1 rows stays in the L1 cache */
};

static inline int64_t whole_steps(int64_t bytes)
{
    return (bytes + SEGMENT_STEP - 1) / SEGMENT_STEP * SEGMENT_STEP;
}

static inline int64_t segment_bytes(int64_t width)
{
    return whole_steps((width + 7) / 8);
}

/* A row of pixels to bits. `truth` holds 8 * length bytes. */
static inline void pack_row(const pixel *restrict in, uint8_t *restrict truth, uint8_t *restrict packed, int64_t width,
                            int64_t length, uint8_t flip)
{
    for (int64_t x = 0; x < width; x++)
        truth[x] = in[x] != 0 ? 0xff : 0;
    if (width < 8 * length)
        memset(truth + width, 0xff ^ flip, (size_t)(8 * length - width));
    for (int64_t j = 0; j < length; j++)
        packed[j] =
            (uint8_t)((truth[j] & 1) | (truth[length + j] & 2) | (truth[2 * length + j] & 4) |
                      (truth[3 * length + j] & 8) | (truth[4 * length + j] & 16) | (truth[5 * length + j] & 32) |
                      (truth[6 * length + j] & 64) | (truth[7 * length + j] & 128)) ^
            flip;
}

static inline void unpack_row(const uint8_t *restrict packed, uint8_t *restrict out, int64_t width, int64_t length,
                              uint8_t flip)
{
    for (int64_t bit = 0; bit < 8 && bit * length < width; bit++) {
        const int64_t rest = width - bit * length, count = rest < length ? rest : length;
        uint8_t *restrict to = out + bit * length;
        const uint8_t mask = (uint8_t)(1 << bit), unset = flip & mask;
        for (int64_t j = 0; j < count; j++)
            to[j] = (packed[j] & mask) != unset;
    }
}

/* Fills `margin` bytes, whole vectors, on either side of a packed row with its neighbours in x: what lies beyond a
 * segment is the segment before or after it, the same byte with its bits moved by one. */
static inline void widen_row(uint8_t *packed, int64_t length, int64_t margin)
{
    for (int64_t shift = 1, done = 0; done < margin; shift++, done += length) {
        const int64_t count = margin - done < length ? margin - done : length;
        const uint8_t *restrict last = packed + length - count, *restrict first = packed;
        uint8_t *restrict left = packed - done - count, *restrict right = packed + done + length;
        for (int64_t j = 0; j < count; j += SEGMENT_STEP)
            for (int64_t k = j; k < j + SEGMENT_STEP; k++) {
                left[k] = (uint8_t)(last[k] << shift | ((1 << shift) - 1));
                right[k] = (uint8_t)((first[k] | 0xff00) >> shift);
            }
    }
}

/* Works on whole vectors, up to SEGMENT_STEP - 1 bytes beyond the end. `to` may be `a`. */
static inline void and_rows(uint8_t *to, const uint8_t *a, const uint8_t *b, int64_t bytes)
{
    for (int64_t j = 0; j < bytes; j += SEGMENT_STEP)
#pragma omp simd
        for (int64_t k = j; k < j + SEGMENT_STEP; k++)
            to[k] = a[k] & b[k];
}

/* Rows and their margins one after the other, eroded in x together: steps on one short row would each wait for the
 * stores of the step before. */
struct wide_rows {
    uint8_t *bytes, *next; /* each of wide_rows_bytes() */
    int64_t length, radius, margin;
};

/* Bytes from one row to the next. */
static inline int64_t wide_row_bytes(int64_t length, int64_t radius)
{
    return length + 2 * whole_steps(radius);
}

/* Of one buffer; the last vector is read beyond the rows. */
static inline int64_t wide_rows_bytes(int64_t length, int64_t radius, int64_t rows)
{
    return rows * wide_row_bytes(length, radius) + SEGMENT_STEP;
}

/* Where a row is to be packed. */
static inline uint8_t *wide_row(const struct wide_rows *w, int64_t row)
{
    return w->bytes + row * wide_row_bytes(w->length, w->radius) + w->margin;
}

/* Erodes `count` packed rows in x, into `packed`, where they follow each other without margins. */
static inline void erode_x(const struct wide_rows *w, int64_t count, uint8_t *packed)
{
    const int64_t window = 2 * w->radius + 1, pitch = wide_row_bytes(w->length, w->radius);
    uint8_t *wide = w->bytes, *next = w->next;
    int64_t span = 1; /* wide[j] covers pixels j .. j + span - 1 */
    for (int64_t row = 0; row < count; row++)
        widen_row(wide_row(w, row), w->length, w->margin);
    for (; 2 * span <= window; span *= 2) {
        and_rows(next, wide, wide + span, count * pitch - span);
        uint8_t *swapped = wide;
        wide = next;
        next = swapped;
    }
    for (int64_t row = 0; row < count; row++) {
        const uint8_t *first = wide + row * pitch + w->margin - w->radius;
        and_rows(packed + row * w->length, first, first + window - span, w->length);
    }
}

/* `count` rows or planes of a packed image, `step` bytes apart, of which `bytes` are taken through. */
struct column {
    const uint8_t *from;
    uint8_t *to;
    int64_t count, step, bytes;
};

/* Erodes 2 * radius + 1 rows from `first` on: each is the AND of the rest of a block and the start of the next. */
static inline void erode_block(const struct column *c, int64_t first, int64_t radius, uint8_t *block)
{
    const int64_t window = 2 * radius + 1;
    uint8_t *prefix = block + window * CHUNK_BYTES;
    const uint8_t *suffix = prefix;
    memset(prefix, 0xff, (size_t)c->bytes);
    for (int64_t k = window - 1; k >= 0; k--) {
        const int64_t row = first - radius + k;
        uint8_t *to = block + k * CHUNK_BYTES;
        if (row >= 0 && row < c->count)
            and_rows(to, suffix, c->from + row * c->step, c->bytes);
        else
            memcpy(to, suffix, (size_t)c->bytes);
        suffix = to;
    }
    for (int64_t k = 0; k < window && first + k < c->count; k++) {
        const int64_t row = first + radius + k;
        if (k > 0 && row < c->count)
            and_rows(prefix, prefix, c->from + row * c->step, c->bytes);
        and_rows(c->to + (first + k) * c->step, block + k * CHUNK_BYTES, prefix, c->bytes);
    }
}

#endif
