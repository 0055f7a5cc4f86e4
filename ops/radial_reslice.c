/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Rays from the middle ((w-1)/2, (h-1)/2) of every plane, side by side: out(r, z, k) = in(cx + sin(a) r, cy + cos(a) r,
 * z) with a = k * angle_step. The first ray goes along y, the second turns from there towards x. Between pixels as
 * sampling.h says; what comes from outside is 0. The result is ceil(hypot(w/2, h/2)) x d x number_of_angles.
 *
 * Sines and cosines are computed in double and rounded once. Rays next to each other need the same pixels of a plane,
 * so the CPU version takes a plane through several angles, and work-groups are patches of radius and angle; a work-item
 * reads the same place of several planes.
 *
 * A tile is computed with the indices that its pixels have in the whole result: struct op_part says where it lies.
 */
#include "ops/compile.h"
#include "ops/kernels.h"
#include "ops/sampling_device.h"
#include "ops/sampling_rows.h"

#include <stdio.h>
#include <stdlib.h>

enum { NUMBER_OF_ANGLES, ANGLE_STEP, INTERPOLATION };

enum { ANGLES_AT_ONCE = 16, PLANES_AT_ONCE = 16 };

static struct shape resliced(const struct op_args *args, struct shape in)
{
    const int64_t radius = (int64_t)ceil(hypot((double)in.width / 2, (double)in.height / 2));
    return (struct shape){radius, in.depth, (int64_t)args->value[NUMBER_OF_ANGLES]};
}

/* The direction of ray k: x, then y. */
static void direction_of(const struct op_args *args, int64_t k, float direction[2])
{
    double sine, cosine;
    sine_and_cosine((double)k * args->value[ANGLE_STEP], &sine, &cosine);
    direction[AXIS_X] = (float)sine;
    direction[AXIS_Y] = (float)cosine;
}

static float middle(int64_t size)
{
    return (float)((double)(size - 1) / 2);
}

/* In images of shape `in`. */
static struct ray ray_of(const struct op_args *args, struct shape in, int64_t k, int64_t z)
{
    struct ray ray = {.start = {middle(in.width), middle(in.height), (float)z}};
    direction_of(args, k, ray.step);
    return ray;
}

static struct source source_of_call(const struct placed *p)
{
    return source_of(p, (enum interpolation)p->call.args->value[INTERPOLATION]);
}

