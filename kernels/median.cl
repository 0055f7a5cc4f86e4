/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Medians on a device, see ops/median.c and ops/median_networks.h for the methods.
 *
 * Pixels are compared as unsigned integers, LANES neighbours in x at once: GPUs take as many as fill a 32-bit load, CPU
 * drivers 16 (NARROW: in the pixels' own width), which become vector instructions.
 *
 * The host defines LINE for median_box: 3 (2D, radius 1), 5 (2D, radius 2) or 9 (3D, radius 1), the pixels of a row of the
 * neighbourhood; else PIXELS for median_window: 5, 7, 13 or 33, which have a network, or 0 for a search.
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
#define load_pixels(from) (*(from))
#define store_pixels(value, to) (*(to) = (value))
#define CONVERT(type) (type)
#define AS(type) PASTE(as_, type)
#define ONE_WHERE(condition) ((LANE)(condition))
#else
typedef PASTE(LANE, LANES) lanes;
#define load_lanes(from) PASTE(vload, LANES)(0, from)
#define load_pixels(from) PASTE(vload, LANES)(0, from)
#define store_pixels(value, to) PASTE(vstore, LANES)(value, 0, to)
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

inline void order(lanes *a, lanes *b)
{
    lanes low = min(*a, *b);
    *b = max(*a, *b);
    *a = low;
}

#define ORDER(i, j) order(&v[i], &v[j]);

#ifdef LINE

/* COMMON: values in each of the two lists that neighbouring outputs share. */
#if LINE == 5
#define RADIUS 2
#define COMMON 10
#define MIDDLE MIDDLE_10
#else
#define RADIUS 1
#define COMMON LINE
#define MIDDLE MIDDLE_9
#endif

/* The pixels x - RADIUS .. x + RADIUS of a row, clamped to its ends. */
inline void load_row(global const pixel *row, long x, long width, lanes *v)
{
#if LANES == 2 || LANES == 4
    pixel left = row[max(x - 1, 0L)], right = row[min(x + LANES, width - 1)];
    pixels middle = load_pixels(row + x);
    /* The last pixel of the row is its own neighbour. */
    if (x + LANES > width) {
        pixel last = row[width - 1];
        middle.s1 = x + 1 < width ? middle.s1 : last;
#if LANES == 4
        middle.s2 = x + 2 < width ? middle.s2 : last;
        middle.s3 = x + 3 < width ? middle.s3 : last;
#endif
    }
#if LANES == 2
    v[0] = to_ordered((pixels)(left, middle.s0));
    v[2] = to_ordered((pixels)(middle.s1, right));
#else
    v[0] = to_ordered((pixels)(left, middle.s012));
    v[2] = to_ordered((pixels)(middle.s123, right));
#endif
    v[1] = to_ordered(middle);
#elif LANES == 1
    for (int i = 0; i <= 2 * RADIUS; i++)
        v[i] = to_ordered(row[clamp(x + i - RADIUS, 0L, width - 1)]);
#else
    pixel ends[LANES + 2 * RADIUS];
    bool inside = x >= RADIUS && x + LANES + RADIUS <= width;
    for (int i = 0; !inside && i < LANES + 2 * RADIUS; i++)
        ends[i] = row[clamp(x + i - RADIUS, 0L, width - 1)];
    for (int i = 0; i <= 2 * RADIUS; i++)
        v[i] = to_ordered(inside ? load_pixels(row + x + i - RADIUS) : load_pixels(ends + i));
#endif
}

/* The sorted pixels of the neighbourhood in row y. */
inline void sort_line(global const pixel *in, struct shape shape, long x, long y, long z, lanes *v)
{
    long row_y = clamp(y, 0L, shape.height - 1);
#if LINE == 9
    lanes planes[3][3];
    for (int i = 0; i < 3; i++)
        load_row(in + at(shape, 0, row_y, clamp(z + i - 1, 0L, shape.depth - 1)), x, shape.width, planes[i]);
    for (int i = 0; i < 3; i++) {
        lanes low = min(planes[0][i], planes[1][i]), high = max(planes[0][i], planes[1][i]);
        v[3 * i] = min(low, planes[2][i]);
        v[3 * i + 1] = max(low, min(high, planes[2][i]));
        v[3 * i + 2] = max(high, planes[2][i]);
    }
    SORT_9_OF_TRIPLES(ORDER)
#else
    load_row(in + at(shape, 0, row_y, z), x, shape.width, v);
#if LINE == 3
    SORT_3(ORDER)
#else
    SORT_5(ORDER)
#endif
#endif
}

#if LINE == 5
inline void merge_lines(const lanes *a, const lanes *b, lanes *v)
{
#pragma unroll
    for (int i = 0; i < LINE; i++)
        v[i] = a[i], v[LINE + i] = b[i];
    MERGE_5(ORDER)
}
#endif

inline lanes median_of_3(lanes a, lanes b, lanes c)
{
    return max(min(a, b), min(max(a, b), c));
}

/* See median_of_sorted() in ops/median_networks.h. */
inline lanes median_of_sorted(const lanes *middle, const lanes *line)
{
    lanes median = middle[LINE];
#pragma unroll
    for (int i = 0; i < LINE; i++)
        median = min(median, max(middle[i], line[LINE - 1 - i]));
    return median;
}

/* The medians of two rows of outputs: `above` and `below` are the lines that each has alone; `upper` and `lower` what they
 * have in common, a line each, or two merged lines each if radius is 2. */
inline void pick(const lanes *above, const lanes *upper, const lanes *lower, const lanes *below, lanes *medians)
{
#if LINE == 3
    lanes low = max(upper[0], lower[0]), high = min(upper[2], lower[2]);
    lanes less = min(upper[1], lower[1]), more = max(upper[1], lower[1]);
    medians[0] = median_of_3(max(low, above[0]), max(less, min(more, above[1])), min(high, above[2]));
    medians[1] = median_of_3(max(low, below[0]), max(less, min(more, below[1])), min(high, below[2]));
#else
    lanes v[2 * COMMON];
#pragma unroll
    for (int i = 0; i < COMMON; i++)
        v[i] = upper[i], v[COMMON + i] = lower[i];
    MIDDLE(ORDER)
    medians[0] = median_of_sorted(v + COMMON - (LINE + 1) / 2, above);
    medians[1] = median_of_sorted(v + COMMON - (LINE + 1) / 2, below);
#endif
}

inline void store_row(global pixel *out, struct shape shape, long x, long y, long z, lanes value)
{
    if (y < shape.height)
        store_pixels(from_ordered(value), out + at(shape, x, y, z));
}

/* LANES x ROWS medians by work-item. Every loop is unrolled, so that all lines stay in registers. */
kernel void median_box(global const pixel *in, global pixel *out, struct shape shape)
{
    long x = get_global_id(0) * LANES, y = get_global_id(1) * ROWS, z = get_global_id(2);
    if (x >= shape.width || y >= shape.height || z >= shape.depth)
        return;
    lanes line[ROWS + 2 * RADIUS][LINE], medians[2];
#pragma unroll
    for (int i = 0; i < 2 * RADIUS; i++)
        sort_line(in, shape, x, y + i - RADIUS, z, line[i]);
#if RADIUS == 2
    lanes pair[ROWS / 2 + 1][COMMON];
    merge_lines(line[1], line[2], pair[0]);
#endif
#pragma unroll
    for (int i = 0; i < ROWS; i += 2) {
        sort_line(in, shape, x, y + i + RADIUS, z, line[i + 2 * RADIUS]);
        sort_line(in, shape, x, y + i + RADIUS + 1, z, line[i + 2 * RADIUS + 1]);
#if RADIUS == 2
        merge_lines(line[i + 3], line[i + 4], pair[i / 2 + 1]);
        pick(line[i], pair[i / 2], pair[i / 2 + 1], line[i + 5], medians);
#else
        pick(line[i], line[i + 1], line[i + 2], line[i + 3], medians);
#endif
        store_row(out, shape, x, y + i, z, medians[0]);
        store_row(out, shape, x, y + i + 1, z, medians[1]);
    }
}

#else

inline void sort_half(lanes *v)
{
#if PIXELS == 5
    ORDER(0, 1)
#elif PIXELS == 7
    SORT_3(ORDER)
#elif PIXELS == 13
    SORT_6(ORDER)
#elif PIXELS == 33
    SORT_16(ORDER)
#endif
}

/* The median of the pixels at `offsets` in the tile, see select_row() in ops/median_networks.h. */
inline lanes selected_median(local const LANE *place, global const int *offsets)
{
#if PIXELS > 0
#define HALF (PIXELS / 2)
    lanes a[HALF], b[HALF];
#pragma unroll
    for (int i = 0; i < HALF; i++)
        a[i] = load_lanes(place + offsets[i]), b[i] = load_lanes(place + offsets[HALF + i]);
    sort_half(a);
    sort_half(b);
    lanes low = min(a[0], b[HALF - 1]), high = max(a[0], b[HALF - 1]);
#pragma unroll
    for (int i = 1; i < HALF; i++) {
        low = max(low, min(a[i], b[HALF - 1 - i]));
        high = min(high, max(a[i], b[HALF - 1 - i]));
    }
    return max(low, min(high, load_lanes(place + offsets[2 * HALF])));
#else
    return 0;
#endif
}

/* The median of the pixels of all spans, bit by bit from the top. `known` has the bits that all values share. */
inline lanes searched_median(local const LANE *place, global const int2 *spans, int span_count, int half_px, uint known,
                             int bits)
{
    lanes value = (lanes)((LANE)known);
    for (uint step = bits ? 1u << (bits - 1) : 0; step; step >>= 1) {
        lanes limit = value | (LANE)(step - 1), count = 0;
        for (int s = 0; s < span_count; s++)
            for (int i = 0; i < spans[s].y; i++)
                count += ONE_WHERE(load_lanes(place + spans[s].x + i) <= limit);
        value = count <= (LANE)half_px ? value | (LANE)step : value;
    }
    return value;
}

/* LANES medians by work-item, from a tile that holds the outputs of the work-group and `reach` more on each side. `spans` is
 * the neighbourhood as places in the tile, from the output's own: start and length of each span; with PIXELS one by one. */
kernel void median_window(global const pixel *in, global pixel *out, struct shape shape, int reach_x, int reach_y, int reach_z,
                          global const int2 *spans, int span_count, int half_px, local LANE *tile)
{
    local uint any, all;
    int item = (get_local_id(2) * get_local_size(1) + get_local_id(1)) * get_local_size(0) + get_local_id(0);
    int items = get_local_size(0) * get_local_size(1) * get_local_size(2);
    int width = get_local_size(0) * LANES + 2 * reach_x, height = get_local_size(1) + 2 * reach_y;
    int depth = get_local_size(2) + 2 * reach_z;
    long first_x = get_group_id(0) * get_local_size(0) * LANES - reach_x;
    long first_y = get_group_id(1) * get_local_size(1) - reach_y;
    long first_z = get_group_id(2) * get_local_size(2) - reach_z;
    if (item == 0) {
        any = 0;
        all = UINT_MAX;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    uint mine_any = 0, mine_all = UINT_MAX;
    for (int i = item; i < width * height * depth; i += items) {
        long x = clamp(first_x + i % width, 0L, shape.width - 1);
        long y = clamp(first_y + i / width % height, 0L, shape.height - 1);
        long z = clamp(first_z + i / width / height, 0L, shape.depth - 1);
        LANE value = ordered_pixel(in[at(shape, x, y, z)]);
        tile[i] = value;
        mine_any |= value;
        mine_all &= value;
    }
    if (PIXELS == 0) {
        atomic_or(&any, mine_any);
        atomic_and(&all, mine_all);
    }
    barrier(CLK_LOCAL_MEM_FENCE);

    long x = get_global_id(0) * LANES, y = get_global_id(1), z = get_global_id(2);
    if (x >= shape.width || y >= shape.height || z >= shape.depth)
        return;
    local const LANE *place = tile + ((get_local_id(2) + reach_z) * height + get_local_id(1) + reach_y) * width +
                              get_local_id(0) * LANES + reach_x;
    int bits = 32 - clz(any ^ all);
    lanes median = PIXELS > 0 ? selected_median(place, (global const int *)spans)
                              : searched_median(place, spans, span_count, half_px, all & ~(any ^ all), bits);
    store_pixels(from_ordered(median), out + at(shape, x, y, z));
}

#endif
