/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The passes of a separable Gaussian: acc = w0 * v(0); for i = 1..R: acc = fma(wi, v(-i) + v(+i), acc). Only the first
 * pass reads pixels and only the last writes them (READS_PIXEL, WRITES_PIXEL); between passes there is float32.
 *
 * blur_march (MARCH), for small radii, filters x by RX and then y or z by RM, each 0 for none, in one pass over memory.
 * A work-group owns a strip of columns and marches along the axis, STEP rows a turn. Neighbours exchange a turn's rows
 * in local memory; a work-item keeps what its COLUMNS columns still need of the x-filtered rows in registers. So every
 * pixel is read once, and nothing intermediate is stored.
 *
 * blur_rows (ROWS) and blur_columns, for large radii, are bound by arithmetic: a work-item sums OUTPUTS neighbours on a
 * line, and since v(p - i) of one is v(p + 1 - (i + 1)) of the next, a tap costs two loads for all of them.
 */
#ifdef READS_PIXEL
typedef pixel source;
#else
typedef float source;
#endif
#ifdef WRITES_PIXEL
typedef pixel target;
#define store_target(value) store_pixel(value)
#else
typedef float target;
#define store_target(value) (value)
#endif

/* COLUMNS pixels side by side. */
#if COLUMNS == 1
#define float_columns float
#define source_columns source
#define target_columns target
#define to_float_columns(value) convert_float(value)
#define store_columns(value) store_target(value)
#else
#define float_columns PASTE(float, COLUMNS)
#define to_float_columns(value) PASTE(convert_float, COLUMNS)(value)
#if defined READS_PIXEL && !defined PIXEL_IS_F32
#define source_columns PASTE(pixel_name, COLUMNS)
#else
#define source_columns float_columns
#endif
#if defined WRITES_PIXEL && !defined PIXEL_IS_F32
#define target_columns PASTE(pixel_name, COLUMNS)
#define store_columns(value) PASTE(PASTE(PASTE(convert_, pixel_name), COLUMNS), _sat_rte)(value)
#else
#define target_columns float_columns
#define store_columns(value) (value)
#endif
#endif

/* What a pass filters: lines of `length` pixels `step` apart, `width` lines side by side, sheets `sheet_step` apart. */
struct lines {
    long width, length, step, sheets, sheet_step;
};

inline float_columns load_columns(global const source *row)
{
    return to_float_columns(*(global const source_columns *)row);
}

#ifdef MARCH
struct weights {
    float w[MARCH_RADIUS_MAX + 1];
};

union columns {
    float_columns all;
    float at[COLUMNS];
};

/* Vectors of a row that a work-group needs from either side. */
#define HALO ((RX + COLUMNS - 1) / COLUMNS)

/* Where a work-item reads in a row: a vector of which `valid` pixels are inside the image and the others equal the one
 * at `edge` (clamp to edge). */
struct place {
    long x;
    int valid, edge;
};

inline struct place place_at(long x, long width)
{
    struct place p;
    p.x = clamp(x, 0L, (width - 1) / COLUMNS * COLUMNS);
    p.valid = x < 0 ? 0 : (int)clamp(width - x, 0L, (long)COLUMNS);
    p.edge = x < 0 ? 0 : (int)min(width - 1 - p.x, (long)COLUMNS);
    return p;
}

inline float_columns load_place(global const source *row, struct place p)
{
    union columns c;
    c.all = load_columns(row + p.x);
    if (p.valid < COLUMNS) {
        float edge = row[p.x + p.edge];
        for (int i = 0; i < COLUMNS; i++)
            c.at[i] = i < p.valid ? c.at[i] : edge;
    }
    return c.all;
}