static enum status radial_reslice_ref(const struct op_call *call)
{
    struct placed p;
    placed_call(&p, call);
    const struct shape in = p.in.shape;
    const struct source source = source_of_call(&p);
    for (int64_t k = p.to.z; k < p.to.z + p.to.shape.depth; k++) {
        float direction[2];
        direction_of(call->args, k, direction);
        for (int64_t z = p.to.y; z < p.to.y + p.to.shape.height; z++)
            for (int64_t r = p.to.x; r < p.to.x + p.to.shape.width; r++)
                out_row(&p.call, z, k)[r] =
                    sample_point(&source, (float[]){fmaf(direction[AXIS_X], (float)r, middle(in.width)),
                                                    fmaf(direction[AXIS_Y], (float)r, middle(in.height)), (float)z});
    }
    return STATUS_OK;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Rays k..k_end-1 in the planes z..z_end-1. */
struct block {
    int64_t k, k_end, z, z_end;
};

static void reslice_block(const struct placed *p, const struct source *source, struct block b)
{
    const struct stretch all = {p->to.x, p->to.x + p->to.shape.width};
    struct ray rays[ANGLES_AT_ONCE];
    struct stretch inside[ANGLES_AT_ONCE];
    for (int64_t k = b.k; k < b.k_end; k++) {
        rays[k - b.k] = ray_of(p->call.args, p->in.shape, k, b.z);
        inside[k - b.k] = stretch_inside(source, &rays[k - b.k], all);
    }
    for (int64_t z = b.z; z < b.z_end; z++)
        for (int64_t k = b.k; k < b.k_end; k++) {
            const struct stretch s = inside[k - b.k];
            pixel *row = out_row(&p->call, z, k);
            rays[k - b.k].start[AXIS_Z] = (float)z;
            sample_stretch(source, &rays[k - b.k], s, row);
            memset(row + all.from, 0, (size_t)(s.from - all.from) * sizeof *row);
            memset(row + s.to, 0, (size_t)(all.to - s.to) * sizeof *row);
        }
}

static enum status radial_reslice_omp(const struct op_call *call)
{
    struct placed p;
    placed_call(&p, call);
    const struct shape s = p.to.shape;
    const struct source source = source_of_call(&p);
    const int64_t turns = (s.depth + ANGLES_AT_ONCE - 1) / ANGLES_AT_ONCE;
    const int64_t slabs = (s.height + PLANES_AT_ONCE - 1) / PLANES_AT_ONCE;
#pragma omp parallel for num_threads(call->threads) schedule(dynamic)
    for (int64_t i = 0; i < turns * slabs; i++) {
        const int64_t k = i / slabs * ANGLES_AT_ONCE, z = i % slabs * PLANES_AT_ONCE;
        reslice_block(&p, &source,
                      (struct block){p.to.z + k, p.to.z + smaller(k + ANGLES_AT_ONCE, s.depth), p.to.y + z,
                                     p.to.y + smaller(z + PLANES_AT_ONCE, s.height)});
    }
    return STATUS_OK;
}

/* Of the rays first .. first + count - 1. */
static enum status upload_directions(struct plan *plan, const struct op_args *args, int64_t first, int64_t count,
                                     cl_mem *buffer)
{
    const size_t bytes = (size_t)count * 2 * sizeof(float);
    float *directions = malloc(bytes);
    if (!directions)
        return status_fail(STATUS_MEMORY, "radial_reslice: no host memory for %lld angles", (long long)count);
    for (int64_t k = 0; k < count; k++)
        direction_of(args, first + k, directions + 2 * k);
    enum status status = plan_constant(plan, directions, bytes, buffer);
    free(directions);
    return status;
}

static enum status launch_rays(struct plan *plan, const struct op_device_call *call, cl_mem input, const char *image)
{
    enum status status;
    const struct device_shape in = device_image_shape(call->in[0]), out = device_image_shape(call->out);
    const bool wide = sampling_is_wide(call->part) || in.stride * in.height > INT32_MAX;
    const struct shape whole = call->part ? call->part->whole_in : call->in[0]->shape;
    const struct sampling_place place = sampling_place(call->part);
    const int planes = 4;
    const struct {
        cl_float centre[2], last[2];
    } rays = {{middle(whole.width), middle(whole.height)}, {last_pixel(whole.width), last_pixel(whole.height)}};
    char options[112];
    cl_mem directions;
    snprintf(options, sizeof options, "-D FLAT -D PLANES=%d%s%s%s%s", planes, image, call->part ? " -D PART" : "",
             call->args->value[INTERPOLATION] == INTERPOLATION_NEAREST ? " -D NEAREST" : "", wide ? " -D WIDE" : "");
    TRY(upload_directions(plan, call->args, place.out[AXIS_Z], out.depth, &directions));
    struct launch launch = {
        .kernel = "radial_reslice",
        .options = options,
        .arguments = {ARG(input), ARG(call->out->memory), ARG(in), ARG(out), ARG(rays), ARG(directions), ARG(place)},
    };
    TRY(sampling_launch(plan, &launch, (size_t)out.width, (size_t)out.depth,
                        (size_t)((out.height + planes - 1) / planes)));
done:
    return status;
}

static enum status radial_reslice_ocl(struct plan *plan, const struct op_device_call *call)
{
    return launch_rays(plan, call, call->in[0]->memory, "");
}

static enum status radial_reslice_image_ocl(struct plan *plan, const struct op_device_call *call)
{
    enum status status;
    cl_mem image;
    TRY(sampling_image(plan, call->in[0], &image));
    TRY(launch_rays(plan, call, image, call->in[0]->shape.depth > 1 ? " -D IMAGE=3" : " -D IMAGE=2"));
done:
    return status;
}

static struct op_range radial_reslice_range(const struct op_call *call, int64_t r, int64_t z, int64_t k)
{
    struct placed p;
    placed_call(&p, call);
    const struct source source = source_of_call(&p);
    const struct ray ray = ray_of(call->args, p.in.shape, p.to.z + k, p.to.y + z);
    r += p.to.x;
    z += p.to.y;
    return sample_range(&source, (float[]){ray_point(&ray, AXIS_X, r), ray_point(&ray, AXIS_Y, r), (float)z});
}

/* Along a ray each coordinate grows or falls, so its two ends bound it. Planes stay as they are. */
static struct region radial_reslice_source(const struct op_args *args, struct shape in, const struct region *out)
{
    struct span span = span_empty();
    for (int64_t k = out->z; k < out->z + out->shape.depth; k++) {
        const struct ray ray = ray_of(args, in, k, 0);
        span_add(&span, &ray, out->x);
        span_add(&span, &ray, out->x + out->shape.width - 1);
    }
    struct region region = span_region(&span, in);
    region.z = out->y;
    region.shape.depth = out->shape.height;
    return region;
}

/* Per pixel of the result, told per pixel of the input. A fused step counts as two. */
static double radial_reslice_flops(const struct op_args *args, struct shape in)
{
    const bool linear = (int)args->value[INTERPOLATION] == INTERPOLATION_LINEAR;
    return (linear ? 15 : 4) * (double)shape_pixels(resliced(args, in)) / (double)shape_pixels(in);
}

/* The fields that both variants share. */
#define RADIAL_RESLICE_COMMON                                                                                          \
    OP_COMMON(radial_reslice),                                                                                         \
        .summary = "rays from the middle of every plane: radius, z, angle; 0 where a ray has left the image",          \
        .params = {{.name = "number_of_angles",                                                                        \
                    .help = "rays",                                                                                    \
                    .kind = OP_INTEGER,                                                                                \
                    .low = 1,                                                                                          \
                    .high = 36000,                                                                                     \
                    .preset = 360,                                                                                     \
                    .tested = "7"},                                                                                    \
                   {.name = "angle_step",                                                                              \
                    .help = "from a ray to the next; the first goes along y, positive angles towards x",               \
                    .unit = "degrees",                                                                                 \
                    .low = -360,                                                                                       \
                    .high = 360,                                                                                       \
                    .preset = 1,                                                                                       \
                    .tested = "-45.5"},                                                                                \
                   {.name = "interpolation",                                                                           \
                    .help = "between pixels: linear, or the nearest one",                                              \
                    .kind = OP_CHOICE,                                                                                 \
                    .choices = INTERPOLATION_CHOICES}},                                                                \
        .inputs = 1, .result = RESULT_AS_INPUT, .dimensions = OP_3D_ONLY, .margin = MARGIN_GEOMETRIC,                  \
        .margin_rule = "geometric", .result_shape = resliced, .source_region = radial_reslice_source,                  \
        .flops_per_px = radial_reslice_flops, .ref = radial_reslice_ref, .omp = radial_reslice_omp

static const struct op radial_reslice_image = {
    RADIAL_RESLICE_COMMON,
    .contrast_tolerance = SAMPLER_TOLERANCE,
    .tolerance_reason = SAMPLER_TOLERANCE_REASON,
    .local_range = radial_reslice_range,
    .variant = VARIANT_IMAGE,
    .ocl = radial_reslice_image_ocl,
};

const struct op OP(radial_reslice) = {RADIAL_RESLICE_COMMON, .image = &radial_reslice_image, .ocl = radial_reslice_ocl};
