/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Minimum and maximum, histogram, threshold, comparison; nothing is read back. The options define GROUP, the work-items
 * of a group, and COPIES of the histogram in local memory.
 *
 * The state starts as zeros. state[LOW] is the minimum's key with its bits inverted, state[HIGH] the maximum's key, so
 * that both grow; state[THRESHOLD] holds a float's bits; from state[BINS] on lie `slots` histograms of 32-bit counters,
 * more of them the larger the image, which the work-groups share.
 */
#define BINS 256
#define LOW 0
#define HIGH 1
#define THRESHOLD 2

#define OTSU 0
#define ISODATA 1

#if GROUP == 1
#define COUNT(counter) (counter)++
#else
#define COUNT(counter) atomic_inc(&(counter))
#endif

#define intv PASTE(int, VEC)

union lanes {
    pixelv vector;
    pixel px[VEC];
};

union bins {
    intv vector;
    int px[VEC];
};

/* Unsigned integers in the order of the pixel values. */
#ifdef PIXEL_IS_F32
#define smaller fmin
#define larger fmax
#define ABOVE_ALL INFINITY
#define BELOW_ALL (-INFINITY)

static inline uint to_key(float value)
{
    uint bits = as_uint(value);
    return bits >> 31 ? ~bits : bits | 0x80000000u;
}

static inline float from_key(uint key)
{
    return as_float(key >> 31 ? key & 0x7fffffffu : ~key);
}
#else
#define smaller min
#define larger max
#define ABOVE_ALL ((pixel)PIXEL_LARGEST)
#define BELOW_ALL ((pixel)0)
#define to_key(value) ((uint)(value))
#define from_key(key) ((pixel)(key))
#endif

struct range {
    pixel low;
    float width; /* max - min of integers */
    float scale; /* 255 / (max - min) of float32, 1 / (max - min) of integers */
};

static inline struct range range_of(pixel low, pixel high)
{
    struct range range = {low, (float)high - (float)low, 0.0f};
#ifdef PIXEL_IS_F32
    range.scale = (float)(255.0 / ((double)high - (double)low));
#else
    range.scale = 1.0f / range.width;
#endif
    return range;
}

/* Exact for integers, although a device need not divide exactly: the remainder of the first quotient is exact, and the
 * corrected one too close to the true one to land on the wrong side of a half. (Tried: every value and range of uint16.)
 */
static inline intv bins_of(pixelv values, struct range range)
{
#ifdef PIXEL_IS_F32
    floatv q = (values - range.low) * range.scale;
#else
    floatv product = 255.0f * to_floatv(values - range.low);
    floatv q = product * range.scale;
    q = fma(fma(-q, (floatv)range.width, product), (floatv)range.scale, q);
#endif
    return PASTE(PASTE(convert_int, VEC), _rte)(fmin(q, 255.0f));
}

/* Vectors of the padded image are dealt to all work-items in turn. `column` follows a vector's place in its row. */
struct walk {
    long i, vectors, step;
    int column, columns, column_step;
};

static inline struct walk walk_start(struct shape shape)
{
    uint columns = shape.stride / VEC, items = get_global_size(0);
    uint first = get_global_id(0);
    return (struct walk){first, columns * shape.height * shape.depth, items, first % columns, columns, items % columns};
}

static inline void walk_next(struct walk *walk)
{
    walk->i += walk->step;
    walk->column += walk->column_step;
    walk->column -= walk->column >= walk->columns ? walk->columns : 0;
}

kernel void extrema(global const pixelv *in, global uint *state, struct shape shape)
{
    local uint inverted_low, high_key;
    if (get_local_id(0) == 0)
        inverted_low = high_key = 0;
    barrier(CLK_LOCAL_MEM_FENCE);

    union lanes low = {(pixelv)ABOVE_ALL}, high = {(pixelv)BELOW_ALL};
    for (struct walk walk = walk_start(shape); walk.i < walk.vectors; walk_next(&walk)) {
        union lanes next = {in[walk.i]};
        int inside = shape.width - walk.column * VEC;
        if (inside >= VEC) {
            low.vector = smaller(low.vector, next.vector);
            high.vector = larger(high.vector, next.vector);
            continue;
        }
#pragma unroll
        for (int k = 0; k < VEC; k++)
            if (k < inside) {
                low.px[0] = smaller(low.px[0], next.px[k]);
                high.px[0] = larger(high.px[0], next.px[k]);
            }
    }
#pragma unroll
    for (int k = 1; k < VEC; k++) {
        low.px[0] = smaller(low.px[0], low.px[k]);
        high.px[0] = larger(high.px[0], high.px[k]);
    }
    atomic_max(&inverted_low, ~to_key(low.px[0]));
    atomic_max(&high_key, to_key(high.px[0]));
    barrier(CLK_LOCAL_MEM_FENCE);
    if (get_local_id(0) == 0) {
        atomic_max(&state[LOW], inverted_low);
        atomic_max(&state[HIGH], high_key);
    }
}

