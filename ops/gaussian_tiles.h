/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Gaussians on the CPU, for the operations that take one: included by each of them, for its pixel type and CPU level.
 *
 * The image is cut into tiles. A tile's rows are filtered along x as y needs them, into a ring of rows that stays in
 * the cache, and from there along y: nothing of the size of the image lies between the passes. Where z is filtered too,
 * a tile spans all planes and is small enough that they stay in the cache until z is done. What an operation does with
 * the blur besides storing it is done to the rows on their way out.
 *
 * In scratch memory a row is its even pixels followed by its odd ones. Neighbours in x then lie in different vectors,
 * as neighbours in y and z do anyway, and filter_pair() serves all axes. It sums two neighbouring pixels at a time,
 * since v(p - i) of one is v(p + 1 - (i + 1)) of the other, which halves the loads.
 */
#ifndef OPS_GAUSSIAN_TILES_H
#define OPS_GAUSSIAN_TILES_H

#include <omp.h>

#include "ops/compile.h"
#include "ops/fused.h"
#include "ops/gaussian.h"

enum { X, Y, Z, AXES };

/* What becomes of the blur. All but the first need an output of float32. */
enum gaussian_ending {
    GAUSSIAN_STORE,     /* blur; an output of float32 gets it as it is, whatever the input */
    GAUSSIAN_OUT_MINUS, /* what the output holds - blur */
    GAUSSIAN_IN_MINUS,  /* input - blur */
    GAUSSIAN_IN_OVER,   /* input / blur, 0 where the blur is 0 */
};

/* Two outputs need four registers per vector. */
#if defined __AVX512F__
enum { LANES = 16, VECTORS = 4 };
#elif defined __AVX__
enum { LANES = 8, VECTORS = 2 };
#else
enum { LANES = 4, VECTORS = 2 };
#endif
enum { BLOCK = LANES * VECTORS };

typedef float lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));

static inline lanes fused_lanes(float weight, lanes b, lanes c)
{
    lanes sum;
    for (int i = 0; i < LANES; i++)
        sum[i] = fused(weight, b[i], c[i]);
    return sum;
}

/* Filters `width` pixels (a multiple of BLOCK) of two neighbouring lines. taps[i] is the line i after the first of
 * them, of which the pixels from `offset` are meant. */
static void filter_pair(const struct gaussian *g, const float *const *taps, int64_t offset, int64_t width, float *out0,
                        float *out1)
{
    for (int64_t x = 0; x < width; x += BLOCK) {
        lanes sum0[VECTORS], sum1[VECTORS], lower[VECTORS], upper[VECTORS];
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS; v++) {
            lower[v] = ((const lanes *)(taps[0] + offset + x))[v];
            upper[v] = ((const lanes *)(taps[1] + offset + x))[v];
            sum0[v] = g->weight[0] * lower[v];
            sum1[v] = g->weight[0] * upper[v];
        }
        for (int i = 1; i <= g->radius; i++) {
            const lanes *before = (const lanes *)(taps[-i] + offset + x);
            const lanes *after = (const lanes *)(taps[i + 1] + offset + x);
#pragma GCC unroll 4
            for (int v = 0; v < VECTORS; v++) {
                sum0[v] = fused_lanes(g->weight[i], before[v] + upper[v], sum0[v]);
                sum1[v] = fused_lanes(g->weight[i], lower[v] + after[v], sum1[v]);
                lower[v] = before[v];
                upper[v] = after[v];
            }
        }
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS; v++) {
            ((lanes *)(out0 + x))[v] = sum0[v];
            ((lanes *)(out1 + x))[v] = sum1[v];
        }
    }
}

/* The ring of rows is to stay in a core's second cache, the planes of a tile in its share of the third. Wide strips
 * suit the prefetchers. */
enum { RING_BYTES = 256 << 10, TILE_BYTES = 4 << 20, STRIP_MIN = 256, STRIP_MAX = 2048, STRIP_MAX_3D = 512 };

