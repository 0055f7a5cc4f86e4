/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Growing labels: steps written out, and outlines of every kind on all implementations, among them paths longer than a
 * device's rounds.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "ops/grow_labels.h"
#include "tests/open_device.h"

extern const char kernel_voronoi_otsu_labeling[];

struct scene {
    struct image outline, seeds;
};

static void open_scene(struct scene *scene, struct shape shape)
{
    cr_assert_eq(image_alloc(&scene->outline, shape, PIXEL_U8, 0, 1), STATUS_OK);
    cr_assert_eq(image_alloc(&scene->seeds, shape, PIXEL_U32, 0, 1), STATUS_OK);
}

static void close_scene(struct scene *scene)
{
    image_free(&scene->outline);
    image_free(&scene->seeds);
}

static uint8_t *outline_at(struct scene *scene, int64_t x, int64_t y, int64_t z)
{
    return (uint8_t *)image_row(&scene->outline, y, z) + x;
}

static uint32_t *label_at(const struct image *labels, int64_t x, int64_t y, int64_t z)
{
    return (uint32_t *)image_row(labels, y, z) + x;
}

static int64_t omp_differences(const struct scene *scene, const struct image *expected, int threads)
{
    struct image labels;
    void *scratch = malloc(grow_labels_bytes(expected->shape));
    cr_assert_eq(image_alloc(&labels, expected->shape, PIXEL_U32, 0, 1), STATUS_OK);
    image_copy(&labels, &scene->seeds);
    grow_labels_omp(&labels, &scene->outline, threads, scratch);
    const int64_t differences = image_compare(&labels, expected, 0).pixels;
    cr_expect(image_guards_intact(&labels));
    image_free(&labels);
    free(scratch);
    return differences;
}

static int64_t device_differences(struct opencl *opencl, const struct scene *scene, const struct image *expected)
{
    struct device_image labels, outline;
    struct image found;
    struct plan *plan;
    cr_assert_eq(image_alloc(&found, expected->shape, PIXEL_U32, 0, 1), STATUS_OK);
    cr_assert_eq(device_image_alloc(opencl, &labels, expected->shape, PIXEL_U32), STATUS_OK);
    cr_assert_eq(device_image_alloc(opencl, &outline, expected->shape, PIXEL_U8), STATUS_OK);
    cr_assert_eq(plan_create(opencl, kernel_voronoi_otsu_labeling, "-cl-std=CL1.2 -D PIXEL_IS_U8 -D VEC=16", &plan),
                 STATUS_OK);
    cr_assert_eq(grow_labels_plan(plan, &labels, &outline), STATUS_OK, "%s", status_text());
    cr_assert_eq(device_image_push(opencl, &labels, &scene->seeds), STATUS_OK);
    cr_assert_eq(device_image_push(opencl, &outline, &scene->outline), STATUS_OK);
    cr_assert_eq(plan_run(plan, NULL), STATUS_OK);
    cr_assert_eq(device_image_pull(opencl, &labels, &found), STATUS_OK);
    const int64_t differences = image_compare(&found, expected, 0).pixels;
    plan_free(plan);
    device_image_free(opencl, &labels);
    device_image_free(opencl, &outline);
    image_free(&found);
    return differences;
}

/* The reference's answer; all others give it too. */
static struct image grown(const struct scene *scene)
{
    struct image expected;
    struct opencl *opencl = open_device_or_null();
    cr_assert_eq(image_alloc(&expected, scene->seeds.shape, PIXEL_U32, 0, 1), STATUS_OK);
    image_copy(&expected, &scene->seeds);
    cr_assert_eq(grow_labels_ref(&expected, &scene->outline), STATUS_OK);
    for (int threads = 1; threads <= 4; threads++)
        cr_expect_eq(omp_differences(scene, &expected, threads), 0, "%d threads", threads);
    if (opencl) {
        cr_expect_eq(device_differences(opencl, scene, &expected), 0);
        opencl_close(opencl);
    }
    return expected;
}

/* Seeds 1 and 2 in a row of 9, all of it outline but the last pixel: steps meet in the middle, where 2 is larger. */
Test(grow_labels, larger_label_wins_where_two_meet)
{
    static const uint32_t expected[9] = {1, 1, 1, 1, 2, 2, 2, 2, 0};
    struct scene scene;
    open_scene(&scene, (struct shape){9, 1, 1});
    for (int x = 0; x < 8; x++)
        *outline_at(&scene, x, 0, 0) = 1;
    *label_at(&scene.seeds, 0, 0, 0) = 1;
    *label_at(&scene.seeds, 7, 0, 0) = 2;
    struct image labels = grown(&scene);
    cr_expect_arr_eq(labels.pixels, expected, sizeof expected);
    image_free(&labels);
    close_scene(&scene);
}

/* Label 1 from the middle: a box step to 3 x 3, a sphere step to 5 x 5 without corners, a box step. Label 2 from a
 * corner: 2 x 2, then (2, 0), (2, 1), (0, 2), (1, 2), where it wins against label 1, then (3, 0) and (0, 3). */
