/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The image turned about its middle ((w-1)/2, (h-1)/2, (d-1)/2) on the same canvas: about x, then y, then z. About z, x
 * turns towards y, which is clockwise on a screen. Every pixel of the result is taken from where it was (rotation.h),
 * between pixels as sampling.h says; what comes from outside is 0. So an image of depth 1 that is turned about x or y
 * keeps only what still lies in its plane: linear the line about which it turns, nearest half a pixel to either side.
 *
 * The CPU version cuts the result into tiles: a row of the result crosses many rows of the input, whose other pixels
 * are needed by the next rows of the result, while they are still in the cache. Tiles are flat in images that turn
 * about z alone, and thick otherwise.
 *
 * A tile is computed with the indices that its pixels have in the whole result: struct op_part says where it lies.
 */
#include "ops/compile.h"
#include "ops/kernels.h"
#include "ops/sampling_device.h"
#include "ops/sampling_rows.h"

#include <stdio.h>

enum { ANGLE_Z, ANGLE_X, ANGLE_Y, INTERPOLATION };

enum { TILE_WIDTH = 128, TILE_ROWS = 64, TILE_PLANES = 4 };

static struct rotation rotation_of(const struct op_args *args, struct shape shape)
{
    const double degrees[AXES] = {args->value[ANGLE_X], args->value[ANGLE_Y], args->value[ANGLE_Z]};
    return rotation_make(degrees, shape);
}

/* Through the input along row y, z of the result. */
static struct ray ray_of(const struct rotation *r, int64_t y, int64_t z)
{
    struct ray ray = {.origin = r->centre[AXIS_X]};
    for (int i = 0; i < AXES; i++) {
        const float along_z = fused(r->m[i][AXIS_Z], (float)z - r->centre[AXIS_Z], r->centre[i]);
        ray.start[i] = fused(r->m[i][AXIS_Y], (float)y - r->centre[AXIS_Y], along_z);
        ray.step[i] = r->m[i][AXIS_X];
    }
    return ray;
}

static enum status rotate_ref(const struct op_call *call)
{
    struct placed p;
    placed_call(&p, call);
    const struct rotation r = rotation_of(call->args, p.out.shape);
    const struct source source = source_of(&p, (enum interpolation)call->args->value[INTERPOLATION]);
    for (int64_t z = p.to.z; z < p.to.z + p.to.shape.depth; z++)
        for (int64_t y = p.to.y; y < p.to.y + p.to.shape.height; y++)
            for (int64_t x = p.to.x; x < p.to.x + p.to.shape.width; x++) {
                const float from[AXES] = {(float)x - r.centre[0], (float)y - r.centre[1], (float)z - r.centre[2]};
                float point[AXES];
                for (int i = 0; i < AXES; i++)
                    point[i] =
                        fmaf(r.m[i][0], from[0], fmaf(r.m[i][1], from[1], fmaf(r.m[i][2], from[2], r.centre[i])));
                out_row(&p.call, y, z)[x] = sample_point(&source, point);
            }
    return STATUS_OK;
}

/* Rows y..y_end-1 of the planes z..z_end-1. */
struct block {
    int64_t y, y_end, z, z_end;
};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void zero_around(pixel *row, struct stretch inside, struct stretch all)
{
    memset(row + all.from, 0, (size_t)(inside.from - all.from) * sizeof *row);
    memset(row + inside.to, 0, (size_t)(all.to - inside.to) * sizeof *row);
}

static void rotate_block(const struct placed *p, const struct source *source, const struct rotation *r, struct block b)
{
    const struct op_call *call = &p->call;
    const struct stretch all = {p->to.x, p->to.x + p->to.shape.width};
    const int64_t rows = b.y_end - b.y, count = rows * (b.z_end - b.z);
    struct ray rays[TILE_ROWS];
    struct stretch inside[TILE_ROWS];
    for (int64_t i = 0; i < count; i++) {
        rays[i] = ray_of(r, b.y + i % rows, b.z + i / rows);
        inside[i] = stretch_inside(source, &rays[i], all);
        zero_around(out_row(call, b.y + i % rows, b.z + i / rows), inside[i], all);
    }
    for (int64_t x = all.from; x < all.to; x += TILE_WIDTH)
        for (int64_t i = 0; i < count; i++) {
            const struct stretch tile = {inside[i].from > x ? inside[i].from : x,
                                         smaller(inside[i].to, x + TILE_WIDTH)};
            sample_stretch(source, &rays[i], tile, out_row(call, b.y + i % rows, b.z + i / rows));
        }
}

static bool turns_about_z_only(const struct rotation *r)
{
    return r->m[AXIS_Z][AXIS_X] == 0 && r->m[AXIS_Z][AXIS_Y] == 0;
}

static enum status rotate_omp(const struct op_call *call)
{
    struct placed p;
    placed_call(&p, call);
    const struct shape s = p.to.shape;
    const struct rotation r = rotation_of(call->args, p.out.shape);
    const struct source source = source_of(&p, (enum interpolation)call->args->value[INTERPOLATION]);
    const int64_t planes = turns_about_z_only(&r) ? 1 : smaller(TILE_PLANES, s.depth), rows = TILE_ROWS / planes;
    const int64_t blocks = (s.height + rows - 1) / rows, slabs = (s.depth + planes - 1) / planes;
#pragma omp parallel for num_threads(call->threads) schedule(dynamic)
    for (int64_t i = 0; i < blocks * slabs; i++) {
        const int64_t y = i % blocks * rows, z = i / blocks * planes;
        rotate_block(&p, &source, &r,
                     (struct block){p.to.y + y, p.to.y + smaller(y + rows, s.height), p.to.z + z,
                                    p.to.z + smaller(z + planes, s.depth)});
    }
    return STATUS_OK;
}

