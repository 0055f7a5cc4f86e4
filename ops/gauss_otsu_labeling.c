/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Objects of an image: Gaussian blur, Otsu's threshold of it, connected components (box). The blur is float32 whatever
 * the image, so that Otsu's histogram has 256 bins over the blur's own range. Each stage is that of the operation of
 * its name; on a device they are one plan.
 */
#include "ops/compile.h"
#include "ops/kernels.h"
#include "ops/otsu_outline.h"

extern const struct op OP_U8(label);

enum { OUTLINE_SIGMA };

static const struct op_args box = {{0}};

static enum status gauss_otsu_labeling_stages(struct stages *s)
{
    enum status status;
    struct image outline = stages_image(s, s->call->out->shape, PIXEL_U8);
    TRY(otsu_outline(s, s->call->args->value[OUTLINE_SIGMA], &outline));
    TRY(stages_run(s, &OP_U8(label), &box, &outline, NULL, s->call->out));
done:
    return status;
}

static size_t gauss_otsu_labeling_bytes(const struct op_args *args, struct shape in, int threads)
{
    const size_t outline = otsu_outline_bytes(args->value[OUTLINE_SIGMA], in, threads);
    const size_t label = stages_scratch_bytes(&OP_U8(label), &box, in, threads);
    return stages_image_bytes(in, PIXEL_U8) + larger_bytes(outline, label);
}

static enum status gauss_otsu_labeling_ref(const struct op_call *call)
{
    return stages_ref(call, gauss_otsu_labeling_bytes(call->args, call->in[0]->shape, 1), gauss_otsu_labeling_stages);
}

static enum status gauss_otsu_labeling_omp(const struct op_call *call)
{
    return gauss_otsu_labeling_stages(&(struct stages){.call = call, .memory = call->scratch});
}

static enum status gauss_otsu_labeling_ocl(struct plan *plan, const struct op_device_call *call)
{
    enum status status;
    struct device_image blurred, outline;
    TRY(stages_device_image(plan, call->in[0]->shape, PIXEL_F32, &blurred));
    TRY(stages_device_image(plan, call->in[0]->shape, PIXEL_U8, &outline));
    TRY(otsu_outline_append(plan, call->args->value[OUTLINE_SIGMA], call->in[0], &blurred, &outline));
    TRY(stages_append(plan, &OP_U8(label), &box, &outline, NULL, call->out));
done:
    return status;
}

static enum status gauss_otsu_labeling_accepts(const struct op_args *args, struct shape in)
{
    (void)args;
    return op_accepts(&OP_U8(label), &box, in);
}

static double gauss_otsu_labeling_flops(const struct op_args *args, struct shape in)
{
    const double sigma = args->value[OUTLINE_SIGMA];
    return gaussian_flops_per_px((double[]){sigma, sigma, sigma}, in);
}

const struct op OP(gauss_otsu_labeling) = {
    OP_COMMON(gauss_otsu_labeling),
    .summary = "numbers the objects found by Gaussian blur and Otsu's threshold",
    .full_only = true,
    .params = {{.name = "outline_sigma",
                .help = "standard deviation of the Gaussian",
                .unit = "px",
                .high = GAUSSIAN_SIGMA_MAX,
                .preset = 1,
                .tested = "0,4"}},
    .inputs = 1,
    .result = RESULT_LABELS,
    .margin = MARGIN_GLOBAL,
    .margin_rule = "global",
    .accepts = gauss_otsu_labeling_accepts,
    .flops_per_px = gauss_otsu_labeling_flops,
    .ref = gauss_otsu_labeling_ref,
    .omp = gauss_otsu_labeling_omp,
    .scratch_bytes = gauss_otsu_labeling_bytes,
    .ocl = gauss_otsu_labeling_ocl,
};
