/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Operations that move pixels, computed in tiles: every tile gets nothing but source_region() of the input, poison lies
 * around it, and what the tiles give together has the bits of the whole result.
 */
#include "ops/registry.h"
#include "tests/parts_trial.h"

struct scene {
    const char *op, *args;
    struct shape shape;
};

static const struct scene scenes[] = {
    {"flip", "axes=x", {37, 23, 1}},
    {"flip", "axes=y", {37, 23, 1}},
    {"flip", "axes=xyz", {37, 11, 5}},
    {"flip", "axes=z", {19, 3, 7}},
    {"flip", "axes=xy", {5, 19, 3}},
    {"flip", "axes=xz", {33, 5, 6}},
    {"flip", "axes=yz", {18, 9, 2}},
    {"maximum_z_projection", "", {37, 23, 9}},
    {"maximum_z_projection", "", {3, 1, 40}},
    {"rotate", "angle_z=90", {37, 23, 1}},
    {"rotate", "angle_z=30", {37, 43, 1}},
    {"rotate", "angle_z=-147.3,interpolation=nearest", {41, 23, 1}},
    {"rotate", "angle_z=45", {3, 300, 1}},
    {"rotate", "angle_z=0,angle_x=25", {37, 23, 1}},
    {"rotate", "angle_z=200", {21, 17, 5}},
    {"rotate", "angle_z=13,angle_x=180", {21, 17, 6}},
    {"rotate", "angle_z=45,angle_x=20,angle_y=-75", {21, 17, 15}},
    {"rotate", "angle_z=-14.2,angle_x=77,angle_y=3", {9, 27, 7}},
    {"rotate", "angle_z=45,angle_x=20,angle_y=-75,interpolation=nearest", {21, 17, 15}},
    {"rotate", "angle_z=90,angle_x=90,angle_y=90", {12, 13, 14}},
    {"radial_reslice", "number_of_angles=7,angle_step=-45.5", {37, 23, 5}},
    {"radial_reslice", "number_of_angles=360", {17, 24, 3}},
    {"radial_reslice", "number_of_angles=7,angle_step=90", {9, 9, 2}},
    {"radial_reslice", "number_of_angles=20,angle_step=31,interpolation=nearest", {23, 30, 7}},
};

enum { SCENES = sizeof scenes / sizeof scenes[0] };

static const struct op *op_of(const char *name, enum pixel_type type, enum cpu_level level)
{
    int i = 0;
    while (strcmp(op_at(i, type, level)->name, name) != 0)
        i++;
    return op_at(i, type, level);
}

/* Two threads for the largest tile alone: with others' work on the cores they wait for each other at each. */
static void walk_tiles(struct trial *t, const struct scene *scene)
{
    static const struct shape tiles[] = {{16, 7, 2}, {5, 4, 3}, {64, 1, 1}, {1, 64, 30}, {1000, 20, 5}};
    for (int i = 0; i < 5; i++) {
        t->threads = i == 4 ? 2 : 1;
        t->more_px = i % 2 ? 2 : 0;
        cr_expect_eq(differences(t, tiles[i]), 0, "%s(%s) %s %s, tile %d", scene->op, scene->args,
                     pixel_type_name(t->op->type), backend_name(t->backend), i);
    }
}

Test(parts, reference)
{
    for (int i = 0; i < SCENES * PIXEL_INTENSITY_COUNT; i++) {
        const struct scene *scene = &scenes[i / PIXEL_INTENSITY_COUNT];
        struct trial t =
            trial_of(op_find(scene->op, (enum pixel_type)(i % PIXEL_INTENSITY_COUNT)), scene->args, scene->shape);
        walk_tiles(&t, scene);
        trial_free(&t);
    }
}

Test(parts, every_cpu_level)
{
    for (int level = 0; level <= (int)cpu_level_best(); level++)
        for (int i = 0; i < SCENES * PIXEL_INTENSITY_COUNT; i++) {
            const struct scene *scene = &scenes[i / PIXEL_INTENSITY_COUNT];
            const enum pixel_type type = (enum pixel_type)(i % PIXEL_INTENSITY_COUNT);
            struct trial t = trial_of(op_of(scene->op, type, (enum cpu_level)level), scene->args, scene->shape);
            t.backend = BACKEND_OPENMP;
            walk_tiles(&t, scene);
            trial_free(&t);
        }
}

/* A tile of one pixel is the smallest source there is. */
Test(parts, single_pixels)
{
    static const struct scene tiny[] = {
        {"flip", "axes=xyz", {5, 3, 2}},
        {"maximum_z_projection", "", {5, 3, 2}},
        {"rotate", "angle_z=33", {7, 5, 1}},
        {"rotate", "angle_z=33,angle_x=11,angle_y=80", {5, 4, 3}},
        {"radial_reslice", "number_of_angles=5,angle_step=17", {5, 6, 2}},
    };
    for (size_t i = 0; i < sizeof tiny / sizeof tiny[0] * PIXEL_INTENSITY_COUNT * 2; i++) {
        const struct scene *scene = &tiny[i / 2 / PIXEL_INTENSITY_COUNT];
        struct trial t =
            trial_of(op_find(scene->op, (enum pixel_type)(i / 2 % PIXEL_INTENSITY_COUNT)), scene->args, scene->shape);
        t.backend = i % 2 ? BACKEND_OPENMP : BACKEND_REFERENCE;
        cr_expect_eq(differences(&t, (struct shape){1, 1, 1}), 0, "%s(%s) %s", scene->op, scene->args,
                     backend_name(t.backend));
        trial_free(&t);
    }
}

