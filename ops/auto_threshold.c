/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = in > threshold, chosen from a histogram of 256 bins between the image's minimum and maximum. How a histogram
 * gives the threshold is defined in histogram_threshold.c; the kernel takes the same steps.
 *
 * Bins: round((v - min) * 255 / (max - min)), half to even. For integer pixels this is exact. For float32 the steps are
 * d = v - min; q = d * scale; the bin is the integer next to the smaller of q and 255, with scale = 255 / (max - min)
 * in double, rounded to float32. A NaN is no minimum or maximum, falls into bin 255 and is not above the threshold.
 *
 * Memory bound: uint8 reads the image twice, since a histogram of the values holds the minimum and the maximum and maps
 * to the bins; the others read it three times. A histogram of all 65 536 uint16 values would save a pass, but fits
 * neither a core's first cache nor a work-group's local memory.
 */
#include "ops/compile.h"
#include "ops/histogram_threshold.h"
#include "ops/kernels.h"

#include <omp.h>
#include <stdio.h>
#include <string.h>

enum { METHOD };
enum { BINS = HISTOGRAM_BINS, HISTOGRAM_BYTES = BINS * sizeof(cl_uint), PARTS = 8, RUN_PX = 1024 };

#ifdef PIXEL_IS_F32
#define ABOVE_ALL INFINITY
#define BELOW_ALL (-INFINITY)
#else
#define ABOVE_ALL ((pixel)PIXEL_LARGEST)
#define BELOW_ALL 0
#endif

static int bin_ref(pixel value, pixel low, pixel high)
{
#ifdef PIXEL_IS_F32
    float q = (value - low) * (float)(255.0 / ((double)high - (double)low));
    return (int)rintf(q < 255.0f ? q : 255.0f);
#else
    return (int)rint((value - low) * 255.0 / (high - low));
#endif
}

static enum status auto_threshold_ref(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    uint64_t bins[BINS] = {0};
    pixel low = ABOVE_ALL, high = BELOW_ALL;
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++) {
                pixel value = in_row(call, 0, y, z)[x];
                low = value < low ? value : low;
                high = value > high ? value : high;
            }
    for (int64_t z = 0; high > low && z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++)
                bins[bin_ref(in_row(call, 0, y, z)[x], low, high)]++;
    float threshold = histogram_threshold(bins, (double)low, (double)high, (int)call->args->value[METHOD]);
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++)
                out_row_u8(call, y, z)[x] = (float)in_row(call, 0, y, z)[x] > threshold;
    return STATUS_OK;
}

/* What a thread finds. Neighbouring pixels count in different parts: the next increment of a bin need not wait for the
 * store of the last one, which matters in flat regions. */
struct share {
    _Alignas(IMAGE_ALIGN_BYTES) uint64_t counts[PARTS][BINS];
    pixel low, high;
};

struct workspace {
    uint64_t bins[BINS];
    float threshold;
    struct share shares[]; /* one per thread */
};

static size_t auto_threshold_scratch(const struct op_args *args, struct shape in, int threads)
{
    (void)args, (void)in;
    return sizeof(struct workspace) + (size_t)threads * sizeof(struct share);
}

static void bins_of(uint8_t *restrict bins, const pixel *restrict in, int64_t count, pixel low, pixel high)
{
#ifdef PIXEL_IS_F32
    const float scale = (float)(255.0 / ((double)high - (double)low));
#pragma omp simd
    for (int64_t x = 0; x < count; x++) {
        float q = (in[x] - low) * scale;
        bins[x] = (uint8_t)(int32_t)rintf(q < 255.0f ? q : 255.0f);
    }
#else
    /* Exact: numerator and denominator are, and a quotient that is not half-way between two bins is at least
     * 1 / (2 * 65535) away from there, more than half a unit in the last place of any float32 below 256. */
    const float range = (float)(high - low);
#pragma omp simd
    for (int64_t x = 0; x < count; x++)
        bins[x] = (uint8_t)(int32_t)rintf((float)(255 * (in[x] - low)) / range);
#endif
}

static void count_bytes(uint64_t counts[restrict PARTS][BINS], const uint8_t *restrict bytes, int64_t count)
{
    int64_t x = 0;
    for (; x + PARTS <= count; x += PARTS)
        for (int part = 0; part < PARTS; part++)
            counts[part][bytes[x + part]]++;
    for (; x < count; x++)
        counts[0][bytes[x]]++;
}

