/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = Gaussian(sigma1) - Gaussian(sigma2), float32: spots of a size between the two. The first Gaussian is written to
 * the output, and the second one is subtracted from it as its rows are finished.
 */
#include "ops/gaussian_ref.h"
#include "ops/gaussian_tiles.h"
#include "ops/kernels.h"

enum { SIGMA1, SIGMA2 };

struct sigmas {
    double first[AXES], second[AXES];
};

static struct sigmas sigmas_of(const struct op_args *args)
{
    const double a = args->value[SIGMA1], b = args->value[SIGMA2];
    return (struct sigmas){{a, a, a}, {b, b, b}};
}

static enum status difference_of_gaussian_ref(const struct op_call *call)
{
    enum status status;
    const struct shape s = call->out->shape;
    const struct sigmas sigma = sigmas_of(call->args);
    float *first = NULL, *second = NULL;
    TRY(gaussian_ref(call, sigma.first, &first));
    TRY(gaussian_ref(call, sigma.second, &second));
    for (int64_t row = 0; row < s.height * s.depth; row++) {
        float *out = out_row_f32(call, row % s.height, row / s.height);
        for (int64_t x = 0; x < s.width; x++)
            out[x] = first[row * s.width + x] - second[row * s.width + x];
    }
done:
    free(first);
    free(second);
    return status;
}

static size_t difference_of_gaussian_scratch_bytes(const struct op_args *args, struct shape in, int threads)
{
    const struct sigmas sigma = sigmas_of(args);
    const size_t first = gaussian_tiles_bytes(sigma.first, in, threads);
    const size_t second = gaussian_tiles_bytes(sigma.second, in, threads);
    return first > second ? first : second;
}

static enum status difference_of_gaussian_omp(const struct op_call *call)
{
    const struct sigmas sigma = sigmas_of(call->args);
    gaussian_tiles(call, sigma.first, GAUSSIAN_STORE);
    gaussian_tiles(call, sigma.second, GAUSSIAN_OUT_MINUS);
    return STATUS_OK;
}

static enum status difference_of_gaussian_ocl(struct plan *plan, const struct op_device_call *call)
{
    enum status status;
    const struct sigmas sigma = sigmas_of(call->args);
    struct gaussian filters[AXES];
    gaussian_filters(sigma.first, call->out->shape, filters);
    TRY(gaussian_plan(plan, filters, call->in[0], call->out, NULL));
    gaussian_filters(sigma.second, call->out->shape, filters);
    TRY(gaussian_plan(plan, filters, call->in[0], call->out, call->out));
done:
    return status;
}

static int64_t difference_of_gaussian_margin_px(const struct op_args *args, int axis)
{
    (void)axis;
    return gaussian_radius(fmax(args->value[SIGMA1], args->value[SIGMA2]));
}

static double difference_of_gaussian_flops_per_px(const struct op_args *args, struct shape in)
{
    const struct sigmas sigma = sigmas_of(args);
    return gaussian_flops_per_px(sigma.first, in) + gaussian_flops_per_px(sigma.second, in) + 1;
}

const struct op OP(difference_of_gaussian) = {
    OP_COMMON(difference_of_gaussian),
    .summary = "a Gaussian minus a wider one",
    .full_only = true,
    .params = {{.name = "sigma1",
                .help = "standard deviation of the Gaussian that is kept",
                .unit = "px",
                .high = GAUSSIAN_SIGMA_MAX,
                .preset = 2,
                .tested = "0,6"},
               {.name = "sigma2",
                .help = "standard deviation of the Gaussian that is subtracted",
                .unit = "px",
                .high = GAUSSIAN_SIGMA_MAX,
                .preset = 8,
                .tested = "0,3"}},
    .inputs = 1,
    .result = RESULT_FLOAT32,
    .margin_rule = "int(4*max(sigma1,sigma2)+0.5)",
    .margin_px = difference_of_gaussian_margin_px,
    .flops_per_px = difference_of_gaussian_flops_per_px,
    .ref = difference_of_gaussian_ref,
    .omp = difference_of_gaussian_omp,
    .scratch_bytes = difference_of_gaussian_scratch_bytes,
    .ocl = difference_of_gaussian_ocl,
};
