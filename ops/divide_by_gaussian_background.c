/* SPDX-License-Identifier: BSD-3-Clause
 *
 * out = in / Gaussian of in, float32, 0 where the Gaussian is 0: evens out uneven illumination.
 */
#include "ops/gaussian_background.h"
#include "ops/kernels.h"

static enum status divide_by_gaussian_background_ref(const struct op_call *call)
{
    return background_ref(call, GAUSSIAN_IN_OVER);
}

static enum status divide_by_gaussian_background_omp(const struct op_call *call)
{
    return background_omp(call, GAUSSIAN_IN_OVER);
}

const struct op OP(divide_by_gaussian_background) = {
    OP_COMMON(divide_by_gaussian_background),
    .summary = "the ratio to the image's Gaussian",
    .full_only = true,
    .params = {{.name = "sigma",
                .help = "standard deviation of the Gaussian",
                .unit = "px",
                .high = GAUSSIAN_SIGMA_MAX,
                .preset = 20,
                .tested = "0,1.3,5"}},
    .inputs = 1,
    .result = RESULT_FLOAT32,
    .margin_rule = "int(4*sigma+0.5)",
    .margin_px = background_margin_px,
    .flops_per_px = background_flops_per_px,
    .tolerance = 3 * 0x1p-23,
    .tolerance_reason = "devices need not round a division correctly; OpenCL allows 2.5 ulp",
    .ref = divide_by_gaussian_background_ref,
    .omp = divide_by_gaussian_background_omp,
    .scratch_bytes = background_scratch_bytes,
    .ocl = background_ocl,
};