/* Of bins, or of values for uint8. Copies of a bin lie side by side; work-items and lanes use them in turn. */
kernel void histogram(global const pixelv *in, global uint *state, struct shape shape, int slots)
{
    local uint counts[BINS * COPIES];
    local struct range range;
    uint item = get_local_id(0);
    for (uint c = item; c < BINS * COPIES; c += GROUP)
        counts[c] = 0;
    if (item == 0)
        range = range_of(from_key(~state[LOW]), from_key(state[HIGH]));
    barrier(CLK_LOCAL_MEM_FENCE);

    for (struct walk walk = walk_start(shape); walk.i < walk.vectors; walk_next(&walk)) {
        int inside = shape.width - walk.column * VEC;
#ifdef PIXEL_IS_U8
        union lanes bins = {in[walk.i]};
#else
        union bins bins = {bins_of(in[walk.i], range)};
#endif
#pragma unroll
        for (uint k = 0; k < VEC; k++)
            if ((int)k < inside)
                COUNT(counts[bins.px[k] * COPIES + (item + k) % COPIES]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);

    global uint *slot = state + BINS * (1 + get_group_id(0) % slots);
    for (uint bin = item; bin < BINS; bin += GROUP) {
        uint sum = 0;
        for (uint c = 0; c < COPIES; c++)
            sum += counts[bin * COPIES + (bin + c) % COPIES];
        if (sum > 0)
            atomic_add(&slot[bin], sum);
    }
}

/* The work-group's smallest and largest value; every work-item gets it. */
static inline int smallest_of(int value, local int *shared)
{
    barrier(CLK_LOCAL_MEM_FENCE);
    *shared = BINS;
    barrier(CLK_LOCAL_MEM_FENCE);
    atomic_min(shared, value);
    barrier(CLK_LOCAL_MEM_FENCE);
    return *shared;
}

static inline ulong largest_of(ulong value, local ulong *shared)
{
    int item = get_local_id(0);
    barrier(CLK_LOCAL_MEM_FENCE);
    shared[item] = value;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int half_size = BINS / 2; half_size > 0; half_size /= 2) {
        if (item < half_size)
            shared[item] = max(shared[item], shared[item + half_size]);
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    return shared[0];
}

/* sums[i] = the sum of the values of work-items 0..i. */
static inline void sum_up(ulong value, local ulong *sums)
{
    int item = get_local_id(0);
    sums[item] = value;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int reach = 1; reach < BINS; reach *= 2) {
        ulong before = item >= reach ? sums[item - reach] : 0;
        barrier(CLK_LOCAL_MEM_FENCE);
        sums[item] += before;
        barrier(CLK_LOCAL_MEM_FENCE);
    }
}

/* The steps of histogram_threshold.c, a work-item per bin. */
kernel void choose(global uint *state, int slots, int method)
{
    local ulong below[BINS], sum_below[BINS], keys[BINS];
    local int shared;
    int i = get_local_id(0);
    ulong count = 0;
    for (int s = 1; s <= slots; s++)
        count += state[BINS * s + i];

#ifdef PIXEL_IS_U8
    pixel low = smallest_of(count > 0 ? i : BINS, &shared), high = -smallest_of(count > 0 ? -i : 0, &shared);
    keys[i] = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    /* From values to bins, which no two values share. */
    if (count > 0 && low < high)
        keys[bins_of((pixelv)(pixel)i, range_of(low, high)).s0] = count;
    barrier(CLK_LOCAL_MEM_FENCE);
    count = keys[i];
#else
    pixel low = from_key(~state[LOW]), high = from_key(state[HIGH]);
#endif

    if (method == ISODATA) {
        ulong most = largest_of(count, keys);
        int mode = smallest_of(count == most ? i : BINS, &shared);
        ulong second = largest_of(i == mode ? 0 : count, keys);
        if (i == mode && most > 2 * second && second > 0)
            count = second + second / 2;
        if (i == 0 || i == BINS - 1)
            count = 0;
    }
    sum_up(count, below);
    sum_up(i * count, sum_below);

    int first = smallest_of(count > 0 ? i : BINS, &shared), last = -smallest_of(count > 0 ? -i : 1, &shared);
    int bin = method == OTSU ? i : BINS / 2, chosen = 0;
    double w1 = below[i], w2 = below[BINS - 1] - below[i];
    double mean1 = sum_below[i] / w1, mean2 = (sum_below[BINS - 1] - sum_below[i]) / w2;
    bool inside = i >= first && i < last;
    if (method == OTSU) {
        double d = mean1 - mean2;
        ulong variance = inside ? as_ulong((w1 * w2) * (d * d)) : 0;
        chosen = smallest_of(variance == largest_of(variance, keys) ? i : BINS, &shared);
    } else if (first < last) {
        double level = (mean1 + mean2) / 2;
        bin = inside ? (int)floor(level + 0.5) : 0;
        chosen = smallest_of(inside && (level < i + 2 || i + 2 >= last) ? i : BINS, &shared);
    }
    if (i == chosen) {
        double centre = low + bin * ((double)high - (double)low) / (BINS - 1);
        state[THRESHOLD] = as_uint(high > low ? (float)centre : (float)high);
    }
}

/* Integers are greater than the threshold if they are greater than its integer part. */
kernel void apply(global const pixelv *in, global ucharv *out, long vectors, global const uint *state)
{
    long i = get_global_id(0);
    if (i < vectors)
        out[i] = PASTE(convert_uchar, VEC)(-(in[i] > (pixelv)(pixel)as_float(state[THRESHOLD])));
}
