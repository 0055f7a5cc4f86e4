/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One operation that moves pixels, on one image as a whole by the reference and in tiles by any backend. A tile gets
 * source_region() of the input and poison around it.
 */
#ifndef TESTS_PARTS_TRIAL_H
#define TESTS_PARTS_TRIAL_H

#include <criterion/criterion.h>
#include <string.h>

#include "images/synthetic.h"
#include "ops/args.h"
#include "ops/execution.h"
#include "tests/open_device.h"

enum { POISON = 0xd7, SURROUNDINGS_PX = 3 };

struct trial {
    const struct op *op;
    struct op_args args;
    struct image in, expected, found;
    struct opencl *opencl; /* NULL: on the CPU */
    enum backend backend;
    int threads;
    int64_t more_px;   /* of the input than a tile needs, on every side */
    int64_t poison_px; /* of what it needs is poison, on one side */
    int poison_side;   /* 0 .. 5: low x, high x, low y .. */
};

static inline void poisoned(struct image *image, struct shape shape, enum pixel_type type)
{
    cr_assert_eq(image_alloc(image, shape, type, 0, 1), STATUS_OK, "%s", status_text());
    memset(image->pixels, POISON, (size_t)(image->slice * shape.depth) * pixel_bytes(type));
}

static inline struct trial trial_of(const struct op *op, const char *args, struct shape shape)
{
    struct trial t = {.op = op, .threads = 1};
    cr_assert_eq(op_args_parse(op, args, &t.args), STATUS_OK, "%s", status_text());
    const struct shape result = op_result_shape(op, &t.args, shape);
    poisoned(&t.in, shape, op->type);
    poisoned(&t.expected, result, op->type);
    poisoned(&t.found, result, op->type);
    cr_assert_eq(synthetic_fill(&t.in, CONTENT_NOISE, 7), STATUS_OK);
    cr_assert_eq(op->ref(&(struct op_call){.args = &t.args, .in = {&t.in}, .out = &t.expected, .threads = 1}),
                 STATUS_OK);
    return t;
}

static inline void trial_free(struct trial *t)
{
    image_free(&t->in);
    image_free(&t->expected);
    image_free(&t->found);
}

static inline void run_on_device(const struct trial *t, const struct op_part *part, const struct image *in,
                                 struct image *out)
{
    struct device_image device_in, device_out;
    struct plan *plan;
    const struct op_device_call call = {.args = &t->args, .in = {&device_in}, .out = &device_out, .part = part};
    cr_assert_eq(device_image_alloc(t->opencl, &device_in, in->shape, in->type), STATUS_OK, "%s", status_text());
    cr_assert_eq(device_image_alloc(t->opencl, &device_out, out->shape, out->type), STATUS_OK, "%s", status_text());
    cr_assert_eq(device_image_push(t->opencl, &device_in, in), STATUS_OK, "%s", status_text());
    cr_assert_eq(op_plan(t->op, t->opencl, &call, &plan), STATUS_OK, "%s", status_text());
    cr_assert_eq(plan_run(plan, NULL), STATUS_OK, "%s", status_text());
    cr_assert_eq(device_image_pull(t->opencl, &device_out, out), STATUS_OK, "%s", status_text());
    plan_free(plan);
    device_image_free(t->opencl, &device_in);
    device_image_free(t->opencl, &device_out);
}

static inline void run_tile(const struct trial *t, const struct op_part *part, const struct image *in,
                            struct image *out)
{
    const struct op_call call = {.args = &t->args, .in = {in}, .out = out, .part = part, .threads = t->threads};
    if (t->opencl)
        run_on_device(t, part, in, out);
    else
        cr_assert_eq(t->backend == BACKEND_REFERENCE ? t->op->ref(&call) : t->op->omp(&call), STATUS_OK);
}

/* The region without `px` pixels on one side. */
static inline struct region shrunk(struct region r, int side, int64_t px)
{
    int64_t *const first[] = {&r.x, &r.y, &r.z}, *const size[] = {&r.shape.width, &r.shape.height, &r.shape.depth};
    *size[side / 2] -= px;
    *first[side / 2] += side % 2 ? 0 : px;
    return r;
}

/* A copy of a region of the input in the middle of poison. Returns a view of it. */
static inline struct image cropped(const struct trial *t, const struct region *held, const struct region *sound,
                                   struct image *room)
{
    enum { S = SURROUNDINGS_PX };
    const struct shape s = held->shape;
    poisoned(room, (struct shape){s.width + 2 * S, s.height + 2 * S, s.depth + 2 * S}, t->op->type);
    struct image to =
        image_view(room, S + sound->x - held->x, S + sound->y - held->y, S + sound->z - held->z, sound->shape);
    const struct image from = image_view(&t->in, sound->x, sound->y, sound->z, sound->shape);
    image_copy(&to, &from);
    return image_view(room, S, S, S, s);
}

static inline void compute_tile(struct trial *t, struct region out)
{
    const struct shape in = t->in.shape;
    struct op_part part = {.whole_in = in, .whole_out = t->expected.shape, .out = out};
    const struct region source = t->op->source_region(&t->args, in, &out);
    cr_assert(region_inside(&source, in), "%s", t->op->name);
    part.in = region_expand(&source, (int64_t[]){t->more_px, t->more_px, t->more_px}, in);
    struct region sound = shrunk(part.in, t->poison_side, t->poison_px);
    struct image room, result;
    const struct image tile = cropped(t, &part.in, &sound, &room);
    poisoned(&result, out.shape, t->op->type);
    run_tile(t, &part, &tile, &result);
    cr_expect(image_guards_intact(&result) && image_guards_intact(&room));
    struct image place = image_view(&t->found, out.x, out.y, out.z, out.shape);
    image_copy(&place, &result);
    image_free(&result);
    image_free(&room);
}

static inline int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* How many pixels of the result in tiles are not those of the whole one. */
static inline int64_t differences(struct trial *t, struct shape tile)
{
    const struct shape s = t->expected.shape;
    memset(t->found.pixels, POISON, (size_t)(t->found.slice * s.depth) * pixel_bytes(t->op->type));
    for (int64_t z = 0; z < s.depth; z += tile.depth)
        for (int64_t y = 0; y < s.height; y += tile.height)
            for (int64_t x = 0; x < s.width; x += tile.width)
                compute_tile(t, (struct region){x,
                                                y,
                                                z,
                                                {least(tile.width, s.width - x), least(tile.height, s.height - y),
                                                 least(tile.depth, s.depth - z)}});
    return image_compare(&t->found, &t->expected, 0).pixels;
}

#endif
