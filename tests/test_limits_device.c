/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Peaks, histograms and samples of a device: what their kernels compute, against the host, so that no loop leaves out a
 * part of what is counted; and the rows of the stages. Times are not looked at.
 */
#include <math.h>
#include <string.h>

#include "hardware/limits_device.h"
#include "hardware/limits_stages.h"
#include "tests/one_plan.h"

extern const char kernel_limits_atomics[], kernel_limits_peak[], kernel_limits_sampling[];

TestSuite(limits_device, .init = setup, .fini = teardown);

/* One lane of a work-item's result, on the host. */
static double chains_on_host(const struct peak_chains *c, unsigned item, unsigned lane)
{
    double sum = 0;
    uint32_t whole = 0;
    for (int chain = 0; chain < c->chains; chain++) {
        double x = item % 7 + 16 * (unsigned)chain + lane;
        uint32_t n = item % 7 + 16 * (unsigned)chain + lane;
        for (int i = 0; i < c->unroll * c->steps; i++) {
            x = x * (double)c->multiplier + (c->self ? x : (double)c->addend);
            n = n * (uint32_t)c->multiplier + (uint32_t)c->addend;
        }
        sum += x;
        whole += n;
    }
    return c->type == PEAK_INT32 ? whole : sum;
}

static double value_at(const void *out, enum peak_type type, size_t i)
{
    return type == PEAK_INT32     ? ((const uint32_t *)out)[i]
           : type == PEAK_FLOAT64 ? ((const double *)out)[i]
                                  : (double)((const float *)out)[i];
}

Test(limits_device, chains_are_computed)
{
    static const enum peak_type types[] = {PEAK_FLOAT32, PEAK_INT32, PEAK_FLOAT64};
    for (size_t t = 0; t < 2 * sizeof types / sizeof types[0]; t++) {
        double out[8 * 4] = {0}, operations;
        struct peak_chains c = {.type = types[t / 2],
                                .self = t % 2 && types[t / 2] != PEAK_INT32,
                                .width = 4,
                                .chains = 4,
                                .unroll = 2,
                                .steps = 3,
                                .items = 8,
                                .group = 1,
                                .multiplier = 0.5f,
                                .addend = 0.5f};
        if (c.type == PEAK_INT32)
            c.multiplier = 1664525, c.addend = 10139;
        use(kernel_limits_peak);
        c.out = constant(out, sizeof out);
        const enum status status = peak_launch(plan, &c, &operations);
        if (status == STATUS_UNSUPPORTED)
            continue;
        cr_assert_eq(status, STATUS_OK, "%s", status_text());
        cr_expect_eq(operations, 2.0 * 8 * 4 * 4 * 3 * 2);
        run_and_read(c.out, out, sizeof out);
        for (unsigned item = 0; item < 8; item++)
            for (unsigned i = 0; i < 4; i++)
                cr_expect_float_eq(value_at(out, c.type, item * 4 + i), chains_on_host(&c, item, i), 1e-5,
                                   "type %d, item %u", (int)c.type, item);
    }
}

Test(limits_device, additions_are_computed)
{
    uint8_t out[2 * 16] = {0};
    double operations;
    struct peak_chains c = {
        .type = PEAK_UINT8, .width = 16, .chains = 2, .unroll = 8, .steps = 1, .items = 2, .group = 1};
    use(kernel_limits_peak);
    c.out = constant(out, sizeof out);
    cr_assert_eq(peak_launch(plan, &c, &operations), STATUS_OK, "%s", status_text());
    cr_expect_eq(operations, 2.0 * 16 * 2 * 8);
    run_and_read(c.out, out, sizeof out);
    for (unsigned item = 0; item < 2; item++)
        for (unsigned i = 0; i < 16; i++) {
            uint8_t x = (uint8_t)(item + i), y = (uint8_t)(item + i + 16);
            for (int u = 0; u < 8; u++) {
                x = (uint8_t)(x + y);
                y = (uint8_t)(x + y);
            }
            cr_expect_eq(out[item * 16 + i], (uint8_t)(x + y));
        }
}

Test(limits_device, histograms_count_every_increment)
{
    static const char *const kernels[] = {"histogram_local", "histogram_global"};
    const cl_int steps = 500;
    for (int k = 0; k < 4; k++) {
        uint32_t counts[HISTOGRAM_BINS] = {0};
        const cl_uint mask = k / 2 ? HISTOGRAM_BINS - 1 : 0;
        use(kernel_limits_atomics);
        cl_mem buffer = constant(counts, sizeof counts);
        cr_assert_eq(plan_launch(plan, &(struct launch){.kernel = kernels[k % 2],
                                                        .global = {64},
                                                        .local = {16},
                                                        .arguments = {ARG(buffer), ARG(steps), ARG(mask)}}),
                     STATUS_OK, "%s", status_text());
        run_and_read(buffer, counts, sizeof counts);
        cr_expect_eq(histogram_check(counts, 64 * 500), STATUS_OK, "%s", status_text());
        cr_expect_eq(counts[0] == 64 * 500, mask == 0);
        /* 125 in each bin, give or take 5 standard deviations of 11. */
        for (int bin = 0; bin < HISTOGRAM_BINS && mask; bin++)
            cr_expect(counts[bin] > 70 && counts[bin] < 180, "bin %d: %u", bin, counts[bin]);
        /* A lost increment is found. */
        counts[mask ? 17 : 0]--;
        cr_expect_eq(histogram_check(counts, 64 * 500), STATUS_WRONG);
    }
}

