/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Means, see ops/mean.c.
 *
 * Along an axis a work-item sums SEGMENT windows that follow each other: what all of them hold once, then what only the
 * first ones hold, then what only the last ones hold. Nothing is subtracted, so that float sums neither drift nor keep
 * what has left their window. Boxes on a CPU have kernels of their own (LINES).
 *
 * mean_tile sums along y by RY, from pixels or from sums (SUMS_IN), into local memory, and from there along x by RX;
 * both are constants or the arguments ry and rx. A tile has COLUMNS * GROUP * LOADS columns of sums, of which `halo` on
 * either side are those of its neighbours.
 */
#include "mean_sums.clh"

#ifdef SPHERE

struct span {
    int dy, dz, reach;
};

kernel void mean_sphere(global const pixel *in, global pixel *out, struct shape shape, struct divisor divisor,
                        global const struct span *spans, int span_count)
{
    long x = get_global_id(0), y = get_global_id(1), z = get_global_id(2);
    if (x >= shape.width || y >= shape.height || z >= shape.depth)
        return;
    total all = 0;
    for (int i = 0; i < span_count; i++) {
        struct span span = spans[i];
        global const pixel *row =
            in + at(shape, 0, clamp(y + span.dy, 0L, shape.height - 1), clamp(z + span.dz, 0L, shape.depth - 1));
        for (int dx = -span.reach; dx <= span.reach; dx++)
            all = add_value(all, to_value(row[clamp(x + dx, 0L, shape.width - 1)], divisor));
    }
    out[at(shape, x, y, z)] = quotient(all, divisor);
}

#else

#ifdef SUMS_IN
typedef sum source, item;
#define to_item(v, divisor) (v)
#define sum_of_item(v) (v)
#define add_item(a, v) add_sum(a, v)
#else
typedef pixel source;
typedef value item;
#define to_item(v, divisor) to_value(v, divisor)
#define sum_of_item(v) sum_of_value(v)
#define add_item(a, v) add_value(a, v)
#endif

/* What a pass sums: lines of `length` rows `step` apart, `width` columns side by side, sheets `sheet_step` apart. */
struct lines {
    long width, length, step, sheets, sheet_step;
};

#ifdef LINES
#include "mean_lines.clh"
#else

/* COLUMNS pixels or sums side by side, and OUTPUTS pixels. */
#if defined PIXEL_IS_F32
#define pixel_vector PASTE(float, COLUMNS)
#define output_vector float8
#ifdef DOUBLE
#define sum_vector PASTE(double, COLUMNS)
#elif COLUMNS == 2
#define sum_vector float4
#elif COLUMNS == 4
#define sum_vector float8
#else
#define sum_vector float16
#endif
#else
#define pixel_vector PASTE(pixel_name, COLUMNS)
#define output_vector PASTE(pixel_name, 8)
#define sum_vector PASTE(uint, COLUMNS)
#endif
#ifdef SUMS_IN
#define source_vector sum_vector
#else
#define source_vector pixel_vector
#endif

union columns {
    source_vector all;
    source at[COLUMNS];
};

/* Where a work-item reads in a row: columns of which `valid` are inside the image and the others equal the one at `edge`
 * (clamp to edge). */
struct place {
    long x;
    int valid, edge;
};

static inline struct place place_at(long x, long width)
{
    struct place p;
    p.x = clamp(x, 0L, (width - 1) / COLUMNS * COLUMNS);
    p.valid = x < 0 ? 0 : (int)clamp(width - x, 0L, (long)COLUMNS);
    p.edge = x < 0 ? 0 : (int)min(width - 1 - p.x, (long)COLUMNS);
    return p;
}

/* A line of rows or planes `step` apart; those from `top` to `bottom` are in the image. */
struct line {
    global const source *in;
    long step;
    int top, bottom;
};

static inline union columns load(struct line line, int i)
{
    union columns v;
    v.all = *(global const source_vector *)(line.in + clamp(i, line.top, line.bottom) * line.step);
    return v;
}

/* The sums of windows of `radius` about rows first, first + 1, ... SEGMENT must be at most 2 * radius + 1. */
static inline void sum_windows(struct line line, int first, int radius, struct divisor divisor,
                               sum sums[SEGMENT][COLUMNS])
{
    sum shared[COLUMNS], end[COLUMNS];
    union columns v = load(line, first + SEGMENT - 1 - radius);
#pragma unroll
    for (int c = 0; c < COLUMNS; c++)
        shared[c] = sum_of_item(to_item(v.at[c], divisor));
    for (int i = SEGMENT - radius; i <= radius; i++) {
        v = load(line, first + i);
#pragma unroll
        for (int c = 0; c < COLUMNS; c++)
            shared[c] = add_item(shared[c], to_item(v.at[c], divisor));
    }
#pragma unroll
    for (int c = 0; c < COLUMNS; c++)
        sums[SEGMENT - 1][c] = shared[c];
#pragma unroll
    for (int k = SEGMENT - 2; k >= 0; k--) {
        v = load(line, first + k - radius);
#pragma unroll
        for (int c = 0; c < COLUMNS; c++)
            sums[k][c] = add_item(sums[k + 1][c], to_item(v.at[c], divisor));
    }
#pragma unroll
    for (int k = 1; k < SEGMENT; k++) {
        v = load(line, first + k + radius);
#pragma unroll
        for (int c = 0; c < COLUMNS; c++) {
            end[c] = k == 1 ? sum_of_item(to_item(v.at[c], divisor)) : add_item(end[c], to_item(v.at[c], divisor));
            sums[k][c] = add_sum(sums[k][c], end[c]);
        }
    }
}

