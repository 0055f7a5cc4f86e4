/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Gaussian blur, one pass per axis, x then y then z, clamp to edge, float32 between passes, rounded once at the end:
 *
 *     sum = w0 * v(0); for i = 1..R: sum = fma(wi, v(-i) + v(+i), sum)        R = int(4 * sigma + 0.5)
 *
 * An output of float32 gets the blur unrounded, whatever the type of the input: operations made of several blur that
 * way. How the work is split: gaussian_tiles.h, gaussian.c and kernels/gaussian.clh.
 */
#include "ops/gaussian_ref.h"
#include "ops/gaussian_tiles.h"
#include "ops/kernels.h"

enum { SIGMA, SIGMA_X, SIGMA_Y, SIGMA_Z };

static enum status gaussian_blur_ref(const struct op_call *call)
{
    enum status status;
    const struct shape s = call->out->shape;
    float *blur;
    TRY(gaussian_ref(call, &call->args->value[SIGMA_X], &blur));
    for (int64_t row = 0; row < s.height * s.depth; row++)
        for (int64_t x = 0; x < s.width; x++) {
            const float value = blur[row * s.width + x];
            const int64_t y = row % s.height, z = row / s.height;
            if (call->out->type == PIXEL_TYPE)
                out_row(call, y, z)[x] = pixel_store(value);
            else
                out_row_f32(call, y, z)[x] = value;
        }
done:
    free(blur);
    return status;
}

static size_t gaussian_blur_scratch_bytes(const struct op_args *args, struct shape in, int threads)
{
    return gaussian_tiles_bytes(&args->value[SIGMA_X], in, threads);
}

static enum status gaussian_blur_omp(const struct op_call *call)
{
    gaussian_tiles(call, &call->args->value[SIGMA_X], GAUSSIAN_STORE);
    return STATUS_OK;
}

static enum status gaussian_blur_ocl(struct plan *plan, const struct op_device_call *call)
{
    struct gaussian filters[AXES];
    gaussian_filters(&call->args->value[SIGMA_X], call->out->shape, filters);
    return gaussian_plan(plan, filters, call->in[0], call->out, NULL);
}

static int64_t gaussian_blur_margin_px(const struct op_args *args, int axis)
{
    return gaussian_radius(args->value[SIGMA_X + axis]);
}

static double gaussian_blur_flops_per_px(const struct op_args *args, struct shape in)
{
    return gaussian_flops_per_px(&args->value[SIGMA_X], in);
}

const struct op OP(gaussian_blur) = {
    OP_COMMON(gaussian_blur),
    .summary = "smooths with a Gaussian of the given standard deviation",
    .params = {{.name = "sigma",
                .help = "standard deviation; 0 leaves the image as it is",
                .unit = "px",
                .high = GAUSSIAN_SIGMA_MAX,
                .preset = 2,
                .tested = "0,0.7,5,20"},
               {.name = "sigma_x",
                .help = "the same along x alone",
                .unit = "px",
                .high = GAUSSIAN_SIGMA_MAX,
                .preset = 2,
                .follows = "sigma",
                .tested = "1.2"},
               {.name = "sigma_y",
                .help = "the same along y alone",
                .unit = "px",
                .high = GAUSSIAN_SIGMA_MAX,
                .preset = 2,
                .follows = "sigma",
                .tested = "0"},
               {.name = "sigma_z",
                .help = "the same along z alone",
                .unit = "px",
                .high = GAUSSIAN_SIGMA_MAX,
                .preset = 2,
                .follows = "sigma",
                .tested = "0.8"}},
    .inputs = 1,
    .result = RESULT_AS_INPUT,
    .margin_rule = "int(4*sigma+0.5)",
    .margin_px = gaussian_blur_margin_px,
    .flops_per_px = gaussian_blur_flops_per_px,
    .ref = gaussian_blur_ref,
    .omp = gaussian_blur_omp,
    .scratch_bytes = gaussian_blur_scratch_bytes,
    .ocl = gaussian_blur_ocl,
};