/* How the image is cut, and what a thread needs for a tile. */
struct tiling {
    int64_t strip, strips, band, bands; /* size and number of the tiles along x and y */
    int64_t sheets;                     /* tiles along z */
    int64_t line;                       /* floats from the even half of an input line to the odd one */
    int64_t row;                        /* floats from a filtered row to the next */
    int64_t ring, volume;               /* filtered rows kept for y and for z */
    int64_t taps[AXES];                 /* pointers */
    int64_t floats;                     /* all of it, where a pointer counts as two */
};

static int64_t divide_up(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

static int64_t clamped(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

static struct tiling make_tiling(const struct gaussian filters[AXES], struct shape s, int threads)
{
    const int64_t rx = filters[X].radius, ry = filters[Y].radius, rz = filters[Z].radius, float_bytes = sizeof(float);
    const bool planes = rz > 0;
    struct tiling t = {.sheets = planes ? 1 : s.depth, .ring = 2 * ry + 2};
    t.strip = clamped(RING_BYTES / (t.ring * float_bytes), STRIP_MIN, planes ? STRIP_MAX_3D : STRIP_MAX);
    t.strip = divide_up(divide_up(s.width, divide_up(s.width, t.strip)), 2 * BLOCK) * 2 * BLOCK;
    t.strips = divide_up(s.width, t.strip);
    t.row = t.strip + 16; /* no power of two, else the rows of the ring share cache sets */
    const int64_t most =
        planes ? clamped(TILE_BYTES / (t.row * s.depth * float_bytes), 2 * ry + 8, INT64_MAX) : s.height;
    t.band = gaussian_band(s.height, most < s.height ? most : s.height, 2, t.strips * t.sheets, threads, ry);
    t.bands = divide_up(s.height, t.band);
    t.line = divide_up(t.strip / 2 + rx + 2, 16) * 16;
    t.volume = planes ? s.depth * t.band : 0;
    t.taps[X] = 2 * rx + 2;
    t.taps[Y] = t.band + 2 * ry + 2;
    t.taps[Z] = planes ? s.depth + 2 * rz + 2 : 0;
    const int64_t pointers = t.taps[X] + t.taps[Y] + t.taps[Z];
    t.floats = 2 * t.line + (t.ring + 2 + t.volume) * t.row + divide_up(pointers, 8) * 16;
    return t;
}

static inline size_t gaussian_tiles_bytes(const double sigma[AXES], struct shape in, int threads)
{
    struct gaussian filters[AXES];
    gaussian_filters(sigma, in, filters);
    return (size_t)make_tiling(filters, in, threads).floats * sizeof(float) * (size_t)threads;
}

struct job {
    const struct op_call *call;
    enum gaussian_ending ending;
    struct gaussian filters[AXES];
    struct tiling tiling;
};

struct tile {
    const struct job *job;
    int64_t x, y, width, rows;
    int64_t half;                       /* floats in half a row, a multiple of BLOCK */
    float *line, *ring, *pair, *volume; /* pair: two rows on their way out */
    const float **taps[AXES]; /* of the tile's first line: taps[i] is the line i after it, clamped to the image */
};

static void load_edge(const pixel *row, int64_t width, int64_t x, int64_t from, int64_t to, float *even, float *odd)
{
    for (int64_t k = from; k < to; k++) {
        even[k] = (float)row[clamp_index(x + 2 * k, width)];
        odd[k] = (float)row[clamp_index(x + 2 * k + 1, width)];
    }
}

/* The even and the odd pixels of a row from x, clamped to edge. */
static void load_line(const pixel *row, int64_t width, int64_t x, int64_t pairs, float *even, float *odd)
{
    const int64_t inside = clamped((1 - x) / 2, 0, pairs), end = clamped((width - x) / 2, inside, pairs);
    load_edge(row, width, x, 0, inside, even, odd);
#pragma omp simd
    for (int64_t k = inside; k < end; k++) {
        even[k] = (float)row[x + 2 * k];
        odd[k] = (float)row[x + 2 * k + 1];
    }
    load_edge(row, width, x, end, pairs, even, odd);
}

static void store_pixels(const float *restrict even, const float *restrict odd, pixel *restrict out, int64_t width)
{
#pragma omp simd
    for (int64_t k = 0; k < width / 2; k++) {
        out[2 * k] = pixel_store(even[k]);
        out[2 * k + 1] = pixel_store(odd[k]);
    }
    if (width % 2)
        out[width - 1] = pixel_store(even[width / 2]);
}

static inline __attribute__((always_inline)) float ended(enum gaussian_ending ending, float blur, pixel in, float out)
{
    switch (ending) {
    case GAUSSIAN_OUT_MINUS:
        return out - blur;
    case GAUSSIAN_IN_MINUS:
        return (float)in - blur;
    case GAUSSIAN_IN_OVER:
        return blur == 0 ? 0 : (float)in / blur;
    default:
        return blur;
    }
}

/* Called with a constant ending, so that the loop has no choice in it. */
static inline __attribute__((always_inline)) void store_ended(enum gaussian_ending ending, const float *restrict even,
                                                              const float *restrict odd, const pixel *restrict in,
                                                              float *restrict out, int64_t width)
{
#pragma omp simd
    for (int64_t k = 0; k < width / 2; k++) {
        out[2 * k] = ended(ending, even[k], in[2 * k], out[2 * k]);
        out[2 * k + 1] = ended(ending, odd[k], in[2 * k + 1], out[2 * k + 1]);
    }
    if (width % 2)
        out[width - 1] = ended(ending, even[width / 2], in[width - 1], out[width - 1]);
}

static void store_row(const struct tile *t, int64_t y, int64_t z, const float *row)
{
    const struct op_call *call = t->job->call;
    const float *even = row, *odd = row + t->half;
    const pixel *in = in_row(call, 0, y, z) + t->x;
    float *out = out_row_f32(call, y, z) + t->x;
    switch (t->job->ending) {
    case GAUSSIAN_OUT_MINUS:
        store_ended(GAUSSIAN_OUT_MINUS, even, odd, in, out, t->width);
        break;
    case GAUSSIAN_IN_MINUS:
        store_ended(GAUSSIAN_IN_MINUS, even, odd, in, out, t->width);
        break;
    case GAUSSIAN_IN_OVER:
        store_ended(GAUSSIAN_IN_OVER, even, odd, in, out, t->width);
        break;
    case GAUSSIAN_STORE:
        if (call->out->type == PIXEL_TYPE)
            store_pixels(even, odd, out_row(call, y, z) + t->x, t->width);
        else
            store_ended(GAUSSIAN_STORE, even, odd, in, out, t->width);
    }
}

/* x and y of one plane: to the output, or into the volume where z is still to come. */
static void blur_plane(const struct tile *t, int64_t z)
{
    const struct gaussian *g = t->job->filters;
    const struct tiling *tiling = &t->job->tiling;
    const struct shape s = t->job->call->out->shape;
    const int64_t lead = divide_up(g[X].radius, 2), pairs = t->half + 2 * lead + 1;
    int64_t next = clamped(t->y - g[Y].radius, 0, s.height);
    for (int64_t y = 0; y < t->rows; y += 2) {
        for (; next < s.height && next <= t->y + y + 1 + g[Y].radius; next++) {
            float *filtered = t->ring + next % tiling->ring * tiling->row;
            load_line(in_row(t->job->call, 0, next, z), s.width, t->x - 2 * lead, pairs, t->line,
                      t->line + tiling->line);
            filter_pair(&g[X], t->taps[X], 0, t->half, filtered, filtered + t->half);
        }
        const bool two = y + 1 < t->rows, keep = g[Z].radius > 0;
        float *kept = t->volume + (z * t->rows + y) * tiling->row;
        float *row0 = keep ? kept : t->pair, *row1 = (keep && two ? kept : t->pair) + tiling->row;
        filter_pair(&g[Y], t->taps[Y] + y, 0, 2 * t->half, row0, row1);
        if (!keep)
            store_row(t, t->y + y, z, row0);
        if (!keep && two)
            store_row(t, t->y + y + 1, z, row1);
    }
}

static void blur_depth(const struct tile *t)
{
    const int64_t depth = t->job->call->out->shape.depth, row = t->job->tiling.row;
    float *row0 = t->pair, *row1 = t->pair + row;
    for (int64_t y = 0; y < t->rows; y++)
        for (int64_t z = 0; z < depth; z += 2) {
            filter_pair(&t->job->filters[Z], t->taps[Z] + z, y * row, 2 * t->half, row0, row1);
            store_row(t, t->y + y, z, row0);
            if (z + 1 < depth)
                store_row(t, t->y + y, z + 1, row1);
        }
}

/* Pointers to the lines from `radius` before the first one on, clamped to the image. `kept` lines lie `step` apart,
 * used in turn. */
static const float **list_taps(const float **taps, int64_t count, int radius, int64_t first, int64_t size,
                               const float *lines, int64_t step, int64_t kept)
{
    for (int64_t k = 0; k < count; k++)
        taps[k] = lines + clamp_index(first - radius + k, size) % kept * step;
    return taps + radius;
}

static void blur_tile(const struct job *job, int64_t i, float *scratch)
{
    const struct tiling *tiling = &job->tiling;
    const struct gaussian *g = job->filters;
    const struct shape s = job->call->out->shape;
    struct tile t = {.job = job};
    t.x = i % tiling->strips * tiling->strip;
    t.y = i / tiling->strips % tiling->bands * tiling->band;
    t.width = clamped(s.width - t.x, 1, tiling->strip);
    t.rows = clamped(s.height - t.y, 1, tiling->band);
    t.half = divide_up(t.width, 2 * BLOCK) * BLOCK;
    t.line = scratch;
    t.ring = t.line + 2 * tiling->line;
    t.pair = t.ring + tiling->ring * tiling->row;
    t.volume = t.pair + 2 * tiling->row;

    /* The line starts at an even pixel, at least the radius before the strip. */
    const float **taps = (const float **)(void *)(t.volume + tiling->volume * tiling->row);
    const int64_t early = 2 * divide_up(g[X].radius, 2) - g[X].radius;
    for (int64_t k = 0; k < tiling->taps[X]; k++)
        taps[k] = t.line + (early + k) % 2 * tiling->line + (early + k) / 2;
    t.taps[X] = taps + g[X].radius;
    taps += tiling->taps[X];
    t.taps[Y] = list_taps(taps, tiling->taps[Y], g[Y].radius, t.y, s.height, t.ring, tiling->row, tiling->ring);
    taps += tiling->taps[Y];
    t.taps[Z] = list_taps(taps, tiling->taps[Z], g[Z].radius, 0, s.depth, t.volume, tiling->row * t.rows, s.depth);

    if (g[Z].radius == 0) {
        blur_plane(&t, i / tiling->strips / tiling->bands);
        return;
    }
    for (int64_t z = 0; z < s.depth; z++)
        blur_plane(&t, z);
    blur_depth(&t);
}

/* Blurs the input by `sigma` along x, y and z, by all threads of the call. call->scratch holds gaussian_tiles_bytes().
 */
static inline void gaussian_tiles(const struct op_call *call, const double sigma[AXES], enum gaussian_ending ending)
{
    struct job job = {.call = call, .ending = ending};
    gaussian_filters(sigma, call->out->shape, job.filters);
    job.tiling = make_tiling(job.filters, call->out->shape, call->threads);
    const struct tiling *t = &job.tiling;
#pragma omp parallel for num_threads(call->threads) schedule(static)
    for (int64_t i = 0; i < t->strips * t->bands * t->sheets; i++)
        blur_tile(&job, i, (float *)call->scratch + omp_get_thread_num() * t->floats);
}

#endif
