/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The walks that measure a device's memory touch every element of their sets as often as is counted, and nothing else:
 * what they write and sum up, against the host.
 */
#include <math.h>
#include <string.h>

#include "hardware/limits_checks.h"
#include "tests/one_plan.h"

extern const char kernel_limits_bandwidth[];

enum { MOST_FLOATS = 12288, GUARD = 64 };

static float values[3][MOST_FLOATS + GUARD], got[MOST_FLOATS + GUARD];

TestSuite(limits_walks, .init = setup, .fini = teardown);

static const struct walk_shape shapes[] = {
    {.floats = 16, .blocks = true, .items = 3, .group = 1},
    {.floats = 4, .items = 256, .group = 64},
    {.floats = 4, .items = 4096, .group = 64},
    {.floats = 1, .items = 1024, .group = 64},
    {.floats = 4, .once = true, .group = 64},
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static float answer(enum walk_kind kind, int i)
{
    return kind == WALK_WRITE ? 3 : kind == WALK_COPY ? values[1][i] : values[1][i] + 3 * values[2][i];
}

/* The walk over `floats` in each array, with whole numbers, so that every order of sums is exact. */
static struct walk prepare_walk(enum walk_kind kind, const struct walk_shape *shape, size_t floats, int passes)
{
    static float sums[MOST_FLOATS];
    struct walk walk = {.kind = kind, .shape = *shape, .passes = passes, .scalar = kind == WALK_READ ? 0 : 3};
    walk.bytes = floats * sizeof(float) * (kind == WALK_COPY ? 2 : kind == WALK_TRIAD ? 3 : 1);
    use(kernel_limits_bandwidth);
    for (int a = 0; a < 3; a++)
        for (int i = 0; i < MOST_FLOATS + GUARD; i++)
            values[a][i] = a == 0 && kind != WALK_READ ? -7 : (float)((i * 7 + a * 3) % 13);
    for (int a = 0; a < 3; a++)
        walk.arrays[a] = constant(values[a], sizeof values[a]);
    memset(sums, 0, sizeof sums);
    walk.sums = constant(sums, sizeof sums);
    return walk;
}

static void expect_walk(enum walk_kind kind, const struct walk_shape *shape, size_t floats, int passes)
{
    double touched;
    size_t held;
    struct walk walk = prepare_walk(kind, shape, floats, passes);
    cr_assert_eq(walk_launch(plan, &walk, &touched, &held), STATUS_OK, "%s", status_text());
    cr_expect_eq(held, walk.bytes);
    cr_expect_eq(touched, (double)held * (shape->once ? 1 : passes));
    run_and_read(walk.arrays[0], got, sizeof got);
    for (size_t i = 0; i < floats; i++)
        cr_assert_eq(got[i], answer(kind, (int)i), "kind %d, float%d, %zu of %zu: %g", kind, shape->floats, i, floats,
                     (double)got[i]);
    for (size_t i = floats; i < MOST_FLOATS + GUARD; i++)
        cr_assert_eq(got[i], -7, "kind %d, float%d wrote behind its set, at %zu", kind, shape->floats, i);
}

/* Not a multiple of a work-group, nor of a block; fewer and more vectors than there are work-items. */
static const size_t sizes[] = {1008, 4096, MOST_FLOATS};

Test(limits_walks, every_element_is_written)
{
    for (int shape = 0; shape < SHAPES; shape++)
        for (size_t size = 0; size < sizeof sizes / sizeof sizes[0]; size++)
            for (int kind = WALK_WRITE; kind < WALK_KINDS; kind++)
                for (int passes = 1; passes < 4; passes += 2)
                    expect_walk((enum walk_kind)kind, &shapes[shape], sizes[size], passes);
}

/* What the work-items of a read add up, all together. */
static double sum_read(const struct walk_shape *shape, size_t floats, int passes, double *touched)
{
    static float sums[MOST_FLOATS];
    size_t held;
    double sum = 0;
    struct walk walk = prepare_walk(WALK_READ, shape, floats, passes);
    cr_assert_eq(walk_launch(plan, &walk, touched, &held), STATUS_OK, "%s", status_text());
    run_and_read(walk.sums, sums, sizeof sums);
    for (int i = 0; i < MOST_FLOATS; i++)
        sum += (double)sums[i];
    return sum;
}

Test(limits_walks, every_element_is_read)
{
    for (int shape = 0; shape < SHAPES; shape++)
        for (size_t size = 0; size < sizeof sizes / sizeof sizes[0]; size++)
            for (int passes = 1; passes < 12; passes += 5) {
                double touched, expected = 0;
                double sum = sum_read(&shapes[shape], sizes[size], passes, &touched);
                const double times = touched / (double)(sizes[size] * sizeof(float));
                cr_expect_eq(times, shapes[shape].once ? 1 : passes);
                for (size_t i = 0; i < sizes[size]; i++)
                    expected += times * (double)values[0][i];
                cr_expect_eq(sum, expected, "shape %d, %zu floats, %d passes: %g, not %g", shape, sizes[size], passes,
                             sum, expected);
            }
}

/* A read that left out a vector would be found. */
Test(limits_walks, planted_short_read)
{
    double all, fewer;
    const struct walk_shape shape = {.floats = 4, .items = 256, .group = 64};
    cr_expect_neq(sum_read(&shape, 4096, 1, &all), sum_read(&shape, 4092, 1, &fewer));
    cr_expect_eq(all - fewer, 16);
}

/* The look that a profile takes before it times them. */
Test(limits_walks, sound_shapes_pass_the_check)
{
    for (int shape = 0; shape < SHAPES; shape++)
        cr_expect_eq(walk_check(opencl, &shapes[shape]), STATUS_OK, "%s", status_text());
    cr_expect_eq(limit_expect(opencl, "planted", 0, 16384), STATUS_WRONG);
    cr_expect_eq(limit_expect(opencl, "planted", NAN, 16384), STATUS_WRONG);
}

Test(limits_walks, nothing_is_stored_below_the_limit)
{
    double touched;
    size_t held;
    float sums[3] = {0};
    struct walk walk = prepare_walk(WALK_READ, &shapes[0], 4096, 2);
    walk.scalar = INFINITY;
    cr_assert_eq(walk_launch(plan, &walk, &touched, &held), STATUS_OK, "%s", status_text());
    run_and_read(walk.sums, sums, sizeof sums);
    for (int i = 0; i < 3; i++)
        cr_expect_eq(sums[i], 0);
}

Test(limits_walks, local_array_is_read_whole)
{
    static const int widths[] = {1, 2, 4, 16};
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
        float sums[3 * 16];
        double touched, sum = 0;
        use(kernel_limits_bandwidth);
        struct local_walk walk = {
            .floats = widths[w], .bytes = 8192, .group = 16, .groups = 3, .passes = 5, .least = 0};
        memset(sums, 0, sizeof sums);
        walk.sums = constant(sums, sizeof sums);
        cr_assert_eq(local_launch(plan, &walk, &touched), STATUS_OK, "%s", status_text());
        cr_expect_eq(touched, 8192.0 * 3 * 5);
        run_and_read(walk.sums, sums, sizeof sums);
        for (int i = 0; i < 3 * 16; i++)
            sum += (double)sums[i];
        cr_expect_eq(sum, 3.5 * touched / sizeof(float), "float%d: %g", widths[w], sum);
    }
}