/* The kernels of either kind of device. Few, since a CPU's driver takes long to compile one. */
Test(parts, device)
{
    static const struct {
        int scene;
        enum pixel_type type;
        enum device_type device;
        int64_t more_px;
    } cases[] = {
        {0, PIXEL_U8, DEVICE_CPU, 0},   {2, PIXEL_U16, DEVICE_GPU, 1},  {7, PIXEL_F32, DEVICE_CPU, 1},
        {8, PIXEL_U8, DEVICE_GPU, 0},   {10, PIXEL_F32, DEVICE_GPU, 0}, {11, PIXEL_U8, DEVICE_CPU, 0},
        {16, PIXEL_U16, DEVICE_GPU, 1}, {16, PIXEL_U8, DEVICE_CPU, 0},  {18, PIXEL_F32, DEVICE_GPU, 0},
        {20, PIXEL_U16, DEVICE_GPU, 0}, {23, PIXEL_U8, DEVICE_CPU, 1},
    };
    struct opencl *opencl = open_device();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct scene *scene = &scenes[cases[i].scene];
        struct trial t = trial_of(op_find(scene->op, cases[i].type), scene->args, scene->shape);
        t.opencl = opencl;
        t.more_px = cases[i].more_px;
        opencl->device.type = cases[i].device;
        cr_expect_eq(differences(&t, (struct shape){16, 9, 4}), 0, "%s(%s) %s", scene->op, scene->args,
                     pixel_type_name(t.op->type));
        trial_free(&t);
    }
    opencl_close(opencl);
}

/* What a sampler gives depends on the device, so tiles are held against the whole of the same device. */
Test(parts, opencl_images)
{
    static const int chosen[] = {14, 16, 20};
    struct opencl *opencl = open_device();
    if (!opencl->device.images)
        cr_skip_test("no OpenCL images");
    for (size_t i = 0; i < sizeof chosen / sizeof chosen[0]; i++) {
        const struct scene *scene = &scenes[chosen[i]];
        struct trial t =
            trial_of(op_find(scene->op, (enum pixel_type)(i % PIXEL_INTENSITY_COUNT)), scene->args, scene->shape);
        t.op = t.op->image;
        t.opencl = opencl;
        run_on_device(&t, NULL, &t.in, &t.expected);
        cr_expect_eq(differences(&t, (struct shape){16, 13, i == 0 ? 1 : 4}), 0, "%s(%s)", scene->op, scene->args);
        trial_free(&t);
    }
    opencl_close(opencl);
}

/* Planted: a source that lacks a pixel on one side. Between pixels it has one to spare, for samplers. */
Test(parts, a_source_that_is_too_small_is_seen)
{
    static const struct {
        struct scene scene;
        struct region tile;
        int64_t spare_px[3]; /* x, y, z */
        int sides;
    } cases[] = {
        {{"flip", "axes=xyz", {20, 19, 9}}, {4, 5, 2, {7, 6, 3}}, {0, 0, 0}, 6},
        {{"maximum_z_projection", "", {20, 19, 9}}, {4, 5, 0, {7, 6, 1}}, {0, 0, 0}, 6},
        {{"rotate", "angle_z=30", {40, 30, 1}}, {16, 10, 0, {7, 6, 1}}, {1, 1, 0}, 4},
        {{"rotate", "angle_z=30,angle_x=25,angle_y=70", {40, 30, 20}}, {16, 10, 8, {7, 6, 4}}, {1, 1, 1}, 6},
        {{"radial_reslice", "number_of_angles=90,angle_step=4", {40, 40, 3}}, {2, 1, 0, {8, 1, 90}}, {1, 1, 0}, 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct region tile = cases[i].tile;
        struct trial t = trial_of(op_find(cases[i].scene.op, PIXEL_F32), cases[i].scene.args, cases[i].scene.shape);
        const struct image expected = image_view(&t.expected, tile.x, tile.y, tile.z, tile.shape);
        const struct image found = image_view(&t.found, tile.x, tile.y, tile.z, tile.shape);
        for (t.poison_side = 0; t.poison_side < cases[i].sides; t.poison_side++)
            for (int lacks = 0; lacks < 2; lacks++) {
                t.poison_px = lacks + cases[i].spare_px[t.poison_side / 2];
                for (t.backend = BACKEND_REFERENCE; t.backend <= BACKEND_OPENMP; t.backend++) {
                    compute_tile(&t, tile);
                    cr_expect_eq(image_compare(&found, &expected, 0).pixels > 0, lacks, "%s, side %d", t.op->name,
                                 t.poison_side);
                }
            }
        trial_free(&t);
    }
}
