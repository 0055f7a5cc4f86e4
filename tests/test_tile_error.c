/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Errors of tiled results, counted by hand.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "images/random.h"
#include "tiles/tile_error.h"

enum { THREADS = 2 };

static const struct shape flat = {40, 30, 1}, flat_tile = {16, 10, 1};

struct pair {
    struct image found, expected;
    struct grid grid;
};

static struct pair make(struct shape shape, struct shape tile, enum pixel_type type)
{
    struct pair p = {.grid = grid_make(shape, tile)};
    cr_assert_eq(image_alloc(&p.found, shape, type, 0, 1), STATUS_OK);
    cr_assert_eq(image_alloc(&p.expected, shape, type, 0, 1), STATUS_OK);
    return p;
}

static struct tile_error measure(const struct pair *p, bool labels)
{
    struct tile_error e;
    cr_assert_eq(tile_error_measure(&p->found, &p->expected, &p->grid, labels, THREADS, &e), STATUS_OK);
    return e;
}

static void end(struct pair *p)
{
    image_free(&p->found);
    image_free(&p->expected);
}

static void set(struct pair *p, int64_t x, int64_t y, float value)
{
    ((float *)image_row(&p->found, y, 0))[x] = value;
}

Test(tile_error, equal_images_have_none)
{
    struct pair p = make(flat, flat_tile, PIXEL_F32);
    const struct tile_error e = measure(&p, false);
    cr_expect_eq(e.wrong_px, 0);
    cr_expect_eq(e.pixels, 1200);
    cr_expect(e.max == 0 && e.p99 == 0 && e.seam_max == 0);
    end(&p);
}

/* Two differences of opposite sign: a signed sum would be 0. */
Test(tile_error, signs_do_not_cancel)
{
    struct pair p = make(flat, flat_tile, PIXEL_F32);
    set(&p, 3, 3, 5);
    set(&p, 4, 3, -5);
    const struct tile_error e = measure(&p, false);
    cr_expect_eq(e.wrong_px, 2);
    cr_expect(e.max == 5 && e.p99 == 0 && e.seam_max == 0);
    end(&p);
}

Test(tile_error, seams_are_both_sides_of_a_border_inside_the_image)
{
    static const struct {
        int64_t x, y;
        bool seam;
    } places[] = {{15, 4, true}, {16, 4, true}, {14, 4, false}, {17, 4, false}, {0, 4, false},  {39, 4, false},
                  {5, 9, true},  {5, 10, true}, {5, 8, false},  {5, 0, false},  {5, 29, false}, {31, 29, true}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct pair p = make(flat, flat_tile, PIXEL_F32);
        set(&p, places[i].x, places[i].y, 2);
        cr_expect_eq(measure(&p, false).seam_max, places[i].seam ? 2 : 0, "%lld, %lld", (long long)places[i].x,
                     (long long)places[i].y);
        end(&p);
    }
    struct pair p = make(flat, flat, PIXEL_F32);
    set(&p, 0, 0, 2);
    cr_expect(isnan(measure(&p, false).seam_max), "there is no seam");
    end(&p);
    p = make((struct shape){4, 4, 4}, (struct shape){4, 4, 2}, PIXEL_U8);
    ((uint8_t *)image_row(&p.found, 0, 2))[0] = 3;
    cr_expect_eq(measure(&p, false).seam_max, 3);
    end(&p);
}

/* 1200 pixels: at least 1188 differ by no more than the 99th percentile. */
Test(tile_error, the_99th_percentile_is_that_of_all_pixels)
{
    struct pair p = make(flat, flat_tile, PIXEL_F32);
    for (int i = 0; i < 12; i++)
        set(&p, i, 0, (float)(100 + i));
    cr_expect_eq(measure(&p, false).p99, 0, "12 of 1200 wrong");
    set(&p, 12, 0, -7.25f);
    cr_expect_eq(measure(&p, false).p99, 7.25, "13 of 1200 wrong: the smallest of them");
    end(&p);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

Test(tile_error, the_99th_percentile_is_that_of_a_sorted_list)
{
    enum { PIXELS = 1200 };
    for (uint64_t seed = 1; seed <= 20; seed++) {
        double sorted[PIXELS];
        struct pair p = make(flat, flat_tile, PIXEL_F32);
        for (int i = 0; i < PIXELS; i++) {
            const float tiny = random_bits(seed, (uint64_t)i) % 3 ? 1e-30f : 1e20f;
            const float value = seed % 2 || i % 60 == 0 ? random_between(seed, (uint64_t)i, -1, 1) * tiny : 0;
            set(&p, i % 40, i / 40, value);
            sorted[i] = fabs((double)value);
        }
        qsort(sorted, PIXELS, sizeof *sorted, ascending);
        cr_expect_eq(measure(&p, false).p99, sorted[1187]);
        cr_expect_eq(measure(&p, false).max, sorted[1199]);
        end(&p);
    }
}

Test(tile_error, what_is_no_number)
{
    struct pair p = make(flat, flat_tile, PIXEL_F32);
    float *expected = image_row(&p.expected, 0, 0);
    set(&p, 0, 0, expected[0] = NAN);
    set(&p, 1, 0, expected[1] = INFINITY);
    cr_expect_eq(measure(&p, false).wrong_px, 0);
    set(&p, 0, 0, -(float)NAN);
    cr_expect_eq(measure(&p, false).wrong_px, 1);
    cr_expect_eq(measure(&p, false).max, 0);
    set(&p, 2, 0, -0.0f);
    cr_expect_eq(measure(&p, false).wrong_px, 2);
    cr_expect_eq(measure(&p, false).max, 0);
    set(&p, 1, 0, -INFINITY);
    cr_expect_eq(measure(&p, false).max, INFINITY);
    set(&p, 1, 0, INFINITY);
    set(&p, 3, 0, NAN);
    cr_expect_eq(measure(&p, false).max, INFINITY);
    end(&p);
}

Test(tile_error, labels_are_equal_or_not)
{
    struct pair p = make(flat, flat_tile, PIXEL_U32);
    ((uint32_t *)image_row(&p.found, 9, 0))[1] = 4000000000u;
    struct tile_error e = measure(&p, true);
    cr_expect(e.wrong_px == 1 && e.max == 1 && e.p99 == 0 && e.seam_max == 1);
    for (int i = 0; i < 40; i++)
        ((uint32_t *)image_row(&p.found, 0, 0))[i] = 7;
    e = measure(&p, true);
    cr_expect(e.wrong_px == 41 && e.max == 1 && e.p99 == 1);
    end(&p);
}
