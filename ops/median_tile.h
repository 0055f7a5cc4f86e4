/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What every CPU median works on: a tile of the image with its surroundings, clamped to the image's edge, as integers
 * in the order of the pixels. Past this file nobody knows of borders.
 */
#ifndef OPS_MEDIAN_TILE_H
#define OPS_MEDIAN_TILE_H

#include "ops/ordered.h"

/* Bytes of a vector register, and how many pixels it holds. Rows of a tile are computed in whole vectors. */
#if defined __AVX512BW__
#define VECTOR_BYTES 64
#elif defined __AVX2__
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif
enum { LANES = VECTOR_BYTES / sizeof(ordered), PREFETCH_ROWS = 4 };

/* One step of a network. */
static inline void order(ordered *a, ordered *b)
{
    const ordered low = smaller_of(*a, *b);
    *b = larger_of(*a, *b);
    *a = low;
}

#define ORDER(i, j) order(&v[i], &v[j]); /* a step X(i, j) of kernels/median_networks.clh */

/* A block of outputs and what surrounds it, in pixels. */
struct tile {
    struct shape shape;  /* of the outputs: the width in whole vectors, the height even; may reach beyond the image */
    struct shape margin; /* on each side */
    int64_t row, plane;  /* distances in memory, those of the largest tile of a call */
    ordered *values;
    int64_t x, y, z; /* of its first output pixel in the image */
};

/* The outputs of a tile that should cover `rest`, and at most `largest`. */
static inline struct shape tile_shape(struct shape rest, struct shape largest)
{
    struct shape shape = {rest.width < largest.width ? rest.width : largest.width,
                          rest.height < largest.height ? rest.height : largest.height,
                          rest.depth < largest.depth ? rest.depth : largest.depth};
    shape.width = (shape.width + LANES - 1) / LANES * LANES;
    shape.height = (shape.height + 1) / 2 * 2;
    return shape;
}

/* Lays out the largest tile of a call; returns its pixels with margins, and a vector more that may be read. */
static inline int64_t tile_layout(struct tile *tile, struct shape shape, struct shape margin)
{
    tile->shape = shape;
    tile->margin = margin;
    tile->row = shape.width + 2 * margin.width;
    tile->plane = tile->row * (shape.height + 2 * margin.height);
    return tile->plane * (shape.depth + 2 * margin.depth) + LANES;
}

/* The value at an output position, which may be outside by the margin. */
static inline ordered *tile_at(const struct tile *tile, int64_t x, int64_t y, int64_t z)
{
    return tile->values + (z + tile->margin.depth) * tile->plane + (y + tile->margin.height) * tile->row + x +
           tile->margin.width;
}

static inline void load_row(const pixel *restrict in, int64_t width, int64_t first, int64_t count, ordered *restrict to)
{
    int64_t x = 0;
    for (; x < count && first + x < 0; x++)
        to[x] = to_ordered(in[0]);
    const int64_t inside = count < width - first ? count : width - first;
    for (; x < inside; x++)
        to[x] = to_ordered(in[first + x]);
    for (; x < count; x++)
        to[x] = to_ordered(in[width - 1]);
}

/* Fetches part of a row that will soon be used: rows of a tile are too short for a processor to guess the next. */
static inline void prefetch_row(const pixel *row, int64_t width, int64_t first, int64_t count)
{
    const int64_t last = first + count < width ? first + count : width;
    for (int64_t x = first < 0 ? 0 : first; x < last; x += 64 / (int64_t)sizeof *row)
        __builtin_prefetch(row + x);
}

/* Loads one row of a tile with its margins; y and z count from the first output row. */
static inline void load_tile_row(const struct op_call *call, const struct tile *tile, int64_t y, int64_t z)
{
    const struct shape s = call->in[0]->shape;
    const int64_t first = tile->x - tile->margin.width, count = tile->shape.width + 2 * tile->margin.width;
    const int64_t from_y = tile->y + y, from_z = clamp_index(tile->z + z, s.depth);
    prefetch_row(in_row(call, 0, clamp_index(from_y + PREFETCH_ROWS, s.height), from_z), s.width, first, count);
    load_row(in_row(call, 0, clamp_index(from_y, s.height), from_z), s.width, first, count,
             tile_at(tile, -tile->margin.width, y, z));
}

/* Loads row y as far as the outputs of plane z need it: of all planes around the tile's first plane, and of one more
 * for each plane after it. To be called for all z in order. */
static inline void load_tile_rows(const struct op_call *call, const struct tile *tile, int64_t y, int64_t z)
{
    const int64_t depth = tile->margin.depth;
    for (int64_t dz = z > 0 ? depth : -depth; dz <= depth; dz++)
        load_tile_row(call, tile, y, z + dz);
}

static inline void load_tile(const struct op_call *call, const struct tile *tile)
{
    const struct shape m = tile->margin;
    for (int64_t z = -m.depth; z < tile->shape.depth + m.depth; z++)
        for (int64_t y = -m.height; y < tile->shape.height + m.height; y++)
            load_tile_row(call, tile, y, z);
}

/* Stores a row of results; nothing where it lies beyond the image. */
static inline void store_row(const struct op_call *call, const struct tile *tile, int64_t y, int64_t z,
                             const ordered *restrict values)
{
    const struct shape s = call->out->shape;
    if (tile->y + y >= s.height || tile->z + z >= s.depth)
        return;
    pixel *restrict out = out_row(call, tile->y + y, tile->z + z) + tile->x;
    const int64_t rest = s.width - tile->x, count = rest < tile->shape.width ? rest : tile->shape.width;
    prefetch_row(out_row(call, clamp_index(tile->y + y + PREFETCH_ROWS, s.height), tile->z + z), s.width, tile->x,
                 count);
    for (int64_t x = 0; x < count; x++)
        out[x] = from_ordered(values[x]);
}

#endif