Test(grow_labels, box_first_then_sphere)
{
    static const uint32_t expected[49] = {
        2, 2, 2, 2, 1, 1, 1, /* */
        2, 2, 2, 1, 1, 1, 1, /* */
        2, 2, 1, 1, 1, 1, 1, /* */
        2, 1, 1, 1, 1, 1, 1, /* */
        1, 1, 1, 1, 1, 1, 1, /* */
        1, 1, 1, 1, 1, 1, 1, /* */
        1, 1, 1, 1, 1, 1, 1, /* */
    };
    struct scene scene;
    open_scene(&scene, (struct shape){7, 7, 1});
    for (int i = 0; i < 49; i++)
        *outline_at(&scene, i % 7, i / 7, 0) = 9;
    *label_at(&scene.seeds, 3, 3, 0) = 1;
    *label_at(&scene.seeds, 0, 0, 0) = 2;
    struct image labels = grown(&scene);
    for (int i = 0; i < 49; i++)
        cr_expect_eq(*label_at(&labels, i % 7, i / 7, 0), expected[i], "%d,%d: %u", i % 7, i / 7,
                     *label_at(&labels, i % 7, i / 7, 0));
    image_free(&labels);
    close_scene(&scene);
}

/* Through a gap that only box steps pass, after a sphere step that changed nothing; an island without a seed stays 0.
 */
Test(grow_labels, goes_on_through_diagonals)
{
    struct scene scene;
    open_scene(&scene, (struct shape){70, 70, 1});
    for (int i = 0; i < 66; i++)
        *outline_at(&scene, i, i, 0) = 1;
    *outline_at(&scene, 69, 69, 0) = 1;
    *label_at(&scene.seeds, 0, 0, 0) = 7;
    struct image labels = grown(&scene);
    cr_expect_eq(*label_at(&labels, 65, 65, 0), 7);
    cr_expect_eq(*label_at(&labels, 69, 69, 0), 0);
    image_free(&labels);
    close_scene(&scene);
}

static void fill_random(struct scene *scene, int outline_percent, int seeds_per_mille, unsigned seed)
{
    const struct shape s = scene->seeds.shape;
    uint32_t label = 0;
    for (int64_t i = 0; i < shape_pixels(s); i++) {
        const int64_t x = i % s.width, y = i / s.width % s.height, z = i / s.width / s.height;
        const bool inside = rand_r(&seed) % 100 < outline_percent;
        *outline_at(scene, x, y, z) = inside;
        if (inside && rand_r(&seed) % 1000 < seeds_per_mille)
            *label_at(&scene->seeds, x, y, z) = ++label;
    }
}

Test(grow_labels, random_outlines)
{
    static const struct shape shapes[] = {{1, 1, 1},   {97, 1, 1},  {1, 65, 1},   {131, 77, 1},
                                          {64, 32, 1}, {33, 65, 1}, {37, 19, 11}, {17, 9, 33}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        for (int percent = 30; percent <= 90; percent += 30) {
            struct scene scene;
            open_scene(&scene, shapes[i]);
            fill_random(&scene, percent, i % 2 ? 2 : 20, (unsigned)(7 * i) + (unsigned)percent);
            struct image labels = grown(&scene);
            image_free(&labels);
            close_scene(&scene);
        }
}

/* A path that goes to and fro through the whole image, in every second row. */
static void fill_winding(struct scene *scene)
{
    const struct shape s = scene->seeds.shape;
    for (int64_t z = 0; z < s.depth; z++)
        for (int64_t y = 0; y < s.height; y++)
            for (int64_t x = 0; x < s.width; x++)
                *outline_at(scene, x, y, z) = z % 2 ? y == (z % 4 == 1 ? s.height - 1 : 0) && x == 0
                                                    : y % 2 == 0 || x == (y % 4 == 1 ? s.width - 1 : 0);
    *label_at(&scene->seeds, 0, 0, 0) = 5;
}

Test(grow_labels, path_longer_than_a_device_has_rounds)
{
    static const struct shape shapes[] = {{60, 61, 1}, {25, 17, 7}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        struct scene scene;
        open_scene(&scene, shapes[i]);
        fill_winding(&scene);
        struct image labels = grown(&scene);
        int64_t reached = 0, path = 0;
        for (int64_t p = 0; p < shape_pixels(shapes[i]); p++) {
            const int64_t x = p % shapes[i].width, y = p / shapes[i].width % shapes[i].height,
                          z = p / shapes[i].width / shapes[i].height;
            path += *outline_at(&scene, x, y, z) != 0;
            reached += *label_at(&labels, x, y, z) == 5;
        }
        cr_expect_gt(path, 600);
        cr_expect_eq(reached, path);
        image_free(&labels);
        close_scene(&scene);
    }
}

Test(grow_labels, a_wrong_pixel_shows)
{
    struct scene scene;
    open_scene(&scene, (struct shape){40, 40, 1});
    fill_random(&scene, 80, 10, 3);
    struct image labels = grown(&scene);
    *label_at(&labels, 20, 20, 0) += 1;
    cr_expect_eq(omp_differences(&scene, &labels, 2), 1);
    image_free(&labels);
    close_scene(&scene);
}