/* The x pass for the columns in the middle of taps. */
inline float_columns filter_x(local const float_columns *taps, const struct weights *weights)
{
    union {
        float_columns all[1 + 2 * HALO];
        float at[(1 + 2 * HALO) * COLUMNS];
    } v;
    union columns sums;
#pragma unroll
    for (int i = 0; i < 1 + 2 * HALO; i++)
        v.all[i] = taps[i];
#pragma unroll
    for (int c = 0; c < COLUMNS; c++) {
        const int centre = HALO * COLUMNS + c;
        float sum = weights->w[0] * v.at[centre];
#pragma unroll
        for (int i = 1; i <= RX; i++)
            sum = fma(weights->w[i], v.at[centre - i] + v.at[centre + i], sum);
        sums.at[c] = sum;
    }
    return sums.all;
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void
blur_march(global const source *in, global target *out, struct lines lines, long bands, long band,
           struct weights weights_x, struct weights weights_m)
{
    const int item = get_local_id(0), turns_ahead = (2 * RM + STEP - 1) / STEP;
    const long strips = (lines.width + GROUP * COLUMNS - 1) / (GROUP * COLUMNS), group = get_group_id(0);
    const long strip_x = group % strips * (GROUP * COLUMNS), first = group / strips % bands * band;
    const struct place own = place_at(strip_x + item * COLUMNS, lines.width);

    /* Rows are counted from the band's first one; those of the image are top to bottom. */
    const int rows = (int)min(band, lines.length - first);
    const long far = 2 * (RM + STEP);
    const int top = (int)max(-first, -far), bottom = (int)min(lines.length - 1 - first, rows + far);
    const long start = group / strips / bands * lines.sheet_step + first * lines.step;
    int next = RM - turns_ahead * STEP;
    in += start;
    out += start + own.x;
    global const source *row = in + clamp(next, top, bottom) * lines.step;

#if RX > 0
    /* The first 2 * HALO * STEP work-items also load the sides of a turn's rows. */
    local float_columns exchange[2][STEP][GROUP + 2 * HALO];
    const int side_row = item / (2 * HALO), side_at = item % (2 * HALO);
    const int side_slot = side_at < HALO ? side_at : GROUP + side_at;
    const struct place side = place_at(strip_x + (side_slot - HALO) * COLUMNS, lines.width);
    int buffer = 0;
#endif
    float_columns window[2 * RM + STEP];
    for (int y = -turns_ahead * STEP; y < rows; y += STEP) {
#pragma unroll
        for (int k = 0; k < 2 * RM; k++)
            window[k] = window[k + STEP];
#if RX > 0
        if (side_row < STEP)
            exchange[buffer][side_row][side_slot] =
                load_place(in + clamp(next + side_row, top, bottom) * lines.step, side);
#endif
#pragma unroll
        for (int k = 0; k < STEP; k++) {
#if RX > 0
            exchange[buffer][k][HALO + item] = load_place(row, own);
#else
            window[2 * RM + k] = load_place(row, own);
#endif
            row += next >= top && next < bottom ? lines.step : 0;
            next++;
        }
#if RX > 0
        /* Two buffers in turn: who is here has left the one that the next turn fills. */
        barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
        for (int k = 0; k < STEP; k++)
            window[2 * RM + k] = filter_x(&exchange[buffer][k][item], &weights_x);
        buffer ^= 1;
#endif
        if (y < 0)
            continue;
        /* Work-items beyond the width compute too: those that skip ahead to the barrier break it on some drivers. */
#pragma unroll
        for (int k = 0; k < STEP; k++) {
            float_columns sum = weights_m.w[0] * window[RM + k];
#pragma unroll
            for (int i = 1; i <= RM; i++)
                sum = fma((float_columns)(weights_m.w[i]), window[RM + k - i] + window[RM + k + i], sum);
            if (y + k < rows && own.valid > 0)
                *(global target_columns *)out = store_columns(sum);
            out += lines.step;
        }
    }
}
#else
/* Windows of OUTPUTS neighbours that move outwards from them, one pixel a tap. The pixel i after the first neighbour is
 * kept at i mod OUTPUTS, so that nothing is copied. */
struct windows {
    float_columns sum[OUTPUTS], before[OUTPUTS], after[OUTPUTS];
};

#define SLOT(i) (((i) + 2 * OUTPUTS) % OUTPUTS)

/* Tap k, and OUTPUTS, 2 * OUTPUTS, ... more; `before` and `after` are the pixels that enter the windows. */
inline void add_tap(struct windows *w, int k, float weight, float_columns before, float_columns after)
{
    w->before[SLOT(-k)] = before;
    w->after[SLOT(k - 1)] = after;
#pragma unroll
    for (int p = 0; p < OUTPUTS; p++)
        w->sum[p] = fma((float_columns)(weight), w->before[SLOT(p - k)] + w->after[SLOT(p + k)], w->sum[p]);
}

#ifdef ROWS
kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void
blur_rows(global const source *in, global target *out, struct lines lines, int radius, constant float *weights,
          local float *line)
{
    const int item = get_local_id(0), span = GROUP * OUTPUTS;
    const long spans = (lines.length + span - 1) / span, start = get_group_id(0) % spans * span;
    in += get_group_id(0) / spans * lines.sheet_step;
    out += get_group_id(0) / spans * lines.sheet_step;
    for (int i = item; i < span + 2 * radius; i += GROUP)
        line[i] = in[clamp(start - radius + i, 0L, lines.length - 1)];
    barrier(CLK_LOCAL_MEM_FENCE);

#if COLUMNS == 1
    struct windows w;
    local const float *centre = line + radius + item * OUTPUTS;
#pragma unroll
    for (int p = 0; p < OUTPUTS; p++) {
        w.before[p] = w.after[p] = centre[p];
        w.sum[p] = weights[0] * centre[p];
    }
    int taps = 0;
    for (; taps + OUTPUTS <= radius; taps += OUTPUTS)
#pragma unroll
        for (int k = 1; k <= OUTPUTS; k++)
            add_tap(&w, k, weights[taps + k], centre[-taps - k], centre[taps + k + OUTPUTS - 1]);
#pragma unroll
    for (int k = 1; k < OUTPUTS; k++)
        if (taps + k <= radius)
            add_tap(&w, k, weights[taps + k], centre[-taps - k], centre[taps + k + OUTPUTS - 1]);

    /* Back through local memory, so that neighbours store neighbours. */
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
    for (int p = 0; p < OUTPUTS; p++)
        line[item * OUTPUTS + p] = w.sum[p];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int i = item; i < span && start + i < lines.length; i += GROUP)
        out[start + i] = store_target(line[i]);
#else
    /* A work-item that is a vector register. */
    for (int x = item * OUTPUTS; x < (item + 1) * OUTPUTS && start + x < lines.length; x += COLUMNS) {
        local const float *centre = line + radius + x;
        float_columns sum = weights[0] * PASTE(vload, COLUMNS)(0, centre);
        for (int i = 1; i <= radius; i++)
            sum = fma((float_columns)(weights[i]),
                      PASTE(vload, COLUMNS)(0, centre - i) + PASTE(vload, COLUMNS)(0, centre + i), sum);
        *(global target_columns *)(out + start + x) = store_columns(sum);
    }
#endif
}
#else
kernel void blur_columns(global const source *in, global target *out, struct lines lines, int radius,
                         constant float *weights)
{
    /* Work-groups are counted along one dimension, the only one that drivers let grow without limit. */
    const long group_width = get_local_size(0) * COLUMNS, groups_x = (lines.width + group_width - 1) / group_width;
    const long x = get_group_id(0) % groups_x * group_width + get_local_id(0) * COLUMNS;
    const long block = get_group_id(0) / groups_x * get_local_size(1) + get_local_id(1);
    const long blocks = (lines.length + OUTPUTS - 1) / OUTPUTS;
    const long first = block % blocks * OUTPUTS, sheet = block / blocks;
    if (x >= lines.width || sheet >= lines.sheets)
        return;
    const long start = sheet * lines.sheet_step + first * lines.step + x;
    in += start;
    out += start;

    /* How far the image goes above and below `first`, as far as the taps reach. */
    const int above = (int)min(first, (long)radius), below = (int)min(lines.length - 1 - first, (long)radius + OUTPUTS);
    struct windows w;
    global const source *row_before = in, *row_after = in;
#pragma unroll
    for (int p = 0; p < OUTPUTS; p++) {
        w.before[p] = w.after[p] = load_columns(row_after);
        w.sum[p] = weights[0] * w.before[p];
        row_after += p < below ? lines.step : 0;
    }
    int taps = 0;
    for (; taps + OUTPUTS <= radius; taps += OUTPUTS)
#pragma unroll
        for (int k = 1; k <= OUTPUTS; k++) {
            row_before -= taps + k <= above ? lines.step : 0;
            add_tap(&w, k, weights[taps + k], load_columns(row_before), load_columns(row_after));
            row_after += taps + k + OUTPUTS - 1 < below ? lines.step : 0;
        }
#pragma unroll
    for (int k = 1; k < OUTPUTS; k++)
        if (taps + k <= radius) {
            row_before -= taps + k <= above ? lines.step : 0;
            add_tap(&w, k, weights[taps + k], load_columns(row_before), load_columns(row_after));
            row_after += taps + k + OUTPUTS - 1 < below ? lines.step : 0;
        }
#pragma unroll
    for (int p = 0; p < OUTPUTS; p++) {
        if (first + p < lines.length)
            *(global target_columns *)out = store_columns(w.sum[p]);
        out += lines.step;
    }
}
#endif
#endif