Test(limits_device, wrapped_counts_add_up)
{
    uint32_t counts[HISTOGRAM_BINS] = {5};
    cr_expect_eq(histogram_check(counts, ((uint64_t)3 << 32) + 5), STATUS_OK);
    cr_expect_eq(histogram_check(counts, ((uint64_t)3 << 32) + 6), STATUS_WRONG);
}

enum { WIDE = 16, HIGH = 8, DEEP = 4 };

static double at_pixel(double x, double y, double z)
{
    return x + 16 * y + 256 * z;
}

static double halfway(double at, int size)
{
    return at < size - 1 ? at + 0.5 : size - 1;
}

/* The sum of a work-item's samples. A ramp is exact between pixels, too. */
static double samples_on_host(const struct sampling_walk *w, int x, int y, int z)
{
    double sum = 0;
    for (int i = 0, column = x; i < w->steps; i++) {
        sum += w->linear ? at_pixel(halfway(column, WIDE), halfway(y, HIGH), w->size[2] > 1 ? halfway(z, DEEP) : 0)
                         : at_pixel(column, y, z);
        column++;
        if (column >= WIDE - (w->linear ? 1 : 0))
            column = 0;
    }
    return sum;
}

static void expect_samples(size_t depth, bool linear)
{
    static float pixels[DEEP * HIGH * WIDE], sums[DEEP * HIGH * WIDE];
    static const cl_image_format format = {CL_R, CL_FLOAT};
    struct sampling_walk w = {.size = {WIDE, HIGH, depth}, .linear = linear, .steps = 21, .least = 0};
    double samples;
    use(kernel_limits_sampling);
    for (int i = 0; i < DEEP * HIGH * WIDE; i++)
        pixels[i] = (float)at_pixel(i % WIDE, i / WIDE % HIGH, i / WIDE / HIGH);
    if (plan_image(plan, &format, w.size, &w.image) == STATUS_UNSUPPORTED)
        cr_skip_test("%s", status_text());
    cl_mem from = constant(pixels, sizeof pixels);
    memset(sums, 0, sizeof sums);
    w.sums = constant(sums, sizeof sums);
    cr_assert_eq(plan_copy_to_image(plan, from, w.image, w.size), STATUS_OK, "%s", status_text());
    cr_assert_eq(sampling_walk_launch(plan, &w, &samples), STATUS_OK, "%s", status_text());
    cr_expect_eq(samples, (double)(WIDE * HIGH * depth * 21));
    run_and_read(w.sums, sums, sizeof sums);
    for (int i = 0; i < WIDE * HIGH * (int)depth; i++)
        cr_expect_float_eq(sums[i], samples_on_host(&w, i % WIDE, i / WIDE % HIGH, i / WIDE / HIGH), 0.01,
                           "depth %zu, linear %d, pixel %d: %g", depth, linear, i, (double)sums[i]);
}

Test(limits_device, samples_are_taken)
{
    for (int i = 0; i < 4; i++)
        expect_samples(i / 2 ? DEEP : 1, i % 2);
}

static void expect_rows(enum status (*stage)(struct opencl *, struct limits *), int least)
{
    struct limits limits = {0};
    cr_assert_eq(stage(opencl, &limits), STATUS_OK, "%s", status_text());
    cr_expect_geq(limits.count, least);
    for (int i = 0; i < limits.count; i++) {
        const struct limit *row = &limits.rows[i];
        if (isnan(row->value))
            cr_expect_neq(row->reason[0], 0, "%s has neither value nor reason", row->name);
        else
            cr_expect(row->value > 0 && isfinite(row->value) && row->samples > 0 && row->low <= row->value &&
                          row->high <= row->value,
                      "%s: %g", row->name, row->value);
    }
    limits_free(&limits);
}

Test(limits_device, peak_has_its_rows)
{
    expect_rows(limits_peak, 5);
}

Test(limits_device, atomics_have_their_rows)
{
    expect_rows(limits_atomics, 4);
}

Test(limits_device, sampling_has_its_rows)
{
    expect_rows(limits_sampling, 4);
}

/* Four rows for each of at least ten sets, and local memory. */
Test(limits_device, bandwidth_has_its_rows)
{
    expect_rows(limits_bandwidth, 41);
}