#ifdef AXIS

kernel void mean_axis(global const source *in, global sum *out, struct lines lines, int radius, struct divisor divisor)
{
    /* Work-groups are counted along one dimension, the only one that drivers let grow without limit. */
    const long group_width = get_local_size(0) * COLUMNS, groups_x = (lines.width + group_width - 1) / group_width;
    const long x = get_group_id(0) % groups_x * group_width + get_local_id(0) * COLUMNS;
    const long block = get_group_id(0) / groups_x * get_local_size(1) + get_local_id(1);
    const long blocks = (lines.length + SEGMENT - 1) / SEGMENT, sheet = block / blocks;
    const long first = block % blocks * SEGMENT;
    if (x >= lines.width || sheet >= lines.sheets)
        return;
    const long start = sheet * lines.sheet_step + first * lines.step + x;
    const long far = radius + SEGMENT;
    struct line line = {in + start, lines.step, (int)max(-first, -far), (int)min(lines.length - 1 - first, far)};
    sum sums[SEGMENT][COLUMNS];
    sum_windows(line, 0, radius, divisor, sums);
#pragma unroll
    for (int k = 0; k < SEGMENT; k++) {
        union {
            sum_vector all;
            sum at[COLUMNS];
        } v;
#pragma unroll
        for (int c = 0; c < COLUMNS; c++)
            v.at[c] = sums[k][c];
        if (first + k < lines.length)
            *(global sum_vector *)(out + start + k * lines.step) = v.all;
    }
}

#else

enum {
    OUTPUTS = 8, /* neighbours in x that a work-item stores */
    TILE_COLUMNS = COLUMNS * GROUP * LOADS,
};

/* A place in a row of sums: one is left out after OUTPUTS, so that work-items read from different banks. */
#define PADDED(x) ((x) + (x) / OUTPUTS)

union pixels {
    output_vector all;
    pixel at[OUTPUTS];
};

/* SEGMENT_X means of windows about `x` and those after it. */
static inline void mean_segment(local const sum *row, int x, int radius, struct divisor divisor, pixel *out)
{
    total sums[SEGMENT_X], end;
    sums[SEGMENT_X - 1] = row[PADDED(x + SEGMENT_X - 1 - radius)];
    for (int i = SEGMENT_X - radius; i <= radius; i++)
        sums[SEGMENT_X - 1] = add_sum(sums[SEGMENT_X - 1], row[PADDED(x + i)]);
#pragma unroll
    for (int k = SEGMENT_X - 2; k >= 0; k--)
        sums[k] = add_sum(sums[k + 1], row[PADDED(x + k - radius)]);
    out[0] = quotient(sums[0], divisor);
#pragma unroll
    for (int k = 1; k < SEGMENT_X; k++) {
        end = k == 1 ? (total)row[PADDED(x + 1 + radius)] : add_sum(end, row[PADDED(x + k + radius)]);
        out[k] = quotient(add_sum(sums[k], end), divisor);
    }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void
mean_tile(global const source *in, global pixel *out, struct shape shape, int rx, int ry, struct divisor divisor)
{
    local sum tile[ROWS][PADDED(TILE_COLUMNS)];
    const int item = get_local_id(0), halo = (RX + OUTPUTS - 1) / OUTPUTS * OUTPUTS, width = TILE_COLUMNS - 2 * halo;
    const long tiles_x = (shape.width + width - 1) / width, tiles_y = (shape.height + ROWS - 1) / ROWS;
    const long x = get_group_id(0) % tiles_x * width, y = get_group_id(0) / tiles_x % tiles_y * ROWS;
    const long z = get_group_id(0) / tiles_x / tiles_y, far = RY + ROWS;
    for (int load = 0; load < LOADS; load++) {
        const int column = (load * GROUP + item) * COLUMNS;
        const struct place place = place_at(x - halo + column, shape.width);
        struct line line = {in + at(shape, place.x, y, z), shape.stride, (int)max(-y, -far),
                            (int)min(shape.height - 1 - y, far)};
#pragma unroll
        for (int first = 0; first < ROWS; first += SEGMENT) {
            sum sums[SEGMENT][COLUMNS];
            sum_windows(line, first, RY, divisor, sums);
#pragma unroll
            for (int k = 0; k < SEGMENT; k++) {
                sum edge = sums[k][0];
#pragma unroll
                for (int c = 1; c < COLUMNS; c++)
                    edge = c == place.edge ? sums[k][c] : edge;
#pragma unroll
                for (int c = 0; c < COLUMNS; c++)
                    tile[first + k][PADDED(column + c)] = c < place.valid ? sums[k][c] : edge;
            }
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const int tasks = width / OUTPUTS;
    for (int task = item; task < tasks * ROWS; task += GROUP) {
        const int row = task / tasks, column = task % tasks * OUTPUTS;
        union pixels means;
        if (x + column >= shape.width || y + row >= shape.height)
            continue;
#pragma unroll
        for (int k = 0; k < OUTPUTS; k += SEGMENT_X)
            mean_segment(tile[row], halo + column + k, RX, divisor, means.at + k);
        *(global output_vector *)(out + at(shape, x + column, y + row, z)) = means.all;
    }
}

#endif
#endif
#endif