#ifdef PIXEL_IS_U8

/* The histogram of the values will tell. */
static void find_range(const struct op_call *call, struct workspace *work, pixel *low, pixel *high)
{
    (void)call, (void)work;
    *low = ABOVE_ALL;
    *high = BELOW_ALL;
}

static void count_row(struct share *mine, const pixel *in, int64_t width, pixel low, pixel high)
{
    (void)low, (void)high;
    count_bytes(mine->counts, in, width);
}

static float choose(const uint64_t *counts, pixel low, pixel high, int method)
{
    uint8_t values[BINS], bin[BINS];
    uint64_t bins[BINS] = {0};
    for (int value = 0; value < BINS; value++) {
        values[value] = (uint8_t)value;
        low = counts[value] && value < low ? (pixel)value : low;
        high = counts[value] ? (pixel)value : high;
    }
    if (high > low)
        bins_of(bin, values + low, high - low + 1, low, high);
    for (int i = 0; high > low && i <= high - low; i++)
        bins[bin[i]] += counts[low + i];
    return histogram_threshold(bins, low, high, method);
}

#else

static void find_range(const struct op_call *call, struct workspace *work, pixel *low, pixel *high)
{
    const struct shape s = call->out->shape;
    struct share *mine = &work->shares[omp_get_thread_num()];
    pixel least = ABOVE_ALL, most = BELOW_ALL;
#pragma omp for schedule(static) nowait
    for (int64_t row = 0; row < s.height * s.depth; row++) {
        const pixel *restrict in = in_row(call, 0, row % s.height, row / s.height);
#pragma omp simd reduction(min : least) reduction(max : most)
        for (int64_t x = 0; x < s.width; x++) {
            least = in[x] < least ? in[x] : least;
            most = in[x] > most ? in[x] : most;
        }
    }
    mine->low = *low = least;
    mine->high = *high = most;
#pragma omp barrier
    for (int t = 0; t < omp_get_num_threads(); t++) {
        *low = work->shares[t].low < *low ? work->shares[t].low : *low;
        *high = work->shares[t].high > *high ? work->shares[t].high : *high;
    }
}

static void count_row(struct share *mine, const pixel *in, int64_t width, pixel low, pixel high)
{
    uint8_t bins[RUN_PX];
    for (int64_t from = 0; high > low && from < width; from += RUN_PX) {
        int64_t count = width - from < RUN_PX ? width - from : RUN_PX;
        bins_of(bins, in + from, count, low, high);
        count_bytes(mine->counts, bins, count);
    }
}

static float choose(const uint64_t *counts, pixel low, pixel high, int method)
{
    return histogram_threshold(counts, (double)low, (double)high, method);
}

#endif

static void apply(const struct op_call *call, float threshold)
{
    const struct shape s = call->out->shape;
    const pixel limit = (pixel)threshold;
#pragma omp for schedule(static)
    for (int64_t row = 0; row < s.height * s.depth; row++) {
        const pixel *restrict in = in_row(call, 0, row % s.height, row / s.height);
        uint8_t *restrict out = out_row_u8(call, row % s.height, row / s.height);
#pragma omp simd
        for (int64_t x = 0; x < s.width; x++)
            out[x] = in[x] > limit;
    }
}

static enum status auto_threshold_omp(const struct op_call *call)
{
    const struct shape s = call->out->shape;
    struct workspace *work = call->scratch;
#pragma omp parallel num_threads(call->threads)
    {
        const int threads = omp_get_num_threads();
        struct share *mine = &work->shares[omp_get_thread_num()];
        pixel low, high;
        memset(mine->counts, 0, sizeof mine->counts);
        find_range(call, work, &low, &high);
#pragma omp for schedule(static)
        for (int64_t row = 0; row < s.height * s.depth; row++)
            count_row(mine, in_row(call, 0, row % s.height, row / s.height), s.width, low, high);
#pragma omp for schedule(static)
        for (int i = 0; i < BINS; i++) {
            work->bins[i] = 0;
            for (int t = 0; t < threads; t++)
                for (int part = 0; part < PARTS; part++)
                    work->bins[i] += work->shares[t].counts[part][i];
        }
#pragma omp single
        work->threshold = choose(work->bins, low, high, (int)call->args->value[METHOD]);
        apply(call, work->threshold);
    }
    return STATUS_OK;
}

