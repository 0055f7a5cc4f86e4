/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Medians on a device; ops/median.c says which methods there are.
 *
 * Pixels are compared as unsigned integers, LANES neighbours in x at once: on a GPU as many as leave room in its
 * registers, on a CPU 16, in the pixels' own width (NARROW), which become vector instructions.
 *
 * The host defines LINE for median_box: 3 (2D, radius 1), 5 (2D, radius 2), 9 (3D, radius 1) or 25 (3D, radius 2),
 * the pixels of a row of the neighbourhood; else PIXELS for median_window: 5, 7, 13 or 33, for which there is a
 * network, or 0 for a search.
 */
#include "median_networks.clh"

#if defined NARROW && defined PIXEL_IS_U8
#define LANE uchar
#elif defined NARROW && defined PIXEL_IS_U16
#define LANE ushort
#else
#define LANE uint
#endif

#if LANES == 1
typedef LANE lanes;
typedef pixel pixels;
#define load_lanes(from) (*(from))
#define CONVERT(type) (type)
#define AS(type) PASTE(as_, type)
#define ONE_WHERE(condition) ((LANE)(condition))
#else
typedef PASTE(LANE, LANES) lanes;
#define load_lanes(from) PASTE(vload, LANES)(0, from)
#define load_pixels(from) PASTE(vload, LANES)(0, from)
#define CONVERT(type) PASTE(PASTE(convert_, type), LANES)
#define AS(type) PASTE(PASTE(as_, type), LANES)
#define ONE_WHERE(condition) (-AS(LANE)(condition))
#ifdef PIXEL_IS_F32
typedef PASTE(float, LANES) pixels;
#else
typedef PASTE(pixel_name, LANES) pixels;
#endif
#endif

/* To integers in the order of the pixels, -0 before +0, and back. */
#ifdef PIXEL_IS_F32
#define SIGN 0x80000000u
#define order_bits(bits) ((bits) ^ ((0 - ((bits) >> 31)) | SIGN))
#define ordered_pixel(value) order_bits(as_uint(value))
#define to_ordered(values) order_bits(AS(uint)(values))
#define from_ordered(values) AS(float)((values) ^ (((values) >> 31) - 1 | SIGN))
#else
#define ordered_pixel(value) ((LANE)(value))
#define to_ordered(values) CONVERT(LANE)(values)
#define from_ordered(values) CONVERT(pixel_name)(values)
#endif

/* Not left to the compiler: an array passed to a function that is not inlined would leave the registers. */
#define INLINE static inline __attribute__((always_inline))

INLINE void order(lanes *a, lanes *b)
{
    lanes low = min(*a, *b);
    *b = max(*a, *b);
    *a = low;
}

#define ORDER(i, j) order(&v[i], &v[j]);

#ifdef LINE
#include "median_box.clh"
#else

#if PIXELS > 0

INLINE void sort_half(lanes *v)
{
#if PIXELS == 5
    ORDER(0, 1)
#elif PIXELS == 7
    SORT_3(ORDER)
#elif PIXELS == 13
    SORT_6(ORDER)
#else
    SORT_16(ORDER)
#endif
}

/* The median of the pixels at `places`, see select_row() in ops/median_selection.h. */
INLINE lanes selected_median(local const LANE *place, constant int *places)
{
    enum { HALF = PIXELS / 2 };
    lanes a[HALF], b[HALF];
#pragma unroll
    for (int i = 0; i < HALF; i++) {
        a[i] = load_lanes(place + places[i]);
        b[i] = load_lanes(place + places[HALF + i]);
    }
    sort_half(a);
    sort_half(b);
    lanes low = min(a[0], b[HALF - 1]), high = max(a[0], b[HALF - 1]);
#pragma unroll
    for (int i = 1; i < HALF; i++) {
        low = max(low, min(a[i], b[HALF - 1 - i]));
        high = min(high, max(a[i], b[HALF - 1 - i]));
    }
    return max(low, min(high, load_lanes(place + places[2 * HALF])));
}

#else

/* The median of the pixels of all spans, bit by bit from the top. `known` has the bits that all values share. */
INLINE lanes searched_median(local const LANE *place, constant int *spans, int span_count, int half_px, uint known,
                             int bits)
{
    lanes value = (lanes)((LANE)known);
    for (uint step = bits ? 1u << (bits - 1) : 0; step; step >>= 1) {
        lanes limit = value | (LANE)(step - 1), count = 0;
        for (int s = 0; s < span_count; s++) {
            local const LANE *span = place + spans[2 * s];
            int length = spans[2 * s + 1];
            for (int i = 0; i < length; i++)
                count += ONE_WHERE(load_lanes(span + i) <= limit);
        }
        value = count <= (LANE)half_px ? value | (LANE)step : value;
    }
    return value;
}

#endif

/* LANES medians by work-item, from a tile that holds the outputs of the work-group and `reach` more on each side.
 * `places` is the neighbourhood in the tile, from the output's own place: start and length of each span, or with PIXELS
 * each pixel. */
kernel void median_window(global const pixel *in, global pixel *out, struct shape shape, int reach_x, int reach_y,
                          int reach_z, constant int *places, int span_count, int half_px, local LANE *tile)
{
    local uint any, all;
    int width = (int)get_local_size(0) * LANES + 2 * reach_x, height = (int)get_local_size(1) + 2 * reach_y;
    int depth = (int)get_local_size(2) + 2 * reach_z;
    long x = get_global_id(0) * LANES, y = get_global_id(1), z = get_global_id(2);
    int tile_x = (int)get_local_id(0) * LANES, tile_y = get_local_id(1), tile_z = get_local_id(2);
    if (tile_x == 0 && tile_y == 0 && tile_z == 0) {
        any = 0;
        all = UINT_MAX;
    }
    barrier(CLK_LOCAL_MEM_FENCE);

    uint mine_any = 0, mine_all = UINT_MAX;
    for (int k = tile_z; k < depth; k += get_local_size(2))
        for (int j = tile_y; j < height; j += get_local_size(1)) {
            long row_y = clamp(y - tile_y + j - reach_y, 0L, shape.height - 1);
            long row_z = clamp(z - tile_z + k - reach_z, 0L, shape.depth - 1);
            for (int i = get_local_id(0); i < width; i += get_local_size(0)) {
                long row_x = clamp(x - tile_x + i - reach_x, 0L, shape.width - 1);
                LANE value = ordered_pixel(in[at(shape, row_x, row_y, row_z)]);
                tile[(k * height + j) * width + i] = value;
                mine_any |= value;
                mine_all &= value;
            }
        }
#if PIXELS == 0
    atomic_or(&any, mine_any);
    atomic_and(&all, mine_all);
#endif
    barrier(CLK_LOCAL_MEM_FENCE);
    if (x >= shape.width || y >= shape.height || z >= shape.depth)
        return;

    local const LANE *place = tile + ((tile_z + reach_z) * height + tile_y + reach_y) * width + tile_x + reach_x;
#if PIXELS > 0
    lanes median = selected_median(place, places);
#else
    lanes median = searched_median(place, places, span_count, half_px, all & ~(any ^ all), 32 - clz(any ^ all));
#endif
    *(global pixels *)(out + at(shape, x, y, z)) = from_ordered(median);
}

#endif