static enum status launch_rotation(struct plan *plan, const struct op_device_call *call, cl_mem in, const char *image)
{
    const struct device_shape shape_in = device_image_shape(call->in[0]), shape = device_image_shape(call->out);
    const struct rotation r = rotation_of(call->args, call->part ? call->part->whole_out : call->out->shape);
    const struct sampling_place place = sampling_place(call->part);
    const int rows = sampling_in_patches(plan) ? 4 : 1;
    const bool wide = sampling_is_wide(call->part) || shape.stride * shape.height * shape.depth > INT32_MAX ||
                      shape_in.stride * shape_in.height * shape_in.depth > INT32_MAX;
    char options[112];
    snprintf(options, sizeof options, "-D ROWS=%d%s%s%s%s%s", rows, image, call->part ? " -D PART" : "",
             call->args->value[INTERPOLATION] == INTERPOLATION_NEAREST ? " -D NEAREST" : "",
             turns_about_z_only(&r) ? " -D FLAT" : "", wide ? " -D WIDE" : "");
    struct launch launch = {
        .kernel = "rotate_image",
        .options = options,
        .arguments = {ARG(in), ARG(call->out->memory), ARG(shape_in), ARG(shape), ARG(r), ARG(place)},
    };
    return sampling_launch(plan, &launch, (size_t)shape.width, (size_t)((shape.height + rows - 1) / rows),
                           (size_t)shape.depth);
}

static enum status rotate_ocl(struct plan *plan, const struct op_device_call *call)
{
    return launch_rotation(plan, call, call->in[0]->memory, "");
}

static enum status rotate_image_ocl(struct plan *plan, const struct op_device_call *call)
{
    enum status status;
    cl_mem image;
    TRY(sampling_image(plan, call->in[0], &image));
    TRY(launch_rotation(plan, call, image, call->in[0]->shape.depth > 1 ? " -D IMAGE=3" : " -D IMAGE=2"));
done:
    return status;
}

static struct op_range rotate_range(const struct op_call *call, int64_t x, int64_t y, int64_t z)
{
    struct placed p;
    placed_call(&p, call);
    const struct rotation r = rotation_of(call->args, p.out.shape);
    const struct source source = source_of(&p, (enum interpolation)call->args->value[INTERPOLATION]);
    const struct ray ray = ray_of(&r, p.to.y + y, p.to.z + z);
    x += p.to.x;
    return sample_range(&source,
                        (float[]){ray_point(&ray, AXIS_X, x), ray_point(&ray, AXIS_Y, x), ray_point(&ray, AXIS_Z, x)});
}

/* Each step of the coordinates grows or falls with x, y and z, rounding included, so the corners of a box bound its
 * points. */
static struct region rotate_source(const struct op_args *args, struct shape in, const struct region *out)
{
    const struct rotation r = rotation_of(args, in);
    struct span span = span_empty();
    for (int corner = 0; corner < 8; corner++) {
        const struct ray ray = ray_of(&r, out->y + (corner & 2 ? out->shape.height - 1 : 0),
                                      out->z + (corner & 4 ? out->shape.depth - 1 : 0));
        span_add(&span, &ray, out->x + (corner & 1 ? out->shape.width - 1 : 0));
    }
    struct region region = span_region(&span, in);
    /* Planes that stay whole need no neighbours, as far as floats count them exactly. */
    if (turns_about_z_only(&r) && in.depth < 1 << 22) {
        region.z = (int64_t)span.low[AXIS_Z];
        region.shape.depth = out->shape.depth;
    }
    return region;
}

/* A fused step counts as two. Rows share what depends on y and z. */
static double rotate_flops(const struct op_args *args, struct shape in)
{
    const int axes = in.depth > 1 ? 3 : 2;
    const bool linear = (int)args->value[INTERPOLATION] == INTERPOLATION_LINEAR;
    return 2 * axes + (linear ? axes + 3 * ((1 << axes) - 1) : 0);
}

/* The fields that both variants share. */
#define ROTATE_COMMON                                                                                                  \
    OP_COMMON(rotate),                                                                                                 \
        .summary = "turns the image about its middle, on the same canvas; 0 where nothing comes from",                 \
        .params = {ANGLE("angle_z", "about z, from x towards y; the last of the three turns", 45, "90,-147.3"),        \
                   ANGLE("angle_x", "about x, from y towards z; the first", 0, "20"),                                  \
                   ANGLE("angle_y", "about y, from z towards x; the second", 0, "-75"),                                \
                   {.name = "interpolation",                                                                           \
                    .help = "between pixels: linear, or the nearest one",                                              \
                    .kind = OP_CHOICE,                                                                                 \
                    .choices = INTERPOLATION_CHOICES}},                                                                \
        .inputs = 1, .result = RESULT_AS_INPUT, .margin = MARGIN_GEOMETRIC, .margin_rule = "geometric",                \
        .source_region = rotate_source, .flops_per_px = rotate_flops, .ref = rotate_ref, .omp = rotate_omp
#define ANGLE(text, about, usual, others)                                                                              \
    {                                                                                                                  \
        .name = text, .help = about, .unit = "degrees", .low = -360, .high = 360, .preset = usual, .tested = others    \
    }

static const struct op rotate_image = {
    ROTATE_COMMON,
    .contrast_tolerance = SAMPLER_TOLERANCE,
    .tolerance_reason = SAMPLER_TOLERANCE_REASON,
    .local_range = rotate_range,
    .variant = VARIANT_IMAGE,
    .ocl = rotate_image_ocl,
};

const struct op OP(rotate) = {ROTATE_COMMON, .image = &rotate_image, .ocl = rotate_ocl};