/* How a device counts: work-groups of `group` items, each with `copies` of a histogram in local memory, which they add
 * to one of `slots` histograms in global memory. */
struct counting {
    cl_int group, copies, slots;
    cl_long groups, vectors;
};

/* Work-groups of one on a CPU, where increments need not be atomic and the lanes of a vector count in different copies.
 * On a GPU 32 copies give neighbouring work-items different banks, whether they meet in one bin or not. */
static struct counting counting_on(const struct device *device, struct device_shape s, int vector_px)
{
    enum { GROUPS_PER_UNIT = 8, VECTORS_PER_ITEM = 4, SLOTS = 4, MANY_COPIES = 32, FEW_COPIES = 8 };
    const bool cpu = device->type == DEVICE_CPU, roomy = device->local_bytes >= 3 * MANY_COPIES * HISTOGRAM_BYTES / 2;
    const cl_long pixels = s.stride * s.height * s.depth, most = (cl_long)device->compute_units * GROUPS_PER_UNIT;
    const cl_long least = pixels / INT32_MAX + 1; /* so that no counter reaches 2^32 */
    struct counting c = {.group = cpu ? 1 : 256, .copies = roomy && !cpu ? MANY_COPIES : FEW_COPIES};
    c.slots = SLOTS * (cl_int)least;
    c.vectors = pixels / vector_px;
    c.groups = c.vectors / (c.group * VECTORS_PER_ITEM) + 1;
    c.groups = c.groups < most ? c.groups : most;
    c.groups = c.groups > least ? c.groups : least;
    return c;
}

static enum status auto_threshold_ocl(struct plan *plan, const struct op_device_call *call)
{
    enum status status;
    const struct device *device = &plan_opencl(plan)->device;
    const struct device_image *in = call->in[0], *out = call->out;
    const struct device_shape s = device_image_shape(in);
    const struct counting c = counting_on(device, s, call->vector_px);
    const cl_int method = (cl_int)call->args->value[METHOD];
    const size_t state_bytes = (size_t)(1 + c.slots) * HISTOGRAM_BYTES, items = (size_t)(c.groups * c.group);
    char options[64];
    cl_mem state;
    if (!device->double_precision)
        return status_fail(STATUS_UNSUPPORTED, "auto_threshold: %s has no double precision", device->name);

    snprintf(options, sizeof options, "-D GROUP=%d -D COPIES=%d", c.group, c.copies);
    TRY(plan_scratch(plan, state_bytes, &state));
    TRY(plan_clear(plan, state, state_bytes));
    const struct launch launches[] = {
        {"extrema", options, {items}, {(size_t)c.group}, {ARG(in->memory), ARG(state), ARG(s)}},
        {"histogram", options, {items}, {(size_t)c.group}, {ARG(in->memory), ARG(state), ARG(s), ARG(c.slots)}},
        {"choose", options, {BINS}, {BINS}, {ARG(state), ARG(c.slots), ARG(method)}},
        {"apply", options, {(size_t)c.vectors}, {128}, {ARG(in->memory), ARG(out->memory), ARG(c.vectors), ARG(state)}},
    };
    for (size_t i = PIXEL_TYPE == PIXEL_U8 ? 1 : 0; i < sizeof launches / sizeof launches[0]; i++)
        TRY(plan_launch(plan, &launches[i]));
done:
    return status;
}

const struct op OP(auto_threshold) = {
    OP_COMMON(auto_threshold),
    .summary = "1 where a pixel is above a threshold found from the image's histogram",
    .params = {{.name = "method", .help = "how the threshold is found", .kind = OP_CHOICE, .choices = "otsu,isodata"}},
    .inputs = 1,
    .result = RESULT_BINARY,
    .margin = MARGIN_GLOBAL,
    .margin_rule = "global",
    .reads = PIXEL_TYPE == PIXEL_U8 ? 2 : 3,
    .ref = auto_threshold_ref,
    .omp = auto_threshold_omp,
    .scratch_bytes = auto_threshold_scratch,
    .ocl = auto_threshold_ocl,
};
